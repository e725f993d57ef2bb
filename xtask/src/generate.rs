//! `cargo xtask generate`: writes what is generated, or compares it.

use std::error::Error;
use std::process::ExitCode;

use tencentcloud_codegen::{Drift, Source};

use crate::workspace;

/// Writes every generated file, and removes those that no specification asks for any more.
pub(crate) fn write() -> Result<ExitCode, Box<dyn Error>> {
    let Some(drift) = drift()? else { return Ok(ExitCode::FAILURE) };
    for artifact in drift.missing.iter().chain(&drift.stale) {
        workspace::write(&artifact.path, &artifact.text)?;
        println!("wrote {}", artifact.path);
    }
    for path in &drift.orphaned {
        workspace::remove(path)?;
        println!("removed {path}");
    }
    let foreign = Drift { foreign: drift.foreign, ..Drift::default() };
    if !foreign.is_none() {
        eprintln!("{foreign}");
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

/// Says which generated files are not what the specifications make of them.
pub(crate) fn check() -> Result<ExitCode, Box<dyn Error>> {
    let Some(drift) = drift()? else { return Ok(ExitCode::FAILURE) };
    if drift.is_none() {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("{drift}");
    Ok(ExitCode::FAILURE)
}

/// How the files on disk differ from what is generated; nothing, once the problems of the specifications are told.
fn drift() -> Result<Option<Drift>, Box<dyn Error>> {
    let artifacts = match tencentcloud_codegen::generate(&sources()?) {
        Ok(artifacts) => artifacts,
        Err(problems) => {
            eprintln!("{problems}");
            return Ok(None);
        }
    };
    let mut files = std::collections::BTreeMap::new();
    for folder in tencentcloud_codegen::FOLDERS {
        files.extend(workspace::files(folder)?);
    }
    Ok(Some(Drift::between(artifacts, &files)))
}

/// The specifications: all that stands under `spec/`, except what says how to write them.
fn sources() -> Result<Vec<Source>, Box<dyn Error>> {
    let files = workspace::files("spec")?.into_iter().filter(|(path, _)| path != "spec/README.md");
    let sources = files.map(|(path, content)| {
        let text =
            String::from_utf8(content).map_err(|_| format!("{path} is not UTF-8: save it as UTF-8, or remove it"))?;
        Ok(Source { path: path.trim_start_matches("spec/").to_owned(), text })
    });
    sources.collect()
}
