//! Keeps the targets that were not accepted, or failed later: a million of them, if necessary.

use std::sync::Arc;

use serde::ser::{Serialize, Serializer};
use tencentcloud_cdn::Error;

use super::json::Failed;
use crate::failure::without_hint;
use crate::input::{Origin, Targets};

/// Why a target was not accepted. Many targets share one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reason {
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) request_id: Option<String>,
}

/// A target that was not accepted, or failed later.
#[derive(Debug)]
struct Row {
    target: Target,
    outcome: &'static str,
    reason: Arc<Reason>,
    task: Option<Box<str>>,
}

#[derive(Debug)]
enum Target {
    /// One of the targets, by its index.
    Known(usize),
    /// A line that is not among the targets, because it is invalid.
    Line(Origin, Box<str>),
    /// A target in the words of the service.
    Other(Box<str>),
}

/// The targets that were not accepted, or failed later, in the order in which that became known.
///
/// Each takes about 64 bytes, and its text only if it is not among the targets.
#[derive(Debug)]
pub(crate) struct Failures {
    targets: Arc<Targets>,
    rows: Vec<Row>,
}

impl Failures {
    pub(crate) fn new(targets: Arc<Targets>) -> Self {
        Self { targets, rows: Vec::new() }
    }

    /// No failures of no targets.
    pub(crate) fn none() -> Self {
        Self::new(Arc::new(Targets::empty()))
    }

    /// Adds one of the targets, by its index.
    pub(crate) fn add(&mut self, index: usize, outcome: &'static str, reason: Arc<Reason>) {
        self.rows.push(Row { target: Target::Known(index), outcome, reason, task: None });
    }

    /// Adds a line that is invalid.
    pub(crate) fn add_line(&mut self, origin: Origin, text: &str, reason: Reason) {
        let target = Target::Line(origin, text.into());
        self.rows.push(Row { target, outcome: "refused", reason: Arc::new(reason), task: None });
    }

    /// Adds a target that failed according to the service. Its index is known if the service writes
    /// the target as it was sent.
    pub(crate) fn add_failed(&mut self, index: Option<usize>, target: &str, task: &str, reason: &str) {
        let target = index.map_or_else(|| Target::Other(target.into()), Target::Known);
        let reason = Reason { message: reason.to_owned(), ..Reason::default() };
        let task = Some(task.into()).filter(|_| !task.is_empty());
        self.rows.push(Row { target, outcome: "failed", reason: Arc::new(reason), task });
    }

    /// Adds a target that is not among the targets, such as a zone.
    pub(crate) fn add_other(&mut self, target: &str, outcome: &'static str, reason: Reason) {
        self.rows.push(Row { target: Target::Other(target.into()), outcome, reason: Arc::new(reason), task: None });
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Failed<'_>> {
        self.rows.iter().map(|row| {
            let (target, origin): (&str, _) = match &row.target {
                Target::Known(index) => (self.targets.get(*index), self.targets.origin(*index)),
                Target::Line(origin, text) => (text, Some(*origin)),
                Target::Other(text) => (text, None),
            };
            let place = origin.and_then(|origin| self.targets.place(origin));
            let reason = &*row.reason;
            Failed {
                target,
                file: place.map(|(file, _)| file),
                line: place.map(|(_, line)| line),
                outcome: row.outcome,
                message: &reason.message,
                help: reason.help.as_deref(),
                code: reason.code.as_deref(),
                request_id: reason.request_id.as_deref(),
                task: row.task.as_deref(),
            }
        })
    }
}

impl Serialize for Failures {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl From<&Error> for Reason {
    fn from(error: &Error) -> Self {
        let message = match error.code() {
            Some(_) => error.message().to_owned(),
            None => without_hint(error),
        };
        Self {
            message,
            help: error.hint().map(str::to_owned),
            code: error.code().map(str::to_owned),
            request_id: error.request_id().map(str::to_owned),
        }
    }
}

impl Reason {
    pub(crate) fn new(message: impl Into<String>, help: Option<&str>) -> Self {
        Self { message: message.into(), help: help.map(str::to_owned), ..Self::default() }
    }
}
