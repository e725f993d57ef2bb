//! Encodes and decodes the lines of a journal.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::plan::{Complete, Plan, Prefetch};
use crate::input::Origin;

/// Version of the format. A change that an older version would misread needs another one.
pub(super) const VERSION: u32 = 1;

/// Number of targets in a line. 1,000: a damaged line is named, and an editor can still show it.
pub(super) const TARGETS_PER_LINE: usize = 1_000;

/// A line of a journal.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Line<'a> {
    /// The first line. Every journal begins with this name, also one of a program with the library.
    Journal(Header),
    /// Targets in their order, each with its place.
    Targets(#[serde(borrow)] Vec<StoredTarget<'a>>),
    /// Lines of the input that cannot be targets.
    Refused(#[serde(borrow)] Vec<StoredRefusal<'a>>),
    /// A line of the journal of a job: the targets of one place, and one action.
    Job(#[serde(borrow)] JobLine<'a>),
    /// The purge is done, and its prefetch begins.
    Prefetch(Prefetch),
    /// Nothing is left to do.
    Complete(Complete),
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    /// The version of the format. Its name says which program wrote the file.
    pub(super) tcpurge: u32,
    pub(super) targets: usize,
    pub(super) refused: usize,
    pub(super) duplicates: usize,
    /// The names of the files with targets.
    pub(super) sources: Vec<String>,
    pub(super) plan: Plan,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct StoredTarget<'a>(pub(super) Origin, #[serde(borrow)] pub(super) Cow<'a, str>);

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct StoredRefusal<'a> {
    pub(super) origin: Origin,
    #[serde(borrow)]
    pub(super) target: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) reason: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) help: Cow<'a, str>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct JobLine<'a> {
    /// The number of the job: first those of the purge, then those of the prefetch.
    pub(super) number: usize,
    #[serde(borrow)]
    pub(super) line: &'a RawValue,
}

/// Only the version: what is read of a header first, because another version has other members.
#[derive(Deserialize)]
pub(super) struct AnyHeader {
    pub(super) journal: AnyVersion,
}

#[derive(Deserialize)]
pub(super) struct AnyVersion {
    /// Absent in the journal of a program with the library.
    pub(super) tcpurge: Option<u32>,
}

/// A line without its end.
pub(super) fn encode(line: &Line<'_>) -> String {
    // All keys are text, so this cannot fail.
    serde_json::to_string(line).unwrap_or_default()
}
