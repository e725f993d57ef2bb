//! Keeps the purges that were accepted.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::recent::Recent;

/// Maximum number of tasks that are kept. 10,000: the documented quota of URLs per day.
const MAX_TASKS: usize = 10_000;

/// Maximum size of the texts of all tasks, in bytes. 64 MiB: on average 6 KiB per task, and small
/// enough for a test machine.
const MAX_TASK_BYTES: usize = 64 << 20;

/// An accepted purge. A [`Journal`](crate::Journal) may store it as JSON.
///
/// ```
/// use tencentcloud_emulator::Task;
///
/// let line = r#"{
///     "id": "1700000000-i60rfmzm", "account": "default", "service": "cdn",
///     "action": "PurgeUrlsCache", "kind": "url", "method": "flush", "place": null,
///     "targets": [{ "address": "http://www.example.com/1.jpg", "fails": false }],
///     "created": { "secs_since_epoch": 1700000000, "nanos_since_epoch": 0 },
///     "finished": { "secs_since_epoch": 1700000000, "nanos_since_epoch": 0 }
/// }"#;
/// let task: Task = serde_json::from_str(line)?;
/// assert_eq!(task.targets[0].status(&task, task.created).as_str(), "done");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Task {
    /// The `TaskId` or `JobId` of the response.
    pub id: String,
    /// The account of the credential that signed the request: see
    /// [`Credential::with_account`](crate::Credential::with_account).
    pub account: String,
    /// The service, `cdn` for example.
    pub service: String,
    /// The action that submitted the task.
    pub action: String,
    /// The kind of the targets, in the words of the service: `url`, `path`, `purge_host`.
    pub kind: String,
    /// What the purge does with the targets, in the words of the service: `flush`, `delete`,
    /// `invalidate`.
    pub method: String,
    /// The `Area` of a `cdn` purge, the `ZoneId` of a `teo` one. `None` if the request has none.
    pub place: Option<String>,
    /// The targets, in the order in which they were sent.
    pub targets: Vec<Target>,
    /// The time at which the task was accepted, by the emulator's clock.
    pub created: SystemTime,
    /// The time at which the task finishes, by the emulator's clock.
    pub finished: SystemTime,
}

/// A URL, directory, host name or tag of a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Target {
    /// The target as it was sent.
    pub address: String,
    /// Whether it fails in the end. Only an injected fault makes it fail.
    pub fails: bool,
}

/// The progress of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// In progress.
    Process,
    /// Purged.
    Done,
    /// Failed.
    Fail,
}

/// The latest tasks.
#[derive(Debug)]
pub(crate) struct Tasks {
    recent: Recent<Task>,
    /// The time that a task takes.
    pub(crate) duration: Duration,
}

impl Task {
    /// The approximate memory usage of its texts, in bytes.
    pub(crate) fn size(&self) -> usize {
        let Self { id, account, service, action, kind, method, place, targets, created: _, finished: _ } = self;
        let texts = [id, account, service, action, kind, method].into_iter().chain(place).map(String::len);
        let targets = targets.iter().map(|target| target.address.len() + size_of::<Target>());
        texts.sum::<usize>() + targets.sum::<usize>()
    }
}

impl Target {
    pub(crate) fn succeeding(address: &str) -> Self {
        Self { address: address.to_owned(), fails: false }
    }

    /// The progress of this target of `task` at the time `now`.
    #[must_use]
    pub fn status(&self, task: &Task, now: SystemTime) -> Status {
        match (now < task.finished, self.fails) {
            (true, _) => Status::Process,
            (false, true) => Status::Fail,
            (false, false) => Status::Done,
        }
    }
}

impl Status {
    /// The name of the status in requests. In responses, the service writes `Done` for `done`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Process => "process",
            Self::Done => "done",
            Self::Fail => "fail",
        }
    }
}

impl Tasks {
    /// Begins with these tasks, the oldest first.
    pub(crate) fn new(duration: Duration, tasks: Vec<Task>) -> Self {
        let mut all = Self { recent: Recent::new(MAX_TASKS, MAX_TASK_BYTES), duration };
        tasks.into_iter().for_each(|task| all.add(task));
        all
    }

    pub(crate) fn add(&mut self, task: Task) {
        let bytes = task.size();
        self.recent.push(task, bytes);
    }

    /// The tasks, the latest first.
    pub(crate) fn latest(&self) -> impl Iterator<Item = &Task> + Clone {
        self.recent.iter().rev()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_of_a_task_includes_each_text() {
        let text = |length| "x".repeat(length);
        let task = Task {
            id: text(1),
            account: text(2),
            service: text(4),
            action: text(8),
            kind: text(16),
            method: text(32),
            place: Some(text(64)),
            targets: vec![Target::succeeding(&text(128))],
            created: SystemTime::UNIX_EPOCH,
            finished: SystemTime::UNIX_EPOCH,
        };
        assert_eq!(task.size(), 255 + size_of::<Target>());
    }
}
