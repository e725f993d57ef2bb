//! Puts the code of examples into texts. An emitter writes a line with the code, unformatted. When
//! the file is formatted, the formatted code takes the place of that line.

use std::io;

use proc_macro2::TokenStream;
use quote::quote;

use crate::artifact::Artifact;
use crate::print;
use crate::problem::{Place, Problems};

/// Starts the code in a line. `lint` rejects control characters in texts, so no text contains it.
const START: char = '\u{1}';
/// Represents a line break of the code.
const LINE_BREAK: char = '\u{2}';

/// The function around the code, without which `rustfmt` does not format statements.
const OPENING: &str = "fn snippet() {\n";
const CLOSING: &str = "}\n";
const INDENTATION: &str = "    ";

/// Maximum width of a line of the function. 98: after `/// # `, which is 6 columns wide, the 94
/// without indentation end at column 100.
const MAX_WIDTH: usize = 98;

/// A line with code, which is one or more statements.
pub(crate) fn line(statements: &TokenStream) -> String {
    let function = print::items(&quote! { fn snippet() { #statements } });
    format!("{START}{}", function.replace('\n', &LINE_BREAK.to_string()))
}

/// Replaces each [`line`] by its code. Each line of the code starts with what is before the code in
/// the replaced line, such as `/// `.
pub(crate) fn insert(artifacts: &mut [Artifact], problems: &mut Problems) {
    let functions = artifacts.iter().flat_map(|artifact| artifact.text.lines().filter_map(parts));
    let functions: Vec<String> = functions.map(|(_, code)| code.replace(LINE_BREAK, "\n")).collect();
    let mut formatted = print::rustfmt(functions, Some(MAX_WIDTH));
    for artifact in artifacts.iter_mut().filter(|artifact| artifact.text.contains(START)) {
        let mut text = String::with_capacity(artifact.text.len());
        for line in artifact.text.lines() {
            let Some((start, _)) = parts(line) else {
                text.extend([line, "\n"]);
                continue;
            };
            match formatted.next().unwrap_or_else(|| Err(io::Error::other("it has removed code"))) {
                Ok(function) => text.extend(statements(&function).map(|line| format!("{start}{line}\n"))),
                Err(error) => print::report(&error, &Place::artifact(&artifact.path), problems),
            }
        }
        artifact.text = text;
    }
}

/// The start of a line and its code, if it has code.
fn parts(line: &str) -> Option<(&str, &str)> {
    line.split_once(START)
}

/// The lines in a function.
fn statements(function: &str) -> impl Iterator<Item = &str> {
    let body = function.strip_prefix(OPENING).and_then(|rest| rest.strip_suffix(CLOSING)).unwrap_or(function);
    body.lines().map(|line| line.strip_prefix(INDENTATION).unwrap_or(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inserted(text: String) -> (String, Vec<String>) {
        let mut problems = Problems::default();
        let mut artifacts = [Artifact { path: "a.rs".to_owned(), text }];
        insert(&mut artifacts, &mut problems);
        let places = problems.iter().map(|problem| problem.file.clone()).collect();
        (artifacts.map(|artifact| artifact.text).concat(), places)
    }

    #[test]
    fn code_takes_the_place_of_its_line() {
        let first = line(&quote! { let a = f(1)?; if a { g(); } });
        let text = format!("One.\n/// # {first}\nTwo.\n{}\n", line(&quote! { h("\n"); }));
        let expected =
            "One.\n/// # let a = f(1)?;\n/// # if a {\n/// #     g();\n/// # }\nTwo.\nh(\"\\n\");\n".to_owned();
        assert_eq!(inserted(text), (expected, vec![]));
    }

    #[test]
    fn code_that_is_not_rust_is_a_problem() {
        let text = format!("/// {}\n/// {}\n", line(&quote! { let 1 1; }), line(&quote! { f( ); }));
        assert_eq!(inserted(text), ("/// f();\n".to_owned(), vec!["a.rs".to_owned()]));
    }

    #[test]
    fn a_string_keeps_its_lines() {
        let raw: TokenStream = "let a = r#\"\n  b\n    c\"#;".parse().unwrap();
        assert_eq!(inserted(format!("{}\n", line(&raw))).0, "let a = r#\"\n  b\nc\"#;\n");
    }
}
