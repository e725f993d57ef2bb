//! Writes a report as JSON, in the shape that [`Report`] documents.

use serde::ser::{Serialize, SerializeSeq as _, SerializeStruct as _, Serializer};

use super::{Report, UnmatchedTarget};
use crate::action::Batched;
use crate::error::Error;
use crate::jobs::batches::item::{Event, Item};
use crate::jobs::batches::outcome::{NotTried, Outcome};

impl<A: Batched> Serialize for Report<A> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (name, counts) = (&self.facts.name, self.counts());
        let mut report = serializer.serialize_struct("Report", 11)?;
        report.serialize_field("product", &name.service)?;
        report.serialize_field("version", &name.version)?;
        report.serialize_field("action", &name.action)?;
        report.serialize_field("targets", &counts.total())?;
        report.serialize_field("accepted", &counts.accepted)?;
        report.serialize_field("refused", &counts.refused)?;
        report.serialize_field("unknown", &counts.unknown)?;
        report.serialize_field("not_tried", &counts.not_tried)?;
        report.serialize_field("requests", &self.requests())?;
        report.serialize_field("items", &Sequence(|| self.items()))?;
        report.serialize_field("unmatched", &Sequence(|| self.unmatched()))?;
        report.end()
    }
}

/// The elements of an iterator as a sequence.
struct Sequence<F>(F);

impl<F: Fn() -> I, I: Iterator<Item: Serialize>> Serialize for Sequence<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sequence = serializer.serialize_seq(None)?;
        for element in (self.0)() {
            sequence.serialize_element(&element)?;
        }
        sequence.end()
    }
}

/// Writes an element of `items`, as [`Report`](super::Report) documents it.
impl Serialize for Item<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        item(self.position(), &self.target(), self.outcome(), serializer)
    }
}

/// Writes the same as an element of a report's `items`.
impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        item(self.position(), &self.target(), self.outcome(), serializer)
    }
}

fn item<S: Serializer>(position: usize, target: &str, outcome: Outcome<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    let mut item = serializer.serialize_struct("Item", 4)?;
    item.serialize_field("position", &position)?;
    item.serialize_field("target", target)?;
    item.serialize_field("outcome", outcome.as_str())?;
    match outcome {
        Outcome::Accepted { task } => item.serialize_field("task", task)?,
        Outcome::Refused(error) | Outcome::Unknown(error) => item.serialize_field("reason", &Reason::of(error))?,
        Outcome::NotTried(why) => item.serialize_field("reason", &Reason::of_not_tried(why))?,
    }
    item.end()
}

/// Why a target was not accepted.
#[derive(serde::Serialize)]
struct Reason<'a> {
    kind: &'a str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
}

impl<'a> Reason<'a> {
    fn of(error: &'a Error) -> Self {
        let (code, request_id) = (error.code(), error.request_id());
        Self { kind: error.kind().as_str(), message: error.message().to_owned(), code, request_id }
    }

    fn of_not_tried(why: NotTried<'a>) -> Self {
        let kind = match why {
            NotTried::Because(error) => return Self::of(error),
            NotTried::Stopped => "stopped",
            NotTried::NotInHistory => "not_in_history",
        };
        Self { kind, message: why.to_string(), code: None, request_id: None }
    }
}

impl Serialize for UnmatchedTarget<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut unmatched = serializer.serialize_struct("UnmatchedTarget", 3)?;
        unmatched.serialize_field("target", self.target)?;
        unmatched.serialize_field("reason", self.reason)?;
        unmatched.serialize_field("task", self.task)?;
        unmatched.end()
    }
}
