//! Emits the core's table of the codes that every product can respond with.

use proc_macro2::TokenStream;
use quote::quote;

use super::doc::Doc;
use super::error_code;
use crate::artifact::{Content, EmittedFile};
use crate::model::Code;

/// Emits the module of the table.
pub(super) fn file(codes: &[Code]) -> EmittedFile {
    EmittedFile {
        path: "crates/core/src/error/generated/mod.rs".to_owned(),
        from: "spec/common/errors.json".to_owned(),
        content: Content::Rust(module(codes)),
    }
}

fn module(codes: &[Code]) -> TokenStream {
    let doc = Doc::of(["Error codes that every product can respond with."]).inner();
    let kinds = error_code::kinds(codes);
    let facts = codes.iter().map(error_code::facts);
    quote! {
        #doc

        use super::CodeFacts;
        use super::ErrorKind::{#(#kinds),*};

        /// The facts about each code, sorted by code.
        pub(super) static COMMON_CODES: &[CodeFacts] = &[#(#facts),*];
    }
}
