//! Prints tokens as text.

pub(crate) mod snippets;

use std::io::{self, Write};
use std::process::{Command, Stdio};

use proc_macro2::TokenStream;
use syn::File;

use crate::problem::{Place, Problems};

/// Separates files that are formatted together.
const END_OF_FILE: &str = "fn end_of_file() {}";
/// Size at which a batch of files is complete. 1 MB: `rustfmt` then needs about 60 MB of memory,
/// and most of its time is spent on formatting.
const BATCH_BYTES: usize = 1_000_000;

/// Prints items without blank lines. Tokens that are not Rust are printed unformatted, and
/// `rustfmt` then reports what is wrong with them.
pub(crate) fn items(tokens: &TokenStream) -> String {
    match syn::parse2::<File>(tokens.clone()) {
        Ok(file) => prettyplease::unparse(&file),
        Err(_) => tokens.to_string(),
    }
}

/// Frees the texts from which this thread's tokens were parsed: `proc_macro2` keeps them for the
/// spans. All tokens of this thread must have been dropped.
pub(crate) fn free_spans() {
    proc_macro2::extra::invalidate_current_thread_spans();
}

/// Formats files as `cargo fmt` does in this workspace; `max_width` replaces the maximum width. It
/// needs few runs of `rustfmt`: a run takes longer to start than to format a file.
pub(crate) fn rustfmt(texts: Vec<String>, max_width: Option<usize>) -> impl Iterator<Item = io::Result<String>> {
    let settings = settings(max_width);
    batches(texts).into_iter().flat_map(move |batch| match formatted(&batch, &settings) {
        Ok(texts) => texts.into_iter().map(Ok).collect(),
        // One of the files is invalid. Formatted one by one, the others still succeed.
        Err(_) => batch.iter().map(|text| run_rustfmt(text, &settings)).collect::<Vec<_>>(),
    })
}

/// Reports that `rustfmt` has failed for a part of a generated file.
pub(crate) fn report(error: &io::Error, place: &Place, problems: &mut Problems) {
    let help = "if it is not installed, run `rustup component add rustfmt` in the workspace; otherwise the generator \
                emitted invalid Rust";
    problems.add(place, format!("`rustfmt` fails: {error}"), help);
}

/// Divides files into batches, each so large that starting `rustfmt` for it costs little.
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
fn formatted(texts: &[String], settings: &str) -> io::Result<Vec<String>> {
    let (heads, bodies): (Vec<&str>, Vec<&str>) = texts.iter().map(|text| text.split_at(head_length(text))).unzip();
    let output = run_rustfmt(&bodies.join(&format!("\n{END_OF_FILE}\n\n")), settings)?;
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

/// The settings of the workspace, with another maximum width if there is one, in the form of
/// `rustfmt`'s command line.
fn settings(max_width: Option<usize>) -> String {
    let lines =
        include_str!("../../../rustfmt.toml").lines().filter(|line| line.contains('=') && !line.starts_with('#'));
    let settings = lines.map(|line| line.replace([' ', '"'], ""));
    let width = max_width.map(|width| format!("max_width={width}"));
    settings.chain(width).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_formatted_together_as_each_alone() {
        let files = [
            "// Head.\n\n//! Doc.\n\nuse b::{B};\nuse a::A;\n\n/// Text.\nstruct C{d:u8}\n",
            "// Head.\n\n#![attribute]\n\nmod a;\nmod b;\n",
            "// Head.\n\nuse c::C;\n",
        ];
        let together: Vec<String> = rustfmt(files.map(str::to_owned).to_vec(), None).map(Result::unwrap).collect();
        let alone: Vec<String> = files.iter().map(|file| run_rustfmt(file, &settings(None)).unwrap()).collect();
        assert_eq!(together, alone);
    }

    #[test]
    fn an_invalid_file_does_not_prevent_that_others_are_formatted() {
        let mut formatted = rustfmt(["fn a( ) {}\n", "fn 1\n", "fn b( ) {}\n"].map(str::to_owned).to_vec(), None);
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
