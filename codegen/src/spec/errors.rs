//! `errors.json`: error codes, what they mean, and what to do about them.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Deviation, Text};

/// The error codes of a product, or of all products.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Errors {
    /// Where editors find the schema of this file.
    #[serde(rename = "$schema")]
    pub schema: Option<String>,
    /// The codes, sorted.
    pub codes: Vec<Code>,
    /// Where this file differs from the API's pages.
    #[serde(default)]
    pub deviations: Vec<Deviation>,
}

/// An error code.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// The code as the service answers it.
    pub code: String,
    /// What kind of failure it is; decides whether the call may be sent again.
    pub kind: Kind,
    /// Name of the Rust variant, where the code does not make a good one.
    pub rust: Option<String>,
    /// What the code means.
    pub doc: Text,
    /// What its reader can do about it, as a command: lower case, no full stop.
    pub hint: Option<String>,
}

/// Kinds of failures that a service can answer with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Too many requests a second: refused before it ran, to be sent again later.
    Throttled,
    /// A quota of the account is used up: sending again does not help.
    Quota,
    /// The request contains more items than one request may: sending its parts helps.
    BatchTooLarge,
    /// The caller's clock is off.
    ClockSkew,
    /// The service does not believe who is calling.
    Auth,
    /// The service knows who is calling, and refuses.
    Permission,
    /// What the request names does not exist.
    NotFound,
    /// The request is wrong, or cannot be carried out now.
    Rejected,
    /// The service failed, whatever the prefix of the code says.
    Server,
}
