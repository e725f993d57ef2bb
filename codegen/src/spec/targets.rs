//! Targets of a request: in which format they are, and how those that fail are reported.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

/// Format of the targets in a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Each element of the list is a URL that begins with `http://` or `https://`.
    Url,
    /// Each element of the list is the URL of a directory, beginning with `http://` or `https://`.
    Directory,
    /// Each element of the list is a host name.
    Host,
    /// Each element of the list is a cache tag.
    Tag,
    /// The string is the id of a zone, or `*`.
    ZoneId,
}

/// Formats of the targets in a parameter. The value of another parameter selects one.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FormatBy {
    /// Name of the parameter that selects the format. Its type is a value set.
    pub parameter: String,
    /// The format for each value. With a value that is missing here, any text is sent.
    pub formats: BTreeMap<String, Format>,
}

/// How a response reports the targets that failed.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Failures {
    /// Output that is a list of records.
    pub list: String,
    /// Field of such a record with the targets.
    pub targets: String,
    /// Field of such a record with the reason.
    pub reason: String,
    /// Output with the id of the task, which is empty if every target failed.
    pub task: String,
}
