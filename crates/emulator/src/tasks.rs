//! The purges that were submitted to `cdn`, as its log shows them.

use std::time::{Duration, SystemTime};

use crate::recent::Recent;

/// How many tasks are remembered, and how many bytes of addresses in them.
const MOST_TASKS: usize = 10_000;
const MOST_BYTES: usize = 64 << 20;

/// One request to purge.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    pub(crate) id: String,
    pub(crate) purge_type: PurgeType,
    pub(crate) flush_type: String,
    /// What to purge: each of these is a row of the log.
    pub(crate) urls: Vec<String>,
    pub(crate) created: SystemTime,
}

/// Whether a task is about files or about directories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PurgeType {
    Url,
    Path,
}

/// How far a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Process,
    Done,
}

/// One row of the log: one address of one task.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'a> {
    pub(crate) task: &'a Task,
    pub(crate) url: &'a str,
    pub(crate) status: Status,
}

/// The latest tasks.
#[derive(Debug)]
pub(crate) struct Tasks {
    recent: Recent<Task>,
    /// How long a task is under way.
    duration: Duration,
}

impl Tasks {
    pub(crate) fn new(duration: Duration) -> Self {
        Self { recent: Recent::new(MOST_TASKS, MOST_BYTES), duration }
    }

    pub(crate) fn add(&mut self, task: Task) {
        let bytes = task.urls.iter().map(|url| url.len() + size_of::<String>()).sum();
        self.recent.push(task, bytes);
    }

    /// The log as it is at this time: the latest task first, its addresses in the order in which they were sent.
    pub(crate) fn log(&self, now: SystemTime) -> impl Iterator<Item = Row<'_>> {
        self.recent.iter().rev().flat_map(move |task| {
            let status = self.status(task, now);
            task.urls.iter().map(move |url| Row { task, url, status })
        })
    }

    fn status(&self, task: &Task, now: SystemTime) -> Status {
        let elapsed = now.duration_since(task.created).unwrap_or_default();
        if elapsed >= self.duration { Status::Done } else { Status::Process }
    }
}

impl PurgeType {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Url => "url",
            Self::Path => "path",
        }
    }
}

impl Status {
    /// As the log's answers write it: `Done` where its requests say `done`.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Process => "process",
            Self::Done => "Done",
        }
    }
}
