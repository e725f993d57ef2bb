//! Builds documentation: comments in Rust, and Markdown files.

use std::borrow::Cow;

use proc_macro2::TokenStream;
use quote::quote;
use textwrap::{Options, WordSplitter};

use super::names;
use crate::markdown::{POINT, starts_block};

/// Maximum width of a line. 92: with `/// ` and an indentation, a comment ends at column 100.
const MAX_WIDTH: usize = 92;

/// A text in Markdown, line by line.
#[derive(Default)]
pub(super) struct Doc(Vec<String>);

impl Doc {
    /// A text of paragraphs.
    pub(super) fn of<T: AsRef<str>>(paragraphs: impl IntoIterator<Item = T>) -> Self {
        Self::default().paragraphs(paragraphs)
    }

    pub(super) fn paragraphs<T: AsRef<str>>(self, paragraphs: impl IntoIterator<Item = T>) -> Self {
        paragraphs.into_iter().fold(self, |doc, paragraph| doc.paragraph(paragraph.as_ref()))
    }

    /// Adds a paragraph, or a list if the text has the form of one.
    pub(super) fn paragraph(mut self, text: &str) -> Self {
        if is_list(text) {
            let points = text.lines().map(|line| line.trim_start_matches(POINT).to_owned());
            return self.list(&points.collect::<Vec<_>>());
        }
        self.separate();
        self.0.extend(lines(text, Options::new(MAX_WIDTH)));
        self
    }

    pub(super) fn heading(mut self, text: &str) -> Self {
        self.separate();
        self.0.push(format!("# {text}"));
        self
    }

    /// Adds a heading one level below the first.
    pub(super) fn subheading(mut self, text: &str) -> Self {
        self.separate();
        self.0.push(format!("## {text}"));
        self
    }

    pub(super) fn list(mut self, points: &[String]) -> Self {
        self.separate();
        let options = Options::new(MAX_WIDTH).initial_indent("- ").subsequent_indent("  ");
        self.0.extend(points.iter().flat_map(|point| lines(point, options.clone())));
        self
    }

    pub(super) fn table<const N: usize>(
        mut self,
        head: [&str; N],
        rows: impl IntoIterator<Item = [String; N]>,
    ) -> Self {
        self.separate();
        self.0.push(row(head));
        self.0.push(format!("|{}", "---|".repeat(N)));
        self.0.extend(rows.into_iter().map(|cells| row(cells.map(|cell| names::in_code(&cell)))));
        self
    }

    /// Adds a block of code in a language.
    pub(super) fn code(mut self, language: &str, lines: impl IntoIterator<Item = String>) -> Self {
        self.separate();
        self.0.push(format!("```{language}"));
        self.0.extend(lines);
        self.0.push("```".to_owned());
        self
    }

    /// Adds definitions of links, as labels and targets.
    pub(super) fn link_definitions(mut self, links: impl IntoIterator<Item = (String, String)>) -> Self {
        self.separate();
        self.0.extend(links.into_iter().map(|(label, target)| format!("[{label}]: {target}")));
        self
    }

    /// The text as the comment of the item that follows.
    pub(super) fn outer(&self) -> TokenStream {
        let lines = self.comment_lines();
        quote! { #(#[doc = #lines])* }
    }

    /// The text as the comment of the enclosing item.
    pub(super) fn inner(&self) -> TokenStream {
        let lines = self.comment_lines();
        quote! { #(#![doc = #lines])* }
    }

    /// The text as a file.
    pub(super) fn file(&self) -> String {
        self.0.iter().fold(String::new(), |text, line| text + line + "\n")
    }

    fn comment_lines(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") })
    }

    fn separate(&mut self) {
        if !self.0.is_empty() {
            self.0.push(String::new());
        }
    }
}

/// Whether a text is a list: a paragraph does not start like that.
pub(super) fn is_list(text: &str) -> bool {
    text.starts_with(POINT)
}

/// A row of a table. A bar in a text would end its cell.
fn row<T: AsRef<str>>(cells: impl IntoIterator<Item = T>) -> String {
    cells.into_iter().fold("|".to_owned(), |row, cell| format!("{row} {} |", cell.as_ref().replace('|', "\\|")))
}

/// The lines of a text in Markdown, with its names in backticks. A word that would start a list, a
/// heading or a quotation at the start of a line ends the line before.
fn lines(text: &str, options: Options<'_>) -> Vec<String> {
    let indent = options.subsequent_indent;
    let mut lines: Vec<String> = Vec::new();
    for line in wrapped(&names::in_code(text), options) {
        let content = line.strip_prefix(indent).unwrap_or(&line);
        let (word, rest) = content.split_once(' ').unwrap_or((content, ""));
        match lines.last_mut() {
            Some(last) if starts_block(word) => {
                last.push_str(&format!(" {word}"));
                if !rest.is_empty() {
                    lines.push(format!("{indent}{rest}"));
                }
            }
            _ => lines.push(line),
        }
    }
    lines
}

/// The lines of a text. They break between words only, because names can contain hyphens.
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

/// The first sentence of a text.
pub(super) fn first_sentence(text: &str) -> String {
    closed(text.split_once(". ").map_or(text, |(first, _)| text.get(..=first.len()).unwrap_or(text)))
}

/// A paragraph without the list after it: with a full stop instead of a colon.
pub(super) fn closed(paragraph: &str) -> String {
    paragraph.strip_suffix(':').map_or_else(|| paragraph.to_owned(), |text| format!("{text}."))
}

/// The text as the continuation of a sentence: in lower case, unless it starts with an acronym.
pub(super) fn continuation(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next();
    let is_acronym = characters.clone().next().is_some_and(char::is_uppercase);
    match first {
        Some(first) if !is_acronym => format!("{}{}", first.to_lowercase(), characters.as_str()),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_separated_by_an_empty_line() {
        let doc = Doc::of(["One.", "Two."])
            .heading("Limits")
            .list(&["20.".to_owned(), "30.".to_owned()])
            .code("", ["f();".to_owned()]);
        assert_eq!(doc.0, ["One.", "", "Two.", "", "# Limits", "", "- 20.", "- 30.", "", "```", "f();", "```"]);
    }

    #[test]
    fn lines_break_between_words_and_within_the_width() {
        let doc = Doc::of(["word ".repeat(60).trim()]);
        assert!(doc.0.len() > 1 && doc.0.iter().all(|line| line.len() <= MAX_WIDTH && !line.ends_with(' ')));
        assert_eq!(doc.0.join(" "), "word ".repeat(60).trim());
    }

    #[test]
    fn names_and_addresses_are_not_broken() {
        let name = "a-name-with-hyphens-".repeat(4);
        let address = format!("<https://{}>", "x".repeat(MAX_WIDTH));
        assert_eq!(Doc::of([format!("{name} {name} {address}")]).0, [name.as_str(), name.as_str(), address.as_str()]);
    }

    #[test]
    fn no_line_starts_with_a_word_that_would_start_a_list() {
        for word in ["-", "1.", "#", ">", "+", "---"] {
            let text = format!("{} {word} {}", "x".repeat(MAX_WIDTH - 1), "y".repeat(MAX_WIDTH));
            let doc = Doc::of([text.as_str()]);
            assert_eq!(doc.0.len(), 2, "{:?}", doc.0);
            assert_eq!(doc.0.join(" "), text);
            assert!(doc.0[0].ends_with(word) && doc.0[1].starts_with('y'), "{:?}", doc.0);
        }
    }

    #[test]
    fn the_points_of_a_list_are_indented() {
        let doc = Doc::default().list(&["word ".repeat(40)]);
        assert!(doc.0[0].starts_with("- word") && doc.0[1].starts_with("  word"));
    }

    #[test]
    fn the_rows_of_a_table_are_not_broken_and_bars_are_escaped() {
        let doc = Doc::default().table(["a", "b"], [["x | y".to_owned(), "word ".repeat(40).trim().to_owned()]]);
        assert_eq!(doc.0[..2], ["| a | b |", "|---|---|"]);
        assert!(doc.0[2].starts_with("| x \\| y | word word"));
    }

    #[test]
    fn a_command_becomes_a_sentence() {
        assert_eq!(["purge it", "URLs", "", "é."].map(sentence), ["Purge it.", "URLs.", ".", "É."]);
    }

    #[test]
    fn a_sentence_continues_another() {
        let texts = ["Region to purge; all if absent. See below.", "URLs to purge:", ""];
        let continued = texts.map(|text| continuation(&first_sentence(text)));
        assert_eq!(continued, ["region to purge; all if absent.", "URLs to purge.", ""]);
    }

    #[test]
    fn a_comment_has_a_space_at_the_start_of_each_line_that_is_not_empty() {
        let doc = Doc::of(["One.", "Two."]).outer().to_string();
        assert_eq!(doc, quote! { #[doc = " One."] #[doc = ""] #[doc = " Two."] }.to_string());
    }
}
