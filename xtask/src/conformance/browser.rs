//! The emulator's page in a headless Chromium, which is installed if the machine has none.

use std::error::Error;
use std::fs;
use std::process::{Command, Stdio};

use super::command;
use super::emulator::Emulator;
use super::folder::Folder;
use crate::workspace;

/// What Chromium and its like are called.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// A claim about the page, and why it does not hold, if so.
pub(crate) type Seen = (String, Option<String>);

/// The browser of this machine; installed from its distribution if there is none and that can be done.
pub(crate) fn find() -> Result<&'static str, String> {
    if let Some(browser) = command::find(&BROWSERS) {
        return Ok(browser);
    }
    let lacking = "this machine has no `chromium`, in which the emulator's page is looked at";
    if command::find(&["apt-get"]).is_none() {
        return Err(format!("{lacking}: install it"));
    }
    println!("installing chromium with apt-get");
    let apt = |arguments: &[&str]| {
        command::run(Command::new("apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    let install = ["install", "--yes", "--no-install-recommends", "chromium"];
    apt(&["update"])
        .and_then(|()| apt(&install))
        .map_err(|error| format!("{lacking}, and installing it failed, which only root may do: {error}"))?;
    command::find(&BROWSERS).ok_or_else(|| lacking.to_owned())
}

/// Looks at the page of an emulator, whose clients it plays with the Node SDK that is installed in the folder.
pub(crate) fn look(browser: &str, folder: &Folder, emulator: &Emulator) -> Result<Vec<Seen>, Box<dyn Error>> {
    let packages = folder.path().join("node");
    // Node looks for packages beside the script.
    let script = packages.join("page.js");
    fs::copy(workspace::root().join("tests/conformance/browser/page.js"), &script)?;
    let mut command = Command::new("node");
    command::without_surroundings(&mut command, folder.path());
    let output = command
        .arg(script)
        .args([browser, &emulator.address().to_string()])
        .arg(folder.path())
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(format!("looking at the page ended with {}", output.status).into());
    }
    let told = String::from_utf8(output.stdout)?;
    let seen = told.lines().map(|line| match line.split_once('\t') {
        Some((claim, objection)) => (claim.to_owned(), Some(objection.to_owned())),
        None => (line.to_owned(), None),
    });
    Ok(seen.collect())
}
