//! The snippets of the emulator's README, run as they stand there.

use std::error::Error;
use std::process::Command;
use std::{env, fs};

use super::browser::Seen;
use super::command;
use super::emulator::Emulator;
use super::folder::Folder;
use crate::workspace;

/// The port that the snippets say the emulator listens on.
const PORT: &str = "8088";

/// A claim for each language that has a snippet, as its fence names it.
const LANGUAGES: [(&str, &str); 3] = [
    ("the snippet for Python purges", "python"),
    ("the snippet for Node purges", "javascript"),
    ("the snippet for the command line purges", "sh"),
];

/// Runs a snippet of each language against an emulator with the default credential: each has to print the id of a task.
pub(crate) fn run(folder: &Folder, emulator: &Emulator) -> Result<Vec<Seen>, Box<dyn Error>> {
    let text = fs::read_to_string(workspace::root().join("crates/emulator/README.md"))?;
    let text = text.replace(PORT, &emulator.address().port().to_string());
    let seen = LANGUAGES.iter().map(|(claim, language)| Ok(((*claim).to_owned(), objection(folder, &text, language)?)));
    seen.collect()
}

fn objection(folder: &Folder, text: &str, language: &str) -> Result<Option<String>, Box<dyn Error>> {
    let Some(snippet) = snippet(text, language) else { return Ok(Some("there is none".to_owned())) };
    let mut command = interpreter(folder, language, snippet)?;
    command::without_surroundings(&mut command, folder.path());
    let output = command.output()?;
    let told = String::from_utf8_lossy(&output.stdout);
    let words = told.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    if output.status.success() && words.into_iter().any(is_task) {
        return Ok(None);
    }
    Ok(Some(format!("{}: {told}{}", output.status, String::from_utf8_lossy(&output.stderr))))
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
            // Node looks for packages beside the script.
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

/// Whether this is an id of a task: when it was accepted, in seconds, and eight letters and digits.
fn is_task(word: &str) -> bool {
    word.split_once('-').is_some_and(|(seconds, rest)| seconds.parse::<u64>().is_ok() && rest.len() == 8)
}
