//! Imports the official metadata of services as drafts of specifications, and compares it with the
//! specifications that there are.

mod compare;
mod differences;
mod draft;
mod examples;
mod merge;
mod metadata;
mod names;
mod product;
mod snapshot;
mod splice;
mod tree;

use serde_json::Value;

use crate::parse::{Source, is_free_folder};
use crate::problem::Problems;
use metadata::Upstream;
use product::ProductDraft;

pub use compare::{Comparison, compare};
pub use metadata::Metadata;

/// Maximum number of times that a draft is checked. Each time, names are chosen for what cannot
/// have its own, and examples that contradict the metadata are removed. 12: a chosen name can be
/// taken as well, and what uses a renamed type is checked only afterwards.
const MAX_CHECKS: usize = 12;

/// The result of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// The files that are new or have changed.
    pub files: Vec<Source>,
    /// What a person should know, a line each: official examples that contradict the metadata, and
    /// differences to what a person has written, which stays, with a deviation for each.
    pub notes: Vec<String>,
}

/// Imports a service. `existing` contains the common codes and the products that there are, and
/// `check` returns the problems of specifications.
pub(crate) fn import(
    metadata: &Metadata,
    existing: &[Source],
    check: impl Fn(&[Source]) -> Result<(), Problems>,
) -> Result<Imported, String> {
    let upstream = Upstream::read(metadata)?;
    if upstream.actions.is_empty() {
        return Ok(Imported::default());
    }
    let folder = folder(&upstream, existing).unwrap_or_else(|| new_folder(&upstream, existing));
    let in_folder = |source: &&Source, name: &str| source.path.split('/').next() == Some(name);
    let common: Vec<Source> = existing.iter().filter(|source| in_folder(source, "common")).cloned().collect();
    let written: Vec<Source> = existing.iter().filter(|source| in_folder(source, &folder)).cloned().collect();
    let is_new = written.is_empty();
    let mut draft = ProductDraft::new(&upstream, &folder, &common, written);
    let mut problems = Problems::default();
    for _ in 0..MAX_CHECKS {
        let sources: Vec<Source> = common.iter().cloned().chain(draft.sources()).collect();
        match check(&sources) {
            Ok(()) => return Ok(draft.imported(&Problems::default())),
            Err(found) => {
                problems = found;
                if !draft.mend(&problems) {
                    break;
                }
            }
        }
    }
    // A person has to look at what was written before anyway.
    if is_new { Err(problems.to_string()) } else { Ok(draft.imported(&problems)) }
}

/// The folder of the product, if it exists.
fn folder(upstream: &Upstream, existing: &[Source]) -> Option<String> {
    let Upstream { service, version, .. } = upstream;
    let is_it = |product: &Value| {
        product.get("service") == Some(&Value::from(service.as_str()))
            && product.get("version") == Some(&Value::from(version.as_str()))
    };
    existing.iter().find_map(|source| {
        let folder = source.path.strip_suffix("/product.json")?;
        is_it(&serde_json::from_str(&source.text).ok()?).then(|| folder.to_owned())
    })
}

fn new_folder(upstream: &Upstream, existing: &[Source]) -> String {
    let Upstream { service, version, .. } = upstream;
    let is_taken = existing.iter().any(|source| source.path.split('/').next() == Some(service));
    match !is_taken && is_free_folder(service) {
        true => service.clone(),
        false => format!("{service}-v{}", version.replace('-', "")),
    }
}
