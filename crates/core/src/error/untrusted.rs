//! Texts of others as they may be shown: on one line, and at a sensible length.

use std::fmt::{self, Write as _};

/// How many characters of a text are shown: more than the service says of anything, and little enough for a line of the
/// usual logs, which hold 16 KiB.
const LONGEST: usize = 4_096;

/// Text of others, with what would break the line, redraw the terminal or make it read otherwise escaped as Rust escapes it, and
/// what would fill the log cut off.
pub(crate) struct SingleLine<'a>(pub(crate) &'a str);

impl fmt::Display for SingleLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (shown, rest) = first(self.0, LONGEST);
        shown.chars().try_for_each(|c| match c {
            c if c.is_control() || is_unseen(c) => write!(f, "{}", c.escape_debug()),
            c => f.write_char(c),
        })?;
        f.write_str(rest)
    }
}

/// Whether a character breaks the line, turns the direction of the text behind it, or joins and parts others without being seen.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// How much of a text is repeated that is refused: more than the longest name, which has 63 characters.
const SHOWN_CHARACTERS: usize = 80;

/// A text that is refused, as far as it takes to recognize it. Where it is shown, it is made to fit into a line.
pub(crate) struct Truncated<'a>(pub(crate) &'a str);

impl fmt::Display for Truncated<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (shown, rest) = first(self.0, SHOWN_CHARACTERS);
        write!(f, "{shown}{rest}")
    }
}

/// The first characters of a text, and what stands for the rest.
fn first(text: &str, characters: usize) -> (&str, &'static str) {
    match text.char_indices().nth(characters) {
        Some((end, _)) => (text.get(..end).unwrap_or_default(), "…"),
        None => (text, ""),
    }
}

/// Whether a text consists of allowed characters and is no longer than a label of a host name.
pub(crate) fn is_name(text: &str, is_allowed: impl Fn(char) -> bool) -> bool {
    (1..=63).contains(&text.len()) && text.chars().all(is_allowed)
}

/// A URL or endpoint without its query and fragment, which may hold a token; only `***` if it contains an `@`, because a
/// password may contain any character that would mark its end.
pub(crate) fn without_secrets(url: &str) -> &str {
    if url.contains('@') {
        return "***";
    }
    url.split(['?', '#']).next().unwrap_or(url)
}
