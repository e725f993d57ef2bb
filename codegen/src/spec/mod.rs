//! What people write: the files under `spec/`, exactly as they stand there.

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

/// A sentence, or several that each stand on a line or in a paragraph of their own.
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

/// A place where the specification differs from the API's page, and why it is right to.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Deviation {
    /// Path inside this file: members joined by dots, elements of lists by name or by index.
    pub at: String,
    /// What the page says there; `null` if it says nothing.
    pub page_says: Value,
    /// What this file says there now.
    pub we_say: Value,
    /// The evidence.
    pub why: String,
}
