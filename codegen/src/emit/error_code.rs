//! Emits the enum of a product's error codes.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::doc::Doc;
use crate::model::{About, Code, Kind, Product};

/// Emits the module of the codes, with their meanings, kinds and hints.
pub(super) fn module(product: &Product, common_codes: &[Code]) -> TokenStream {
    let doc = Doc::of(["Error codes of the product, and those that every product can return."]).inner();
    let title = &product.title;
    let about = Doc::default()
        .paragraph(&format!("An error code of {title}."))
        .paragraph(
            "The name of a variant is the code without its dots. [`Error::code_as`](crate::Error::code_as) returns \
             the code of an error.",
        )
        .outer();
    let mut codes: Vec<&Code> = common_codes.iter().chain(&product.codes).collect();
    codes.sort_by_key(|code| &code.name.wire);
    let variants = codes.iter().map(|code| {
        let (ident, doc) = (&code.name.ident, Doc::default().paragraph(&meaning(code)).outer());
        quote! { #doc #ident }
    });
    let kinds = kinds(codes.iter().copied());
    let facts = codes.iter().map(|code| {
        let (ident, facts) = (&code.name.ident, facts(code));
        quote! { #ident: #facts }
    });
    quote! {
        #doc

        use tencentcloud_core::error::CodeFacts;
        use tencentcloud_core::error::ErrorKind::{#(#kinds),*};
        use tencentcloud_core::error_codes;

        #about
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode {
            #(#variants,)*
            /// A code that this version does not know, verbatim.
            Other(String),
        }

        error_codes!(ErrorCode { #(#facts,)* });
    }
}

fn meaning(code: &Code) -> String {
    format!("`{}`: {}", code.name.wire, code.doc.join(" "))
}

/// The variants of the core's `ErrorKind` that the facts of some codes name, sorted.
pub(super) fn kinds<'a>(codes: impl IntoIterator<Item = &'a Code>) -> impl Iterator<Item = Ident> {
    let kinds: BTreeSet<Ident> = codes.into_iter().map(|code| kind(code.kind)).collect();
    kinds.into_iter()
}

/// The core's `CodeFacts` about a code.
pub(super) fn facts(code: &Code) -> TokenStream {
    let wire = &code.name.wire;
    let kind = kind(code.kind);
    let about = code.about.map(|about| match about {
        About::Target => quote! { .about_a_target() },
        About::Request => quote! { .about_the_request() },
    });
    let uncertain = code.may_have_been_carried_out.then(|| quote! { .that_may_have_been_carried_out() });
    let hint = code.hint.as_ref().map(|hint| quote! { .with_hint(#hint) });
    quote! { CodeFacts::new(#wire, #kind) #about #uncertain #hint }
}

/// The variant of the core's `ErrorKind`.
pub(super) fn kind(kind: Kind) -> Ident {
    match kind {
        Kind::Throttled => format_ident!("Throttled"),
        Kind::Quota => format_ident!("Quota"),
        Kind::BatchTooLarge => format_ident!("BatchTooLarge"),
        Kind::ClockSkew => format_ident!("ClockSkew"),
        Kind::Auth => format_ident!("Auth"),
        Kind::Permission => format_ident!("Permission"),
        Kind::NotFound => format_ident!("NotFound"),
        Kind::Rejected => format_ident!("Rejected"),
        Kind::Server => format_ident!("Server"),
    }
}
