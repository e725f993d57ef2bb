//! Prints tokens as text.

use std::io::{self, Write};
use std::process::{Command, Stdio};

use proc_macro2::TokenStream;
use quote::quote;
use syn::File;

/// Opens and closes the function around each snippet while it is formatted.
const OPENING: &str = "fn snippet() {";
const CLOSING: &str = "}";
const INDENTATION: &str = "    ";

/// Maximum width of a snippet, with the indentation of 4 that is removed later. 98: after `/// # `,
/// which is 6 columns wide, the other 94 end at column 100.
const SNIPPET_WIDTH: usize = 98;

/// Prints items without blank lines. Tokens that are not Rust are printed unformatted, and
/// `rustfmt` then reports what is wrong with them.
pub(crate) fn items(tokens: &TokenStream) -> String {
    match syn::parse2::<File>(tokens.clone()) {
        Ok(file) => prettyplease::unparse(&file),
        Err(_) => tokens.to_string(),
    }
}

/// Prints snippets, each one or more statements, with a single run of `rustfmt`. If it fails, it
/// also fails for the files with these snippets, and is reported there.
pub(crate) fn snippets(snippets: &[TokenStream]) -> Vec<String> {
    let functions: String = snippets.iter().map(|statements| items(&quote! { fn snippet() { #statements } })).collect();
    let settings = format!("{},max_width={SNIPPET_WIDTH}", settings());
    let formatted = run_rustfmt(&functions, &settings).unwrap_or(functions);
    let mut printed: Vec<String> = Vec::new();
    for line in formatted.lines() {
        if line == OPENING {
            printed.push(String::new());
        } else if line != CLOSING
            && let Some(snippet) = printed.last_mut()
        {
            snippet.push_str(line.strip_prefix(INDENTATION).unwrap_or(line));
            snippet.push('\n');
        }
    }
    printed
}

/// Formats a file as `cargo fmt` does in this workspace.
pub(crate) fn rustfmt(text: &str) -> io::Result<String> {
    run_rustfmt(text, &settings())
}

fn run_rustfmt(text: &str, settings: &str) -> io::Result<String> {
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--config", settings])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    if let Some(mut input) = rustfmt.stdin.take() {
        input.write_all(text.as_bytes())?;
    }
    let output = rustfmt.wait_with_output()?;
    if output.status.success() {
        String::from_utf8(output.stdout).map_err(io::Error::other)
    } else {
        Err(io::Error::other(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
    }
}

/// The settings of the workspace, in the form of `rustfmt`'s command line.
fn settings() -> String {
    let lines = include_str!("../../rustfmt.toml").lines().filter(|line| line.contains('=') && !line.starts_with('#'));
    let settings: Vec<String> = lines.map(|line| line.replace([' ', '"'], "")).collect();
    settings.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snippets_are_printed_without_the_function_around_them() {
        let statements = [quote! { let a = f(1)?; if a { g(); } }, quote! { h(); }];
        assert_eq!(snippets(&statements), ["let a = f(1)?;\nif a {\n    g();\n}\n", "h();\n"]);
    }
}
