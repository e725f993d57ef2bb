//! Plays the faults of a section, and writes its table.

use std::time::Duration;

use tencentcloud_core::http::{HttpResponse, TransportError, TransportErrorKind};
use tencentcloud_core::{Client, Error};

use crate::harness::Harness;
use crate::sample::{Cdn, PURGED, PurgeResponse, purge};

/// Part of the table.
pub(super) struct Section {
    pub(super) text: String,
    pub(super) faults: usize,
}

/// What goes wrong with an attempt.
pub(super) struct Fault {
    pub(super) what: String,
    pub(super) play: Play,
}

pub(super) enum Play {
    /// The transport fails.
    Fail(TransportErrorKind),
    /// The transport finds no connection, for a permanent cause.
    NeverConnects,
    /// No response arrives.
    Hang,
    /// The response arrives after this time.
    Late(Duration),
    Respond(HttpResponse),
}

impl Fault {
    pub(super) fn new(what: impl Into<String>, play: Play) -> Self {
        Self { what: what.into(), play }
    }
}

impl Play {
    fn on(&self, harness: &Harness) {
        harness.script(|script| match self {
            Self::NeverConnects => {
                script.fail(TransportError::new(TransportErrorKind::Connect, "no such host").permanent())
            }
            Self::Fail(kind) => script.fail(TransportError::new(*kind, "cut")),
            Self::Hang => script.hang(),
            Self::Late(delay) => script.respond_after(&harness.clock, *delay, HttpResponse::new(200, PURGED)),
            Self::Respond(response) => script.respond_with(response.clone()),
        });
    }
}

/// More attempts than any call makes.
const ALWAYS: usize = 100;
/// The columns of a fault, by how often it happens in a row.
const TIMES: [usize; 3] = [1, 2, ALWAYS];
/// Maximum number of waits that a cell lists.
const MAX_WAITS: usize = 4;

/// A section whose faults are played in one, two and all attempts, for repeatable requests and for
/// others.
pub(super) fn of_faults(title: &str, about: &str, faults: &[Fault]) -> Section {
    let rows =
        faults.iter().flat_map(|fault| rows(&fault.what, |times, repeatable| played(&fault.play, times, repeatable)));
    section(title, about, faults.len(), rows)
}

/// A section with the given rows.
pub(super) fn section(title: &str, about: &str, faults: usize, rows: impl Iterator<Item = String>) -> Section {
    let head = "| fault | may be repeated | at the 1st attempt | at the 1st and 2nd | at each |\n|---|---|---|---|---|";
    let text = format!("## {title}\n\n{about}\n\n{head}\n{}\n", rows.collect::<Vec<_>>().join("\n"));
    Section { text, faults }
}

/// One row, or two if it matters whether the request may be repeated.
pub(super) fn rows(what: &str, outcome: impl Fn(usize, bool) -> String) -> Vec<String> {
    let [once, repeatable] = [false, true].map(|repeatable| TIMES.map(|times| outcome(times, repeatable)).join(" | "));
    if once == repeatable {
        return vec![format!("| {what} | either | {once} |")];
    }
    vec![format!("| {what} | no | {once} |"), format!("| {what} | yes | {repeatable} |")]
}

fn played(play: &Play, times: usize, repeatable: bool) -> String {
    let harness = Harness::new();
    (0..times).for_each(|_| play.on(&harness));
    harness.script(|script| script.respond(200, PURGED));
    let client = Client::<Cdn>::new(&harness.config().build().unwrap());
    let outcome = harness.clock.run(client.call(&purge()).repeatable(repeatable).into_future());
    reported(&outcome, &harness)
}

/// The result of a call, with the number of requests and the waits.
pub(super) fn reported(outcome: &Result<PurgeResponse, Error>, harness: &Harness) -> String {
    let sent = harness.sent();
    if let Err(error) = outcome {
        assert_eq!(usize::try_from(error.attempts()).unwrap(), sent, "{error}");
    }
    let waits: Vec<String> = harness.waits().iter().map(ToString::to_string).collect();
    let waits = match waits.as_slice() {
        [] => String::new(),
        [first @ .., last] if waits.len() > MAX_WAITS => {
            format!(" ({}, … {last} ms)", first[..MAX_WAITS - 1].join(", "))
        }
        all => format!(" ({} ms)", all.join(", ")),
    };
    format!("{sent} sent{waits}: {}", result(outcome))
}

/// A response, or the kind of an error and whether the error says that the action may have been
/// carried out.
pub(super) fn result(outcome: &Result<PurgeResponse, Error>) -> String {
    match outcome {
        Ok(_) => "response".to_owned(),
        Err(error) if error.to_string().contains("may have been carried out") => {
            format!("`{}`, uncertain", error.kind())
        }
        Err(error) => format!("`{}`", error.kind()),
    }
}
