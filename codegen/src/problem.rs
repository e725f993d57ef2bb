//! What is wrong with a specification: the place, a sentence, and a way out.

use std::fmt;

use serde_json::Value;

/// One thing that is wrong with a specification.
///
/// Sentences are lower case and end without a full stop; the text they quote stands in backticks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file, as `spec/cdn/PurgeUrlsCache.json`.
    pub file: String,
    /// The place inside it, as `request.Area.default`; empty if it is the file as a whole.
    pub at: String,
    /// What is wrong.
    pub says: String,
    /// What to do about it.
    pub help: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, at, says, help } = self;
        let colon = if at.is_empty() { "" } else { ": " };
        write!(f, "{file}{colon}{at}: {says}\n  help: {help}")
    }
}

/// Everything that is wrong with a specification.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Adds a problem.
    pub(crate) fn add(&mut self, place: &Place, says: impl Into<String>, help: impl Into<String>) {
        let Place { file, at } = place.clone();
        self.0.push(Problem { file, at, says: says.into(), help: help.into() });
    }

    /// The problems by file, in the order in which they were found.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }

    /// Refuses if there is any problem.
    pub(crate) fn refuse(mut self) -> Result<(), Self> {
        self.0.sort_by(|one, other| one.file.cmp(&other.file));
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in self.iter() {
            writeln!(f, "{problem}")?;
        }
        let count = self.0.len();
        write!(f, "{count} problem{}", if count == 1 { "" } else { "s" })
    }
}

impl std::error::Error for Problems {}

/// Where in the specifications something stands.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    file: String,
    at: String,
}

impl Place {
    /// A specification as a whole.
    pub(crate) fn file(path: &str) -> Self {
        Self { file: format!("spec/{path}"), at: String::new() }
    }

    /// A generated file as a whole.
    pub(crate) fn artifact(path: &str) -> Self {
        Self { file: path.to_owned(), at: String::new() }
    }

    /// A member of what stands here.
    pub(crate) fn member(&self, name: impl fmt::Display) -> Self {
        let Self { file, at } = self;
        let dot = if at.is_empty() { "" } else { "." };
        Self { file: file.clone(), at: format!("{at}{dot}{name}") }
    }
}

/// What stands somewhere, as a problem names it.
pub(crate) fn found(json: &Value) -> String {
    match json {
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => format!("`{json}`"),
    }
}
