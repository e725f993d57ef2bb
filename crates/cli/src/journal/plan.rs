//! Describes what a journal records of a run, besides its requests.

use serde::{Deserialize, Serialize};

use crate::args::{Area, Kind};
use crate::input::Targets;
use crate::routing::Part;

/// What a run does. Another run that resumes it does the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Plan {
    pub(crate) kind: Kind,
    pub(crate) hard: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) area: Option<Area>,
    /// Limit of the wait, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) wait: Option<u64>,
    pub(crate) then_prefetch: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) profile: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) endpoint: Option<String>,
    pub(crate) parts: Vec<Part>,
    /// The targets for which there is no place, with the reasons.
    pub(crate) unplaced: Vec<(usize, String)>,
}

/// A target that was accepted and failed later: task, target and reason.
pub(crate) type FailedRow = (String, String, Option<String>);

/// The prefetch that follows a purge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Prefetch {
    pub(crate) parts: Vec<Part>,
    /// What failed of the purge.
    pub(crate) failed: Vec<FailedRow>,
}

/// What a journal says about the runs so far.
#[derive(Debug)]
pub(crate) struct Recorded {
    pub(crate) plan: Plan,
    pub(crate) targets: Targets,
    /// The prefetch, if it has begun.
    pub(crate) prefetch: Option<Prefetch>,
    /// The end, if nothing is left to do.
    pub(crate) complete: Option<Complete>,
}

/// The end of a run of which nothing is left to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Complete {
    /// Whether the run has waited until the nodes were done.
    pub(crate) waited: bool,
    /// What failed of the last step.
    pub(crate) failed: Vec<FailedRow>,
}
