//! Emits the core's table of the codes that every product can respond with.

use proc_macro2::TokenStream;
use quote::quote;

use super::doc::Doc;
use super::error_code;
use crate::draft::{Content, Draft};
use crate::model::Api;

/// Emits the module of the table.
pub(super) fn file(api: &Api) -> Draft {
    Draft {
        path: "crates/core/src/error/generated/mod.rs".to_owned(),
        from: "spec/common/errors.json".to_owned(),
        content: Content::Rust(module(api)),
    }
}

fn module(api: &Api) -> TokenStream {
    let doc = Doc::of(["Error codes that every product can respond with."]).inner();
    let kinds = error_code::kinds(&api.common);
    let facts = api.common.iter().map(error_code::facts);
    quote! {
        #doc

        use super::CodeFacts;
        use super::ErrorKind::{#(#kinds),*};

        /// The facts about each code, sorted by code.
        pub(super) static COMMON_CODES: &[CodeFacts] = &[#(#facts),*];
    }
}
