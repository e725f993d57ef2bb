//! `<Action>.json`: one action of a product.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Deviation, Field, Text};

/// An action of a product.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// Where editors find the schema of this file.
    #[serde(rename = "$schema")]
    pub schema: Option<String>,
    /// Name of the action, and of this file.
    pub action: String,
    /// Name of the Rust type, where the action's name does not make a good one.
    pub rust: Option<String>,
    /// What the action is for, as a command: lower case, no full stop.
    pub title: String,
    /// The page that the file was made from.
    pub source: Source,
    /// What the action does.
    pub doc: Text,
    /// How many requests an account may make a second.
    pub requests_per_second: u32,
    /// Whether the call may be sent again when it might already have arrived.
    pub repeatable: bool,
    /// What to use instead, if the action is retired.
    pub deprecated: Option<String>,
    /// The parameters, in the page's order.
    pub request: Vec<Field>,
    /// Named ways to build a request; without any there is `new`, which takes what is required.
    #[serde(default)]
    pub constructors: Vec<Constructor>,
    /// The outputs, in the page's order, without `RequestId`, which every response has.
    pub response: Vec<Field>,
    /// The list that a large job is split over, and its documented sizes.
    pub batch: Option<Batch>,
    /// The fields that page through a long answer.
    pub pagination: Option<Pagination>,
    /// The codes that the page lists for this action, in its order.
    pub errors: Vec<String>,
    /// Requests and their answers; the first becomes the example in the documentation.
    pub examples: Vec<Example>,
    /// Where this file differs from the API's page.
    #[serde(default)]
    pub deviations: Vec<Deviation>,
}

/// A page of the API's documentation.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Address of the page.
    pub page: String,
    /// Day of its last change when it was read, `YYYY-MM-DD`.
    pub updated: String,
}

/// A named way to build a request.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Constructor {
    /// Name of the Rust function.
    pub name: String,
    /// What the request that it builds is for: a sentence that begins with "Creates".
    pub doc: Text,
    /// Parameters that it sets, and to what. Nothing else sets them.
    #[serde(default)]
    pub fixes: BTreeMap<String, Value>,
    /// Parameters that it takes as arguments, in order. Nothing but constructors sets them; a list must not be empty.
    pub takes: Vec<String>,
}

/// The list of a request that a large job is split over.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// Name of the list.
    pub over: String,
    /// Documented number of elements a request.
    pub at_most: u32,
    /// Documented number of elements a day and region.
    pub per_day: Option<u32>,
}

/// The fields that page through a long answer.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pagination {
    /// Parameter that holds the number of items to skip.
    pub offset: String,
    /// Parameter that holds the number of items to answer.
    pub limit: String,
    /// Output that holds the items.
    pub items: String,
    /// Output that holds the number of all items.
    pub total: String,
}

/// A request and its answer.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// What the example shows, as a command: lower case, no full stop.
    pub title: String,
    /// The parameters.
    pub request: Map<String, Value>,
    /// What the service answers inside `Response`.
    pub response: Map<String, Value>,
}
