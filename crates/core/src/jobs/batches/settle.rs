//! Settles a report: asks the history of tasks about its unknown targets.

use std::fmt;
use std::mem;
use std::time::Duration;

use super::history::{Answer, HISTORY_DELAY, History, Known, outcomes};
use super::ledger::Doubt;
use super::outcome::{Outcome, SharedOutcome};
use super::report::{Counts, Report};
use crate::action::Batched;
use crate::time::BoxFuture;

/// Looks up the unknown targets of a report when it is awaited. See [`Report::settle`].
#[must_use = "the history is asked when this is awaited"]
pub struct Settle<'a, A: Batched> {
    report: &'a mut Report<A>,
    delay: Duration,
}

impl<A: Batched> Report<A> {
    /// Asks the history of tasks about the unknown targets, with the client that has sent them.
    ///
    /// A target that is found is accepted, with its task. A target that is not found is not tried,
    /// if the history should contain it by now; so this waits up to two minutes for a request that
    /// was sent just before. It resolves to what has become of the targets that were unknown.
    ///
    /// Targets stay unknown, with the reason as their error, if
    ///
    /// - the history cannot be read;
    /// - a task may be that of the request and may be another one: its time lies up to 40 seconds
    ///   before the request, the service seems to have written a target in another form, it states
    ///   another method, it has further targets, or two requests fit it;
    /// - no task is found, and the request is more than seven days old: no page says how long the
    ///   service keeps the history;
    /// - no task is found for the zone `*`: no page says whether that history can be read.
    ///
    /// It can be called again, and changes nothing then, except for targets that are still unknown.
    ///
    /// A task belongs to a request of this report if it is of the same kind, has its targets, was
    /// created at the time of the request or in the minutes after it, and is not known to the
    /// report as another request's. So a task that another program has submitted at the same time
    /// for the same targets is mistaken for it: the targets have been purged then, but by that
    /// task.
    ///
    /// Some products write times without an offset, and do not say whether they mean UTC or China's
    /// time. The time of an accepted request of the report shows that, and so does a time that
    /// would be in the future. If there is neither, the targets of a request for which a task is
    /// found stay unknown.
    pub fn settle(&mut self) -> Settle<'_, A> {
        Settle { report: self, delay: HISTORY_DELAY }
    }

    async fn settle_with(&mut self, history: History) -> Counts {
        let doubts = self.ledger_mut().take_doubts();
        let questions = doubts.iter().map(|doubt| self.ledger().question(doubt)).collect();
        let known = self.items().filter_map(|item| match item.outcome() {
            Outcome::Accepted { task } => Some(task.to_owned()),
            Outcome::Refused(_) | Outcome::Unknown(_) | Outcome::NotTried(_) => None,
        });
        let known = Known { tasks: known.collect(), dated: self.ledger().dated.clone() };
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
        for (doubt, answer) in mem::take(&mut self.doubts).into_iter().zip(answers) {
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

impl<A: Batched> Settle<'_, A> {
    /// Sets how long the history may lack the task of a request. Two minutes if not set.
    pub fn history_delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

impl<'a, A: Batched> IntoFuture for Settle<'a, A> {
    type Output = Counts;
    type IntoFuture = BoxFuture<'a, Counts>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { report, delay } = self;
        let history = report.history().clone().with_delay(delay);
        Box::pin(report.settle_with(history))
    }
}

impl<A: Batched> fmt::Debug for Settle<'_, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settle").field("report", &self.report).field("delay", &self.delay).finish_non_exhaustive()
    }
}
