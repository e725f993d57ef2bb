//! Documentation comments, wrapped.

use std::borrow::Cow;

use proc_macro2::TokenStream;
use quote::quote;
use textwrap::{Options, WordSplitter};

/// Width of the text of a comment: with `/// ` and an indentation it stays within the 120 columns of the code.
const WIDTH: usize = 110;

/// A documentation comment, line by line.
#[derive(Default)]
pub(super) struct Doc(Vec<String>);

impl Doc {
    /// A comment of some paragraphs.
    pub(super) fn of<T: AsRef<str>>(paragraphs: impl IntoIterator<Item = T>) -> Self {
        paragraphs.into_iter().fold(Self::default(), |doc, paragraph| doc.paragraph(paragraph.as_ref()))
    }

    /// Adds a paragraph.
    pub(super) fn paragraph(mut self, text: &str) -> Self {
        self.separate();
        self.0.extend(wrapped(text, Options::new(WIDTH)));
        self
    }

    /// Adds a heading.
    pub(super) fn heading(mut self, text: &str) -> Self {
        self.separate();
        self.0.push(format!("# {text}"));
        self
    }

    /// Adds a list.
    pub(super) fn list(mut self, points: &[String]) -> Self {
        self.separate();
        let options = Options::new(WIDTH).initial_indent("- ").subsequent_indent("  ");
        self.0.extend(points.iter().flat_map(|point| wrapped(point, options.clone())));
        self
    }

    /// Adds an example that is compiled and run.
    pub(super) fn code(mut self, lines: Vec<String>) -> Self {
        self.separate();
        self.0.push("```".to_owned());
        self.0.extend(lines);
        self.0.push("```".to_owned());
        self
    }

    /// The comment of what follows it.
    pub(super) fn outer(&self) -> TokenStream {
        let lines = self.lines();
        quote! { #(#[doc = #lines])* }
    }

    /// The comment of what it stands in.
    pub(super) fn inner(&self) -> TokenStream {
        let lines = self.lines();
        quote! { #(#![doc = #lines])* }
    }

    fn lines(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") })
    }

    fn separate(&mut self) {
        if !self.0.is_empty() {
            self.0.push(String::new());
        }
    }
}

/// The lines of a text that is broken between words only: a hyphen may stand in a name.
pub(super) fn wrapped(text: &str, options: Options<'_>) -> Vec<String> {
    let lines = textwrap::wrap(text, options.word_splitter(WordSplitter::NoHyphenation));
    lines.into_iter().map(Cow::into_owned).collect()
}

/// The text as a sentence: with a capital first letter, and a full stop.
pub(super) fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let stop = if text.ends_with('.') { "" } else { "." };
    format!("{first}{}{stop}", characters.as_str())
}
