//! Defines how waiting ends: all tasks are done, time has run out, or the service rejects a poll.

use std::fmt;
use std::time::Duration;

use crate::action::TaskList;
use crate::error::{Error, listed};
use crate::jobs::TaskHandle;

/// Maximum number of tasks that a message names. 3: enough to find them, and short enough for a
/// log line.
const MAX_NAMED_TASKS: usize = 3;

/// What became of the entries of the tasks that are done.
///
/// Entries that failed are a result and no error: the service has tried them, and waiting longer
/// does not help.
#[non_exhaustive]
pub struct Done<L: TaskList> {
    /// Number of entries that succeeded. A target can have several entries, such as one for each
    /// region.
    pub succeeded: u64,
    /// The entries that failed, with their targets.
    pub failed: Vec<L::Item>,
    /// Number of entries in a state that this version does not know. Their task is not known to be
    /// done, so it is waited for until the limit. See [`WaitError::TimedOut`].
    pub unknown: u64,
    /// How long the tasks were waited for.
    pub waited: Duration,
    /// Number of polls.
    pub polls: u32,
}

impl<L: TaskList> Done<L> {
    pub(super) fn new() -> Self {
        Self { succeeded: 0, failed: Vec::new(), unknown: 0, waited: Duration::ZERO, polls: 0 }
    }

    /// The sum of both.
    pub(super) fn and(mut self, mut other: Self) -> Self {
        self.succeeded += other.succeeded;
        self.failed.append(&mut other.failed);
        self.unknown += other.unknown;
        self
    }

    /// Whether each entry succeeded.
    #[must_use]
    pub fn all_succeeded(&self) -> bool {
        self.failed.is_empty() && self.unknown == 0
    }

    /// The targets that failed, as the service writes them, with the reasons that it gives.
    pub fn failed_targets(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.failed.iter().map(|item| {
            let entry = L::entry(item);
            (entry.target, entry.reason.filter(|reason| !reason.is_empty()))
        })
    }
}

impl<L: TaskList> fmt::Debug for Done<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Done")
            .field("succeeded", &self.succeeded)
            .field("failed", &self.failed.len())
            .field("unknown", &self.unknown)
            .field("waited", &self.waited)
            .field("polls", &self.polls)
            .finish()
    }
}

/// `done after 42.0s: 3000 succeeded, 2 failed`.
impl<L: TaskList> fmt::Display for Done<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { succeeded, failed, unknown, waited, .. } = self;
        write!(f, "done after {waited:.1?}: {succeeded} succeeded, {} failed", failed.len())?;
        if *unknown > 0 { write!(f, ", {unknown} in an unknown state") } else { Ok(()) }
    }
}

/// Why not all tasks are known to be done. They can be waited for again.
#[non_exhaustive]
pub enum WaitError<L: TaskList> {
    /// The limit has passed.
    #[non_exhaustive]
    TimedOut {
        /// How long the tasks were waited for.
        waited: Duration,
        /// Number of polls.
        polls: u32,
        /// The tasks that are not known to be done.
        left: Vec<TaskHandle<L>>,
        /// What became of the other tasks.
        done: Box<Done<L>>,
        /// What became of those tasks of `left` that have no entry in progress, and entries in a
        /// state that this version does not know.
        unclear: Box<Done<L>>,
        /// Why the last poll failed, if it did.
        last_error: Option<Box<Error>>,
    },
    /// Polls failed with an error that waiting does not solve, or the service does not know a
    /// task.
    #[non_exhaustive]
    Refused {
        /// Why.
        error: Box<Error>,
        /// The tasks that are not known to be done.
        left: Vec<TaskHandle<L>>,
        /// What became of the other tasks.
        done: Box<Done<L>>,
    },
}

impl<L: TaskList> WaitError<L> {
    /// The tasks that are not known to be done.
    #[must_use]
    pub fn left(&self) -> &[TaskHandle<L>] {
        match self {
            Self::TimedOut { left, .. } | Self::Refused { left, .. } => left,
        }
    }

    /// What became of the other tasks.
    #[must_use]
    pub fn done(&self) -> &Done<L> {
        match self {
            Self::TimedOut { done, .. } | Self::Refused { done, .. } => done,
        }
    }

    /// The error of a poll, if there was one.
    #[must_use]
    pub fn error(&self) -> Option<&Error> {
        match self {
            Self::TimedOut { last_error, .. } => last_error.as_deref(),
            Self::Refused { error, .. } => Some(error),
        }
    }
}

impl<L: TaskList> fmt::Display for WaitError<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimedOut { waited, polls, left, unclear, last_error, .. } => {
                let polls = counted(*polls as usize, "poll", "polls");
                write!(f, "{} after {waited:.1?} and {polls}: timeout", not_done(left))?;
                if unclear.unknown > 0 {
                    write!(f, "; entries in a state that this version does not know: {}", unclear.unknown)?;
                }
                if let Some(error) = last_error {
                    write!(f, "; the last poll failed: {error}")?;
                }
                write!(f, "; help: wait for them again, or with a longer limit")
            }
            Self::Refused { error, left, .. } => write!(f, "{}: {error}", not_done(left)),
        }
    }
}

/// ``2 tasks are not known to be done (`1`, `2`)``.
fn not_done<L>(left: &[TaskHandle<L>]) -> String {
    let named = listed(left.iter().map(|task| format!("`{task}`")), left.len(), MAX_NAMED_TASKS);
    let verb = if left.len() == 1 { "is" } else { "are" };
    format!("{} {verb} not known to be done ({named})", counted(left.len(), "task", "tasks"))
}

fn counted(number: usize, one: &str, several: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}

impl<L: TaskList> fmt::Debug for WaitError<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimedOut { waited, polls, left, done, unclear, last_error } => f
                .debug_struct("TimedOut")
                .field("waited", waited)
                .field("polls", polls)
                .field("left", left)
                .field("done", done)
                .field("unclear", unclear)
                .field("last_error", last_error)
                .finish(),
            Self::Refused { error, left, done } => {
                f.debug_struct("Refused").field("error", error).field("left", left).field("done", done).finish()
            }
        }
    }
}

impl<L: TaskList> std::error::Error for WaitError<L> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error().map(|error| error as &(dyn std::error::Error + 'static))
    }
}
