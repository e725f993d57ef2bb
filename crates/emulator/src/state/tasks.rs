//! The purges that were submitted.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::recent::Recent;

/// How many tasks are remembered, and how many bytes of texts in them.
const MOST_TASKS: usize = 10_000;
const MOST_BYTES: usize = 64 << 20;

/// One request to purge that was accepted. As JSON it is what a [`Journal`](crate::Journal) may keep.
///
/// ```
/// use tencentcloud_emulator::Task;
///
/// let line = r#"{
///     "id": "1700000000-i60rfmzm", "account": "default", "service": "cdn", "action": "PurgeUrlsCache",
///     "kind": "url", "method": "flush", "place": null,
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
    /// The `TaskId` or `JobId` that was answered.
    pub id: String,
    /// The account whose credential signed the request: see [`Credential::of_account`](crate::Credential::of_account).
    pub account: String,
    /// The service that took it, `cdn` for example.
    pub service: String,
    /// The action that it was submitted by.
    pub action: String,
    /// What the targets are, in the words of the service: `url`, `path`, `purge_host`.
    pub kind: String,
    /// What a purge does to them, in the words of the service: `flush`, `delete`, `invalidate`.
    pub method: String,
    /// Where: the `Area` of a `cdn` purge, the `ZoneId` of a `teo` one; none if the request did not say.
    pub place: Option<String>,
    /// What to purge, in the order in which it was sent.
    pub targets: Vec<Target>,
    /// When it was accepted, by the emulator's clock.
    pub created: SystemTime,
    /// When it is over, by the emulator's clock.
    pub finished: SystemTime,
}

/// One URL, directory, host name or tag of a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Target {
    /// The target as it was sent.
    pub address: String,
    /// Whether it ends as a failure, which happens only where a fault asks for it.
    pub fails: bool,
}

/// How far a target is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// Under way.
    Process,
    /// Purged.
    Done,
    /// Not purged, and over.
    Fail,
}

/// The latest tasks.
#[derive(Debug)]
pub(crate) struct Tasks {
    recent: Recent<Task>,
    /// How long a task is under way.
    pub(crate) duration: Duration,
}

impl Task {
    /// About how much memory its texts take, in bytes.
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

    /// How far this target of a task is at a time.
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
    /// As the service's requests write it. Its answers say `Done` for `done`.
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
    pub(crate) fn new(duration: Duration, kept: Vec<Task>) -> Self {
        let mut tasks = Self { recent: Recent::new(MOST_TASKS, MOST_BYTES), duration };
        kept.into_iter().for_each(|task| tasks.remember(task));
        tasks
    }

    pub(crate) fn remember(&mut self, task: Task) {
        let bytes = task.size();
        self.recent.push(task, bytes);
    }

    /// The tasks, the latest first.
    pub(crate) fn latest(&self) -> impl Iterator<Item = &Task> {
        self.recent.iter().rev()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_of_a_task_counts() {
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
