//! Emits string literals over several lines.

use proc_macro2::Literal;
use textwrap::Options;

use super::doc;

/// Maximum width of a line. 92: with its indentation, it ends before column 120.
const MAX_WIDTH: usize = 92;

/// Ends a line and indents the next one. `rustfmt` leaves the lines of a string as they are; 12
/// spaces are two levels more than an attribute in an `impl` has.
const LINE_BREAK: &str = " \\\n            ";

/// A literal with line breaks that are not part of the string.
pub(super) fn wrapped(text: &str) -> Literal {
    let literal = Literal::string(text);
    let lines = doc::wrapped(&literal.to_string(), Options::new(MAX_WIDTH));
    lines.join(LINE_BREAK).parse().unwrap_or(literal)
}

/// A literal without escapes, with line breaks that are part of the string.
pub(super) fn raw(text: &str) -> Literal {
    format!("r#\"{text}\"#").parse().unwrap_or_else(|_| Literal::string(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrapped_literal_has_the_same_value() -> syn::Result<()> {
        for text in ["short", "a \"quoted\" word ".repeat(20).trim(), "a-name-with-hyphens ".repeat(9).trim()] {
            let literal = wrapped(text).to_string();
            assert!(literal.lines().all(|line| line.len() < MAX_WIDTH + LINE_BREAK.len()), "{literal}");
            assert_eq!(syn::parse_str::<syn::LitStr>(&literal)?.value(), text);
        }
        Ok(())
    }
}
