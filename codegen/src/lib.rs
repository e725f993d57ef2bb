//! Generates client crates from specifications.
//!
//! ```text
//! spec/**/*.json --parse--> spec::* --lint--> --resolve--> model::* --validate-->
//!     --emit--> drafts --format--> artifacts
//! ```

mod dates;
mod direction;
mod draft;
mod drift;
mod emit;
mod format;
mod licence;
mod lint;
mod markdown;
mod model;
mod parse;
mod print;
mod problem;
mod resolve;
pub mod spec;
mod suggest;
mod validate;

pub use draft::Artifact;
pub use drift::{Drift, GENERATED_FOLDERS};
pub use parse::Source;
pub use problem::{Problem, Problems};

/// Generates all files from the specifications, sorted by path. It reads and writes no file.
///
/// # Errors
///
/// Returns all problems of the specifications at once.
pub fn generate(sources: &[Source]) -> Result<Vec<Artifact>, Problems> {
    let api = api(sources)?;
    // `api` returns `None` only if there are problems, and then the `?` has returned them.
    let drafts = api.map(|api| emit::files(&api)).unwrap_or_default();

    let mut problems = Problems::default();
    let mut artifacts: Vec<_> = drafts.into_iter().map(|draft| format::artifact(draft, &mut problems)).collect();
    problems.into_result()?;

    artifacts.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(artifacts)
}

/// Checks the specifications against every rule, and generates nothing.
///
/// # Errors
///
/// Returns all problems of the specifications at once, as [`generate`] does.
pub fn check(sources: &[Source]) -> Result<(), Problems> {
    api(sources).map(drop)
}

fn api(sources: &[Source]) -> Result<Option<model::Api>, Problems> {
    let mut problems = Problems::default();

    let files = parse::sources(sources, &mut problems);
    lint::files(&files, &mut problems);
    let api = files.complete().map(|specs| {
        let api = resolve::api(&specs, &mut problems);
        validate::api(&specs, &api, &mut problems);
        api
    });

    problems.into_result()?;
    Ok(api)
}
