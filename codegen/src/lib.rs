//! Generates client crates from specifications.
//!
//! ```text
//! spec/**/*.json --parse--> spec::* --lint--> --resolve--> model::* --validate-->
//!     --emit--> drafts --format--> artifacts
//! ```

mod dates;
pub mod diff;
mod direction;
mod draft;
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

pub use draft::Artifact;
pub use drift::{Drift, GENERATED_FOLDERS};
pub use import::{Comparison, Imported, Metadata, compare};
pub use parse::Source;
pub use problem::{Problem, Problems};

/// Generates all files from the specifications, sorted by path. It reads and writes no file.
///
/// # Errors
///
/// Returns all problems of the specifications at once.
pub fn generate(sources: &[Source]) -> Result<Vec<Artifact>, Problems> {
    artifacts(sources, false)
}

/// Generates all files, as [`generate`] does, also from drafts.
///
/// # Errors
///
/// Returns all problems of the specifications at once.
pub fn generate_with_drafts(sources: &[Source]) -> Result<Vec<Artifact>, Problems> {
    artifacts(sources, true)
}

fn artifacts(sources: &[Source], accepts_drafts: bool) -> Result<Vec<Artifact>, Problems> {
    let mut problems = Problems::default();
    let folders = parse::folders(sources, accepts_drafts, &mut problems);
    let common = common(&folders.common, &mut problems);

    // The model of a product is dropped as soon as its files are generated.
    let generated = parallel::map(&folders.products, Folder::size, |folder| {
        let mut problems = Problems::default();
        let common = common.as_ref().map(|file| codes(file, &mut Problems::default()));
        let (identity, product) = product(folder, common.as_deref(), &mut problems);
        let drafts = product.iter().flat_map(|product| emit::product(product, common.as_deref().unwrap_or_default()));
        let artifacts = format::artifacts(drafts, &mut problems);
        drop((product, common));
        print::forget_sources();
        (identity, artifacts, problems)
    });

    let mut identities = Vec::new();
    let mut artifacts = Vec::new();
    for (identity, generated, found) in generated {
        identities.extend(identity);
        artifacts.extend(generated);
        problems.append(found);
    }
    lint::report_duplicates(&identities, &mut problems);
    if let Some(file) = &common {
        let names: Vec<&str> = folders.products.iter().map(|folder| folder.name).collect();
        let drafts = emit::shared(&names, &codes(file, &mut problems));
        artifacts.extend(format::artifacts(drafts, &mut problems));
    }
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
    resolved(sources, false).map(drop)
}

/// Imports the official metadata of a service as drafts of specifications. `existing` contains the
/// common codes and the products that there are.
///
/// # Errors
///
/// Returns a message if the metadata cannot be read, or contradicts itself.
pub fn import(metadata: &Metadata, existing: &[Source]) -> Result<Imported, String> {
    import::import(metadata, existing, |sources| resolved(sources, true).map(drop))
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
        true => common(&folders.common, &mut problems),
        false => folders.common.common(&mut problems),
    };
    let common = common.map(|file| codes(&file, &mut problems)).unwrap_or_default();
    let products = folders.products.iter().filter_map(|folder| {
        let files = folder.product(&mut problems);
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

/// The common codes and all products, resolved.
fn resolved(sources: &[Source], accepts_drafts: bool) -> Result<(Vec<Code>, Vec<Product>), Problems> {
    let mut problems = Problems::default();
    let folders = parse::folders(sources, accepts_drafts, &mut problems);
    let common = common(&folders.common, &mut problems);
    let codes = common.as_ref().map(|file| codes(file, &mut problems));
    let (mut identities, mut products) = (Vec::new(), Vec::new());
    for folder in &folders.products {
        let (identity, product) = product(folder, codes.as_deref(), &mut problems);
        identities.extend(identity);
        products.extend(product);
    }
    lint::report_duplicates(&identities, &mut problems);
    problems.into_result()?;
    Ok((codes.unwrap_or_default(), products))
}

/// Parses and checks the file of the common codes.
fn common(folder: &Folder<'_>, problems: &mut Problems) -> Option<File<spec::Errors>> {
    let file = folder.common(problems)?;
    lint::common(&file, problems);
    Some(file)
}

/// Resolves the common codes.
fn codes(file: &File<spec::Errors>, problems: &mut Problems) -> Vec<Code> {
    let codes = resolve::common(file, problems);
    validate::common(file, &codes, problems);
    codes
}

/// Parses, checks and resolves a product. It can be resolved if each of its files could be parsed,
/// and the common codes as well.
fn product(
    folder: &Folder<'_>,
    common: Option<&[Code]>,
    problems: &mut Problems,
) -> (Option<Identity>, Option<Product>) {
    let files = folder.product(problems);
    lint::product(&files, problems);
    let identity = files.product.as_ref().map(Identity::of);
    let product = files.complete().zip(common).map(|(files, common)| {
        let product = resolve::product(&files, common, problems);
        validate::product(&files, &product, common, problems);
        product
    });
    (identity, product)
}
