//! `deviations`: differences from the pages of the API's documentation.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

/// A place where the specification differs from the API's page, and the reason.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Deviation {
    /// Path inside this file: members joined by dots, elements of lists by name or by index.
    pub at: String,
    /// What the page says there; `null` if it says nothing.
    pub page_says: Value,
    /// What this file says there.
    pub we_say: Value,
    /// The evidence.
    pub why: String,
}
