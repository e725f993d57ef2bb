//! Asks about one task: whether it is listed, whether it is in progress, and what became of it.
//!
//! A task is done if it has as many entries as before, and each of them has succeeded or failed.
//! It is not enough that none is in progress: a new task has no entries yet, those of another
//! region can be listed later, and one server can be behind another. So the number of entries is
//! asked for when the task is found, and again at the end.

use std::time::{Duration, SystemTime};

use super::outcome::Done;
use super::queries::Queries;
use crate::action::TaskList;
use crate::error::Error;
use crate::jobs::TaskHandle;
use crate::jobs::task::MAX_UNLISTED;
use crate::time::{DateTime, OffsetDateTime, UtcOffset};

/// Time for which a new task must have had the same number of entries before it is done. 5 s: no
/// page says how much later the entries of another region are listed, and most tasks take longer.
const MIN_UNCHANGED: Duration = Duration::from_secs(5);

/// Number of late polls after which a task without entries is missing. 2: one server may be behind
/// another.
const MAX_LATE_POLLS: u32 = 2;

/// A task that is waited for.
pub(super) struct Watched<L: TaskList> {
    pub(super) handle: TaskHandle<L>,
    pub(super) state: State,
    /// What became of its entries, if they are counted. Not all of them are over unless the task is
    /// done.
    pub(super) counted: Option<Done<L>>,
}

/// What is known about a task.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// It has had no entries so far, also in this number of polls that were late.
    Unlisted { late_polls: u32 },
    /// It has had no entries for too long.
    Missing,
    /// It has entries: at most this number so far. All of them should be listed by this time.
    Listed { entries: u64, by: Duration },
    /// It is done.
    Done,
}

impl<L: TaskList> Watched<L> {
    pub(super) fn new(handle: TaskHandle<L>) -> Self {
        Self { handle, state: State::Unlisted { late_polls: 0 }, counted: None }
    }

    /// Asks how far the task is. Returns how many of its entries seem to be in progress.
    pub(super) async fn poll(&mut self, queries: &Queries, waited: Duration) -> Result<u64, Error> {
        if self.state.is_unlisted() {
            let pending = self.find(queries, waited).await?;
            if pending > 0 || !self.state.is_complete(waited) {
                return Ok(pending);
            }
        }
        let pending = queries.pending(&self.handle).await?;
        match pending {
            0 => self.count(queries, waited).await?,
            _ => self.counted = None,
        }
        Ok(pending)
    }

    /// Takes note that the task has entries in progress. If it is listed for the first time, asks
    /// how many it has.
    pub(super) async fn see_in_progress(&mut self, queries: &Queries, waited: Duration) -> Result<(), Error> {
        self.counted = None;
        if self.state.is_unlisted() {
            self.state = self.state.with_entries(0, waited);
            self.find(queries, waited).await?;
        }
        Ok(())
    }

    /// Asks whether the task has entries, and how many. Returns how many seem to be in progress.
    async fn find(&mut self, queries: &Queries, waited: Duration) -> Result<u64, Error> {
        let first = queries.first(&self.handle).await?;
        let Some(entry) = first.items.first().map(L::entry) else {
            self.state = self.state.without_entries(waited);
            return Ok(0);
        };
        let is_old = latest(entry.created).is_some_and(|created| queries.is_past(created, MAX_UNLISTED));
        let by = if is_old { waited } else { waited.saturating_add(MIN_UNCHANGED) };
        self.state = self.state.with_entries(first.total, by);
        Ok(if L::QUERY.pending.contains(&entry.state) { first.total } else { 0 })
    }

    /// Counts the entries of the task, of which none seems to be in progress. If each of them has
    /// succeeded or failed, the task is done.
    pub(super) async fn count(&mut self, queries: &Queries, waited: Duration) -> Result<(), Error> {
        if !self.state.is_complete(waited) {
            return Ok(());
        }
        let failed = queries.failed(&self.handle).await?;
        let succeeded = queries.succeeded(&self.handle).await?;
        // Asked for last: it includes the entries that were listed meanwhile.
        let total = queries.total(&self.handle).await?;
        self.state = self.state.with_entries(total, waited.saturating_add(MIN_UNCHANGED));
        if !self.state.has_entries(total) || !self.state.is_complete(waited) {
            return Ok(());
        }
        let others = total.saturating_sub(failed.len() as u64);
        let unknown = others.saturating_sub(succeeded);
        // An entry of another region may be in progress by now.
        if unknown > 0 && queries.pending(&self.handle).await? > 0 {
            return Ok(());
        }
        self.counted = Some(Done { succeeded: succeeded.min(others), failed, unknown, ..Done::new() });
        if unknown == 0 {
            self.state = State::Done;
        }
        Ok(())
    }

    /// Whether entries of the task are in a state that is not known, as far as they are counted.
    pub(super) fn is_unclear(&self) -> bool {
        self.state != State::Done && self.counted.is_some()
    }
}

impl State {
    pub(super) fn is_unlisted(self) -> bool {
        matches!(self, Self::Unlisted { .. })
    }

    /// The state of a task that is not listed.
    fn without_entries(self, waited: Duration) -> Self {
        match self {
            Self::Unlisted { late_polls } if is_late(waited) && late_polls + 1 == MAX_LATE_POLLS => Self::Missing,
            Self::Unlisted { late_polls } if is_late(waited) => Self::Unlisted { late_polls: late_polls + 1 },
            _ => self,
        }
    }

    /// The state of a task that is listed with this number of entries. If they are more than
    /// before, all of them should be listed by the given time.
    fn with_entries(self, number: u64, by: Duration) -> Self {
        match self {
            Self::Listed { entries, .. } if number <= entries => self,
            _ => Self::Listed { entries: number, by },
        }
    }

    /// Whether this is the largest number of entries so far.
    fn has_entries(self, number: u64) -> bool {
        matches!(self, Self::Listed { entries, .. } if entries == number)
    }

    /// Whether all entries should be listed.
    fn is_complete(self, waited: Duration) -> bool {
        matches!(self, Self::Listed { by, .. } if waited >= by)
    }
}

/// Whether each task should have entries, after waiting for this long.
pub(super) fn is_late(waited: Duration) -> bool {
    waited >= MAX_UNLISTED
}

/// The latest time that a text may mean. Without an offset, it may be in UTC or in China's time,
/// which is earlier.
fn latest(text: &str) -> Option<SystemTime> {
    match text.parse::<OffsetDateTime>() {
        Ok(time) => time.to_system_time().ok(),
        Err(_) => text.parse::<DateTime>().ok()?.to_system_time(UtcOffset::UTC).ok(),
    }
}
