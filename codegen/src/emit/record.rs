//! Emits structs, and the module of a product's types.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::builder::Builder;
use super::doc::Doc;
use super::{field, imports, value_set};
use crate::model::{Direction, Field, Product, Record};

/// Emits the module of the value sets and records.
pub(super) fn types(product: &Product) -> TokenStream {
    let doc = Doc::of(["Value sets and records of the actions."]).inner();
    let imports = imports::of_types(product);
    let value_sets = product.value_sets.iter().map(value_set::value_set);
    let records = product.records.iter().map(record);
    quote! {
        #doc

        #imports

        #(#value_sets)*
        #(#records)*
    }
}

fn record(record: &Record) -> TokenStream {
    let Record { name, doc, fields, direction } = record;
    let structure = structure(&name.ident, &Doc::of(doc).outer(), fields, *direction, None);
    let constructors = [record.constructor()];
    let must_use = Some(quote! { #[must_use] });
    let builder = Builder { ty: &name.ident, fields, constructors: &constructors, must_use };
    let methods = direction.sent.then(|| builder.methods());
    quote! {
        #structure
        #methods
    }
}

/// Emits a struct; `head` is its documentation and attributes, and `last` a field that the
/// specification does not list.
pub(super) fn structure(
    ident: &Ident,
    head: &TokenStream,
    fields: &[Field],
    direction: Direction,
    last: Option<&TokenStream>,
) -> TokenStream {
    let derives = derives(direction);
    let members = fields.iter().map(|field| field::member(field, direction));
    quote! {
        #head
        #derives
        #[non_exhaustive]
        #[serde(rename_all = "PascalCase")]
        pub struct #ident {
            #(#members,)*
            #last
        }
    }
}

fn derives(direction: Direction) -> TokenStream {
    let deserialize = direction.received.then(|| quote! { Deserialize, });
    let serialize = direction.sent.then(|| quote! { Serialize, });
    quote! { #[derive(Clone, Debug, PartialEq, #deserialize #serialize)] }
}
