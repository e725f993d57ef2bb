//! Runs the script that makes a client's calls.

use std::error::Error;
use std::io::Write as _;
use std::process::Stdio;
use std::{fs, thread};

use crate::case::{Case, Outcome};
use crate::client::{Client, Kind};
use crate::command;
use crate::folder::Folder;
use crate::workspace;

/// The name of the emulator's certificate, which the clients have to trust.
pub(crate) const AUTHORITY: &str = "authority.pem";

/// Makes the calls of every case, and returns their outcomes.
pub(crate) fn run(client: &Client, folder: &Folder, cases: &[Case]) -> Result<Vec<Outcome>, Box<dyn Error>> {
    let script = match client.kind {
        Kind::Python(_) => client.source()?.join("calls.py"),
        Kind::Node => {
            // Node looks for packages next to the script.
            let installed = folder.path().join(client.installed);
            fs::copy(client.source()?.join("calls.js"), installed.join("calls.js"))?;
            for file in ["steps.js", "flow.json"] {
                fs::copy(workspace::conformance()?.join(file), installed.join(file))?;
            }
            installed.join("calls.js")
        }
    };
    let mut command = client.interpreter(folder);
    command::isolate(&mut command, folder.path());
    // Node reads this variable itself; the other scripts pass the file on.
    command.env("NODE_EXTRA_CA_CERTS", folder.path().join(AUTHORITY));
    command.arg(script).arg(workspace::conformance()?.join("parameters.json")).args(client.actions);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let lines: String = cases.iter().map(Case::line).collect();
    let mut stdin = child.stdin.take().ok_or("the script has no standard input")?;
    let writer = thread::spawn(move || stdin.write_all(lines.as_bytes()));
    let output = child.wait_with_output()?;
    if !output.status.success() {
        return Err(format!("{}: its script failed: {}", client.title, output.status).into());
    }
    writer.join().map_err(|_| "the thread that writes the cases panicked")??;
    let printed = String::from_utf8(output.stdout)?;
    printed
        .lines()
        .map(|line| Outcome::parse(line).ok_or_else(|| format!("{}: not an outcome: {line}", client.title).into()))
        .collect()
}
