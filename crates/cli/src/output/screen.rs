//! Writes text to the two outputs, as each of them can show it.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};

use console::{Style, Term};

use crate::environment::Environment;
use crate::failure::Failure;

/// Maximum number of columns of a line if the output is not a terminal. 120: logs are read in
/// browsers, which wrap or scroll longer lines.
const COLUMNS: usize = 120;

/// The standard output and the standard error, and what they can show.
#[derive(Debug)]
pub(crate) struct Screen {
    pub(crate) out: Paint,
    pub(crate) err: Paint,
}

/// What an output can show.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint {
    /// Whether the output is a terminal whose cursor can be moved.
    pub(crate) is_live: bool,
    pub(crate) columns: usize,
    has_colors: bool,
    is_utf8: bool,
}

impl Screen {
    pub(crate) fn new(environment: &Environment) -> Self {
        let out = Paint::new(io::stdout().is_terminal(), &Term::stdout(), environment);
        let err = Paint::new(io::stderr().is_terminal(), &Term::stderr(), environment);
        Self { out, err }
    }

    /// Writes lines to the standard output. If the reader has closed it, as `head` does, the rest
    /// is left out.
    ///
    /// # Errors
    ///
    /// If they cannot be written for another reason, such as a full disk.
    pub(crate) fn print(&self, text: &str) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        let written = out.write_all(text.as_bytes()).and_then(|()| out.write_all(b"\n")).and_then(|()| out.flush());
        match written {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Failure::file("write", "the standard output", &error))
            }
            _ => Ok(()),
        }
    }

    /// Writes lines to the standard error.
    pub(crate) fn note(&self, text: &str) {
        // There is no other place to report that this failed.
        let _ = writeln!(io::stderr().lock(), "{text}");
    }

    /// Writes an error to the standard error, with what to do on a line of its own.
    pub(crate) fn error(&self, failure: &Failure) {
        self.note(&self.err.failure(failure));
    }
}

impl Paint {
    fn new(is_terminal: bool, term: &Term, environment: &Environment) -> Self {
        let columns = term.size_checked().map(|(_, columns)| usize::from(columns));
        Self {
            is_live: is_terminal && !environment.is_dumb,
            columns: columns.filter(|columns| is_terminal && *columns > 0).unwrap_or(COLUMNS),
            has_colors: is_terminal && !environment.no_color && !environment.is_dumb,
            is_utf8: environment.is_utf8,
        }
    }

    /// An output that shows plain ASCII only.
    #[cfg(test)]
    pub(crate) fn plain(columns: usize) -> Self {
        Self { is_live: false, columns, has_colors: false, is_utf8: false }
    }

    #[cfg(test)]
    pub(crate) fn live(self) -> Self {
        Self { is_live: true, ..self }
    }

    pub(crate) fn has_colors(&self) -> bool {
        self.has_colors
    }

    pub(crate) fn red(&self, text: &str) -> String {
        self.styled(Style::new().red().bold(), text)
    }

    pub(crate) fn green(&self, text: &str) -> String {
        self.styled(Style::new().green().bold(), text)
    }

    pub(crate) fn yellow(&self, text: &str) -> String {
        self.styled(Style::new().yellow().bold(), text)
    }

    pub(crate) fn dim(&self, text: &str) -> String {
        self.styled(Style::new().dim(), text)
    }

    pub(crate) fn bold(&self, text: &str) -> String {
        self.styled(Style::new().bold(), text)
    }

    fn styled(&self, style: Style, text: &str) -> String {
        style.force_styling(self.has_colors).apply_to(text).to_string()
    }

    pub(crate) fn ellipsis(&self) -> &'static str {
        if self.is_utf8 { "…" } else { "..." }
    }

    pub(crate) fn bar(&self) -> &'static str {
        if self.is_utf8 { "━╸─" } else { "=> " }
    }

    pub(crate) fn failure(&self, failure: &Failure) -> String {
        let mut text = format!("{} {}", self.red("error:"), self.text(&failure.message));
        if let Some(help) = &failure.help {
            // Writing to a string cannot fail.
            let _ = write!(text, "\n{} {}", self.green(" help:"), self.text(help));
        }
        text
    }

    /// Untrusted text, such as a target: control characters are escaped, and characters that the
    /// output cannot show.
    pub(crate) fn text(&self, text: &str) -> String {
        let is_shown = |c: char| !c.is_control() && (c.is_ascii() || self.is_utf8) && !is_direction(c);
        if text.chars().all(is_shown) {
            return text.to_owned();
        }
        let mut escaped = String::with_capacity(text.len());
        for c in text.chars() {
            match is_shown(c) {
                true => escaped.push(c),
                // Writing to a string cannot fail.
                false if c == '…' => escaped.push_str("..."),
                false => _ = write!(escaped, "{}", c.escape_default()),
            }
        }
        escaped
    }
}

/// Whether a character changes the direction of the text that follows, which would misplace it.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_output_cannot_show_is_escaped() {
        let ascii = Paint::plain(80);
        let utf8 = Paint { is_utf8: true, ..ascii };
        assert_eq!(ascii.text("https://a.com/图…"), "https://a.com/\\u{56fe}...");
        assert_eq!(utf8.text("https://a.com/图…"), "https://a.com/图…");
        for paint in [ascii, utf8] {
            assert_eq!(paint.text("a\u{1b}[31mb\r\n"), "a\\u{1b}[31mb\\r\\n");
            assert_eq!(paint.text("a\u{202e}b"), "a\\u{202e}b");
        }
    }

    #[test]
    fn without_colors_there_are_no_escape_sequences() {
        let plain = Paint::plain(80);
        assert_eq!(plain.failure(&Failure::usage("a", "b")), "error: a\n help: b");
        let colors = Paint { has_colors: true, ..plain };
        assert!(colors.red("a").contains("\u{1b}["));
    }
}
