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
use model::{Code, Product};
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
    generate_all(sources, false)
}

/// Returns all generated files, as [`generate`] does, also those of drafts.
///
/// # Errors
///
/// Returns all problems of the specifications at once.
pub fn generate_with_drafts(sources: &[Source]) -> Result<Vec<Artifact>, Problems> {
    generate_all(sources, true)
}

fn generate_all(sources: &[Source], accepts_drafts: bool) -> Result<Vec<Artifact>, Problems> {
    let mut problems = Problems::default();
    let folders = parse::folders(sources, accepts_drafts, &mut problems);
    let common_file = parse_common_file(&folders.common, &mut problems);

    let generated = parallel::map(&folders.products, Folder::size, |folder| {
        let generated = Generated::from(folder, common_file.as_ref());
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
        let files = emit::shared(&names, &resolve_common_codes(file, &mut problems));
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
    fn from(folder: &Folder<'_>, common_file: Option<&File<spec::Errors>>) -> Self {
        let mut problems = Problems::default();
        // The common codes are resolved for each product, because an `Ident` cannot be sent to
        // another thread. Their problems are reported once, by the caller.
        let common_codes = common_file.map(|file| resolve_common_codes(file, &mut Problems::default()));
        let (identity, product) = resolve_product(folder, common_codes.as_deref(), &mut problems);
        let artifacts = match (product, common_codes) {
            (Some(product), Some(common_codes)) if problems.is_empty() => {
                format::artifacts(emit::product(&product, &common_codes), &mut problems)
            }
            _ => Vec::new(),
        };
        Self { identity, artifacts, problems }
    }
}

/// Checks the specifications against every rule, and generates nothing.
///
/// # Errors
///
/// Returns all problems of the specifications at once, as [`generate`] does.
pub fn check(sources: &[Source]) -> Result<(), Problems> {
    check_all(sources, false)
}

/// Imports the official metadata of a service as drafts of specifications. `existing` contains the
/// common codes and the products that there are.
///
/// # Errors
///
/// Returns a message if the metadata cannot be read, or contradicts itself.
pub fn import(metadata: &Metadata, existing: &[Source]) -> Result<Imported, String> {
    import::import(metadata, existing, |sources| check_all(sources, true))
}

/// Compares a version of the specifications that was released with a new one. The released one must
/// be complete, but it may break rules that are newer.
///
/// # Errors
///
/// Returns why they cannot be compared, which does not mean that nothing has changed.
pub fn changes(released: &[Source], new: &[Source]) -> Result<Diff, NotCompared> {
    let new = specifications(new, true).map_err(NotCompared::New)?;
    let released = specifications(released, false).map_err(NotCompared::Released)?;
    Ok(diff::between(&released, &new))
}

/// The specifications with their files. A new version is checked against every rule.
fn specifications(sources: &[Source], is_new: bool) -> Result<Specifications, Problems> {
    let mut problems = Problems::default();
    let folders = parse::folders(sources, false, &mut problems);
    let common = match is_new {
        true => parse_common_file(&folders.common, &mut problems),
        false => folders.common.parse_common_codes(&mut problems),
    };
    let common = common.map(|file| resolve_common_codes(&file, &mut problems)).unwrap_or_default();
    let products = folders.products.iter().filter_map(|folder| {
        let files = folder.parse_product(&mut problems);
        if is_new {
            lint::product(&files, &mut problems);
        }
        let files = files.complete()?;
        let product = resolve::product(&files, &common, &mut problems);
        if is_new {
            validate::product(&files, &product, &common, &mut problems);
        }
        Some(Specified { files, product })
    });
    let products: Vec<Specified> = products.collect();
    if is_new {
        let identities: Vec<_> = products.iter().map(|specified| Identity::of(&specified.files.product)).collect();
        lint::report_duplicates(&identities, &mut problems);
    }
    problems.into_result()?;
    Ok(Specifications { common, products })
}

fn check_all(sources: &[Source], accepts_drafts: bool) -> Result<(), Problems> {
    let mut problems = Problems::default();
    let folders = parse::folders(sources, accepts_drafts, &mut problems);
    let common_file = parse_common_file(&folders.common, &mut problems);
    let common_codes = common_file.map(|file| resolve_common_codes(&file, &mut problems));
    let mut identities = Vec::new();
    for folder in &folders.products {
        let (identity, _) = resolve_product(folder, common_codes.as_deref(), &mut problems);
        identities.extend(identity);
    }
    lint::report_duplicates(&identities, &mut problems);
    problems.into_result()
}

/// Parses and checks the file of the common codes.
fn parse_common_file(folder: &Folder<'_>, problems: &mut Problems) -> Option<File<spec::Errors>> {
    let file = folder.parse_common_codes(problems)?;
    lint::common_codes(&file, problems);
    Some(file)
}

/// Resolves and checks the common codes.
fn resolve_common_codes(file: &File<spec::Errors>, problems: &mut Problems) -> Vec<Code> {
    let codes = resolve::common_codes(file, problems);
    validate::common_codes(file, &codes, problems);
    codes
}

/// Parses, checks and resolves a product. It can be resolved if each of its files could be parsed,
/// and the common codes as well.
fn resolve_product(
    folder: &Folder<'_>,
    common_codes: Option<&[Code]>,
    problems: &mut Problems,
) -> (Option<Identity>, Option<Product>) {
    let files = folder.parse_product(problems);
    lint::product(&files, problems);
    let identity = files.product.as_ref().map(Identity::of);
    let product = files.complete().zip(common_codes).map(|(files, common_codes)| {
        let product = resolve::product(&files, common_codes, problems);
        validate::product(&files, &product, common_codes, problems);
        product
    });
    (identity, product)
}
