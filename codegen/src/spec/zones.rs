//! Defines which fields a list of zones has.

use schemars::JsonSchema;
use serde::Deserialize;

/// The fields of a zone in a list of zones.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Zones {
    /// Field with the id.
    pub id: String,
    /// Field with the name.
    pub name: String,
    /// Field with the name that distinguishes zones of one name.
    pub alias: String,
    /// Field with the state. Its type is a value set.
    pub state: String,
    /// States of a zone that cannot be used yet.
    pub unusable: Vec<String>,
}
