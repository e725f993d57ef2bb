//! Prefetches the targets of a purge as soon as it is done.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::time::Duration;

use super::batches::{Batches, Item, Outcome, Report};
use super::task::TaskHandle;
use super::waiting::{Done, WaitError};
use crate::action::{Batched, TaskList};
use crate::client::Client;
use crate::error::{Error, ErrorKind, Truncated, listed};

/// Maximum number of targets that an error or a display names. 5: as many as a report names.
const MAX_NAMED: usize = 5;

/// How a purge and the prefetch after it ended. See [`Report::then_prefetch`].
///
/// It is displayed as a few lines.
#[must_use = "some targets may not be prefetched: call `into_result`, or look at the report"]
#[non_exhaustive]
pub struct Prefetched<A: Batched, P: Batched> {
    /// How the wait for the purge ended.
    pub waited: Result<Done<A::ListedBy>, WaitError<A::ListedBy>>,
    /// What became of the targets that were prefetched: those whose purge is done, in the order of
    /// the purge's report.
    pub report: Report<P>,
    /// The other targets, in the order of the purge's report.
    pub left_out: Vec<LeftOut>,
}

/// A target that was not prefetched.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeftOut {
    /// Its position in the report of the purge, from 0.
    pub position: usize,
    /// The target as it was passed in.
    pub target: String,
    /// Why it was not prefetched.
    pub reason: NotPrefetched,
}

/// Why a target was not prefetched. A prefetch before the purge is done can leave the old copies in
/// the caches.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotPrefetched {
    /// The service has not accepted the purge, as far as is known. The report of the purge says
    /// why.
    NotAccepted,
    /// The purge is not known to be done.
    NotDone,
    /// The purge failed, for the reason that the service gives.
    Failed(Option<String>),
    /// In the task of the target, an entry failed whose target the task should not have, or is in a
    /// state that this version does not know. So this target may be the one.
    Unclear,
}

impl<A: Batched> Report<A> {
    /// Waits until the purge is done, at most for `limit`, and then prefetches its targets.
    ///
    /// A target is prefetched if the service has accepted its purge and its purge has succeeded.
    /// The others are left out, each with a reason. Targets that are not known to be done when the
    /// limit has passed are left out, too, and the others are prefetched.
    ///
    /// `prefetch` makes the request, with the targets in their order:
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use tencentcloud_core::action::Batched;
    /// use tencentcloud_core::jobs::Report;
    /// use tencentcloud_core::{Call, Client, Error};
    ///
    /// /// `push` makes a call such as `client.push_urls_cache(PushUrlsCache::new(urls))`.
    /// async fn prefetch<A: Batched, P: Batched>(
    ///     purge: &Report<A>,
    ///     client: &impl AsRef<Client<A::Product>>,
    ///     push: impl Fn(Vec<String>) -> Call<P>,
    /// ) -> Result<(), Error> {
    ///     let limit = Duration::from_secs(600);
    ///     let prefetched = purge.then_prefetch(client, limit, |urls| push(urls).in_batches()).await;
    ///     println!("{prefetched}");
    ///     prefetched.into_result()?;
    ///     Ok(())
    /// }
    /// ```
    ///
    /// The region is that of the prefetch's request, and not taken from the purge. CDN purges
    /// everywhere if a request has no region, and prefetches in the Chinese mainland only.
    ///
    /// The result does not wait for the prefetch. [`Client::wait`] does, with the tasks of its
    /// report.
    pub async fn then_prefetch<'j, P: Batched>(
        &self,
        client: &impl AsRef<Client<A::Product>>,
        limit: Duration,
        prefetch: impl FnOnce(Vec<String>) -> Batches<'j, P>,
    ) -> Prefetched<A, P> {
        let waited = client.as_ref().wait(self.tasks(), limit).await;
        let purge = Purge::new(self, &waited);
        let (mut targets, mut left_out) = (Vec::new(), Vec::new());
        for item in self.items() {
            let target = item.target().into_owned();
            match purge.not_prefetched(&item) {
                None => targets.push(target),
                Some(reason) => left_out.push(LeftOut { position: item.position(), target, reason }),
            }
        }
        drop(purge);
        let report = prefetch(targets).await;
        Prefetched { waited, report, left_out }
    }
}

/// What is known about the tasks of a purge, each by its id.
struct Purge<'a> {
    left: HashSet<&'a str>,
    /// The reasons of the entries that failed, by their targets.
    failed: HashMap<&'a str, HashMap<&'a str, Option<&'a str>>>,
    unclear: HashSet<&'a str>,
}

impl<'a> Purge<'a> {
    fn new<A: Batched>(report: &Report<A>, waited: &'a Result<Done<A::ListedBy>, WaitError<A::ListedBy>>) -> Self {
        let (done, left) = match waited {
            Ok(done) => (done, &[][..]),
            Err(error) => (error.done(), error.left()),
        };
        let mut failed: HashMap<&str, HashMap<_, _>> = HashMap::new();
        for entry in done.failed.iter().map(A::ListedBy::entry) {
            failed.entry(entry.task).or_default().insert(entry.target, entry.reason);
        }
        let ids = |tasks: &'a [TaskHandle<A::ListedBy>]| tasks.iter().map(TaskHandle::id);
        let mut purge = Self { left: ids(left).collect(), failed, unclear: ids(&done.unknown_in).collect() };
        // A failure whose target is not found may be that of any target of its task.
        let mut unmatched = purge.failed.clone();
        for item in report.items() {
            if let Outcome::Accepted { task } = item.outcome()
                && let Some(failed) = unmatched.get_mut(task)
            {
                failed.remove(&*item.target());
                failed.remove(&*item.sent());
            }
        }
        purge.unclear.extend(unmatched.into_iter().filter(|(_, failed)| !failed.is_empty()).map(|(task, _)| task));
        purge
    }

    /// Why a target of the purge must not be prefetched; `None` if its purge has succeeded.
    fn not_prefetched(&self, item: &Item<'_>) -> Option<NotPrefetched> {
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

impl<A: Batched, P: Batched> Prefetched<A, P> {
    /// The tasks of the prefetch, if every target of the purge was purged, and its prefetch was
    /// accepted.
    ///
    /// # Errors
    ///
    /// - If waiting was refused, and nothing was prefetched: that error.
    /// - [`ErrorKind::PartialFailure`] if a target was left out. The error counts these and names
    ///   the first few.
    /// - The errors of [`Report::into_result`] of the prefetch.
    pub fn into_result(self) -> Result<Vec<TaskHandle<P::ListedBy>>, Error> {
        let Self { waited, report, left_out } = self;
        match waited {
            Err(WaitError::Refused { error, .. }) if report.is_empty() => return Err(*error),
            _ if left_out.is_empty() => return report.into_result(),
            _ => {}
        }
        let (count, total) = (left_out.len(), left_out.len() + report.len());
        let named = left_out.iter().map(|LeftOut { target, reason, .. }| format!("`{}` ({reason})", Truncated(target)));
        let named = listed(named, count, MAX_NAMED);
        let targets = if total == 1 { "target was" } else { "targets were" };
        let message = format!("{count} of {total} {targets} not prefetched: {named}");
        Err(Error::new(ErrorKind::PartialFailure, message)
            .with_hint("purge these targets again, or wait for their purge, and then prefetch them"))
    }
}

/// Displays how the wait ended, the report of the prefetch, and the first targets that were left
/// out.
impl<A: Batched, P: Batched> fmt::Display for Prefetched<A, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.waited {
            Ok(done) => write!(f, "purge: {done}")?,
            Err(error) => write!(f, "purge: {error}")?,
        }
        write!(f, "\n{}", self.report)?;
        for LeftOut { position, target, reason } in self.left_out.iter().take(MAX_NAMED) {
            write!(f, "\n  {position}: `{}`: not prefetched: {reason}", Truncated(target))?;
        }
        match self.left_out.len().checked_sub(MAX_NAMED) {
            None | Some(0) => Ok(()),
            Some(others) => write!(f, "\n  and {others} more"),
        }
    }
}

impl fmt::Display for NotPrefetched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAccepted => f.write_str("its purge was not accepted"),
            Self::NotDone => f.write_str("its purge is not known to be done"),
            Self::Failed(None) => f.write_str("its purge failed"),
            Self::Failed(Some(reason)) => write!(f, "its purge failed: {}", Truncated(reason)),
            Self::Unclear => f.write_str("its purge may have failed: the service does not say which target did"),
        }
    }
}

impl<A: Batched, P: Batched> fmt::Debug for Prefetched<A, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prefetched")
            .field("waited", &self.waited)
            .field("report", &self.report)
            .field("left_out", &self.left_out.len())
            .finish()
    }
}
