//! Decides which targets of a purge are purged, so that they may be prefetched.

use std::collections::{HashMap, HashSet};

use super::NotPrefetched;
use crate::action::{Batched, TaskList};
use crate::jobs::TaskHandle;
use crate::jobs::batches::{Item, Outcome, Report};
use crate::jobs::waiting::{Done, WaitError};

/// What is known about the tasks of a purge, each by its id.
pub(super) struct Purge<'a> {
    left: HashSet<&'a str>,
    /// The reasons of the entries that failed, by their targets.
    failed: HashMap<&'a str, HashMap<&'a str, Option<&'a str>>>,
    unclear: HashSet<&'a str>,
}

impl<'a> Purge<'a> {
    pub(super) fn new<A: Batched>(
        report: &Report<A>,
        waited: &'a Result<Done<A::ListedBy>, WaitError<A::ListedBy>>,
    ) -> Self {
        let (done, left) = match waited {
            Ok(done) => (done, &[][..]),
            Err(error) => (error.done(), error.left()),
        };
        let mut failed: HashMap<&str, HashMap<_, _>> = HashMap::new();
        for entry in done.failed.iter().map(A::ListedBy::entry) {
            failed.entry(entry.task).or_default().insert(entry.target, entry.reason);
        }
        // A failure whose target is not found may be that of any target of its task.
        let mut unmatched = failed.clone();
        for item in report.items() {
            if let Outcome::Accepted { task } = item.outcome()
                && let Some(failed) = unmatched.get_mut(task)
            {
                failed.remove(&*item.target());
                failed.remove(&*item.sent());
            }
        }
        let unmatched = unmatched.into_iter().filter(|(_, failed)| !failed.is_empty());
        Self {
            left: left.iter().map(TaskHandle::id).collect(),
            failed,
            unclear: unmatched.map(|(task, _)| task).collect(),
        }
    }

    /// Why a target of the purge must not be prefetched; `None` if its purge has succeeded.
    pub(super) fn not_prefetched(&self, item: &Item<'_>) -> Option<NotPrefetched> {
        let Outcome::Accepted { task } = item.outcome() else { return Some(NotPrefetched::NotAccepted) };
        let of_task = self.failed.get(task);
        let failed = of_task.and_then(|failed| failed.get(&*item.target()).or_else(|| failed.get(&*item.sent())));
        if self.left.contains(task) {
            Some(NotPrefetched::NotDone)
        } else if let Some(reason) = failed {
            Some(NotPrefetched::Failed(reason.filter(|reason| !reason.is_empty()).map(str::to_owned)))
        } else {
            self.unclear.contains(task).then_some(NotPrefetched::Unclear)
        }
    }
}
