//! From specifications to client crates.
//!
//! ```text
//! spec/**/*.json --parse--> spec::* --resolve--> model::* --check--> --emit--> tokens --format--> artifacts
//! ```

mod calendar;
mod check;
mod drift;
mod emit;
mod format;
mod model;
mod parse;
mod problem;
mod resolve;
pub mod spec;
mod suggest;

pub use drift::{Drift, FOLDERS};
pub use problem::{Problem, Problems};

/// A file under `spec/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its path below `spec/`, with `/` between folders: `cdn/PurgeUrlsCache.json`.
    pub path: String,
    /// What it says.
    pub text: String,
}

/// A file that is generated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// Its path below the root of the workspace, with `/` between folders.
    pub path: String,
    /// What it says.
    pub text: String,
}

/// Generates every file from the specifications, sorted by path. It reads and writes no file.
///
/// # Errors
///
/// Refuses with everything that is wrong with the specifications, at once.
pub fn generate(sources: &[Source]) -> Result<Vec<Artifact>, Problems> {
    let api = api(sources)?;
    let drafts = api.map(|api| emit::files(&api)).unwrap_or_default();

    let mut problems = Problems::default();
    let mut artifacts: Vec<_> = drafts.into_iter().map(|draft| format::artifact(draft, &mut problems)).collect();
    problems.refuse()?;

    artifacts.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(artifacts)
}

/// Holds the specifications against every rule, and generates nothing.
///
/// # Errors
///
/// Refuses with everything that is wrong with the specifications, at once, as [`generate`] does.
pub fn check(sources: &[Source]) -> Result<(), Problems> {
    api(sources).map(drop)
}

fn api(sources: &[Source]) -> Result<Option<model::Api>, Problems> {
    let mut problems = Problems::default();

    let files = parse::sources(sources, &mut problems);
    check::files(&files, &mut problems);
    let api = files.complete().map(|written| {
        let api = resolve::api(&written, &mut problems);
        check::api(&written, &api, &mut problems);
        api
    });

    problems.refuse()?;
    Ok(api)
}
