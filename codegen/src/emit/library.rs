//! The root of a crate, and what its modules import.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use crate::model::{Action, CORE_NAMES, Direction, Field, Product, Type};

/// What the core's dates and times are made with, and what their making fails with.
const DATE_NAMES: [&str; 2] = ["ParseDateTimeError", "UtcOffset"];

/// Emits the root of the crate.
pub(super) fn module(product: &Product) -> TokenStream {
    let marker = &product.ident;
    let has_types = has_types(product);
    let types = has_types.then(|| quote! { mod types; });
    let type_names = type_names(product);
    let types_export = has_types.then(|| quote! { pub use types::{#(#type_names),*}; });
    let mut modules: Vec<&Ident> = product.actions.iter().map(|action| &action.function).collect();
    modules.sort();
    let exports = product.actions.iter().map(|action| {
        let (module, request, response) = (&action.function, &action.name.ident, &action.response_ident);
        quote! { pub use #module::{#request, #response}; }
    });
    let mut core: BTreeSet<&str> = CORE_NAMES.into_iter().collect();
    for field in all_fields(product) {
        if let Some(name) = core_name(field.ty.innermost()) {
            core.insert(name);
            core.extend(DATE_NAMES);
        }
    }
    let core = core.into_iter().map(|name| format_ident!("{name}"));
    quote! {
        #![doc = include_str!("../README.md")]
        #![doc(test(attr(deny(warnings))))]

        mod client;
        mod error_code;
        mod product;
        #(mod #modules;)*
        #types

        pub use client::Client;
        pub use error_code::ErrorCode;
        pub use product::#marker;
        #(#exports)*
        pub use tencentcloud_core::{#(#core),*};
        #types_export
    }
}

/// Whether the product has types of its own.
pub(super) fn has_types(product: &Product) -> bool {
    !product.value_sets.is_empty() || !product.records.is_empty()
}

fn type_names(product: &Product) -> impl Iterator<Item = &Ident> {
    let value_sets = product.value_sets.iter().map(|set| &set.name.ident);
    value_sets.chain(product.records.iter().map(|record| &record.name.ident))
}

/// Emits the imports of an action's module.
pub(super) fn imports_of_action(action: &Action, product: &Product) -> TokenStream {
    let mut ours: BTreeSet<&Ident> = BTreeSet::new();
    let mut core: BTreeSet<&str> = ["Action", "RateLimit", "wire"].into_iter().collect();
    for field in action.request.iter().chain(&action.response) {
        let ty = field.ty.innermost();
        core.extend(core_name(ty));
        ours.extend(named(ty));
    }
    ours.extend(
        action.constructors.iter().flat_map(|constructor| &constructor.fixed).flat_map(|(field, _)| named(&field.ty)),
    );
    ours.insert(&product.ident);
    let core = core.into_iter().map(|name| format_ident!("{name}"));
    let ours = ours.into_iter();
    quote! {
        use serde::{Deserialize, Serialize};
        use tencentcloud_core::{#(#core),*};

        use crate::{ErrorCode, #(#ours),*};
    }
}

/// Emits the imports of the module of types.
pub(super) fn imports_of_types(product: &Product) -> TokenStream {
    let fields =
        product.records.iter().flat_map(|record| record.fields.iter().map(move |field| (field, record.direction)));
    let mut core: BTreeSet<&str> = BTreeSet::new();
    for (field, direction) in fields {
        core.extend(core_name(field.ty.innermost()));
        core.extend(needs_wire(field, direction).then_some("wire"));
    }
    core.extend((!product.value_sets.is_empty()).then_some("value_set"));
    let any = |chosen: fn(Direction) -> bool| product.records.iter().any(|record| chosen(record.direction));
    let deserialize = any(|direction| direction.received).then(|| quote! { Deserialize, });
    let serialize = any(|direction| direction.sent).then(|| quote! { Serialize, });
    let serde = (!product.records.is_empty()).then(|| quote! { use serde::{#deserialize #serialize}; });
    let core = (!core.is_empty()).then(|| {
        let core = core.into_iter().map(|name| format_ident!("{name}"));
        quote! { use tencentcloud_core::{#(#core),*}; }
    });
    quote! { #serde #core }
}

/// Whether what is received in this field needs more than serde to be read.
fn needs_wire(field: &Field, direction: Direction) -> bool {
    direction.received && matches!(field.ty, Type::List(_) | Type::Integer | Type::Unsigned)
}

fn all_fields(product: &Product) -> impl Iterator<Item = &Field> {
    let actions = product.actions.iter().flat_map(|action| action.request.iter().chain(&action.response));
    actions.chain(product.records.iter().flat_map(|record| &record.fields))
}

/// The type of the core that a field has.
fn core_name(ty: &Type) -> Option<&'static str> {
    match ty {
        Type::DateTime => Some("DateTime"),
        Type::DateTimeIso => Some("OffsetDateTime"),
        _ => None,
    }
}

/// The type of this crate that a field has.
fn named(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::ValueSet(name) | Type::Record(name) => Some(&name.ident),
        _ => None,
    }
}
