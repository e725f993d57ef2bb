//! Describes how far tasks are.

use std::time::Duration;

use super::outcome::Done;
use crate::action::TaskList;

/// What a poll has found.
#[derive(Debug)]
pub enum Progress<L: TaskList> {
    /// Tasks are left.
    Waiting(Snapshot),
    /// Each task is done. The stream ends.
    Done(Done<L>),
}

/// How far the tasks are, after a poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Snapshot {
    /// Number of tasks.
    pub tasks: usize,
    /// Number of tasks that are not known to be done.
    pub tasks_left: usize,
    /// Number of entries in progress. If one poll serves several tasks, it includes the entries of
    /// all tasks of the scope.
    pub entries_left: u64,
    /// Number of entries of the tasks that are done which succeeded.
    pub succeeded: u64,
    /// Number of entries of the tasks that are done which failed.
    pub failed: u64,
    /// How long the tasks have been waited for.
    pub waited: Duration,
    /// Number of polls.
    pub polls: u32,
    /// Time until the next poll.
    pub next_poll: Duration,
}
