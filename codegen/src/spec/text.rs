//! Texts of one or several paragraphs.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::markdown::POINT;

/// One paragraph, or a list of paragraphs.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a string or a list of strings")]
pub enum Text {
    /// One paragraph.
    Paragraph(String),
    /// Paragraphs, in order.
    Paragraphs(Vec<Paragraph>),
}

/// A paragraph of a text.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a string or a list of strings")]
pub enum Paragraph {
    /// Sentences.
    Sentences(String),
    /// A list of points. It is not the first paragraph.
    Points(Vec<String>),
}

impl Text {
    /// The paragraphs in Markdown, of which there is only one in most texts.
    #[must_use]
    pub fn paragraphs(&self) -> Vec<String> {
        match self {
            Self::Paragraph(paragraph) => vec![paragraph.clone()],
            Self::Paragraphs(paragraphs) => {
                paragraphs.iter().map(|paragraph| paragraph.markdown().into_owned()).collect()
            }
        }
    }
}

impl Paragraph {
    fn markdown(&self) -> Cow<'_, str> {
        match self {
            Self::Sentences(text) => text.into(),
            Self::Points(points) => {
                let lines: Vec<String> = points.iter().map(|point| format!("{POINT}{point}")).collect();
                lines.join("\n").into()
            }
        }
    }
}
