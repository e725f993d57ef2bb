//! Formats the code of all examples in one run of `rustfmt`.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;

use crate::print;

/// The formatted code of examples, by its tokens.
pub(super) struct Snippets(BTreeMap<String, String>);

impl Snippets {
    /// Formats snippets, each one or more statements.
    pub(super) fn print(snippets: impl Iterator<Item = TokenStream>) -> Self {
        let snippets: Vec<TokenStream> = snippets.collect();
        let printed = print::snippets(&snippets);
        Self(snippets.iter().map(TokenStream::to_string).zip(printed).collect())
    }

    /// The formatted text of a snippet; its tokens if it was not among the snippets.
    pub(super) fn text(&self, snippet: &TokenStream) -> String {
        let tokens = snippet.to_string();
        self.0.get(&tokens).cloned().unwrap_or(tokens)
    }

    pub(super) fn lines(&self, snippet: &TokenStream) -> Vec<String> {
        self.text(snippet).lines().map(str::to_owned).collect()
    }
}
