//! The client of a product: a method an action.

use proc_macro2::TokenStream;
use quote::quote;

use super::doc::Doc;
use crate::model::{Action, Product};

/// Emits the module of the client.
pub(super) fn module(product: &Product) -> TokenStream {
    let doc = Doc::of(["The client."]).inner();
    let (marker, title) = (&product.ident, &product.title);
    let about = Doc::default()
        .paragraph(&format!("A client of {title}."))
        .paragraph("It is cheap to clone, and shares its connections and credentials with every client of the same [`Config`].")
        .outer();
    let requests = product.actions.iter().map(|action| &action.name.ident);
    let methods = product.actions.iter().map(|action| method(action, product));
    quote! {
        #doc

        use std::borrow::Borrow;

        use tencentcloud_core::{Call, Client as CoreClient, Config};

        use crate::{#marker, #(#requests),*};

        #about
        #[derive(Clone, Debug)]
        pub struct Client {
            inner: CoreClient<#marker>,
        }

        impl Client {
            /// Creates a client that shares the connections, credentials and rate limits of a
            /// configuration.
            #[must_use]
            pub fn new(config: &Config) -> Self {
                Self { inner: CoreClient::new(config) }
            }

            #(#methods)*
        }
    }
}

fn method(action: &Action, product: &Product) -> TokenStream {
    let Action { name, function, doc, .. } = action;
    let request = &name.ident;
    let doc = Doc::of(doc.get(..1).unwrap_or_default())
        .paragraph(&format!("[`{request}`] says more: limits, errors, examples."))
        .outer();
    let deprecated = product.retired(action).map(|note| quote! { #[deprecated(note = #note)] });
    quote! {
        #doc
        #deprecated
        pub fn #function(&self, request: impl Borrow<#request>) -> Call<#request> {
            self.inner.call(request.borrow())
        }
    }
}
