//! `product.json`: one product, one API version.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::action::SourcePage;
use super::deviation::Deviation;

/// A product of Tencent Cloud in one version of its API.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// Where editors find the schema of this file.
    #[serde(rename = "$schema")]
    pub schema: Option<String>,
    /// Whether this is a draft, which may lack texts. It is generated only with `--drafts`.
    pub draft: Option<bool>,
    /// Name of the service in the credential scope, such as `cdn`.
    pub service: String,
    /// Version of the API, `YYYY-MM-DD`.
    pub version: String,
    /// Full name of the product.
    pub title: String,
    /// Name of the Rust marker type, if the folder's name is unsuitable.
    pub rust: Option<String>,
    /// Names of Rust fields, by the API's names of the fields, if those are unsuitable. The `rust`
    /// of a field has precedence.
    #[serde(default)]
    pub names: BTreeMap<String, String>,
    /// Keywords of the crate besides `tencentcloud`, `qcloud` and the service: at most two.
    #[serde(default)]
    pub keywords: Vec<String>,
    /// Action that the examples of the crate's README call; the first one if absent.
    pub main_action: Option<String>,
    /// What applies to each action that says nothing else.
    pub defaults: Option<Defaults>,
    /// The endpoints of the API.
    pub hosts: Hosts,
    /// Address of the product's API documentation.
    pub page: String,
    /// Paragraphs about the product for the crate's README.
    pub readme: Vec<String>,
    /// What to use instead, if the product is retired: a sentence.
    pub deprecated: Option<String>,
    /// Where this file differs from the API's pages.
    #[serde(default)]
    pub deviations: Vec<Deviation>,
}

/// What applies to each action that says nothing else.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Defaults {
    /// Maximum number of requests per second and account.
    pub requests_per_second: Option<u32>,
    /// Verbs with which the names of queries begin. A query is repeatable, and another action is
    /// not.
    pub queries: Option<Vec<String>>,
    /// The page of an action. `{action}` in its address is replaced by the name of the action.
    pub source: Option<SourcePage>,
}

/// The product's public endpoints, names without a scheme.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hosts {
    /// Endpoint of the mainland site, resolved to the nearest region.
    pub mainland: String,
    /// Endpoint of the international site.
    pub international: String,
}
