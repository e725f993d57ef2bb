//! Writes the progress of a job to its journal, and reads what earlier runs have written.

use std::io;
use std::sync::Arc;

use super::Journal;
use super::line::{Header, Intend, Line, Settle, Settled, StoredOutcome};
use super::replay::{Doubt, Replay, replay};
use crate::action::ActionFacts;
use crate::error::{Error, ErrorKind};
use crate::jobs::batches::{Runs, SentAt, SharedOutcome};

/// Number of lines that are not needed, above which a journal is rewritten when it is opened.
/// 1,000: reading them takes a millisecond or two.
const MAX_NEEDLESS_LINES: usize = 1_000;

/// The journal of a job that is being done.
pub(crate) struct Log<'j> {
    journal: &'j mut dyn Journal,
    next_request: u64,
}

/// What earlier runs of a job have done.
#[derive(Debug)]
pub(crate) struct Recorded {
    /// The targets that are done.
    pub(crate) done: Vec<(Runs, SharedOutcome)>,
    /// The requests of which it is not known whether they were accepted, with their numbers.
    pub(crate) doubts: Vec<(u64, Doubt)>,
    /// The first task, and when its request was sent.
    pub(crate) dated: Option<(String, SentAt)>,
}

impl<'j> Log<'j> {
    /// Opens the journal of a job, and reads what earlier runs have done.
    pub(crate) fn open(
        journal: &'j mut dyn Journal,
        header: &Header,
        action: &ActionFacts,
    ) -> Result<(Self, Recorded), Error> {
        let text = journal.read().map_err(|error| io_failed("read", error))?;
        if text.is_empty() {
            let line = Line::Journal(header.clone()).encode()?;
            journal.intend(&line).map_err(|error| io_failed("written", error))?;
        }
        let mut replay = replay(&text, header)?;
        let compacted = replay.compacted(header);
        if replay.lines.saturating_sub(compacted.len()) > MAX_NEEDLESS_LINES {
            replay = rewrite(journal, &compacted, header)?;
        }
        let Replay { done, doubts, dated, next_request, .. } = replay;
        let done = done.into_iter().map(|Settled { targets, outcome }| (targets, restored(outcome, action)));
        let recorded = Recorded { done: done.collect(), doubts: doubts.into_iter().collect(), dated };
        Ok((Self { journal, next_request }, recorded))
    }

    /// Records that a request is about to be sent. Returns the number of the request.
    pub(crate) fn intend(&mut self, at: SentAt, targets: &Runs) -> Result<u64, Error> {
        let request = self.next_request;
        let line = Line::Intend(Intend::new(request, at, targets.clone())).encode()?;
        self.next_request += 1;
        self.journal.intend(&line).map_err(|error| io_failed("written", error))?;
        Ok(request)
    }

    /// Records what became of the targets of a request. Without outcomes, it was rejected as a
    /// whole.
    pub(crate) fn settle(&mut self, request: u64, outcomes: &[(Runs, SharedOutcome)]) -> Result<(), Error> {
        let settled = |(targets, outcome): &(Runs, SharedOutcome)| Settled {
            targets: targets.clone(),
            outcome: StoredOutcome::from(outcome),
        };
        let line = Line::Settle(Settle { request, outcomes: outcomes.iter().map(settled).collect() }).encode()?;
        self.journal.settle(&line).map_err(|error| io_failed("written", error))
    }
}

/// Replaces the lines of a journal by fewer ones.
fn rewrite(journal: &mut dyn Journal, lines: &[Line], header: &Header) -> Result<Replay, Error> {
    let mut text = String::new();
    for line in lines {
        text.push_str(&line.encode()?);
        text.push('\n');
    }
    journal.replace(&text).map_err(|error| io_failed("rewritten", error))?;
    replay(&text, header)
}

/// The outcome of a target that is done.
fn restored(outcome: StoredOutcome, action: &ActionFacts) -> SharedOutcome {
    match outcome {
        StoredOutcome::Accepted { task } => SharedOutcome::Accepted(task.into()),
        StoredOutcome::Refused { error } => SharedOutcome::refused(error.restore(action.codes, &action.name)),
        StoredOutcome::Unknown { error } => SharedOutcome::Unknown(Arc::new(error.restore(action.codes, &action.name))),
        StoredOutcome::NotTried => SharedOutcome::STOPPED,
    }
}

fn io_failed(what: &str, error: io::Error) -> Error {
    Error::new(ErrorKind::InvalidRequest, format!("the journal cannot be {what}: {error}"))
        .with_hint("correct this, and resume with the same journal")
        .with_source(error)
}
