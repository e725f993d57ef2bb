//! `errors.json`: error codes, what they mean, and what to do about them.

use schemars::JsonSchema;
use serde::Deserialize;

use super::deviation::Deviation;
use super::text::Text;

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
    /// The code as the service returns it.
    pub code: String,
    /// Whether this is a draft, which may lack texts. It is generated only with `--drafts`.
    pub draft: Option<bool>,
    /// What kind of failure it is, which decides whether the call may be sent again. That of the
    /// common code with the name of its first segment if absent.
    pub kind: Option<Kind>,
    /// What a request is rejected for: what a list that is sent in several requests needs to know
    /// about the others. That of the common code with the name of its first segment if absent, if
    /// it has the same kind.
    pub about: Option<About>,
    /// Whether the action may have been carried out, although the kind does not say so.
    #[serde(default)]
    pub may_have_been_carried_out: bool,
    /// Name of the Rust variant, if the code is unsuitable.
    pub rust: Option<String>,
    /// What the code means.
    pub doc: Text,
    /// What the user can do about it, as a command: lower case, without a full stop.
    pub hint: Option<String>,
}

/// What a request is rejected for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// A target of the request. A request without it may succeed.
    Target,
    /// The rest of the request, or the account. A request with other targets fails as well.
    Request,
}

/// Kinds of failures that a service can return.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Requests arrive too fast. The request was rejected before it ran, and may be sent again
    /// later.
    Throttled,
    /// A quota of the account is used up.
    Quota,
    /// The request contains more items than one request may. Its parts can be sent.
    BatchTooLarge,
    /// The caller's clock is wrong.
    ClockSkew,
    /// The service could not authenticate the caller.
    Auth,
    /// The service knows the caller, and denies the request.
    Permission,
    /// Something that the request names does not exist.
    NotFound,
    /// The request is invalid, cannot be carried out now, or has an unknown outcome.
    Rejected,
    /// The service failed, even if the prefix of the code suggests something else.
    Server,
}
