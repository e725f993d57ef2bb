//! Emits the marker type of a product.

use proc_macro2::TokenStream;
use quote::quote;

use super::doc::Doc;
use crate::model::Product;

/// Emits the module of the marker type, with the facts that the core needs.
pub(super) fn module(product: &Product) -> TokenStream {
    let Product { ident, service, version, title, hosts, page, .. } = product;
    let (mainland, international) = (&hosts.mainland, &hosts.international);
    let doc = Doc::of(["The marker type of the product: its service, version and hosts."]).inner();
    let about = Doc::default()
        .paragraph(&format!("{title}, version {version} of its API."))
        .paragraph(&format!("Source: [documentation of the API]({page})."))
        .outer();
    quote! {
        #doc

        use tencentcloud_core::{Hosts, Product};

        use crate::ErrorCode;

        #about
        #[derive(Clone, Copy, Debug)]
        #[non_exhaustive]
        pub struct #ident;

        impl Product for #ident {
            type ErrorCode = ErrorCode;

            const SERVICE: &'static str = #service;
            const VERSION: &'static str = #version;
            const HOSTS: Hosts = Hosts { mainland: #mainland, international: #international };
        }
    }
}
