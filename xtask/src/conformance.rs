//! `cargo xtask conformance`: the official clients against the emulator, and the emulator's page in a browser.

mod browser;
mod case;
mod client;
mod command;
mod emulator;
mod folder;
mod readme;
mod report;
mod tamper;

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use self::case::Addresses;
use self::client::{AUTHORITY, CLIENTS};
use self::emulator::Emulator;
use self::folder::Folder;
use self::report::Report;
use self::tamper::Tamper;

/// Installs the clients into a folder that is removed afterwards, or into the one that is given, which is kept and
/// used again as it is.
pub(crate) fn run(kept: Option<&str>) -> Result<ExitCode, Box<dyn Error>> {
    command::require(&["python3", "node", "npm"])?;
    let browser = browser::find()?;
    let program = emulator::build()?;
    let folder = Folder::open(kept)?;
    println!("installing the official clients into {}", folder.path().display());
    client::install(&folder)?;

    let mut report = Report::default();
    clients(&program, &folder, &mut report)?;
    // As users find it, but for the time that a purge takes.
    let emulator = Emulator::start(&program, &folder, "page.log", &["--purge-seconds", "2"])?;
    report.claims("the emulator's README", readme::run(&folder, &emulator)?, &emulator);
    report.claims("the page, in a headless browser", browser::look(browser, &folder, &emulator)?, &emulator);
    Ok(report.end())
}

/// Has every client make its calls: directly, over TLS, and through a proxy that changes them.
fn clients(program: &Path, folder: &Folder, report: &mut Report) -> Result<(), Box<dyn Error>> {
    // As many calls as the clients can make.
    let credentials = emulator::credentials();
    let mut options: Vec<&str> = credentials.iter().map(String::as_str).collect();
    options.extend(["--rates", "off", "--quotas", "off", "--host-without-port"]);
    let emulator = Emulator::start(program, folder, "emulator.log", &options)?;

    let authority = folder.path().join(AUTHORITY);
    options.extend(["--tls", authority.to_str().ok_or("the folder has a name that is not UTF-8")?]);
    let encrypted = Emulator::start(program, folder, "tls.log", &options)?;

    let tamper = Tamper::start(emulator.address())?;
    let addresses = Addresses { plain: emulator.address(), tls: encrypted.address(), tamper: tamper.address() };
    for client in &CLIENTS {
        let cases = case::cases(client, addresses);
        let outcomes = client.call(folder, &cases)?;
        report.client(client, &cases, &outcomes, &emulator);
    }
    Ok(())
}
