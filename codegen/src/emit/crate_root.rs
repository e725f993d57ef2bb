//! Emits the root of a crate, and its module `runtime`.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::doc::Doc;
use super::readme;
use crate::model::Product;

/// The modules of the core, and what is in them.
const RUNTIME_MODULES: [(&str, &str); 13] = [
    ("[`action`]", "the traits of actions and products"),
    ("[`call`]", "calls, their options, and [`GenericClient`] for actions that no crate has"),
    ("[`client`]", "the client that the clients of all products wrap"),
    ("[`config`]", "settings"),
    ("[`credentials`]", "credentials, where to find them, and roles"),
    ("[`endpoint`]", "sites, regions, and hosts of your own"),
    ("[`error`]", "errors, their kinds, and error codes"),
    ("[`http`]", "the transport, and proxies"),
    ("[`jobs`]", "large jobs: pages, batches, and waiting for tasks"),
    ("[`observe`]", "interceptors, for metrics and for headers of your own"),
    ("[`request`]", "the language of the service's messages, and signing methods"),
    ("[`signing`]", "signatures as pure functions"),
    ("[`time`]", "the clock, and the dates and times of requests and responses"),
];

/// Emits the root of the crate.
pub(super) fn module(product: &Product) -> TokenStream {
    // The README defines the same links, as addresses. rustdoc uses the first definition of a link.
    let links = Doc::of(["<!-- The README below links to docs.rs. These links replace its own. -->"])
        .link_definitions(readme::links(product).map(|link| (link.label, link.path)))
        .inner();
    let marker = &product.ident;
    let types = has_types(product).then(|| quote! { mod types; });
    let type_names = type_names(product);
    let types_export = has_types(product).then(|| quote! { pub use types::{#(#type_names),*}; });
    let mut modules: Vec<&Ident> = product.actions.iter().map(|action| &action.function).collect();
    modules.sort();
    let exports = product.actions.iter().map(|action| {
        let (module, request, response) = (&action.function, &action.name.ident, &action.response_ident);
        let required = action.constructors.iter().filter_map(|constructor| constructor.struct_of_arguments.as_ref());
        quote! { pub use #module::{#request, #(#required,)* #response}; }
    });
    quote! {
        #links
        #![doc = include_str!("../README.md")]
        #![doc(test(attr(deny(warnings))))]
        #![cfg_attr(docsrs, feature(doc_cfg))]

        mod client;
        mod error_code;
        mod product;
        pub mod runtime;
        #(mod #modules;)*
        #types

        pub use client::Client;
        pub use error_code::ErrorCode;
        pub use product::#marker;
        #(#exports)*
        #[doc(inline)]
        pub use tencentcloud_core::{Call, Config, Credentials, CredentialsChain, Endpoint, Error, ErrorKind};
        #types_export
    }
}

/// Emits the module that re-exports the core.
pub(super) fn runtime() -> TokenStream {
    let modules = RUNTIME_MODULES.map(|(module, contents)| [module.to_owned(), contents.to_owned()]);
    let testing =
        ["`testing`".to_owned(), "a scripted transport and a virtual clock, with the feature `testing`".to_owned()];
    let doc = Doc::of([
        "Everything of `tencentcloud-core`, the runtime of all product crates.",
        "The root of this crate has what most programs need. With this module, a program needs no other dependency \
         for the rest, such as an interceptor, a transport, a clock or a credentials provider of its own.",
    ])
    .table(["module", "contents"], modules.into_iter().chain([testing]))
    .inner();
    quote! {
        #doc

        #[doc(inline)]
        pub use tencentcloud_core::*;
    }
}

/// Whether the product has types of its own.
pub(super) fn has_types(product: &Product) -> bool {
    !product.value_sets.is_empty() || !product.records.is_empty()
}

fn type_names(product: &Product) -> impl Iterator<Item = Ident> {
    let value_sets = product.value_sets.iter().map(|set| set.name.ident.clone());
    let sent = product.records.iter().filter(|record| record.direction.sent);
    let required = sent.filter_map(|record| record.constructor().struct_of_arguments);
    value_sets.chain(product.records.iter().map(|record| record.name.ident.clone())).chain(required)
}
