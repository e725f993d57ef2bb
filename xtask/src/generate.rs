//! Writes the generated files, or compares them with the specifications.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::process::ExitCode;

use tencentcloud_codegen::{Artifact, Drift, Problems, Source};

use crate::workspace::Workspace;

/// Generates files from specifications.
pub(crate) type Generate = fn(&[Source]) -> Result<Vec<Artifact>, Problems>;

/// Writes every generated file, and removes those that no specification generates any more.
pub(crate) fn write(workspace: &Workspace, generate: Generate) -> Result<ExitCode, Box<dyn Error>> {
    let Some(drift) = drift(workspace, generate)? else { return Ok(ExitCode::FAILURE) };
    for artifact in drift.missing.iter().chain(&drift.stale) {
        workspace.write(&artifact.path, &artifact.text)?;
        println!("wrote {}", artifact.path);
    }
    for path in &drift.orphaned {
        workspace.remove(path)?;
        println!("removed {path}");
    }
    Ok(report(&Drift { foreign: drift.foreign, ..Drift::default() }))
}

/// Reports which generated files differ from the specifications, and changes nothing.
pub(crate) fn check(workspace: &Workspace, generate: Generate) -> Result<ExitCode, Box<dyn Error>> {
    let Some(drift) = drift(workspace, generate)? else { return Ok(ExitCode::FAILURE) };
    Ok(report(&drift))
}

fn report(drift: &Drift) -> ExitCode {
    if drift.is_empty() {
        return ExitCode::SUCCESS;
    }
    eprintln!("{drift}");
    ExitCode::FAILURE
}

/// Compares what is generated with what is on disk. If the specifications have problems, it prints
/// them and returns `None`. Files that are the same are not kept in memory.
fn drift(workspace: &Workspace, generate: Generate) -> Result<Option<Drift>, Box<dyn Error>> {
    let mut artifacts = match generate(&sources(workspace)?) {
        Ok(artifacts) => artifacts,
        Err(problems) => {
            eprintln!("{problems}");
            return Ok(None);
        }
    };
    let generated: BTreeMap<&str, &str> =
        artifacts.iter().map(|artifact| (artifact.path.as_str(), artifact.text.as_str())).collect();
    let (mut unchanged, mut files) = (BTreeSet::new(), BTreeMap::new());
    for folder in tencentcloud_codegen::GENERATED_FOLDERS {
        workspace.visit(folder, |path, content| {
            let is_same = generated.get(path.as_str()).is_some_and(|text| text.as_bytes() == content);
            // A manifest says that its folder is that of a generated crate.
            if is_same && !path.ends_with("/Cargo.toml") {
                unchanged.insert(path);
            } else {
                files.insert(path, content);
            }
        })?;
    }
    artifacts.retain(|artifact| !unchanged.contains(&artifact.path));
    Ok(Some(Drift::between(artifacts, &files)))
}

/// Reads the specifications: everything in `spec/`, except their manual.
pub(crate) fn sources(workspace: &Workspace) -> Result<Vec<Source>, Box<dyn Error>> {
    let files = workspace.files("spec")?.into_iter().filter(|(path, _)| path != "spec/README.md");
    let sources = files.map(|(path, content)| {
        let text = String::from_utf8(content)
            .map_err(|_| format!("{path} is not UTF-8; help: save it as UTF-8, or remove it"))?;
        Ok(Source { path: path.trim_start_matches("spec/").to_owned(), text })
    });
    sources.collect()
}
