//! Emits how a long list is read page by page.

use proc_macro2::TokenStream;
use quote::quote;

use super::number;
use super::path::{Reached, reach};
use crate::model::{Action, Field, Pagination, Position, Product, Type};

/// The description of paging, for the documentation of a request.
pub(super) fn doc(action: &Action) -> Option<String> {
    let Pagination { position, limit, items, total, .. } = action.pagination.as_ref()?;
    let response = &action.response_ident;
    let position = match position {
        Position::Offset(name) | Position::Page(name) | Position::Token(name, _) => &name.ident,
    };
    let shown = |path: &[Field]| {
        let names: Vec<String> = path.iter().map(|field| field.name.ident.to_string()).collect();
        let output = names.first().cloned().unwrap_or_default();
        format!("[`{}`]({response}::{output})", names.join("."))
    };
    let select = match limit {
        Some(limit) => {
            let limit = &limit.ident;
            format!("[`{position}`](field@Self::{position}) and [`{limit}`](field@Self::{limit}) select")
        }
        None => format!("[`{position}`](field@Self::{position}) selects"),
    };
    let total = total.as_ref().map(|total| format!(" {} is the number of entries on all pages.", shown(total)));
    Some(format!(
        "{select} a page of {}.{} [`Call::items`](crate::Call::items) reads all pages.",
        shown(items),
        total.unwrap_or_default(),
    ))
}

/// Emits the facts that the core needs to read all pages.
pub(super) fn impl_of_paged(action: &Action, product: &Product) -> Option<TokenStream> {
    let pages = action.pagination.as_ref()?;
    let (request, response, item) = (&action.name.ident, &action.response_ident, &pages.item);
    let pagination = pagination(pages);
    let (total, next_token, identity) =
        (total(pages, action, product), next_token(pages, action, product), identity(pages));
    let items = items(pages, product);
    Some(quote! {
        impl Paged for #request {
            type Item = #item;

            const PAGINATION: Pagination = #pagination;

            fn items(response: #response) -> Vec<#item> {
                #items
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

fn items(pages: &Pagination, product: &Product) -> TokenStream {
    let items = pages.items.last().map(|items| &items.name.ident);
    let Reached { value, is_option } = reach(&pages.items, product, false, |of, _| quote! { #of.#items });
    let or_none = is_option.then(|| quote! { .unwrap_or_default() });
    quote! { #value #or_none }
}

fn total(pages: &Pagination, action: &Action, product: &Product) -> Option<TokenStream> {
    let path = pages.total.as_ref()?;
    let Field { name, ty, .. } = path.last()?;
    let (response, ident) = (&action.response_ident, &name.ident);
    let Reached { value, is_option } = reach(path, product, true, |of, _| quote! { #of.#ident });
    let total = match (ty, is_option) {
        (Type::Unsigned, true) => quote! { #value },
        (Type::Unsigned, false) => quote! { Some(#value) },
        (_, true) => quote! { #value.and_then(|total| u64::try_from(total).ok()) },
        (_, false) => quote! { u64::try_from(#value).ok() },
    };
    Some(quote! {
        fn total(response: &#response) -> Option<u64> {
            #total
        }
    })
}

fn next_token(pages: &Pagination, action: &Action, product: &Product) -> Option<TokenStream> {
    let Position::Token(_, path) = &pages.position else { return None };
    let (response, ident) = (&action.response_ident, path.last().map(|next| &next.name.ident));
    let Reached { value, is_option } = reach(path, product, true, |of, is_option| match is_option {
        true => quote! { #of.#ident.as_deref() },
        false => quote! { #of.#ident.as_str() },
    });
    let token = match is_option {
        true => value,
        false => quote! { Some(#value) },
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
