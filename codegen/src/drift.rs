//! How the files on disk differ from what is generated: missing, stale, or orphaned.

use std::collections::BTreeMap;
use std::fmt;

use crate::Artifact;

/// The folders that may hold generated files.
pub const FOLDERS: [&str; 2] = ["crates", "codegen/generated"];

/// The difference between what is generated and what is on disk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drift {
    /// What is generated and not on disk.
    pub missing: Vec<Artifact>,
    /// What is on disk with another content.
    pub stale: Vec<Artifact>,
    /// The paths of what is on disk, in a place that belongs to the generator, and is not generated.
    pub orphaned: Vec<String>,
}

impl Drift {
    /// Compares what is generated with the files in [`FOLDERS`], by path.
    #[must_use]
    pub fn between(artifacts: Vec<Artifact>, files: &BTreeMap<String, Vec<u8>>) -> Self {
        let is_generated = |path: &String| artifacts.iter().any(|artifact| artifact.path == *path);
        let orphaned =
            files.keys().filter(|path| is_owned(path, files, &artifacts) && !is_generated(path)).cloned().collect();
        let mut drift = Self { orphaned, ..Self::default() };
        for artifact in artifacts {
            match files.get(&artifact.path) {
                None => drift.missing.push(artifact),
                Some(content) if content != artifact.text.as_bytes() => drift.stale.push(artifact),
                Some(_) => {}
            }
        }
        drift
    }

    /// Whether the files are what is generated.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.missing.is_empty() && self.stale.is_empty() && self.orphaned.is_empty()
    }
}

/// Whether a place belongs to the generator: a folder named `generated`, the crate of a product, or a crate that was one.
fn is_owned(path: &str, files: &BTreeMap<String, Vec<u8>>, artifacts: &[Artifact]) -> bool {
    if path.contains("/generated/") {
        return true;
    }
    let mut steps = path.split('/');
    let (Some("crates"), Some(folder)) = (steps.next(), steps.next()) else { return false };
    let manifest = format!("crates/{folder}/Cargo.toml");
    let is_marked = |content: &Vec<u8>| content.starts_with(b"# @generated");
    artifacts.iter().any(|artifact| artifact.path == manifest) || files.get(&manifest).is_some_and(is_marked)
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for artifact in &self.missing {
            writeln!(f, "missing: {}", artifact.path)?;
        }
        for artifact in &self.stale {
            writeln!(f, "stale: {}", artifact.path)?;
        }
        for path in &self.orphaned {
            writeln!(f, "orphaned: {path}")?;
        }
        write!(f, "  help: run `cargo xtask generate`, and commit what it writes and removes")
    }
}
