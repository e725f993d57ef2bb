//! Documentation comments, wrapped.

use std::borrow::Cow;

use proc_macro2::TokenStream;
use quote::quote;
use textwrap::{Options, WordSplitter};

/// Width of the text of a comment: with `/// ` and an indentation it stays within the 120 columns
/// of the code.
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
    let lines = textwrap::wrap(text, options.word_splitter(WordSplitter::NoHyphenation).break_words(false));
    lines.into_iter().map(Cow::into_owned).collect()
}

/// The text as a sentence: with a capital first letter, and a full stop.
pub(super) fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let stop = if text.ends_with('.') { "" } else { "." };
    format!("{first}{}{stop}", characters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_apart_by_an_empty_line() {
        let doc = Doc::of(["One.", "Two."])
            .heading("Limits")
            .list(&["20.".to_owned(), "30.".to_owned()])
            .code(vec!["f();".to_owned()]);
        assert_eq!(doc.0, ["One.", "", "Two.", "", "# Limits", "", "- 20.", "- 30.", "", "```", "f();", "```"]);
    }

    #[test]
    fn lines_break_between_words_and_within_the_width() {
        let doc = Doc::of(["word ".repeat(60).trim()]);
        assert!(doc.0.len() > 1 && doc.0.iter().all(|line| line.len() <= WIDTH && !line.ends_with(' ')));
        assert_eq!(doc.0.join(" "), "word ".repeat(60).trim());
    }

    #[test]
    fn names_and_addresses_are_not_broken() {
        let name = "a-name-with-hyphens-".repeat(4);
        let address = format!("https://{}", "x".repeat(WIDTH));
        assert_eq!(Doc::of([format!("{name} {name} {address}")]).0, [name.as_str(), name.as_str(), address.as_str()]);
    }

    #[test]
    fn the_points_of_a_list_are_indented() {
        let doc = Doc::default().list(&["word ".repeat(40)]);
        assert!(doc.0[0].starts_with("- word") && doc.0[1].starts_with("  word"));
    }

    #[test]
    fn a_command_becomes_a_sentence() {
        assert_eq!(["purge it", "URLs", "", "é."].map(sentence), ["Purge it.", "URLs.", ".", "É."]);
    }

    #[test]
    fn a_comment_has_a_space_before_each_line_that_says_something() {
        let doc = Doc::of(["One.", "Two."]).outer().to_string();
        assert_eq!(doc, quote! { #[doc = " One."] #[doc = ""] #[doc = " Two."] }.to_string());
    }
}
