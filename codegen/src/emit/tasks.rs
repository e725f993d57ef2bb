//! Emits how tasks are submitted, and how their entries are listed.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::doc::Doc;
use crate::model::{Action, Direction, Entry, Filters, Pagination, Period, Submission, TaskList};

/// Emits what an action that submits tasks needs: the facts for the core, and the response's method
/// that returns the task.
pub(super) fn submission(action: &Action) -> Option<TokenStream> {
    let Submission { id, listed_by, scope, .. } = action.submission.as_ref()?;
    let (request, response, id) = (&action.name.ident, &action.response_ident, &id.ident);
    let scope_wire = scope.as_ref().map(|scope| &scope.wire);
    let scope_const = scope_wire.map(|wire| quote! { const SCOPE: Option<&'static str> = Some(#wire); });
    let doc = Doc::of(["The task, to wait for it with [`Client::wait`](crate::Client::wait)."]).outer();
    let (parameter, argument) = scope.as_ref().map(|scope| scope_argument(&scope.ident)).unzip();
    Some(quote! {
        impl Submits for #request {
            type ListedBy = #listed_by;

            #scope_const

            fn task_id(response: &#response) -> &str {
                &response.#id
            }
        }

        impl #response {
            #doc
            #[must_use]
            pub fn task(&self, #parameter) -> TaskHandle<#listed_by> {
                #listed_by::task(#argument &self.#id)
            }
        }
    })
}

/// The parameter of a function with the scope of a task, and the argument that passes it on.
fn scope_argument(scope: &Ident) -> (TokenStream, TokenStream) {
    (quote! { #scope: impl Into<String>, }, quote! { #scope, })
}

/// Emits what an action that lists tasks needs: the facts for the core, and the request's function
/// that names a task.
pub(super) fn task_list(action: &Action) -> Option<TokenStream> {
    let (task_list, pages) = (action.task_list.as_ref()?, action.pagination.as_ref()?);
    let request = &action.name.ident;
    let (query, entry) = (query(task_list), entry(&task_list.entry, pages));
    let doc = Doc::of(["Names a task by its id, to wait for it with [`Client::wait`](crate::Client::wait)."]).outer();
    let (parameter, created) = match &task_list.scope {
        Some(scope) => {
            let (parameter, argument) = scope_argument(&scope.ident);
            (Some(parameter), quote! { TaskHandle::in_scope(#argument id) })
        }
        None => (None, quote! { TaskHandle::new(id) }),
    };
    Some(quote! {
        impl #request {
            #doc
            #[must_use]
            pub fn task(#parameter id: impl Into<String>) -> TaskHandle<Self> {
                #created
            }
        }

        impl TaskList for #request {
            const QUERY: TaskQuery = #query;

            #entry
        }
    })
}

fn query(task_list: &TaskList) -> TokenStream {
    let TaskList { scope, filters, task, target, state, period, pending, succeeded, failed, .. } = task_list;
    let Period { start, end, has_offset } = period;
    let (selectors, period) = (quote! { [#task, #target, #state] }, quote! { [#start, #end] });
    let by = match filters {
        Some(Filters { parameter, name, values }) => {
            quote! { TaskQuery::by_filters([#parameter, #name, #values], #selectors, #period) }
        }
        None => quote! { TaskQuery::by_parameters(#selectors, #period) },
    };
    let scope = scope.as_ref().map(|scope| &scope.wire).map(|wire| quote! { .scope(#wire) });
    let with_utc_offset = has_offset.then(|| quote! { .with_utc_offset() });
    quote! {
        #by
            #scope
            #with_utc_offset
            .pending(&[#(#pending),*])
            .succeeded(&[#(#succeeded),*])
            .failed(&[#(#failed),*])
    }
}

fn entry(entry: &Entry, pages: &Pagination) -> TokenStream {
    let Entry { task, target, state, created, reason } = entry;
    let (item, task, target, state, created) = (&pages.item, &task.ident, &target.ident, &state.ident, &created.ident);
    let reason = match reason {
        Some(reason) if reason.is_option(Direction::RECEIVED) => {
            let reason = &reason.name.ident;
            quote! { item.#reason.as_deref() }
        }
        Some(reason) => {
            let reason = &reason.name.ident;
            quote! { Some(&item.#reason) }
        }
        None => quote! { None },
    };
    quote! {
        fn entry(item: &#item) -> TaskEntry<'_> {
            TaskEntry {
                task: &item.#task,
                target: &item.#target,
                state: item.#state.as_str(),
                reason: #reason,
                created: item.#created.as_str(),
            }
        }
    }
}
