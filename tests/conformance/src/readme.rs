//! Runs the snippets of the emulator's README.

use std::error::Error;
use std::process::Command;
use std::{env, fs};

use crate::check::CheckResult;
use crate::command;
use crate::emulator::Emulator;
use crate::folder::Folder;
use crate::workspace;

/// The port of the emulator in the snippets.
const PORT: &str = "8088";

/// The claims, each with the language of its snippet's fence.
const LANGUAGES: [(&str, &str); 3] = [
    ("the snippet for Python purges", "python"),
    ("the snippet for Node purges", "javascript"),
    ("the snippet for the command line purges", "sh"),
];

/// Runs the snippet of each language against an emulator that accepts the default credential. Each
/// has to print the id of a task.
pub(crate) fn check(folder: &Folder, emulator: &Emulator) -> Result<Vec<CheckResult>, Box<dyn Error>> {
    let text = fs::read_to_string(workspace::root()?.join("crates/emulator/README.md"))?;
    let text = text.replace(PORT, &emulator.address().port().to_string());
    let results = LANGUAGES.iter().map(|(claim, language)| {
        Ok(CheckResult { claim: (*claim).to_owned(), failure: failure(folder, &text, language)? })
    });
    results.collect()
}

fn failure(folder: &Folder, text: &str, language: &str) -> Result<Option<String>, Box<dyn Error>> {
    let Some(snippet) = snippet(text, language) else { return Ok(Some("there is no such snippet".to_owned())) };
    let mut command = interpreter(folder, language, snippet)?;
    command::isolate(&mut command, folder.path());
    let output = command.output()?;
    let printed = String::from_utf8_lossy(&output.stdout);
    let mut words = printed.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    if output.status.success() && words.any(is_task) {
        return Ok(None);
    }
    Ok(Some(format!("{}: {printed}{}", output.status, String::from_utf8_lossy(&output.stderr))))
}

/// The first fenced block of a language.
fn snippet<'a>(text: &'a str, language: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("\n```{language}\n"))?;
    rest.split_once("\n```").map(|(snippet, _)| snippet)
}

fn interpreter(folder: &Folder, language: &str, snippet: &str) -> Result<Command, Box<dyn Error>> {
    let path = folder.path();
    let mut command;
    match language {
        "python" => {
            command = Command::new(path.join("python/bin/python"));
            command.args(["-c", snippet]);
        }
        "javascript" => {
            // Node looks for packages next to the script.
            let script = path.join("node/readme.js");
            fs::write(&script, snippet)?;
            command = Command::new("node");
            command.arg(script);
        }
        _ => {
            let paths = env::var_os("PATH").unwrap_or_default();
            let paths = env::join_paths([path.join("tccli/bin")].into_iter().chain(env::split_paths(&paths)))?;
            command = Command::new("sh");
            command.args(["-c", snippet]).env("PATH", paths);
        }
    }
    Ok(command)
}

/// Whether a word is the id of a task: the time of its request in seconds, and eight letters and
/// digits.
fn is_task(word: &str) -> bool {
    word.split_once('-').is_some_and(|(seconds, rest)| seconds.parse::<u64>().is_ok() && rest.len() == 8)
}
