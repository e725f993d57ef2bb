//! Quotas: how much may be purged or prefetched.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

/// How a response states quotas.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Quota {
    /// Parameter for the scope of the quotas, if they have one, such as `ZoneId`.
    pub scope: Option<String>,
    /// Outputs with quotas.
    pub lists: Vec<QuotaOutput>,
    /// The fields of a quota.
    pub line: QuotaLine,
    /// The kind of targets for each value of the field `kind` of a quota, if it has one.
    #[serde(default)]
    pub kinds: BTreeMap<String, QuotaKind>,
}

/// An output with quotas.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuotaOutput {
    /// Output that is a list of records.
    pub output: String,
    /// What the targets are for.
    pub purpose: Purpose,
    /// Kind of the targets, unless a quota has a field with it.
    pub kind: Option<QuotaKind>,
}

/// The fields of a quota.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuotaLine {
    /// Field with the maximum number of targets per request.
    pub per_request: String,
    /// Field with the maximum number of targets per day.
    pub per_day: String,
    /// Field with the number of targets that are left today.
    pub left_today: String,
    /// Field with the region, if regions have quotas of their own.
    pub area: Option<String>,
    /// Field with the kind of the targets. Its type is a value set.
    pub kind: Option<String>,
}

/// What a task is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To remove cached copies.
    Purge,
    /// To fill caches.
    Prefetch,
}

/// Kind of targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum QuotaKind {
    /// URLs.
    Url,
    /// Directories.
    Directory,
    /// Host names.
    Host,
    /// Cache tags.
    Tag,
    /// Whole zones.
    Everything,
}

/// The quota that a task uses.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuotaUse {
    /// Name of the action that returns the quota. It has a `quota`.
    pub action: String,
    /// What the task is for.
    pub purpose: Purpose,
    /// Parameter for the region, if regions have quotas of their own. Without the parameter, its
    /// `default` counts, or else every region.
    pub area: Option<String>,
}
