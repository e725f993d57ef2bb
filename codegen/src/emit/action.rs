//! The module of an action: its request, its response, and what the core has to know of it.

use proc_macro2::TokenStream;
use quote::quote;

use super::doc::{self, Doc};
use super::snippets::Snippets;
use super::{builder, example, library, number, record};
use crate::model::{Action, Direction, Field, Pagination, Product, Type};

/// Emits the module, its items in the order in which a reader wants them.
pub(super) fn module(action: &Action, product: &Product, snippets: &Snippets) -> TokenStream {
    let title = Doc::default().paragraph(&doc::sentence(&format!("`{}`: {}", action.name.wire, action.title))).inner();
    let imports = library::imports_of_action(action, product);
    let request = request(action, product, snippets);
    let builder = builder::methods(&action.name.ident, &action.request, &action.constructors, false);
    let contract = contract(action, product);
    let response = response(action);
    quote! {
        #title

        #imports

        #request
        #builder
        #contract
        #response
    }
}

fn request(action: &Action, product: &Product, snippets: &Snippets) -> TokenStream {
    let paging = paging(action);
    let without_setter = without_setter(action);
    let doc = Doc::of(action.doc.iter().chain(&paging).chain(&without_setter))
        .heading("Limits")
        .list(&limits(action))
        .heading("Errors")
        .paragraph(
            "[`ErrorCode`] says what a code means, [`ERRORS`](Action::ERRORS) which of them this action answers.",
        )
        .heading(if action.examples.len() == 1 { "Example" } else { "Examples" })
        .code(example::lines(action, product, snippets))
        .paragraph(&source(action))
        .outer();
    let head = quote! {
        #doc
        #[must_use = "a request does nothing until a client sends it"]
    };
    record::structure(&action.name.ident, &head, &action.request, Direction::SENT, None)
}

fn limits(action: &Action) -> Vec<String> {
    let mut limits = vec![format!("{} requests a second.", number::text(action.requests_per_second))];
    if let Some(batch) = &action.batch {
        let (over, at_most) = (&batch.over.ident, number::text(batch.at_most));
        let per_day = batch.per_day.map(|per_day| format!(", and {} a day and region", number::text(per_day)));
        let per_day = per_day.unwrap_or_default();
        limits.push(format!(
            "{at_most} [`{over}`](Self::{over}) a request{per_day}, unless the account has other quotas."
        ));
    }
    limits
}

fn paging(action: &Action) -> Option<String> {
    let Pagination { offset, limit, items, total } = action.pagination.as_ref()?;
    let (offset, limit, response) = (&offset.ident, &limit.ident, &action.response_ident);
    let (items, total) = (&items.ident, &total.ident);
    Some(format!(
        "[`offset`](Self::{offset}) and [`limit`](Self::{limit}) choose a page of [`{items}`]({response}::{items}); \
         [`{total}`]({response}::{total}) counts those of all pages."
    ))
}

/// Which optional fields only constructors set, and what becomes of one that is set all the same.
fn without_setter(action: &Action) -> Option<String> {
    let fields = action.request.iter().filter(|field| !field.required && !field.has_setter(&action.constructors));
    let links: Vec<String> = fields
        .map(|field| {
            let ident = &field.name.ident;
            format!("[`{ident}`](Self::{ident})")
        })
        .collect();
    let (last, others) = links.split_last()?;
    let comes = match others {
        [] => format!("{last} comes with the constructors that need it, and has no setter."),
        _ => {
            format!("{} and {last} come with the constructors that need them, and have no setters.", others.join(", "))
        }
    };
    Some(format!("{comes} A field that is written all the same is sent as it is, whether it fits the others or not."))
}

fn source(action: &Action) -> String {
    format!("Source: [{}]({}), as of {}.", action.name.wire, action.page, action.updated)
}

/// What the core has to know of the action.
fn contract(action: &Action, product: &Product) -> TokenStream {
    let Action { name, response_ident, repeatable, errors, .. } = action;
    let (request, wire, product) = (&name.ident, &name.wire, &product.ident);
    let rate = number::literal(action.requests_per_second);
    let errors = errors.iter().map(|code| &code.ident);
    let empty_list = empty_list(action);
    quote! {
        impl Action for #request {
            type Product = #product;
            type Response = #response_ident;

            const NAME: &'static str = #wire;
            const RATE_LIMIT: RateLimit = RateLimit::per_second(#rate);
            const REPEATABLE: bool = #repeatable;
            const ERRORS: &'static [ErrorCode] = &[#(ErrorCode::#errors),*];

            #empty_list
        }
    }
}

/// The name of the first list that must hold something and does not, if there are such lists: those
/// that are required, and those that a constructor takes, wherever they are there.
fn empty_list(action: &Action) -> Option<TokenStream> {
    let is_taken = |field: &Field| action.constructors.iter().any(|constructor| constructor.takes(field));
    let lists = action.request.iter().filter(|field| matches!(field.ty, Type::List(_)));
    let empty = lists.filter(|field| field.required || is_taken(field)).map(|field| {
        let (ident, wire) = (&field.name.ident, &field.name.wire);
        let is_empty = if field.required {
            quote! { self.#ident.is_empty() }
        } else {
            quote! { self.#ident.as_ref().is_some_and(Vec::is_empty) }
        };
        quote! { #is_empty.then_some(#wire) }
    });
    let empty = empty.reduce(|first, next| quote! { #first.or(#next) })?;
    Some(quote! {
        fn empty_required_list(&self) -> Option<&'static str> {
            #empty
        }
    })
}

fn response(action: &Action) -> TokenStream {
    let request = &action.name.ident;
    let doc = Doc::default().paragraph(&format!("What the service answers to [`{request}`].")).outer();
    let request_id = quote! {
        /// Identifier of this exchange, for the service's support; empty if the answer had none.
        #[serde(default, deserialize_with = "wire::nullable")]
        pub request_id: String,
    };
    record::structure(&action.response_ident, &doc, &action.response, Direction::RECEIVED, Some(&request_id))
}
