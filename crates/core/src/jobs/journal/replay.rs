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
    /// Number of the next request.
    pub(super) next_request: u64,
    /// Number of lines.
    pub(super) lines: usize,
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
    let mut replay = Replay::default();
    for (index, line) in text.lines().enumerate() {
        let damaged = |what: &str| {
            Error::new(ErrorKind::InvalidRequest, format!("line {} of the journal is damaged: {what}", index + 1))
                .with_hint("restore the file, or move it away and find out from the history of tasks what was sent")
        };
        let line: Line = serde_json::from_str(line).map_err(|error| damaged(&error.to_string()))?;
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
            Line::Intend(intend) => self.intend(&intend, job.targets),
            Line::Settle(settle) => self.settle(settle),
        }
    }

    fn intend(&mut self, intend: &Intend, targets: usize) -> Result<(), Problem> {
        if intend.request < self.next_request {
            return Err(Problem::Damage("the number of the request is not the next one"));
        }
        if intend.targets.end().is_some_and(|end| end as usize > targets) {
            return Err(Problem::Damage("there is no such target in the list"));
        }
        let doubt = Doubt { sent_at: intend.sent_at(), targets: intend.targets.clone(), error: None };
        self.doubts.insert(intend.request, doubt);
        self.next_request = intend.request + 1;
        Ok(())
    }

    fn settle(&mut self, settle: Settle) -> Result<(), Problem> {
        let Settle { request, outcomes } = settle;
        let doubt = self.doubts.remove(&request).ok_or(Problem::Damage("it settles a request that is not open"))?;
        for settled in outcomes {
            match settled.outcome {
                StoredOutcome::Accepted { .. } | StoredOutcome::Refused { .. } => self.done.push(settled),
                // The targets are sent again.
                StoredOutcome::NotTried => {}
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

    /// The fewest lines with the same meaning. The requests have new numbers.
    pub(super) fn compacted(&self, job: &Header) -> Vec<Line> {
        let mut lines = vec![Line::Journal(job.clone())];
        if !self.done.is_empty() {
            let mut targets: Vec<u32> = self.done.iter().flat_map(|settled| settled.targets.iter()).collect();
            targets.sort_unstable();
            let targets = targets.into_iter().collect();
            lines.push(Line::Intend(Intend::new(0, SentAt { service: UNIX_EPOCH, local: UNIX_EPOCH }, targets)));
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
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::action::ActionFacts;
    use crate::error::ActionName;

    fn header() -> Header {
        let name = ActionName { service: "cdn".into(), version: "1".into(), action: "Purge".into() };
        let facts = ActionFacts { name, requests_per_second: 20, repeatable: false, codes: &[], region: None };
        Header::new(&facts, None, 100, ["list", "parameters"].map(str::to_owned))
    }

    fn runs(targets: std::ops::Range<u32>) -> Runs {
        targets.collect()
    }

    fn intend(request: u64, targets: std::ops::Range<u32>) -> Line {
        Line::Intend(Intend::new(request, at(request), runs(targets)))
    }

    fn at(seconds: u64) -> SentAt {
        let service = UNIX_EPOCH + Duration::from_secs(seconds);
        SentAt { service, local: service + Duration::from_secs(600) }
    }

    fn settle(request: u64, outcomes: Vec<(std::ops::Range<u32>, StoredOutcome)>) -> Line {
        let settled = |(targets, outcome)| Settled { targets: runs(targets), outcome };
        Line::Settle(Settle { request, outcomes: outcomes.into_iter().map(settled).collect() })
    }

    fn accepted(task: &str) -> StoredOutcome {
        StoredOutcome::Accepted { task: task.to_owned() }
    }

    fn cut() -> StoredError {
        StoredError::from(&Error::new(ErrorKind::Interrupted, "cut"))
    }

    fn text(lines: &[Line]) -> String {
        lines.iter().map(|line| line.encode().unwrap() + "\n").collect()
    }

    fn lines() -> Vec<Line> {
        let refused = StoredOutcome::Refused { error: cut() };
        vec![
            Line::Journal(header()),
            intend(0, 0..10),
            intend(1, 10..20),
            settle(1, vec![(10..19, accepted("t-1")), (19..20, refused)]),
            intend(2, 20..30),
            settle(2, vec![(20..30, StoredOutcome::Unknown { error: cut() })]),
            intend(3, 30..40),
            settle(3, vec![]),
            intend(4, 40..50),
            settle(4, vec![(40..50, StoredOutcome::NotTried)]),
        ]
    }

    #[test]
    fn a_request_without_an_outcome_is_in_doubt_and_one_that_was_rejected_is_not() {
        let replay = replay(&text(&lines()), &header()).unwrap();
        let done: Vec<_> = replay.done.iter().map(|settled| settled.targets.clone()).collect();
        assert_eq!(done, [runs(10..19), runs(19..20)]);
        let doubts: Vec<_> = replay.doubts.iter().map(|(number, doubt)| (*number, doubt.targets.clone())).collect();
        assert_eq!(doubts, [(0, runs(0..10)), (2, runs(20..30))]);
        assert_eq!((replay.next_request, replay.lines), (5, 10));
        assert_eq!(replay.doubts[&2].sent_at, at(2));
    }

    #[test]
    fn fewer_lines_have_the_same_meaning() {
        let before = replay(&text(&lines()), &header()).unwrap();
        let compacted = before.compacted(&header());
        let after = replay(&text(&compacted), &header()).unwrap();
        assert!(after.lines < before.lines);
        assert_eq!(after.done, before.done);
        assert!(after.doubts.values().eq(before.doubts.values()));
        assert_eq!(after.compacted(&header()), compacted, "fewer are not possible");
    }

    #[test]
    fn a_damaged_line_is_an_error_that_names_it() {
        let damaged = |index: usize, line: &str| {
            let text = text(&lines());
            let mut all: Vec<&str> = text.lines().collect();
            all[index] = line;
            replay(&all.join("\n"), &header()).unwrap_err().message().to_owned()
        };
        for index in 0..lines().len() {
            let message = damaged(index, "{\"intend\"");
            assert!(message.starts_with(&format!("line {} of the journal is damaged: ", index + 1)), "{message}");
        }
        assert_eq!(
            damaged(0, &intend(0, 0..1).encode().unwrap()),
            "line 1 of the journal is damaged: it is not the header of a journal"
        );
        let not_open = "line 4 of the journal is damaged: it settles a request that is not open";
        assert_eq!(damaged(3, &settle(9, vec![]).encode().unwrap()), not_open);
        let no_target = "line 2 of the journal is damaged: there is no such target in the list";
        assert_eq!(damaged(1, &intend(0, 0..101).encode().unwrap()), no_target);
    }

    #[test]
    fn a_journal_of_another_job_is_refused() {
        type Change = fn(&mut Header);
        let others: [(Change, &str); 5] = [
            (|header| header.action = "Prefetch".to_owned(), "belongs to cdn.Purge of 1, not to cdn.Prefetch of 1"),
            (|header| header.account = Some("b".to_owned()), "belongs to the account `no name`, not to `b`"),
            (|header| header.targets = 7, "belongs to another list, of 100 targets; this one has 7"),
            (|header| header.list = "x".to_owned(), "belongs to another list, of 100 targets; this one has 100"),
            (|header| header.parameters = "x".to_owned(), "belongs to a request with other parameters"),
        ];
        for (change, expected) in others {
            let mut other = header();
            change(&mut other);
            let error = replay(&text(&lines()), &other).unwrap_err();
            assert_eq!(error.message(), format!("the journal {expected}"));
        }
    }
}
