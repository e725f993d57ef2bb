//! Makes untrusted text safe to print: one line of limited length, without secrets.

use std::fmt::{self, Write as _};

use super::invisible::is_invisible;

/// Maximum length of a displayed text, in characters. 4,096: short enough for a log line, which is
/// usually limited to 16 KiB.
const MAX_CHARACTERS: usize = 4_096;

/// Displays untrusted text in one line. Characters that would break the line, control the terminal
/// or change how the line reads are escaped as in Rust. Text beyond a maximum length is cut off.
pub(crate) struct SingleLine<'a>(pub(crate) &'a str);

impl fmt::Display for SingleLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_escaped(f, self.0, MAX_CHARACTERS)
    }
}

/// Maximum length of an excerpt, in characters. 200: longer than any documented message, and a line
/// with an excerpt can be read at a glance.
const MAX_EXCERPT: usize = 200;

/// Displays the beginning of an untrusted text as [`SingleLine`] does.
pub(crate) struct Excerpt<'a>(pub(crate) &'a str);

impl fmt::Display for Excerpt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_escaped(f, self.0, MAX_EXCERPT)
    }
}

fn write_escaped(f: &mut fmt::Formatter<'_>, text: &str, max_characters: usize) -> fmt::Result {
    let (shown, ellipsis) = truncate(text, max_characters);
    shown.chars().try_for_each(|c| match c {
        c if c.is_control() => write!(f, "{}", c.escape_debug()),
        c if is_invisible(c) => write!(f, "{}", c.escape_unicode()),
        c => f.write_char(c),
    })?;
    f.write_str(ellipsis)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invisible_characters_are_escaped() {
        for c in [
            '\n',
            '\u{7f}',
            '\u{85}',
            '\u{ad}',
            '\u{34f}',
            '\u{61c}',
            '\u{180e}',
            '\u{200b}',
            '\u{2028}',
            '\u{202e}',
            '\u{2066}',
            '\u{3164}',
            '\u{fe0f}',
            '\u{feff}',
            '\u{fff9}',
            '\u{fffb}',
            '\u{e0001}',
            '\u{e0041}',
            '\u{e01ef}',
        ] {
            let shown = SingleLine(&format!("a{c}b")).to_string();
            assert!(shown.starts_with("a\\") && shown.ends_with('b') && shown.is_ascii(), "{shown}");
        }
        let visible = "Größe 标签 \u{301}é 👍🏽 \u{fffd}";
        assert_eq!(SingleLine(visible).to_string(), visible);
    }

    #[test]
    fn a_text_is_cut_off_after_whole_characters() {
        let text = "é".repeat(5_000);
        assert_eq!(SingleLine(&text).to_string(), format!("{}…", "é".repeat(4_096)));
        assert_eq!(Excerpt(&text).to_string(), format!("{}…", "é".repeat(200)));
        assert_eq!(Truncated(&text).to_string(), format!("{}…", "é".repeat(80)));
        assert_eq!(Excerpt("short").to_string(), "short");
    }
}
