//! Reads what earlier runs have recorded, and what is left of it.

use std::collections::BTreeMap;
use std::time::UNIX_EPOCH;

use super::line::{Header, Intend, Line, Settle, Settled, StoredOutcome};
use crate::error::{Error, ErrorKind, StoredError};
use crate::jobs::batches::{Runs, SentAt};

/// What earlier runs have done.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Replay {
    /// The targets that are done: accepted or refused.
    pub(super) done: Vec<Settled>,
    /// The requests that may have been accepted, by number.
    pub(super) doubts: BTreeMap<u64, Doubt>,
    /// The first task, and when its request was sent.
    pub(super) dated: Option<(String, SentAt)>,
    /// Number of the next request.
    pub(super) next_request: u64,
    /// Number of lines.
    pub(super) lines: usize,
    /// Whether each target is in a request that is open or in doubt, or done. A request must not
    /// contain such a target.
    is_taken: Vec<bool>,
}

/// Targets that were sent in one request, of which it is not known whether they were accepted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Doubt {
    /// When the request was sent.
    pub(crate) sent_at: SentAt,
    pub(crate) targets: Runs,
    /// Why it is not known. `None` if the program ended before there was a response.
    pub(crate) error: Option<StoredError>,
}

/// Reads the lines of a journal, the first one of which must be that of the job.
pub(super) fn replay(text: &str, job: &Header) -> Result<Replay, Error> {
    let mut replay = Replay { is_taken: vec![false; job.targets], ..Replay::default() };
    for (index, line) in text.lines().enumerate() {
        let damaged = |what: &str| {
            Error::new(ErrorKind::InvalidRequest, format!("line {} of the journal is damaged: {what}", index + 1))
                .with_hint("restore the file, or move it away and find out from the history of tasks what was sent")
        };
        let line = Line::decode(line).map_err(|what| damaged(&what))?;
        replay.add(index, line, job).map_err(|problem| match problem {
            Problem::Damage(what) => damaged(what),
            Problem::Other(difference) => Error::new(ErrorKind::InvalidRequest, format!("the journal {difference}"))
                .with_hint("resume with the list and the parameters of the first run, or use another journal"),
        })?;
        replay.lines += 1;
    }
    Ok(replay)
}

/// Why a line does not fit.
enum Problem {
    Damage(&'static str),
    /// The journal belongs to another job.
    Other(String),
}

impl Replay {
    fn add(&mut self, index: usize, line: Line, job: &Header) -> Result<(), Problem> {
        match line {
            Line::Journal(header) if index == 0 => match header.difference(job) {
                Some(difference) => Err(Problem::Other(difference)),
                None => Ok(()),
            },
            _ if index == 0 => Err(Problem::Damage("it is not the header of a journal")),
            Line::Journal(_) => Err(Problem::Damage("it is a second header")),
            Line::Intend(intend) => self.intend(&intend),
            Line::Settle(settle) => self.settle(settle),
        }
    }

    fn intend(&mut self, intend: &Intend) -> Result<(), Problem> {
        if intend.request < self.next_request {
            return Err(Problem::Damage("the number of the request is not the next one"));
        }
        if intend.targets.end().is_some_and(|end| end as usize > self.is_taken.len()) {
            return Err(Problem::Damage("there is no such target in the list"));
        }
        if intend.targets.iter().any(|index| self.is_taken.get(index as usize) == Some(&true)) {
            return Err(Problem::Damage("a target is in another request"));
        }
        self.set_taken(&intend.targets, true);
        let doubt = Doubt { sent_at: intend.sent_at(), targets: intend.targets.clone(), error: None };
        self.doubts.insert(intend.request, doubt);
        self.next_request = intend.request + 1;
        Ok(())
    }

    fn settle(&mut self, settle: Settle) -> Result<(), Problem> {
        let Settle { request, outcomes } = settle;
        let doubt = self.doubts.remove(&request).ok_or(Problem::Damage("it settles a request that is not open"))?;
        if outcomes.is_empty() {
            self.set_taken(&doubt.targets, false);
            return Ok(());
        }
        let mut targets: Vec<u32> = outcomes.iter().flat_map(|settled| settled.targets.iter()).collect();
        targets.sort_unstable();
        if !doubt.targets.iter().eq(targets) {
            return Err(Problem::Damage("its targets are not those of the request"));
        }
        for settled in outcomes {
            if let StoredOutcome::Accepted { task } = &settled.outcome {
                self.dated.get_or_insert_with(|| (task.clone(), doubt.sent_at));
            }
            match settled.outcome {
                StoredOutcome::Accepted { .. } | StoredOutcome::Refused { .. } => self.done.push(settled),
                // The targets are sent again.
                StoredOutcome::NotTried => self.set_taken(&settled.targets, false),
                StoredOutcome::Unknown { error } => {
                    let doubt = Doubt { sent_at: doubt.sent_at, targets: settled.targets, error: Some(error) };
                    if self.doubts.insert(request, doubt).is_some() {
                        return Err(Problem::Damage("it has two sets of unknown targets"));
                    }
                }
            }
        }
        Ok(())
    }

    fn set_taken(&mut self, targets: &Runs, is_taken: bool) {
        for index in targets.iter() {
            if let Some(target) = self.is_taken.get_mut(index as usize) {
                *target = is_taken;
            }
        }
    }

    /// The fewest lines with the same meaning. The requests have new numbers.
    pub(super) fn compacted(&self, job: &Header) -> Vec<Line> {
        let mut lines = vec![Line::Journal(job.clone())];
        if !self.done.is_empty() {
            let mut targets: Vec<u32> = self.done.iter().flat_map(|settled| settled.targets.iter()).collect();
            targets.sort_unstable();
            let targets = targets.into_iter().collect();
            // Only the time of the first task is still needed.
            let never = SentAt { service: UNIX_EPOCH, local: UNIX_EPOCH };
            let sent_at = self.dated.as_ref().map_or(never, |(_, sent_at)| *sent_at);
            lines.push(Line::Intend(Intend::new(0, sent_at, targets)));
            lines.push(Line::Settle(Settle { request: 0, outcomes: self.done.clone() }));
        }
        for (request, Doubt { sent_at, targets, error }) in (1..).zip(self.doubts.values()) {
            lines.push(Line::Intend(Intend::new(request, *sent_at, targets.clone())));
            if let Some(error) = error {
                let outcome = StoredOutcome::Unknown { error: error.clone() };
                let outcomes = vec![Settled { targets: targets.clone(), outcome }];
                lines.push(Line::Settle(Settle { request, outcomes }));
            }
        }
        lines
    }
}

#[cfg(test)]
mod tests;
