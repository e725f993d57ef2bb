//! Defines the result of a check.

/// The result of a check.
pub(crate) struct CheckResult {
    /// What has to hold, such as "it shows markup as text".
    pub(crate) claim: String,
    /// Why the claim does not hold; `None` if it holds.
    pub(crate) failure: Option<String>,
}
