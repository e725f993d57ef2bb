//! Defines the JSON that `--json` prints. `schema/report.schema.json` is generated from it.

use serde::Serialize;

use super::failures::Failures;
use crate::args::Kind;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::zones::KnownZone;

/// What a command did, or found. Members that a command has no use for are empty or absent.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Report {
    /// The command, such as `urls`.
    pub(crate) command: &'static str,
    /// Whether nothing was sent, because of `--dry-run`.
    pub(crate) dry_run: bool,
    #[serde(skip)]
    pub(crate) exit: Exit,
    /// The exit code.
    pub(crate) exit_code: u8,
    /// The name of the exit code: `done`, `some_failed`, `usage`, `nothing_accepted`, `unknown`,
    /// `not_done`, `quota` or `interrupted`.
    pub(crate) status: &'static str,
    /// How many targets there are in each class.
    pub(crate) targets: Counts,
    /// How many of the purged targets are in each class of the prefetch. Only with
    /// `--then-prefetch`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) prefetch: Option<Counts>,
    /// What the tasks have done, in words. Only after `--wait`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) done: Option<String>,
    /// The jobs of the plan: one for each place and action.
    pub(crate) jobs: Vec<Job>,
    /// The tasks that the service created, or that a command lists or waits for.
    pub(crate) tasks: Vec<Task>,
    /// The targets that were not accepted, and those that failed later.
    #[cfg_attr(test, schemars(with = "Vec<Failed<'static>>"))]
    pub(crate) failures: Failures,
    /// The entries that `tcpurge tasks` lists.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) entries: Vec<Entry>,
    /// The quotas that `tcpurge quota` and `--dry-run` show.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) quotas: Vec<Quota>,
    /// The zones that `tcpurge zones` lists.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) zones: Vec<Zone>,
    /// Why the command ended early.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<ErrorText>,
    /// The command that goes on with this run, if it has a journal and is not complete.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) resume: Option<String>,
}

/// How many targets there are in each class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Counts {
    /// Number of different targets, with the refused ones.
    pub(crate) total: usize,
    /// Number of targets that were given again, and are not counted elsewhere.
    pub(crate) duplicates: usize,
    /// Accepted by the service.
    pub(crate) accepted: usize,
    /// Refused, by this program or by the service.
    pub(crate) refused: usize,
    /// Perhaps accepted: they were sent, and there was no response.
    pub(crate) unknown: usize,
    /// Certainly not carried out, and not because of the target.
    pub(crate) not_tried: usize,
    /// Accepted, and failed later, as the tasks say. Known only after `--wait`.
    pub(crate) failed: usize,
}

/// The targets that are sent to one place with one action.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Job {
    /// `cdn` or `teo`.
    pub(crate) product: &'static str,
    /// The name of the action.
    pub(crate) action: &'static str,
    #[serde(skip)]
    pub(crate) kind: Kind,
    /// The zone, for `teo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) zone: Option<Zone>,
    /// The region, if one was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) area: Option<&'static str>,
    /// `soft` or `hard`, if the action has the choice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) method: Option<&'static str>,
    /// Number of targets.
    pub(crate) targets: usize,
    /// Number of requests that this takes at least.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) requests: Option<usize>,
    /// Number of targets for which the day's quota is enough, if it was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fits_today: Option<usize>,
}

impl Job {
    /// What happens to the targets: `purge` or `prefetch`.
    pub(crate) fn verb(&self) -> &'static str {
        if self.kind == Kind::Prefetch { "prefetch" } else { "purge" }
    }

    /// What the targets are called.
    pub(crate) fn noun(&self) -> &'static str {
        self.kind.noun(self.targets)
    }
}

/// A task of the service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Task {
    /// The id of the task.
    pub(crate) id: String,
    /// `cdn` or `teo`.
    pub(crate) product: &'static str,
    /// The id of the zone, for `teo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) zone: Option<String>,
    /// `purge` or `prefetch`.
    pub(crate) kind: &'static str,
    /// Number of targets that this run submitted in the task.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) targets: Option<usize>,
    /// `processing`, `done` or `failed`, if the state is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) state: Option<&'static str>,
}

/// A target that was not accepted, or failed later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Failed<'a> {
    /// The target.
    pub(crate) target: &'a str,
    /// The file that contains it, if it is from a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) file: Option<&'a str>,
    /// The number of its line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) line: Option<u32>,
    /// `refused`, `unknown`, `not_tried` or `failed`.
    pub(crate) outcome: &'static str,
    /// Why.
    pub(crate) message: &'a str,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) help: Option<&'a str>,
    /// The code of the service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<&'a str>,
    /// The id of the request, for the service's support.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) request_id: Option<&'a str>,
    /// The task in which it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) task: Option<&'a str>,
}

/// The state of a target of a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Entry {
    /// The id of the task.
    pub(crate) task: String,
    /// The target.
    pub(crate) target: String,
    /// The state in the words of the service.
    pub(crate) state: String,
    /// When the task was created, in the service's words.
    pub(crate) created: String,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
}

/// How many targets of a kind may be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Quota {
    /// `cdn` or `teo`.
    pub(crate) product: &'static str,
    /// The zone, for `teo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) zone: Option<Zone>,
    /// Kind of the targets, such as `purge urls`.
    pub(crate) kind: String,
    /// The region, for `cdn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) area: Option<String>,
    /// Maximum number of targets in a request.
    pub(crate) per_request: i64,
    /// Number of targets per day.
    pub(crate) per_day: i64,
    /// Number of targets that are left today.
    pub(crate) left_today: i64,
}

/// A zone of EdgeOne.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Zone {
    /// The id of the zone.
    pub(crate) id: String,
    /// The name of the zone; absent if only its id was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    /// The alias, which tells zones of the same name from each other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) alias: Option<String>,
    /// The state in the words of the service, if the zones were listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) state: Option<String>,
}

/// An error, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct ErrorText {
    /// What happened.
    pub(crate) message: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) help: Option<String>,
}

impl Report {
    pub(crate) fn new(command: &'static str, exit: Exit) -> Self {
        Self {
            command,
            dry_run: false,
            exit,
            exit_code: exit.number(),
            status: exit.as_str(),
            targets: Counts::default(),
            prefetch: None,
            done: None,
            jobs: Vec::new(),
            tasks: Vec::new(),
            failures: Failures::none(),
            entries: Vec::new(),
            quotas: Vec::new(),
            zones: Vec::new(),
            error: None,
            resume: None,
        }
    }

    pub(crate) fn set_exit(&mut self, exit: Exit) {
        self.exit = exit;
        self.exit_code = exit.number();
        self.status = exit.as_str();
    }

    /// The report of a command that ended early.
    pub(crate) fn of_failure(command: &'static str, failure: &Failure) -> Self {
        let mut report = Self::new(command, failure.exit);
        report.error = Some(ErrorText::from(failure));
        report
    }

    /// The report as one line of JSON.
    pub(crate) fn to_json(&self) -> String {
        // All keys are text, so this cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl From<&Failure> for ErrorText {
    fn from(failure: &Failure) -> Self {
        Self { message: failure.message.clone(), help: failure.help.clone() }
    }
}

impl From<&KnownZone> for Zone {
    fn from(zone: &KnownZone) -> Self {
        Self { id: zone.id.clone(), name: zone.name.clone(), alias: None, state: None }
    }
}
