//! Calls the emulator with the official clients, and opens its page in a browser.
//!
//! Run it with `cargo xtask conformance`. It needs Python, Node and Chromium, and installs no
//! system package.

#![expect(clippy::disallowed_methods, reason = "installs clients into files, and runs programs")]

mod browser;
mod case;
mod check;
mod client;
mod command;
mod emulator;
mod folder;
mod install;
mod readme;
mod report;
mod script;
mod tamper;
mod workspace;

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use crate::case::Addresses;
use crate::client::CLIENTS;
use crate::emulator::Emulator;
use crate::folder::Folder;
use crate::report::Report;
use crate::script::AUTHORITY;
use crate::tamper::Tamper;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = match arguments.as_slice() {
        [] => None,
        [folder] if !folder.starts_with('-') => Some(folder.as_str()),
        _ => {
            eprintln!("usage: cargo xtask conformance [folder]");
            return ExitCode::from(2);
        }
    };
    run(folder).unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::FAILURE
    })
}

/// Installs the clients and runs all checks. Without a given folder, the clients are installed into
/// a temporary one. A given folder is kept, and what is installed in it is used again.
fn run(given: Option<&str>) -> Result<ExitCode, Box<dyn Error>> {
    let browser = command::require_programs()?;
    let program = emulator::build()?;
    let folder = Folder::open(given)?;
    println!("installing the official clients into {}", folder.path().display());
    install::clients(&folder)?;

    let mut report = Report::default();
    clients(&program, &folder, &mut report)?;
    // With the default options, except that a purge takes long enough to be seen.
    let emulator = Emulator::start(&program, &folder, "page.log", &["--purge-seconds", "2"])?;
    report.checks("the emulator's README", readme::check(&folder, &emulator)?, &emulator);
    report.checks("the page, in a headless browser", browser::check(browser, &folder, &emulator)?, &emulator);
    Ok(report.finish())
}

/// Makes the calls of every client: directly, over TLS, and through a proxy that changes them.
fn clients(program: &Path, folder: &Folder, report: &mut Report) -> Result<(), Box<dyn Error>> {
    let credentials = emulator::credentials();
    let mut options: Vec<&str> = credentials.iter().map(String::as_str).collect();
    // The clients make many calls, as fast as they can.
    options.extend(["--rates", "off", "--quotas", "off", "--host-without-port"]);
    let emulator = Emulator::start(program, folder, "emulator.log", &options)?;

    let authority = folder.path().join(AUTHORITY);
    options.extend(["--tls", authority.to_str().ok_or("the folder's name is not UTF-8")?]);
    let encrypted = Emulator::start(program, folder, "tls.log", &options)?;

    let tamper = Tamper::start(emulator.address())?;
    let addresses = Addresses { plain: emulator.address(), tls: encrypted.address(), tamper: tamper.address() };
    for client in &CLIENTS {
        let cases = case::cases(client.styles, addresses);
        let outcomes = script::run(client, folder, &cases)?;
        report.client(client, &cases, &outcomes, &emulator);
    }
    Ok(())
}
