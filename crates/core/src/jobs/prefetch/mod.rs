//! Prefetches the targets of a purge as soon as it is done.

mod purged;
mod then_prefetch;

use std::fmt;

pub use self::then_prefetch::ThenPrefetch;
use super::batches::Report;
use super::task::TaskHandle;
use super::waiting::{Done, WaitError};
use crate::action::Batched;
use crate::error::{Error, ErrorKind, MAX_NAMED_TARGETS, Truncated, listed};

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
    /// In the task of the target, an entry failed whose target the task should not have. So this
    /// target may be the one.
    Unclear,
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
        let named = listed(named, count, MAX_NAMED_TARGETS);
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
        for LeftOut { position, target, reason } in self.left_out.iter().take(MAX_NAMED_TARGETS) {
            write!(f, "\n  {position}: `{}`: not prefetched: {reason}", Truncated(target))?;
        }
        match self.left_out.len().checked_sub(MAX_NAMED_TARGETS) {
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
