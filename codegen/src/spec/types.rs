//! `types.json`: the records and value sets of a product's actions.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::deviation::Deviation;
use super::targets::{Format, FormatBy};
use super::text::Text;

/// The named types of a product.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Types {
    /// Where editors find the schema of this file.
    #[serde(rename = "$schema")]
    pub schema: Option<String>,
    /// Strings with a list of known values.
    #[serde(default)]
    pub value_sets: Vec<ValueSet>,
    /// Objects with named fields.
    #[serde(default)]
    pub records: Vec<Record>,
    /// Where this file differs from the API's pages.
    #[serde(default)]
    pub deviations: Vec<Deviation>,
}

/// A string with a list of known values.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ValueSet {
    /// Name of the set, used as a type.
    pub name: String,
    /// Whether this is a draft, which may lack texts. It is generated only with `--drafts`.
    pub draft: Option<bool>,
    /// Name of the Rust type, if the set's name is unsuitable.
    pub rust: Option<String>,
    /// What a value of the set means.
    pub doc: Text,
    /// The values that the page lists, in its order.
    pub values: Vec<KnownValue>,
}

/// A known value.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KnownValue {
    /// The value as it is sent.
    pub value: String,
    /// Whether this is a draft, which may lack texts. It is generated only with `--drafts`.
    pub draft: Option<bool>,
    /// Name of the Rust variant, if the value is unsuitable.
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
    /// Whether this is a draft, which may lack texts. It is generated only with `--drafts`.
    pub draft: Option<bool>,
    /// Name of the Rust type, if the API's name is unsuitable.
    pub rust: Option<String>,
    /// What the object represents.
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
    /// Whether this is a draft, which may lack texts. It is generated only with `--drafts`.
    pub draft: Option<bool>,
    /// `string`, `boolean`, `integer`, `unsigned`, `float`, `date`, `datetime`, `datetime_iso`, or
    /// the name of a record or value set. A type followed by `[]` is a list.
    #[serde(rename = "type")]
    pub ty: String,
    /// Whether a request must have it. In requests only.
    pub required: Option<bool>,
    /// The documented value that the service uses if it is absent. In requests only.
    pub default: Option<Value>,
    /// Whether a response may lack it, or have `null` for it. In responses only.
    pub optional: Option<bool>,
    /// Whether the service still takes it, although callers should not send it. In requests only.
    /// It has no field in Rust.
    pub retired: Option<bool>,
    /// Documented maximum number of elements, if it is a list.
    pub at_most: Option<u32>,
    /// Format of the targets in it, which the client checks. In parameters of an action only.
    pub format: Option<Format>,
    /// Formats of the targets in it, of which another parameter selects one.
    pub format_by: Option<FormatBy>,
    /// Parameter that says how the service encodes characters outside ASCII in it. If the caller
    /// does not set that parameter, the client encodes them.
    pub encoded_by: Option<String>,
    /// Name of the Rust field, if the API's name is unsuitable.
    pub rust: Option<String>,
    /// What the field means: a noun phrase, or a sentence that begins with "Whether".
    pub doc: Text,
}
