//! Opens the emulator's page in a headless Chromium.

use std::error::Error;
use std::fs;
use std::process::{Command, Stdio};

use crate::check::CheckResult;
use crate::command;
use crate::emulator::Emulator;
use crate::folder::Folder;
use crate::workspace;

/// Checks the page of an emulator while a client, the Node SDK of the folder, calls the emulator.
pub(crate) fn check(browser: &str, folder: &Folder, emulator: &Emulator) -> Result<Vec<CheckResult>, Box<dyn Error>> {
    // Node looks for packages next to the script.
    let script = folder.path().join("node/page.js");
    fs::copy(workspace::conformance()?.join("browser/page.js"), &script)?;
    let mut command = Command::new("node");
    command::isolate(&mut command, folder.path());
    let output = command
        .arg(script)
        .args([browser, &emulator.address().to_string()])
        .arg(folder.path())
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(format!("the script that opens the page failed: {}", output.status).into());
    }
    // One line per claim, with the failure, if any, after a tab.
    let printed = String::from_utf8(output.stdout)?;
    let results = printed.lines().map(|line| match line.split_once('\t') {
        Some((claim, failure)) => CheckResult { claim: claim.to_owned(), failure: Some(failure.to_owned()) },
        None => CheckResult { claim: line.to_owned(), failure: None },
    });
    Ok(results.collect())
}
