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

/// Separates files that are formatted together.
const END_OF_FILE: &str = "fn end_of_file() {}";
/// Size of the files that are formatted together. 1 MB: `rustfmt` then needs about 60 MB of memory,
/// and most of its time is spent on formatting.
const BATCH_BYTES: usize = 1_000_000;

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

/// Frees the memory for the spans of this thread's tokens, which are the texts that were parsed.
/// All tokens of this thread must have been dropped.
pub(crate) fn free_spans() {
    proc_macro2::extra::invalidate_current_thread_spans();
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

/// Formats files as `cargo fmt` does in this workspace, with few runs of `rustfmt`: a run takes
/// longer to start than to format a file.
pub(crate) fn rustfmt(texts: Vec<String>) -> impl Iterator<Item = io::Result<String>> {
    batches(texts).into_iter().flat_map(|batch| match formatted(&batch) {
        Ok(texts) => texts.into_iter().map(Ok).collect(),
        // One of the files is invalid. Each on its own, the others are formatted.
        Err(_) => batch.iter().map(|text| run_rustfmt(text, &settings())).collect::<Vec<_>>(),
    })
}

/// Divides files into batches of a size at which the run of a batch is cheap.
fn batches(texts: Vec<String>) -> Vec<Vec<String>> {
    let (mut batches, mut batch, mut size) = (Vec::new(), Vec::new(), 0);
    for text in texts {
        size += text.len();
        batch.push(text);
        if size >= BATCH_BYTES {
            batches.push(std::mem::take(&mut batch));
            size = 0;
        }
    }
    batches.extend((!batch.is_empty()).then_some(batch));
    batches
}

/// Formats files with a single run of `rustfmt`.
fn formatted(texts: &[String]) -> io::Result<Vec<String>> {
    let (heads, bodies): (Vec<&str>, Vec<&str>) = texts.iter().map(|text| text.split_at(head_length(text))).unzip();
    let output = run_rustfmt(&bodies.join(&format!("\n{END_OF_FILE}\n\n")), &settings())?;
    let bodies: Vec<&str> = output.split(&format!("{END_OF_FILE}\n")).collect();
    if bodies.len() != heads.len() {
        return Err(io::Error::other("it has changed the number of items"));
    }
    let bodies = bodies.into_iter().map(|body| body.trim_matches('\n'));
    Ok(heads.into_iter().zip(bodies).map(|(head, body)| format!("{head}{body}\n")).collect())
}

/// The length of the part of a file that must be at its start, and that `rustfmt` does not change:
/// the header, inner documentation and inner attributes.
fn head_length(text: &str) -> usize {
    let is_head =
        |line: &&str| line.trim().is_empty() || ["// ", "//!", "#!["].iter().any(|mark| line.starts_with(mark));
    text.split_inclusive('\n').take_while(is_head).map(str::len).sum()
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
    #[test]
    fn files_are_formatted_together_as_each_alone() {
        let files = [
            "// Head.\n\n//! Doc.\n\nuse b::{B};\nuse a::A;\n\n/// Text.\nstruct C{d:u8}\n",
            "// Head.\n\n#![attribute]\n\nmod a;\nmod b;\n",
            "// Head.\n\nuse c::C;\n",
        ];
        let together: Vec<String> = rustfmt(files.map(str::to_owned).to_vec()).map(Result::unwrap).collect();
        let alone: Vec<String> = files.iter().map(|file| run_rustfmt(file, &settings()).unwrap()).collect();
        assert_eq!(together, alone);
    }

    #[test]
    fn an_invalid_file_does_not_prevent_that_others_are_formatted() {
        let mut formatted = rustfmt(["fn a( ) {}\n", "fn 1\n", "fn b( ) {}\n"].map(str::to_owned).to_vec());
        assert_eq!(formatted.next().unwrap().unwrap(), "fn a() {}\n");
        assert!(formatted.next().unwrap().is_err());
        assert_eq!(formatted.next().unwrap().unwrap(), "fn b() {}\n");
    }

    #[test]
    fn a_batch_ends_when_it_is_large_enough() {
        let (large, small) = ("a".repeat(BATCH_BYTES), "b");
        let sizes = |texts: &[&str]| {
            let batches = batches(texts.iter().map(|text| (*text).to_owned()).collect());
            batches.iter().map(Vec::len).collect::<Vec<_>>()
        };
        assert_eq!(sizes(&[&large, small, small]), [1, 2]);
        assert_eq!(sizes(&[small, &large, small]), [2, 1]);
        assert_eq!(sizes(&[]), [0; 0]);
    }
}
