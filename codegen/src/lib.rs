//! Generates client crates from specifications.
//!
//! ```text
//! spec/**/*.json --parse--> spec::* (lint) --resolve--> model::* (validate)
//!     --emit--> files --format--> artifacts
//! ```

mod artifact;
mod dates;
pub mod diff;
mod direction;
mod drift;
mod emit;
mod format;
mod import;
mod licence;
mod lint;
mod markdown;
mod model;
mod parallel;
mod parse;
mod print;
mod problem;
mod resolve;
pub mod spec;
mod suggest;
mod validate;

use diff::{Diff, NotCompared, Specifications, Specified};
use lint::Identity;
use model::Code;
use parse::{File, Folder};

pub use artifact::Artifact;
pub use drift::{Drift, GENERATED_FOLDERS};
pub use import::{Comparison, Imported, Metadata, compare};
pub use parse::Source;
pub use problem::{Problem, Problems};

/// Returns all generated files, sorted by path. It reads and writes no file.
///
/// # Errors
///
/// Returns all problems of the specifications at once.
pub fn generate(sources: &[Source]) -> Result<Vec<Artifact>, Problems> {
    generate_all(sources, Accepted::Complete)
}

/// Returns all generated files, as [`generate`] does, also those of drafts.
///
/// # Errors
///
/// Returns all problems of the specifications at once.
pub fn generate_with_drafts(sources: &[Source]) -> Result<Vec<Artifact>, Problems> {
    generate_all(sources, Accepted::Drafts)
}

/// Checks the specifications against every rule, and generates nothing.
///
/// # Errors
///
/// Returns all problems of the specifications at once, as [`generate`] does.
pub fn check(sources: &[Source]) -> Result<(), Problems> {
    resolve_all(sources, Accepted::Complete).map(drop)
}

/// Imports the official metadata of a service as drafts of specifications. `existing` contains the
/// common codes and the products that there are.
///
/// # Errors
///
/// Returns a message if the metadata cannot be read, or contradicts itself.
pub fn import(metadata: &Metadata, existing: &[Source]) -> Result<Imported, String> {
    import::import(metadata, existing, |sources| resolve_all(sources, Accepted::Drafts).map(drop))
}

/// Compares a version of the specifications that was released with a new one. The released one must
/// be complete, and still parse and resolve; other rules may be newer, and it may break them.
///
/// # Errors
///
/// Returns why they cannot be compared, which does not mean that nothing has changed.
pub fn changes(released: &[Source], new: &[Source]) -> Result<Diff, NotCompared> {
    let new = resolve_all(new, Accepted::Complete).map_err(NotCompared::New)?;
    let released = resolve_all(released, Accepted::Released).map_err(NotCompared::Released)?;
    Ok(diff::between(&released, &new))
}

/// The specifications that are accepted.
#[derive(Clone, Copy, PartialEq)]
enum Accepted {
    /// Those that are complete and follow every rule.
    Complete,
    /// Also drafts.
    Drafts,
    /// Complete ones that were released. `lint` does not check their files, and `validate` does not
    /// check them at all, because those rules may be newer. They must still parse and resolve.
    Released,
}

impl Accepted {
    /// Whether `lint` checks the files, and `validate` what they resolve to.
    fn must_follow_rules(self) -> bool {
        self != Self::Released
    }
}

fn generate_all(sources: &[Source], accepted: Accepted) -> Result<Vec<Artifact>, Problems> {
    let mut problems = Problems::default();
    let folders = parse::folders(sources, accepted == Accepted::Drafts, &mut problems);
    let common_file = parse_common_codes(&folders.common, accepted, &mut problems);

    let generated = parallel::map(&folders.products, Folder::size, |folder| {
        let generated = Generated::from(folder, common_file.as_ref(), accepted);
        // The product and its tokens are dropped by now, as this requires.
        print::free_spans();
        generated
    });

    let mut identities = Vec::new();
    let mut artifacts = Vec::new();
    for generated in generated {
        identities.extend(generated.identity);
        artifacts.extend(generated.artifacts);
        problems.append(generated.problems);
    }
    lint::report_duplicates(&identities, &mut problems);
    if let Some(file) = &common_file {
        let names: Vec<&str> = folders.products.iter().map(|folder| folder.name).collect();
        let files = emit::shared(&names, &resolve_common_codes(file, accepted, &mut problems));
        artifacts.extend(format::artifacts(files, &mut problems));
    }
    problems.into_result()?;

    artifacts.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(artifacts)
}

/// What is generated from the folder of a product.
struct Generated {
    identity: Option<Identity>,
    artifacts: Vec<Artifact>,
    problems: Problems,
}

impl Generated {
    fn from(folder: &Folder<'_>, common_file: Option<&File<spec::Errors>>, accepted: Accepted) -> Self {
        let mut problems = Problems::default();
        // The common codes are resolved for each product, because an `Ident` cannot be sent to
        // another thread. Their problems are reported once, by the caller.
        let common_codes = common_file.map(|file| resolve_common_codes(file, accepted, &mut Problems::default()));
        let (identity, resolved) = resolve_product(folder, common_codes.as_deref(), accepted, &mut problems);
        let artifacts = match (resolved, common_codes) {
            (Some(Specified { product, .. }), Some(common_codes)) if problems.is_empty() => {
                format::artifacts(emit::product(&product, &common_codes), &mut problems)
            }
            _ => Vec::new(),
        };
        Self { identity, artifacts, problems }
    }
}

/// Resolves the common codes and all products.
fn resolve_all(sources: &[Source], accepted: Accepted) -> Result<Specifications, Problems> {
    let mut problems = Problems::default();
    let folders = parse::folders(sources, accepted == Accepted::Drafts, &mut problems);
    let common_file = parse_common_codes(&folders.common, accepted, &mut problems);
    let common_codes = common_file.map(|file| resolve_common_codes(&file, accepted, &mut problems));
    let (mut identities, mut products) = (Vec::new(), Vec::new());
    for folder in &folders.products {
        let (identity, product) = resolve_product(folder, common_codes.as_deref(), accepted, &mut problems);
        identities.extend(identity);
        products.extend(product);
    }
    lint::report_duplicates(&identities, &mut problems);
    problems.into_result()?;
    Ok(Specifications { common: common_codes.unwrap_or_default(), products })
}

/// Parses and checks the file of the common codes.
fn parse_common_codes(folder: &Folder<'_>, accepted: Accepted, problems: &mut Problems) -> Option<File<spec::Errors>> {
    let file = folder.parse_common_codes(problems)?;
    if accepted.must_follow_rules() {
        lint::common_codes(&file, problems);
    }
    Some(file)
}

/// Resolves and checks the common codes.
fn resolve_common_codes(file: &File<spec::Errors>, accepted: Accepted, problems: &mut Problems) -> Vec<Code> {
    let codes = resolve::common_codes(file, problems);
    if accepted.must_follow_rules() {
        validate::common_codes(file, &codes, problems);
    }
    codes
}

/// Parses, checks and resolves a product. It can be resolved if it is complete, each of its files
/// and the common codes could be parsed, and a crate can have the name of its folder.
fn resolve_product(
    folder: &Folder<'_>,
    common_codes: Option<&[Code]>,
    accepted: Accepted,
    problems: &mut Problems,
) -> (Option<Identity>, Option<Specified>) {
    let files = folder.parse_product(problems);
    if accepted.must_follow_rules() {
        lint::product(&files, problems);
    }
    let identity = files.product.as_ref().map(Identity::of);
    let resolved = files.complete().zip(common_codes).map(|(files, common_codes)| {
        let product = resolve::product(&files, common_codes, problems);
        if accepted.must_follow_rules() {
            validate::product(&files, &product, common_codes, problems);
        }
        Specified { files, product }
    });
    (identity, resolved)
}
