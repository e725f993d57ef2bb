//! Defines the format of the specifications in `spec/`. The types mirror the files, and the JSON
//! Schemas for editors are generated from them.

mod action;
mod errors;
mod product;
mod types;

pub use action::{Action, Batch, Constructor, Example, Pagination, Source};
pub use errors::{Code, Errors, Kind};
pub use product::{Hosts, Product};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
pub use types::{Field, Listed, Record, Types, ValueSet};

/// One paragraph, or a list of paragraphs.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a string or a list of strings")]
pub enum Text {
    /// One paragraph.
    Paragraph(String),
    /// Paragraphs, in order.
    Paragraphs(Vec<String>),
}

impl Text {
    /// The paragraphs.
    #[must_use]
    pub fn paragraphs(&self) -> &[String] {
        match self {
            Self::Paragraph(paragraph) => std::slice::from_ref(paragraph),
            Self::Paragraphs(paragraphs) => paragraphs,
        }
    }
}

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
