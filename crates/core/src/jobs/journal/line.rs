//! Encodes and decodes the lines of a journal.

use std::ops::Range;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::checksum;

use crate::action::ActionFacts;
use crate::error::{Error, ErrorKind, StoredError};
use crate::jobs::batches::{Reason, Runs, SentAt, SharedOutcome};

/// Version of the format. A change that an older version would misread needs another one.
const VERSION: u32 = 1;

/// A line of a journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Line {
    /// The first line: which job the journal belongs to.
    Journal(Header),
    /// A request is about to be sent.
    Intend(Intend),
    /// A request has ended, or has been found in the history of tasks.
    Settle(Settle),
}

/// Which job a journal belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Header {
    version: u32,
    pub(crate) service: String,
    pub(crate) api: String,
    pub(crate) action: String,
    /// The name that the caller has given to the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) account: Option<String>,
    /// Number of targets.
    pub(crate) targets: usize,
    /// SHA-256 of the targets as they are sent.
    pub(crate) list: String,
    /// SHA-256 of the other parameters.
    pub(crate) parameters: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Intend {
    pub(super) request: u64,
    /// Milliseconds since 1970, by the service's clock.
    at: u64,
    /// The same by the clock of the machine, if that is another time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    local: Option<u64>,
    #[serde(with = "runs")]
    pub(super) targets: Runs,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settle {
    pub(super) request: u64,
    /// Empty if the request was rejected as a whole, and its targets are sent in smaller ones.
    pub(super) outcomes: Vec<Settled>,
}

/// Targets with the same outcome.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Settled {
    #[serde(with = "runs")]
    pub(super) targets: Runs,
    #[serde(flatten)]
    pub(super) outcome: StoredOutcome,
}

/// What became of targets, as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub(super) enum StoredOutcome {
    Accepted {
        task: String,
    },
    Refused {
        error: StoredError,
    },
    Unknown {
        error: StoredError,
    },
    /// Whatever the reason was, they can be sent again.
    NotTried,
}

impl Header {
    pub(crate) fn new(action: &ActionFacts, account: Option<String>, targets: usize, hashes: [String; 2]) -> Self {
        let name = &action.name;
        let [list, parameters] = hashes;
        Self {
            version: VERSION,
            service: name.service.to_string(),
            api: name.version.to_string(),
            action: name.action.to_string(),
            account,
            targets,
            list,
            parameters,
        }
    }

    /// What differs between the journal and the job, as a verb phrase whose subject is the journal.
    pub(super) fn difference(&self, job: &Self) -> Option<String> {
        let action = |header: &Self| format!("{}.{} of {}", header.service, header.action, header.api);
        let account = |header: &Self| header.account.clone().unwrap_or_else(|| "no name".to_owned());
        if self.version != job.version {
            Some(format!("has the version {}, and this program writes {}", self.version, job.version))
        } else if action(self) != action(job) {
            Some(format!("belongs to {}, not to {}", action(self), action(job)))
        } else if self.account != job.account {
            Some(format!("belongs to the account `{}`, not to `{}`", account(self), account(job)))
        } else if self.targets != job.targets {
            Some(format!("belongs to another list, of {} targets; this one has {}", self.targets, job.targets))
        } else if self.list != job.list {
            Some("belongs to another list, or to this one with another check of its targets".to_owned())
        } else if self.parameters != job.parameters {
            Some("belongs to a request with other parameters".to_owned())
        } else {
            None
        }
    }
}

impl Intend {
    pub(super) fn new(request: u64, sent_at: SentAt, targets: Runs) -> Self {
        let (at, local) = (milliseconds(sent_at.service), milliseconds(sent_at.local));
        Self { request, at, local: Some(local).filter(|local| *local != at), targets }
    }

    pub(super) fn sent_at(&self) -> SentAt {
        SentAt { service: time(self.at), local: time(self.local.unwrap_or(self.at)) }
    }
}

fn milliseconds(time: SystemTime) -> u64 {
    u64::try_from(time.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis()).unwrap_or(u64::MAX)
}

fn time(milliseconds: u64) -> SystemTime {
    UNIX_EPOCH.checked_add(Duration::from_millis(milliseconds)).unwrap_or(UNIX_EPOCH)
}

impl From<&SharedOutcome> for StoredOutcome {
    fn from(outcome: &SharedOutcome) -> Self {
        match outcome {
            SharedOutcome::Accepted(task) => Self::Accepted { task: task.to_string() },
            SharedOutcome::Refused(error) => Self::Refused { error: StoredError::from(&**error) },
            SharedOutcome::Unknown(error) => Self::Unknown { error: StoredError::from(&**error) },
            SharedOutcome::NotTried(Reason::Because(_) | Reason::Stopped | Reason::NotInHistory) => Self::NotTried,
        }
    }
}

impl Line {
    /// The line as JSON, with a checksum as its last member.
    pub(super) fn encode(&self) -> Result<String, Error> {
        serde_json::to_string(self).map(|line| checksum::add(&line)).map_err(not_encoded)
    }

    /// Decodes a line.
    ///
    /// # Errors
    ///
    /// What is wrong with a damaged line.
    pub(super) fn decode(text: &str) -> Result<Self, String> {
        serde_json::from_str(&checksum::verify(text)?).map_err(|error| error.to_string())
    }
}

/// Writes runs as pairs of the first index and the one after the last.
mod runs {
    use serde::de::{Deserialize as _, Deserializer, Error as _};
    use serde::ser::Serializer;

    use super::{Range, Runs};

    pub(super) fn serialize<S: Serializer>(runs: &Runs, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(runs.runs().iter().map(|run| [run.start, run.end]))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Runs, D::Error> {
        let pairs = Vec::<[u32; 2]>::deserialize(deserializer)?;
        let mut runs = Runs::default();
        for [start, end] in pairs {
            let run: Range<u32> = start..end;
            if run.is_empty() || runs.end().is_some_and(|end| end > start) {
                return Err(D::Error::custom("the runs of targets are not in ascending order"));
            }
            runs.extend(run);
        }
        Ok(runs)
    }
}

fn not_encoded(error: serde_json::Error) -> Error {
    Error::new(ErrorKind::InvalidRequest, format!("the journal cannot be written: {error}")).with_source(error)
}

#[cfg(test)]
mod tests;
