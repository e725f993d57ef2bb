//! Makes untrusted text safe to print: one line of limited length, without secrets.

use std::fmt::{self, Write as _};

/// Maximum length of a displayed text, in characters. 4,096: longer than any message of the
/// service, and short enough for a log line, which is usually limited to 16 KiB.
const MAX_CHARACTERS: usize = 4_096;

/// Displays untrusted text in one line. Characters that would break the line, control the terminal
/// or change how the line reads are escaped as in Rust. Text beyond a maximum length is cut off.
pub(crate) struct SingleLine<'a>(pub(crate) &'a str);

impl fmt::Display for SingleLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (shown, ellipsis) = truncate(self.0, MAX_CHARACTERS);
        shown.chars().try_for_each(|c| match c {
            c if c.is_control() || is_invisible(c) => write!(f, "{}", c.escape_debug()),
            c => f.write_char(c),
        })?;
        f.write_str(ellipsis)
    }
}

/// Line separators, bidirectional controls and zero-width characters.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Maximum length of a quoted value that was rejected, in characters. 80: longer than any valid
/// name, which has at most 63 characters.
const MAX_QUOTED_CHARACTERS: usize = 80;

/// Displays the beginning of a rejected value, enough to recognize it. Characters are not escaped:
/// the message that quotes the value is displayed by [`SingleLine`].
pub(crate) struct Truncated<'a>(pub(crate) &'a str);

impl fmt::Display for Truncated<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (shown, ellipsis) = truncate(self.0, MAX_QUOTED_CHARACTERS);
        write!(f, "{shown}{ellipsis}")
    }
}

/// The first characters of a text, and an ellipsis if there are more.
fn truncate(text: &str, max_characters: usize) -> (&str, &'static str) {
    match text.char_indices().nth(max_characters) {
        Some((end, _)) => (text.get(..end).unwrap_or_default(), "…"),
        None => (text, ""),
    }
}

/// Whether a text consists of allowed characters and is no longer than a label of a host name.
pub(crate) fn is_name(text: &str, is_allowed: impl Fn(char) -> bool) -> bool {
    (1..=63).contains(&text.len()) && text.chars().all(is_allowed)
}

/// A URL or endpoint without its query and fragment, which may contain a token. If it contains an
/// `@`, the result is only `***`: a password may contain any character that could mark its end.
pub(crate) fn without_secrets(url: &str) -> &str {
    if url.contains('@') {
        return "***";
    }
    url.split(['?', '#']).next().unwrap_or(url)
}
