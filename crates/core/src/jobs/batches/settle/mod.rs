//! Finds out from the history of tasks what became of targets whose requests had no usable
//! response.

mod history;
mod search;

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub(super) use self::history::{Answer, HISTORY_DELAY, History, Question};
use super::ledger::Doubt;
use super::outcome::{Outcome, Reason, SharedOutcome};
use super::report::{Counts, Report};
use super::runs::Runs;
use crate::action::Batched;
use crate::client::Client;
use crate::error::Error;
use crate::time::BoxFuture;

/// Looks up the unknown targets of a report when it is awaited. See [`Report::settle`].
#[must_use = "the history is asked when this is awaited"]
pub struct Settle<'a, A: Batched> {
    report: &'a mut Report<A>,
    client: Client<A::Product>,
    delay: Duration,
}

impl<A: Batched> Report<A> {
    /// Asks the history of tasks about the unknown targets.
    ///
    /// A target that is found is accepted, with its task. A target that is not found is not tried,
    /// if the history should contain it by now; so this waits up to two minutes for a request that
    /// was sent just before. If the history cannot be asked, the targets stay unknown, with that
    /// error. It resolves to what has become of the targets that were unknown.
    ///
    /// It can be called again, and changes nothing then, except for targets that are still unknown.
    ///
    /// A task belongs to a request of this report if it was created in the hour after the request
    /// was sent, contains its targets, and is not known to the report as another request's. So a
    /// task that another program has submitted at the same time for the same targets is mistaken
    /// for it: the targets have been purged then, but by that task.
    ///
    /// Some products write times without an offset, and do not say whether they mean UTC or China's
    /// time. Such times are compared as both. Then a task of the same targets that was created
    /// eight hours earlier or later can be mistaken for the one that is looked for, too.
    pub fn settle(&mut self, client: &impl AsRef<Client<A::Product>>) -> Settle<'_, A> {
        Settle { report: self, client: client.as_ref().clone(), delay: HISTORY_DELAY }
    }

    async fn settle_with(&mut self, history: History) -> Counts {
        let doubts = self.ledger_mut().take_doubts();
        let questions = doubts.iter().map(|doubt| self.ledger().question(doubt)).collect();
        let known = self.items().filter_map(|item| match item.outcome() {
            Outcome::Accepted { task } => Some(task.to_owned()),
            Outcome::Refused(_) | Outcome::Unknown(_) | Outcome::NotTried(_) => None,
        });
        let known: HashSet<String> = known.collect();
        // If this is dropped, nothing has been decided.
        let mut asking = Asking { report: self, doubts };
        let answers = history.ask(questions, known).await;
        asking.settle(answers)
    }
}

/// Doubts that go back to their report if this is dropped.
struct Asking<'a, A: Batched> {
    report: &'a mut Report<A>,
    doubts: Vec<Doubt>,
}

impl<A: Batched> Asking<'_, A> {
    fn settle(&mut self, answers: Vec<Answer>) -> Counts {
        let mut counts = Counts::default();
        let mut left = Vec::new();
        for (doubt, answer) in std::mem::take(&mut self.doubts).into_iter().zip(answers) {
            for (targets, outcome) in outcomes(answer, &doubt.targets) {
                if matches!(outcome, SharedOutcome::Unknown(_)) {
                    left.push(Doubt { targets: targets.clone(), ..doubt });
                }
                let count = self.report.ledger_mut().set(doubt.page, &targets, &outcome);
                counts.add(&outcome.as_outcome(), count);
            }
        }
        self.doubts = left;
        counts
    }
}

impl<A: Batched> Drop for Asking<'_, A> {
    fn drop(&mut self) {
        self.report.ledger_mut().doubts.append(&mut self.doubts);
    }
}

/// The outcomes of the targets of a request, by what the history says about it.
pub(super) fn outcomes(answer: Answer, targets: &Runs) -> Vec<(Runs, SharedOutcome)> {
    let absent = SharedOutcome::NotTried(Reason::NotInHistory);
    match answer {
        Answer::Accepted { task, targets: found } => {
            let found: HashSet<usize> = found.into_iter().collect();
            let part = |is_in: bool| -> Runs {
                targets.iter().enumerate().filter(|(n, _)| found.contains(n) == is_in).map(|(_, index)| index).collect()
            };
            let parts = [(part(true), SharedOutcome::Accepted(task.into())), (part(false), absent)];
            parts.into_iter().filter(|(targets, _)| !targets.is_empty()).collect()
        }
        Answer::Absent => vec![(targets.clone(), absent)],
        Answer::Unknown(error) => vec![(targets.clone(), SharedOutcome::Unknown(Arc::new(not_asked(error))))],
    }
}

/// The error for targets about which the history could not be asked.
fn not_asked(error: Error) -> Error {
    let message = format!("there was no response, and the history of tasks cannot be read: {}", error.without_hint());
    Error::new(error.kind(), message).because_of(error)
}

impl<A: Batched> Settle<'_, A> {
    /// Sets how long after a request the history may lack its task. Two minutes if not set.
    pub fn history_delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

impl<'a, A: Batched> IntoFuture for Settle<'a, A> {
    type Output = Counts;
    type IntoFuture = BoxFuture<'a, Counts>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { report, client, delay } = self;
        let scope = report.scope().map(str::to_owned);
        let history = History::new::<A>(client.service(), scope, delay);
        Box::pin(report.settle_with(history))
    }
}

impl<A: Batched> fmt::Debug for Settle<'_, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settle").field("report", &self.report).field("delay", &self.delay).finish_non_exhaustive()
    }
}
