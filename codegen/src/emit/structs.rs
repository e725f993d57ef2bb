//! Emits structs, and the module of a product's types.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::builder::Builder;
use super::doc::Doc;
use super::{field, imports, value_set};
use crate::model::{Constructor, Direction, Field, Product, Record};

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
    let Record { name, doc, fields, direction, .. } = record;
    let constructors = [record.constructor()];
    let derives = derives(*direction, &constructors);
    let doc = Doc::of(doc).outer();
    let structure = structure(&name.ident, &quote! { #doc #derives }, fields, *direction, None);
    let must_use = Some(quote! { #[must_use] });
    let builder = Builder { ty: &name.ident, fields, constructors: &constructors, direction: *direction, must_use };
    let methods = direction.sent.then(|| builder.methods());
    let structs_of_arguments = direction.sent.then(|| structs_of_arguments(&name.ident, &constructors));
    quote! {
        #structure
        #methods
        #structs_of_arguments
    }
}

/// Emits the structs that constructors of a type take. They are not `non_exhaustive`: a program
/// sets each of their fields, and another required field is a change that it must follow.
pub(super) fn structs_of_arguments(ty: &Ident, constructors: &[Constructor]) -> TokenStream {
    let structs = constructors.iter().filter_map(|constructor| {
        let ident = constructor.struct_of_arguments.as_ref()?;
        let doc = Doc::of([format!("What [`{ty}::{}`] requires.", constructor.ident)]).outer();
        let members = constructor.arguments.iter().map(|Field { name, ty, doc, .. }| {
            let (ident, doc) = (&name.ident, Doc::of(doc).outer());
            quote! { #doc pub #ident: #ty }
        });
        Some(quote! {
            #doc
            #[derive(Clone, Debug, PartialEq)]
            pub struct #ident {
                #(#members,)*
            }
        })
    });
    quote! { #(#structs)* }
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
    let members = fields.iter().map(|field| field::member(field, direction));
    quote! {
        #head
        #[non_exhaustive]
        #[serde(rename_all = "PascalCase")]
        pub struct #ident {
            #(#members,)*
            #last
        }
    }
}

/// The traits that a type derives: those of serde in both directions, so that a program can store
/// what it has sent and received. `Default` gives the same value as `new` without arguments.
pub(super) fn derives(direction: Direction, constructors: &[Constructor]) -> TokenStream {
    let is_default = |constructor: &Constructor| constructor.is_default() && constructor.fixed.is_empty();
    let default = (direction.sent && constructors.iter().any(is_default)).then(|| quote! { Default, });
    quote! { #[derive(Clone, Debug, #default PartialEq, Deserialize, Serialize)] }
}
