//! Emits how quotas are stated, and the methods that ask for them.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};

use super::doc::Doc;
use crate::model::{Action, Product, Purpose, Quota, QuotaKind, QuotaLine, QuotaOutput};

/// Emits what an action that returns quotas states.
pub(super) fn impl_of_quota_list(action: &Action) -> Option<TokenStream> {
    let Quota { scope, lists, line, kinds } = action.quota.as_ref()?;
    let (request, response) = (&action.name.ident, &action.response_ident);
    let scope = scope.as_ref().map(|scope| &scope.wire);
    let scope = scope.map(|wire| quote! { const SCOPE: Option<&'static str> = Some(#wire); });
    let kinds = (!kinds.is_empty()).then(|| {
        let values = kinds.iter().map(|(value, _)| value);
        let variants = kinds.iter().map(|(_, kind)| kind_of(*kind));
        quote! { const KINDS: &'static [(&'static str, QuotaKind)] = &[#((#values, #variants)),*]; }
    });
    let lets = lists.iter().map(|list| {
        let (name, lines) = (&list.name.ident, lines(list, line));
        quote! { let #name = #lines; }
    });
    let names = lists.iter().map(|list| list.name.ident.to_token_stream());
    let all = names.reduce(|first, next| quote! { #first.chain(#next) });
    Some(quote! {
        impl QuotaList for #request {
            #scope
            #kinds

            fn lines(response: &#response) -> Vec<QuotaLine> {
                #(#lets)*
                #all.collect()
            }
        }
    })
}

/// The quotas in an output.
fn lines(output: &QuotaOutput, line: &QuotaLine) -> TokenStream {
    let QuotaOutput { name, purpose, kind } = output;
    let (name, purpose) = (&name.ident, purpose_of(*purpose));
    let kind = match (kind, &line.kind) {
        (Some(kind), _) => kind_of(*kind),
        (None, Some(field)) => {
            let field = &field.ident;
            quote! { QuotaKind::listed(quota.#field.as_str(), Self::KINDS) }
        }
        (None, None) => quote! { QuotaKind::Everything },
    };
    let [per_request, per_day, left] = [&line.per_request, &line.per_day, &line.left_today].map(|name| &name.ident);
    let area = line.area.as_ref().map(|area| &area.ident);
    let area = area.map(|area| quote! { .with_area(quota.#area.as_str()) });
    quote! {
        response.#name.iter().map(|quota| {
            QuotaLine::new(#purpose, #kind, [quota.#per_request, quota.#per_day, quota.#left]) #area
        })
    }
}

fn purpose_of(purpose: Purpose) -> TokenStream {
    match purpose {
        Purpose::Purge => quote! { Purpose::Purge },
        Purpose::Prefetch => quote! { Purpose::Prefetch },
    }
}

fn kind_of(kind: QuotaKind) -> TokenStream {
    let variant = match kind {
        QuotaKind::Url => "Url",
        QuotaKind::Directory => "Directory",
        QuotaKind::Host => "Host",
        QuotaKind::Tag => "Tag",
        QuotaKind::Everything => "Everything",
    };
    let variant = format_ident!("{variant}");
    quote! { QuotaKind::#variant }
}

/// Emits which quota an action uses.
pub(super) fn impl_of_uses_quota(action: &Action) -> Option<TokenStream> {
    let quota = action.submission.as_ref()?.quota.as_ref()?;
    let (request, returned_by, purpose) = (&action.name.ident, &quota.action, purpose_of(quota.purpose));
    let area = quota.area.as_ref().map(|(parameter, default)| {
        let default = default.as_ref().map(|default| quote! { .or(#default) });
        quote! { const AREA: Option<QuotaArea> = Some(QuotaArea::new(#parameter) #default); }
    });
    Some(quote! {
        impl UsesQuota for #request {
            type Quota = #returned_by;

            const PURPOSE: Purpose = #purpose;
            #area
        }
    })
}

/// The methods of the client that ask for quotas.
pub(super) fn methods(product: &Product) -> TokenStream {
    let quotas = [(Purpose::Purge, "purge"), (Purpose::Prefetch, "prefetch")];
    let quotas = quotas.into_iter().filter_map(|(purpose, word)| quota_method(product, purpose, word));
    quote! { #(#quotas)* }
}

fn quota_method(product: &Product, purpose: Purpose, word: &str) -> Option<TokenStream> {
    let (action, quota) = product.quota_list(purpose)?;
    let (method, list) = (format_ident!("{word}_quota"), &action.name.ident);
    let done = match purpose {
        Purpose::Purge => "purged",
        Purpose::Prefetch => "prefetched",
    };
    let doc = Doc::of([format!(
        "Returns how much may be {done} per request and per day, and how much is left today: a line for each kind of \
         targets, and for each region that has a quota of its own."
    )]);
    let (doc, purpose) = (doc.outer(), purpose_of(purpose));
    Some(match &quota.scope {
        Some(scope) => {
            let scope = &scope.ident;
            quote! {
                #doc
                pub fn #method(&self, #scope: impl Into<String>) -> AskQuota<#list> {
                    AskQuota::of_scope(&self.inner, #purpose, #scope)
                }
            }
        }
        None => quote! {
            #doc
            pub fn #method(&self) -> AskQuota<#list> {
                AskQuota::of(&self.inner, #purpose)
            }
        },
    })
}
