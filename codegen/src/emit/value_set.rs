//! Emits enums of known values.

use proc_macro2::TokenStream;
use quote::quote;

use super::doc::Doc;
use crate::model::{KnownValue, ValueSet};

/// Emits an open enum: a value that is not known is kept verbatim.
pub(super) fn value_set(set: &ValueSet) -> TokenStream {
    let ident = &set.name.ident;
    let doc = Doc::of(&set.doc).outer();
    let variants = set.values.iter().map(|KnownValue { name, doc }| {
        let (ident, doc) = (&name.ident, Doc::of(doc).outer());
        quote! { #doc #ident }
    });
    let names = set.values.iter().map(|value| &value.name.ident);
    let values = set.wires();
    quote! {
        #doc
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #ident {
            #(#variants,)*
            /// A value that this version does not know, verbatim.
            Other(String),
        }

        value_set!(#ident { #(#names: #values),* });
    }
}
