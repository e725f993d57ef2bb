//! `<Action>.json`: one action of a product.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::deviation::Deviation;
use super::quota::Quota;
use super::targets::Failures;
use super::tasks::{Submission, TaskList};
use super::text::Text;
use super::types::Field;
use super::zones::Zones;

/// Placeholder for the name of the action in the address of a page.
pub const ACTION_PLACEHOLDER: &str = "{action}";

/// An action of a product.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// Where editors find the schema of this file.
    #[serde(rename = "$schema")]
    pub schema: Option<String>,
    /// Whether this is a draft, which may lack texts. It is generated only with `--drafts`.
    pub draft: Option<bool>,
    /// Name of the action, and of this file.
    pub action: String,
    /// Name of the Rust type, if the action's name is unsuitable.
    pub rust: Option<String>,
    /// What the action is for, as a command: lower case, without a full stop.
    pub title: String,
    /// The page that the file was made from.
    pub source: Option<SourcePage>,
    /// What the action does.
    pub doc: Text,
    /// Maximum number of requests per second and account.
    pub requests_per_second: Option<u32>,
    /// Whether the call may be sent again although it may have run.
    pub repeatable: Option<bool>,
    /// What to use instead, if the action is retired.
    pub deprecated: Option<String>,
    /// The parameters, in the page's order.
    pub request: Vec<Field>,
    /// Named ways to build a request. Without any, there is `new`, which takes the required
    /// parameters.
    #[serde(default)]
    pub constructors: Vec<Constructor>,
    /// The outputs, in the page's order, without `RequestId`, which every response has.
    pub response: Vec<Field>,
    /// How the response reports targets that failed, if the call can succeed without them.
    pub failures: Option<Failures>,
    /// The list over which a large job is split, and its documented sizes.
    pub batch: Option<Batch>,
    /// The fields for paging through a long list.
    pub pagination: Option<Pagination>,
    /// The task that the action submits, if the service carries it out after the response.
    pub task: Option<Submission>,
    /// How the entries of tasks are selected, if the action lists them.
    pub task_list: Option<TaskList>,
    /// How the response states quotas, if the action returns them.
    pub quota: Option<Quota>,
    /// The fields of a zone, if the action lists zones.
    pub zones: Option<Zones>,
    /// The codes that the page lists for this action, in its order.
    pub errors: Vec<String>,
    /// Requests with their responses. The first one is used in the README.
    pub examples: Vec<Example>,
    /// Where this file differs from the API's page.
    #[serde(default)]
    pub deviations: Vec<Deviation>,
}

/// A page of the API's documentation.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourcePage {
    /// Address of the page.
    pub page: String,
    /// Date of the version that was read, `YYYY-MM-DD`.
    pub updated: String,
}

/// A named way to build a request.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Constructor {
    /// Name of the Rust function.
    pub name: String,
    /// What the constructor creates: a sentence that begins with "Creates".
    pub doc: Text,
    /// Parameters that it sets, with their values. They have no setters.
    #[serde(default)]
    pub fixes: BTreeMap<String, Value>,
    /// Parameters that it takes as arguments, in this order. They have no setters, and a list among
    /// them must not be empty.
    pub takes: Vec<String>,
}

/// The list over which a large job is split.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// Name of the list.
    pub over: String,
    /// Documented maximum number of elements per request.
    pub at_most: u32,
    /// Documented maximum numbers of elements per request for some values of another parameter.
    pub at_most_by: Option<AtMostBy>,
    /// Documented maximum number of elements per day and region.
    pub per_day: Option<u32>,
}

/// The fields for paging through a long list. A page is selected by one of `offset`, `page` and
/// `token`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pagination {
    /// Parameter for the number of items to skip.
    pub offset: Option<String>,
    /// Parameter for the number of the page. The first page has number 1.
    pub page: Option<String>,
    /// Parameter for the token of the page. The first page needs none.
    pub token: Option<String>,
    /// Output with the token of the next page, which is empty or `null` on the last page.
    pub next: Option<String>,
    /// Parameter for the number of items to return.
    pub limit: Option<String>,
    /// Documented maximum number of items per page.
    pub at_most: Option<u32>,
    /// Output with the items.
    pub items: String,
    /// Output with the total number of items.
    pub total: Option<String>,
    /// Fields of an item that identify it and do not change, if items are records.
    #[serde(default)]
    pub identity: Vec<String>,
}

/// Maximum numbers of elements per request. The value of another parameter selects one.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AtMostBy {
    /// Name of the parameter that selects the number. Its type is a value set.
    pub parameter: String,
    /// The number for each value. For a value that is missing here, it is `at_most`.
    pub sizes: BTreeMap<String, u32>,
}

/// A request and its response.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// What the example does, as a command: lower case, without a full stop.
    pub title: String,
    /// The parameters.
    pub request: Map<String, Value>,
    /// The whole contents of `Response`, with `RequestId`.
    pub response: Map<String, Value>,
}
