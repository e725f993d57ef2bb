//! Emits how tasks are submitted, and how their entries are listed.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::doc::Doc;
use crate::model::{
    Action, Direction, Entry, Field, Filters, Pagination, Period, Submission, TaskKind, TaskList, Type,
};

/// Emits what an action that submits tasks needs: the facts for the core, and the response's method
/// that returns the task.
pub(super) fn submission(action: &Action) -> Option<TokenStream> {
    let Submission { id, listed_by, scope, kind, method_by, .. } = action.submission.as_ref()?;
    let (request, response, id) = (&action.name.ident, &action.response_ident, &id.ident);
    let scope_wire = scope.as_ref().map(|scope| &scope.wire);
    let scope_const = scope_wire.map(|wire| quote! { const SCOPE: Option<&'static str> = Some(#wire); });
    let kind = kind.as_ref().map(|kind| match kind {
        TaskKind::Fixed(kind) => quote! { const KIND: Option<&'static str> = Some(#kind); },
        TaskKind::By(parameter) => quote! { const KIND_BY: Option<&'static str> = Some(#parameter); },
    });
    let method_by = method_by.as_ref().map(|wire| quote! { const METHOD_BY: Option<&'static str> = Some(#wire); });
    let doc = Doc::of(["The task, to wait for it with [`Client::wait`](crate::Client::wait)."]).outer();
    let (parameter, argument) = scope.as_ref().map(|scope| scope_argument(&scope.ident)).unzip();
    Some(quote! {
        impl Submits for #request {
            type ListedBy = #listed_by;

            #scope_const
            #kind
            #method_by

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
    let Entry { task, target, state, created, kind, method, reason } = entry;
    let (item, task, target, state, created) = (&pages.item, &task.ident, &target.ident, &state.ident, &created.ident);
    let (kind, method) = (value(kind.as_ref()), value(method.as_ref()));
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
                kind: #kind,
                method: #method,
                reason: #reason,
                created: item.#created.as_str(),
            }
        }
    }
}

/// The value of a field of an entry whose type is a value set, if it has one.
fn value(field: Option<&Field>) -> TokenStream {
    let Some(field) = field else { return quote! { None } };
    let ident = &field.name.ident;
    match &field.ty {
        Type::ValueSet(name) if field.is_option(Direction::RECEIVED) => {
            let set = &name.ident;
            quote! { item.#ident.as_ref().map(#set::as_str) }
        }
        _ => quote! { Some(item.#ident.as_str()) },
    }
}
