//! Texts of one or several paragraphs.

use schemars::JsonSchema;
use serde::Deserialize;

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
    /// The paragraphs, of which there is only one in most texts.
    #[must_use]
    pub fn paragraphs(&self) -> &[String] {
        match self {
            Self::Paragraph(paragraph) => std::slice::from_ref(paragraph),
            Self::Paragraphs(paragraphs) => paragraphs,
        }
    }
}
