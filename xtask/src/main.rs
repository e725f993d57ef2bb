//! Runs the commands of this workspace.
//!
//! `cargo xtask generate` writes the generated files and `cargo xtask generate --check` compares
//! them. `cargo xtask import` reads the official metadata, and `cargo xtask spec diff` compares the
//! specifications with a release. `cargo xtask demo` shows the clients at work. `cargo xtask
//! conformance` calls the emulator with the official clients.

#![expect(clippy::disallowed_methods, reason = "the only code that reads and writes files for the generator")]

mod child;
mod generate;
mod import;
mod released;
mod spec_diff;
mod workspace;

use std::error::Error;
use std::process::ExitCode;

use tencentcloud_codegen as codegen;

use crate::workspace::Workspace;

const USAGE: &str = "\
usage: cargo xtask <command>

commands:
  generate              write every generated file from the specifications in spec/
  generate --check      list the generated files that are missing, stale or orphaned; change nothing
  generate --drafts     write them also from drafts, which are specifications whose texts are missing
  import --metadata <folder> [--codes <folder>] [--service <service>] [--into <folder>]
                        write drafts of what the official metadata has and spec/ lacks: the first folder is that of
                        the official CLI, and the second that of the official Python SDK
  import --compare --metadata <folder> [--accept]
                        list the actions whose metadata has moved since metadata.lock was written, and exit with
                        100 if there are any; with --accept, write metadata.lock
  spec diff [--from <revision or folder>] [--format text|json|markdown|github] [--fail-on major|minor|any]
                        list what has changed in spec/ since a version, the last release if none is given, and what
                        that means for programs; exit with 100 if a change reaches --fail-on, or, without it, if
                        Cargo.toml or CHANGELOG.md lacks something, and with 101 if the two were not compared
  spec diff --rules     list the kinds of changes, and which of them can be held back
  demo [--signing]      call four actions of the three products against an emulator on this machine;
                        with --signing, show how each request is signed, and not only how the first one is
  demo --live           call the real service, with the one of them that changes nothing:
                        ecdn DescribePurgeTasks
  conformance [folder]  call the emulator with the official clients; they are installed into the folder,
                        which keeps them for the next time, or into a temporary one";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        [] => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        arguments => run(arguments),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::FAILURE
    })
}

fn run(arguments: &[&str]) -> Result<ExitCode, Box<dyn Error>> {
    let workspace = Workspace::find()?;
    match arguments {
        ["generate"] => generate::write(&workspace, codegen::generate),
        ["generate", "--check"] => generate::check(&workspace, codegen::generate),
        ["generate", "--drafts"] => generate::write(&workspace, codegen::generate_with_drafts),
        ["import", options @ ..] => match import::Options::parse(options) {
            Some(options) => import::run(&workspace, &options),
            None => {
                eprintln!("{USAGE}");
                Ok(ExitCode::from(2))
            }
        },
        ["spec", "diff", options @ ..] => Ok(spec_diff::run(&workspace, options)),
        ["demo", options @ ..] => child::run(&workspace, child::DEMO, options),
        ["conformance", options @ ..] => child::run(&workspace, child::CONFORMANCE, options),
        _ => {
            eprintln!("{USAGE}");
            Ok(ExitCode::from(2))
        }
    }
}
