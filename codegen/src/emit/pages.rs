//! Emits how a long list is read page by page.

use proc_macro2::TokenStream;
use quote::quote;

use super::{field, number};
use crate::model::{Action, Direction, Pagination, Position, Type};

/// The description of paging, for the documentation of a request.
pub(super) fn doc(action: &Action) -> Option<String> {
    let Pagination { position, limit, items, total, .. } = action.pagination.as_ref()?;
    let response = &action.response_ident;
    let position = match position {
        Position::Offset(name) | Position::Page(name) | Position::Token(name, _) => &name.ident,
    };
    let items = &items.ident;
    let select = match limit {
        Some(limit) => {
            let limit = &limit.ident;
            format!("[`{position}`](field@Self::{position}) and [`{limit}`](field@Self::{limit}) select")
        }
        None => format!("[`{position}`](field@Self::{position}) selects"),
    };
    let total = total.as_ref().map(|total| {
        let total = &total.name.ident;
        format!(" [`{total}`]({response}::{total}) is the number of entries on all pages.")
    });
    Some(format!(
        "{select} a page of [`{items}`]({response}::{items}).{} [`Call::items`](crate::Call::items) reads all pages.",
        total.unwrap_or_default(),
    ))
}

/// Emits the facts that the core needs to read all pages.
pub(super) fn impl_of_paged(action: &Action) -> Option<TokenStream> {
    let pages = action.pagination.as_ref()?;
    let (request, response, items, item) =
        (&action.name.ident, &action.response_ident, &pages.items.ident, &pages.item);
    let pagination = pagination(pages);
    let (total, next_token, identity) = (total(pages, action), next_token(pages, action), identity(pages));
    Some(quote! {
        impl Paged for #request {
            type Item = #item;

            const PAGINATION: Pagination = #pagination;

            fn items(response: #response) -> Vec<#item> {
                response.#items
            }

            #total
            #next_token

            #identity
        }
    })
}

fn pagination(pages: &Pagination) -> TokenStream {
    let limit = pages.limit.as_ref().map(|limit| limit.wire.as_str());
    let by = match (&pages.position, limit) {
        (Position::Offset(offset), limit) => {
            let offset = &offset.wire;
            quote! { Pagination::by_offset(#offset, #limit) }
        }
        (Position::Page(page), limit) => {
            let page = &page.wire;
            quote! { Pagination::by_number(#page, #limit) }
        }
        (Position::Token(token, _), limit) => {
            let token = &token.wire;
            let limit = limit.map(|limit| quote! { .limit(#limit) });
            quote! { Pagination::by_token(#token) #limit }
        }
    };
    let page_size = pages.page_size.map(number::literal).map(|size| quote! { .page_size(#size) });
    quote! { #by #page_size }
}

fn total(pages: &Pagination, action: &Action) -> Option<TokenStream> {
    let field = pages.total.as_ref()?;
    let (response, total) = (&action.response_ident, &field.name.ident);
    let total = match (&field.ty, field::is_optional(field, Direction::RECEIVED)) {
        (Type::Unsigned, true) => quote! { response.#total },
        (Type::Unsigned, false) => quote! { Some(response.#total) },
        (_, true) => quote! { response.#total.and_then(|total| u64::try_from(total).ok()) },
        (_, false) => quote! { u64::try_from(response.#total).ok() },
    };
    Some(quote! {
        fn total(response: &#response) -> Option<u64> {
            #total
        }
    })
}

fn next_token(pages: &Pagination, action: &Action) -> Option<TokenStream> {
    let Position::Token(_, next) = &pages.position else { return None };
    let (response, ident) = (&action.response_ident, &next.name.ident);
    let token = if field::is_optional(next, Direction::RECEIVED) {
        quote! { response.#ident.as_deref() }
    } else {
        quote! { Some(response.#ident.as_str()) }
    };
    Some(quote! {
        fn next_token(response: &#response) -> Option<&str> {
            #token.filter(|token| !token.is_empty())
        }
    })
}

fn identity(pages: &Pagination) -> TokenStream {
    let item = &pages.item;
    let fields = pages.identity.iter().map(|name| &name.ident);
    let identity = match (item, pages.identity.as_slice()) {
        (Type::Float, _) => quote! { item.to_bits() },
        (Type::Record(_), [only]) => {
            let only = &only.ident;
            quote! { &item.#only }
        }
        (Type::Record(_), _) => quote! { (#(&item.#fields),*) },
        _ => quote! { item },
    };
    quote! {
        fn identity(item: &#item) -> impl Hash {
            #identity
        }
    }
}
