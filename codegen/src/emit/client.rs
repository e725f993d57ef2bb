//! Emits the client of a product, with one method per action.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::doc::{self, Doc};
use super::{action, example, quota, strings, zones};
use crate::model::{Action, Product};

/// Emits the module of the client.
pub(super) fn module(product: &Product) -> TokenStream {
    let doc = Doc::of(["The client, with one method for each action."]).inner();
    let marker = &product.ident;
    let about = about(product).outer();
    let requests = product.actions.iter().map(|action| &action.name.ident);
    let methods = product.actions.iter().map(|action| method(action, product));
    let lists_tasks = product.actions.iter().any(|action| action.task_list.is_some());
    let wait = lists_tasks.then(|| wait(marker));
    let duration = lists_tasks.then(|| quote! { use std::time::Duration; });
    let (quota_methods, find_zone, imports) =
        (quota::methods(product), zones::find_zone(product), job_imports(product));
    quote! {
        #doc

        use std::borrow::Borrow;
        #duration

        #imports
        use tencentcloud_core::{Call, Client as CoreClient, Config};

        use crate::{#marker, #(#requests),*};

        #about
        #[derive(Clone, Debug)]
        pub struct Client {
            inner: CoreClient<#marker>,
        }

        impl Client {
            /// Creates a client with the settings, connections and rate limits of a configuration.
            #[must_use]
            pub fn new(config: &Config) -> Self {
                Self { inner: CoreClient::new(config) }
            }

            #(#methods)*
            #wait
            #quota_methods
            #find_zone
        }

        /// The client of the core, which its jobs take.
        impl AsRef<CoreClient<#marker>> for Client {
            fn as_ref(&self) -> &CoreClient<#marker> {
                &self.inner
            }
        }
    }
}

/// The imports of `wait`, `purge_quota`, `prefetch_quota` and `find_zone`.
fn job_imports(product: &Product) -> TokenStream {
    let any_action = |has: fn(&Action) -> bool| product.actions.iter().any(has);
    let waits = any_action(|action| action.task_list.is_some());
    let quotas = any_action(|action| action.quota.is_some());
    let zones = any_action(|action| action.zones.is_some());
    let facts = [(quotas, "Purpose"), (waits, "TaskList")];
    let jobs = [(quotas, "AskQuota"), (zones, "FindZone"), (waits, "TaskHandle"), (waits, "Wait")];
    let import = |module: TokenStream, names: &[(bool, &str)]| {
        let names = names.iter().filter(|(is_used, _)| *is_used).map(|(_, name)| format_ident!("{name}"));
        let names: Vec<Ident> = names.collect();
        (!names.is_empty()).then(|| quote! { use tencentcloud_core::#module::{#(#names),*}; })
    };
    let (facts, jobs) = (import(quote! { action }, &facts), import(quote! { jobs }, &jobs));
    quote! {
        #facts
        #jobs
    }
}

/// The method that waits for tasks, if an action lists them.
fn wait(marker: &Ident) -> TokenStream {
    let doc = Doc::of([
        "Waits until tasks are done, at most for `limit`. Pass the task of a response (`response.task()`), or make \
         one from its id, with the function `task` of the request that lists tasks.",
        "The tasks are those of one list: purges or prefetches. See [`Wait`] for the requests that it makes, and for \
         its result.",
    ])
    .outer();
    quote! {
        #doc
        pub fn wait<L, T>(&self, tasks: impl IntoIterator<Item = T>, limit: Duration) -> Wait<L>
        where
            L: TaskList<Product = #marker>,
            T: Borrow<TaskHandle<L>>,
        {
            self.inner.wait(tasks, limit)
        }
    }
}

fn about(product: &Product) -> Doc {
    let example = example::of_client(product);
    Doc::default()
        .paragraph(&format!("Client of {}.", product.title))
        .paragraph(
            "A method encodes its request at once, and returns a [`Call`] that sends it when it is awaited. Requests \
             are taken by value or by reference.",
        )
        .heading("Example")
        .code("no_run", example)
        .heading("Configuration")
        .paragraph(
            "A client has the settings of its [`Config`]: credentials, endpoint, proxy, timeouts, interceptors and \
             others. [`Config::from_env`] reads the credentials from the environment, and [`Config::builder`] has all \
             settings.",
        )
        .paragraph(
            "Build one configuration per account, and create all clients from it. They share its connections, \
             credentials, rate limits and retry budget. Clients of a second configuration do not: together, they can \
             exceed the rate of the account.",
        )
        .heading("Cloning")
        .paragraph(
            "A clone shares everything with the original, and costs one reference count, so there is no need for an \
             `Arc`. Clones can be used at the same time, from any task or thread.",
        )
}

fn method(action: &Action, product: &Product) -> TokenStream {
    let Action { name, function, .. } = action;
    let request = &name.ident;
    let doc = Doc::of(action::paragraphs(action, product).first().map(|first| doc::closed(first)))
        .paragraph(&format!("See [`{request}`] for its limits, errors and examples."))
        .outer();
    let note = product.deprecation_note(action).map(|note| strings::wrapped(note));
    let deprecated = note.map(|note| quote! { #[deprecated(note = #note)] });
    quote! {
        #doc
        #deprecated
        pub fn #function(&self, request: impl Borrow<#request>) -> Call<#request> {
            self.inner.call(request.borrow())
        }
    }
}
