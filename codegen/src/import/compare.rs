//! Tells what has moved in the metadata of the actions that are shipped.

use std::collections::{BTreeMap, BTreeSet};

use super::differences::Specs;
use super::metadata::{Metadata, Upstream};
use super::{folder, snapshot};
use crate::parse::Source;

/// What has moved since a snapshot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// A line for each action that has moved.
    pub moved: Vec<String>,
    /// A line for each difference between the metadata and the specifications that no deviation
    /// explains.
    pub differences: Vec<String>,
    /// The snapshot of the metadata as it is now.
    pub snapshot: String,
}

/// Compares the metadata of services with a snapshot, for the actions of the specifications that
/// are not drafts. The snapshot is empty before the first comparison.
///
/// # Errors
///
/// Returns a message if the metadata cannot be read.
pub fn compare(metadata: &[Metadata], sources: &[Source], snapshot: &str) -> Result<Comparison, String> {
    let mut comparison = Comparison::default();
    let mut now = BTreeSet::new();
    for metadata in metadata {
        let upstream = Upstream::read(metadata)?;
        let Some(folder) = folder(&upstream, sources) else { continue };
        let specs = Specs::read(&folder, sources);
        now.extend(snapshot::lines(&upstream, specs.actions(false)));
        let differences = specs.differences(&upstream, false);
        comparison.differences.extend(differences.iter().map(|difference| difference.line(&folder)));
    }
    let by_subject = |lines: &mut dyn Iterator<Item = &str>| -> BTreeMap<String, String> {
        lines.map(|line| (snapshot::subject(line), line.to_owned())).collect()
    };
    let before = by_subject(&mut snapshot.lines());
    let lines = by_subject(&mut now.iter().map(String::as_str));
    for (subject, line) in &lines {
        match before.get(subject) {
            Some(before) if before == line => {}
            Some(before) => comparison.moved.push(format!("{subject}: {}", snapshot::moved(before, line))),
            None => comparison.moved.push(format!("{subject}: not in the snapshot")),
        }
    }
    let gone = before.keys().filter(|subject| !lines.contains_key(*subject));
    comparison.moved.extend(gone.map(|subject| format!("{subject}: the metadata has it no more")));
    comparison.snapshot = now.into_iter().map(|line| format!("{line}\n")).collect();
    Ok(comparison)
}
