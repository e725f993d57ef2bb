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

#[cfg(test)]
mod tests {
    use super::*;

    fn artifact(path: &str) -> Artifact {
        Artifact { path: path.to_owned(), text: "# @generated".to_owned() }
    }

    /// How files with the text of a generated one differ from a crate `a` and a schema.
    fn drift(files: &[&str]) -> Drift {
        let artifacts = ["crates/a/Cargo.toml", "crates/a/src/lib.rs", "codegen/generated/a.schema.json"].map(artifact);
        let files = files.iter().map(|path| ((*path).to_owned(), b"# @generated".to_vec()));
        Drift::between(artifacts.to_vec(), &files.collect())
    }

    const ALL: [&str; 3] = ["crates/a/Cargo.toml", "crates/a/src/lib.rs", "codegen/generated/a.schema.json"];

    #[test]
    fn there_is_none_if_the_files_are_what_is_generated() {
        assert!(drift(&ALL).is_none());
    }

    #[test]
    fn a_file_that_is_not_there_is_missing() {
        assert_eq!(drift(&ALL[1..]).missing, [artifact("crates/a/Cargo.toml")]);
    }

    #[test]
    fn a_file_that_says_something_else_is_stale() {
        let files = BTreeMap::from([("a".to_owned(), b"old".to_vec())]);
        let drift = Drift::between(vec![artifact("a")], &files);
        assert_eq!((drift.missing, drift.stale, drift.orphaned), (vec![], vec![artifact("a")], vec![]));
    }

    #[test]
    fn a_file_that_nothing_generates_is_orphaned_where_all_are_generated() {
        let orphans = ["codegen/generated/b.schema.json", "crates/a/src/old.rs", "crates/b/src/generated/old.rs"];
        let by_hand = ["crates/b/Cargo.lock", "crates/b/src/generated.rs", "crates/generated.rs"];
        assert_eq!(drift(&[&ALL[..], &orphans, &by_hand].concat()).orphaned, orphans);
    }

    #[test]
    fn all_of_a_crate_is_orphaned_once_its_specification_is_gone() {
        let gone = ["crates/old/Cargo.toml", "crates/old/README.md", "crates/old/src/lib.rs"];
        assert_eq!(drift(&[&ALL[..], &gone].concat()).orphaned, gone);
    }

    #[test]
    fn a_crate_that_is_written_by_hand_is_left_alone() {
        let files = [("crates/core/Cargo.toml", "[package]"), ("crates/core/src/lib.rs", "// @generated")];
        let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
        assert!(Drift::between(Vec::new(), &files.into()).is_none());
    }

    #[test]
    fn it_says_what_to_do() {
        let drift = Drift { missing: vec![artifact("a")], stale: vec![artifact("b")], orphaned: vec!["c".to_owned()] };
        let says = "missing: a\nstale: b\norphaned: c\n  help: run `cargo xtask generate`, and commit what it writes and removes";
        assert_eq!(drift.to_string(), says);
    }
}
