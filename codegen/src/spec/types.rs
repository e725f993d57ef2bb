//! `types.json`: the records and value sets of a product's actions.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::{Deviation, Text};

/// The named types of a product.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Types {
    /// Where editors find the schema of this file.
    #[serde(rename = "$schema")]
    pub schema: Option<String>,
    /// Strings of which only listed values have a meaning.
    #[serde(default)]
    pub value_sets: Vec<ValueSet>,
    /// Objects with named fields.
    #[serde(default)]
    pub records: Vec<Record>,
    /// Where this file differs from the API's pages.
    #[serde(default)]
    pub deviations: Vec<Deviation>,
}

/// A string of which only listed values have a meaning.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ValueSet {
    /// Name of the set, used as a type.
    pub name: String,
    /// Name of the Rust type, where the set's name does not make a good one.
    pub rust: Option<String>,
    /// What the value says.
    pub doc: Text,
    /// The values that the page lists, in its order.
    pub values: Vec<Listed>,
}

/// A listed value.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// The value as it is sent.
    pub value: String,
    /// Name of the Rust variant, where the value does not make a good one.
    pub rust: Option<String>,
    /// What the value means.
    pub doc: Text,
}

/// An object with named fields.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Name of the object in the API, used as a type.
    pub name: String,
    /// Name of the Rust type, where the API's name does not make a good one.
    pub rust: Option<String>,
    /// What the object stands for.
    pub doc: Text,
    /// Its fields, in the API's order.
    pub fields: Vec<Field>,
}

/// A parameter of a request, an output of a response, or a member of a record.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Name as it is sent.
    pub name: String,
    /// `string`, `boolean`, `integer`, `unsigned`, `float`, `datetime`, `datetime_iso`, or the name of a record or value
    /// set; with `[]` behind it, a list of them.
    #[serde(rename = "type")]
    pub ty: String,
    /// Whether a request must have it. Of what a request sends only.
    pub required: Option<bool>,
    /// The documented value that the service assumes if it is absent. Of what a request sends only.
    pub default: Option<Value>,
    /// Whether the service may answer `null`. Of what a response holds only.
    pub nullable: Option<bool>,
    /// Name of the Rust field, where the API's name does not make a good one.
    pub rust: Option<String>,
    /// What the field says: a noun phrase, or a sentence that begins with "Whether".
    pub doc: Text,
}
