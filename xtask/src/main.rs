//! The commands of this workspace.
//!
//! `cargo xtask generate` writes what is generated, `cargo xtask generate --check` compares it, `cargo xtask demo` shows the
//! clients at work, `cargo xtask conformance` shows the emulator to the official ones.

mod conformance;
mod demo;
mod generate;
mod workspace;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <command>

commands:
  generate            write every generated file from the specifications under spec/
  generate --check    say which of them are missing, stale or orphaned, and change nothing
  demo                call the four actions against an emulator on this machine
  demo --live         ask the real service, with the one action of the four that changes nothing
  conformance         install the official clients into a temporary folder, and call the emulator with them
  conformance <dir>   install them into this folder, or use what is installed there";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        ["generate"] => generate::write(),
        ["generate", "--check"] => generate::check(),
        ["demo", options @ ..] => demo::run(options),
        ["conformance"] => conformance::run(None),
        ["conformance", folder] if !folder.starts_with('-') => conformance::run(Some(folder)),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::FAILURE
    })
}
