//! Defines a task: what an account submitted, and what becomes of each target.

use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::fault::{FailedStatus, FailingTargets};

/// The actions that submit prefetches. All others submit purges.
const PREFETCHES: [&str; 2] = ["PushUrlsCache", "CreatePrefetchTask"];

/// An accepted purge or prefetch. A [`Journal`](crate::Journal) may store it as JSON.
///
/// ```
/// use tencentcloud_emulator::Task;
///
/// let line = r#"{
///     "id": "1700000000-i60rfmzm", "account": "default", "service": "cdn",
///     "action": "PurgeUrlsCache", "kind": "url", "method": "flush", "place": null,
///     "targets": [{ "address": "http://www.example.com/1.jpg" }],
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
    /// The kind of the targets, in the words of the service: `url`, `path`, `purge_host`,
    /// `prefetch_url`.
    pub kind: String,
    /// What a purge does with the targets, or the nodes that prefetch, in the words of the service:
    /// `flush`, `delete`, `invalidate`; `default`, `middle`, `edge`.
    pub method: String,
    /// The `Area` of a `cdn` task, the `ZoneId` of a `teo` one. `None` if the request has none.
    pub place: Option<String>,
    /// The targets, in the order in which they were sent. The only target of a purge of a whole
    /// zone is the zone's name, or its id if the name is unknown.
    pub targets: Vec<Target>,
    /// The time at which the task was accepted, by the emulator's clock.
    pub created: SystemTime,
    /// The time from which the history of tasks lists it.
    #[serde(default = "always")]
    pub listed: SystemTime,
    /// The time at which the task finishes, by the emulator's clock.
    pub finished: SystemTime,
}

/// A URL, directory, host name or tag of a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Target {
    /// The target as it was sent.
    pub address: String,
    /// How it fails in the end. Only an injected fault makes it fail. It is in a box because nearly
    /// every target has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Box<Failure>>,
}

/// How a target fails in the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Failure {
    /// The status in the end.
    pub status: FailedStatus,
    /// The reason.
    pub message: String,
}

/// The progress of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// In progress.
    Process,
    /// Purged or prefetched.
    Done,
    /// Failed.
    Failed(FailedStatus),
}

/// The time of a task that is always listed: state files of earlier versions do not have one.
fn always() -> SystemTime {
    SystemTime::UNIX_EPOCH
}

impl Task {
    /// The approximate memory usage, in bytes.
    pub(crate) fn size(&self) -> usize {
        let Self { id, account, service, action, kind, method, place, targets, created: _, listed: _, finished: _ } =
            self;
        let texts = [id, account, service, action, kind, method].into_iter().chain(place).map(String::len);
        let targets = targets.iter().map(Target::size);
        size_of::<Self>() + texts.sum::<usize>() + targets.sum::<usize>()
    }

    /// Whether it is a prefetch. If not, it is a purge.
    pub(crate) fn is_prefetch(&self) -> bool {
        PREFETCHES.contains(&self.action.as_str())
    }

    /// The regions of a `cdn` task: each has an entry and a quota of its own. Without a region, a
    /// purge applies to the regions of its domain names, which the emulator does not know: it
    /// assumes both. A prefetch applies to the mainland then. Tasks of other services have none.
    pub(crate) fn regions(&self) -> &'static [&'static str] {
        match (self.service.as_str(), self.place.as_deref()) {
            ("cdn", Some("mainland")) => &["mainland"],
            ("cdn", Some("overseas")) => &["overseas"],
            ("cdn", None) if self.is_prefetch() => &["mainland"],
            ("cdn", _) => &["mainland", "overseas"],
            _ => &[],
        }
    }

    /// How far the task is at the time `now`, in percent.
    pub(crate) fn percent(&self, now: SystemTime) -> u64 {
        if now >= self.finished {
            return 100;
        }
        let elapsed = now.duration_since(self.created).unwrap_or_default().as_millis();
        let total = self.finished.duration_since(self.created).unwrap_or_default().as_millis().max(1);
        u64::try_from((elapsed * 100 / total).min(99)).unwrap_or_default()
    }
}

impl Target {
    pub(crate) fn succeeding(address: &str) -> Self {
        Self { address: address.to_owned(), failure: None }
    }

    /// The progress of this target of `task` at the time `now`.
    #[must_use]
    pub fn status(&self, task: &Task, now: SystemTime) -> Status {
        match &self.failure {
            _ if now < task.finished => Status::Process,
            Some(failure) => Status::Failed(failure.status),
            None => Status::Done,
        }
    }

    fn size(&self) -> usize {
        let failure = self.failure.as_ref().map_or(0, |failure| size_of::<Failure>() + failure.message.len());
        size_of::<Self>() + self.address.len() + failure
    }
}

impl Failure {
    /// The failure of the targets that an injected fault makes fail.
    pub(crate) fn of(failing: &FailingTargets) -> Self {
        Self { status: failing.status.unwrap_or(FailedStatus::Fail), message: failing.reason().to_owned() }
    }
}

impl Status {
    /// The name of the status: `process`, `done`, `fail`, `timeout`, `canceled` or `invalid`. In
    /// responses, each service has names of its own.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Process => "process",
            Self::Done => "done",
            Self::Failed(failed) => failed.as_str(),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::time::Duration;

    use super::*;

    /// A task whose texts have about these many bytes.
    pub(crate) fn task(id: &str, bytes: usize) -> Task {
        Task {
            id: id.to_owned(),
            account: String::new(),
            service: String::new(),
            action: String::new(),
            kind: String::new(),
            method: String::new(),
            place: None,
            targets: vec![Target::succeeding(&"x".repeat(bytes))],
            created: SystemTime::UNIX_EPOCH,
            listed: SystemTime::UNIX_EPOCH,
            finished: SystemTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn the_size_of_a_task_includes_each_text() {
        let text = |length| "x".repeat(length);
        let failure = Failure { status: FailedStatus::Fail, message: text(256) };
        let task = Task {
            account: text(2),
            service: text(4),
            action: text(8),
            kind: text(16),
            method: text(32),
            place: Some(text(64)),
            targets: vec![Target { failure: Some(Box::new(failure)), ..Target::succeeding(&text(128)) }],
            ..task("1", 0)
        };
        assert_eq!(task.size(), 511 + size_of::<Task>() + size_of::<Target>() + size_of::<Failure>());
    }

    #[test]
    fn a_task_is_complete_when_it_finishes_and_not_before() {
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let task = Task { created: at(1_000), finished: at(1_200), ..task("1", 0) };
        let percents = [999, 1_000, 1_001, 1_002, 1_100, 1_199, 1_200, 2_000].map(|now| task.percent(at(now)));
        assert_eq!(percents, [0, 0, 0, 1, 50, 99, 100, 100]);
        assert_eq!(Task { finished: at(1_000), ..task }.percent(at(1_000)), 100);
    }

    #[test]
    fn only_purges_without_a_region_apply_to_both() {
        let regions = |action: &str, place: Option<&str>| {
            Task {
                service: "cdn".to_owned(),
                action: action.to_owned(),
                place: place.map(str::to_owned),
                ..task("1", 0)
            }
            .regions()
        };
        assert_eq!(regions("PurgeUrlsCache", None), ["mainland", "overseas"]);
        assert_eq!(regions("PurgePathCache", Some("overseas")), ["overseas"]);
        assert_eq!(regions("PushUrlsCache", None), ["mainland"]);
        assert_eq!(regions("PushUrlsCache", Some("global")), ["mainland", "overseas"]);
    }
}
