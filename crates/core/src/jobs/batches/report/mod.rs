//! Reports what became of every target of a job.

mod counts;
mod json;
mod result;

use std::collections::HashSet;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

pub use self::counts::Counts;
use super::history::History;
use super::item::Item;
use super::ledger::Ledger;
use super::outcome::Outcome;
use crate::action::{ActionFacts, Batched};
use crate::error::Error;
use crate::jobs::TaskHandle;

/// What became of every target of a job: each is in it once for each time that it was passed in,
/// in the given order.
///
/// ```
/// use tencentcloud_core::action::Batched;
/// use tencentcloud_core::jobs::{Outcome, Report};
///
/// fn print<A: Batched>(report: &Report<A>) {
///     for item in report.items() {
///         match item.outcome() {
///             Outcome::Accepted { task, .. } => println!("{}: task {task}", item.target()),
///             Outcome::Refused(error) => println!("{}: {error}", item.target()),
///             Outcome::Unknown(error) => println!("{}: perhaps: {error}", item.target()),
///             Outcome::NotTried(why) => println!("{}: not tried: {why}", item.target()),
///         }
///     }
/// }
/// ```
///
/// It is displayed as a few lines: the counts, and the first targets that were not accepted.
///
/// # JSON
///
/// `Serialize` writes an object:
///
/// | member | value |
/// |---|---|
/// | `product`, `version`, `action` | the names of the action |
/// | `targets` | number of targets |
/// | `accepted`, `refused`, `unknown`, `not_tried` | how many of them are in each class |
/// | `requests` | number of requests that were sent |
/// | `items` | the targets in the given order: `position`, `target`, `outcome`, and `task` or `reason` |
/// | `unmatched` | targets that failed, although no request contained them: `target`, `reason`, `task` |
///
/// `outcome` is `accepted`, `refused`, `unknown` or `not_tried`. A `reason` has a `kind`, a
/// `message`, and the `code` and `request_id` if there are any. Its `kind` is that of the error, or
/// `stopped` or `not_in_history`.
#[must_use = "some targets may not have been accepted: call `into_result`, or look at the items"]
pub struct Report<A: Batched> {
    facts: &'static ActionFacts,
    ledger: Ledger,
    requests: u64,
    /// The history of the tasks.
    history: History,
    /// Why not all targets were sent.
    stopped: Option<Arc<Error>>,
    action: PhantomData<fn() -> A>,
}

/// A target that failed according to a response, although no request contained it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnmatchedTarget<'a> {
    /// The target, in the words of the service.
    pub target: &'a str,
    /// Why it failed, in the words of the service.
    pub reason: &'a str,
    /// The id of the task that does not contain it; empty if there is none.
    pub task: &'a str,
}

impl<A: Batched> Report<A> {
    pub(super) fn new(
        facts: &'static ActionFacts,
        history: History,
        ledger: Ledger,
        requests: u64,
        stopped: Option<Arc<Error>>,
    ) -> Self {
        Self { facts, ledger, requests, history, stopped, action: PhantomData }
    }

    /// Every target that was passed in, in the given order.
    #[must_use]
    pub fn items(&self) -> impl DoubleEndedIterator<Item = Item<'_>> {
        self.ledger.entries().map(|(block, index, outcome)| Item { block, index, outcome })
    }

    /// Number of targets that were passed in.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ledger.len()
    }

    /// Whether no target was passed in.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many targets are in each class.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.items().map(|item| item.outcome()).collect()
    }

    pub(super) fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    pub(super) fn ledger_mut(&mut self) -> &mut Ledger {
        &mut self.ledger
    }

    pub(super) fn history(&self) -> &History {
        &self.history
    }

    /// Number of requests that were sent. A call may send a request again; that is not counted.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.requests
    }

    /// The error after which no further request was sent, if there is one. It is the reason why
    /// targets were not tried.
    #[must_use]
    pub fn stopped_by(&self) -> Option<&Error> {
        self.stopped.as_deref()
    }

    /// The tasks that contain the accepted targets, in the order of the targets.
    #[must_use]
    pub fn tasks(&self) -> Vec<TaskHandle<A::ListedBy>> {
        let mut seen = HashSet::new();
        let ids = self.items().filter_map(|item| match item.outcome() {
            Outcome::Accepted { task } => Some(task),
            Outcome::Refused(_) | Outcome::Unknown(_) | Outcome::NotTried(_) => None,
        });
        let handle = |id| match self.history.scope() {
            Some(scope) => TaskHandle::in_scope(scope, id),
            None => TaskHandle::new(id),
        };
        ids.filter(|id| seen.insert(*id)).map(handle).collect()
    }

    /// The targets that failed according to a response, although no request contained them: the
    /// service must have changed their text. The targets of such a request that the response does
    /// not name are unknown, because some of them have failed.
    pub fn unmatched(&self) -> impl Iterator<Item = UnmatchedTarget<'_>> {
        self.ledger.unmatched.iter().map(|unmatched| UnmatchedTarget {
            target: &unmatched.target,
            reason: &unmatched.reason,
            task: &unmatched.task,
        })
    }
}

impl<A: Batched> fmt::Debug for Report<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Report")
            .field("action", &self.facts.name)
            .field("counts", &self.counts())
            .field("requests", &self.requests)
            .finish_non_exhaustive()
    }
}
