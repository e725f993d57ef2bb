//! Describes what is wrong with a specification: the place, a message, and how to fix it.

use std::fmt;

use serde_json::Value;

/// One problem of a specification.
///
/// Messages start in lower case and end without a full stop. Text that they quote is in backticks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file, such as `spec/cdn/PurgeUrlsCache.json`.
    pub file: String,
    /// The place in the file, such as `request.Area.default`; empty for the file as a whole.
    pub at: String,
    /// What is wrong.
    pub message: String,
    /// How to fix it.
    pub help: String,
    /// How a program can fix it.
    pub(crate) remedy: Option<Remedy>,
}

/// How a program can fix a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// Give it another Rust name, because something else has the name.
    AnotherName,
    /// Give it another Rust name, because the name is a reserved word.
    NameForReserved,
    /// Remove it, because nothing uses it.
    Removal,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, at, message, help, .. } = self;
        let colon = if at.is_empty() { "" } else { ": " };
        let [file, at, message, help] = [file, at, message, help].map(|text| shown(text));
        write!(f, "{file}{colon}{at}: {message}\n  help: {help}")
    }
}

/// The text with an escape for each character that would not be shown, or would reorder the text
/// around it. A message of `rustfmt` has several lines.
fn shown(text: &str) -> String {
    let is_shown = |character: char| character == '\n' || !(character.is_control() || is_invisible(character));
    let escaped = text.chars().map(|character| match is_shown(character) {
        true => character.to_string(),
        false => character.escape_unicode().to_string(),
    });
    escaped.collect()
}

/// All problems of the specifications.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    pub(crate) fn add(&mut self, place: &Place, message: impl Into<String>, help: impl Into<String>) {
        let Place { file, at } = place.clone();
        self.0.push(Problem { file, at, message: message.into(), help: help.into(), remedy: None });
    }

    /// Adds a problem that a program can fix.
    pub(crate) fn add_with_remedy(
        &mut self,
        place: &Place,
        message: impl Into<String>,
        help: impl Into<String>,
        remedy: Remedy,
    ) {
        self.add(place, message, help);
        if let Some(last) = self.0.last_mut() {
            last.remedy = Some(remedy);
        }
    }

    pub(crate) fn append(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The problems, sorted by file; those of a file in the order in which they were found.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }

    /// Fails if there is any problem.
    pub(crate) fn into_result(mut self) -> Result<(), Self> {
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

/// A place in the specifications.
#[derive(Clone, Debug, PartialEq, Eq)]
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

    /// The file.
    pub(crate) fn file_name(&self) -> &str {
        &self.file
    }

    /// The path inside the file; empty for the file as a whole.
    pub(crate) fn path(&self) -> &str {
        &self.at
    }

    /// A member of the object at this place.
    pub(crate) fn member(&self, name: impl fmt::Display) -> Self {
        let Self { file, at } = self;
        let dot = if at.is_empty() { "" } else { "." };
        Self { file: file.clone(), at: format!("{at}{dot}{name}") }
    }

    /// An element of the list at this place, identified by its name, or by its index if it has
    /// none.
    pub(crate) fn element(&self, index: usize, element: &Value) -> Self {
        match element_name(element) {
            Some(name) => self.member(name),
            None => self.member(index),
        }
    }
}

/// The name that identifies an element of a list, if it has one.
pub(crate) fn element_name(element: &Value) -> Option<&str> {
    ["name", "code", "value"].iter().find_map(|key| element.get(key)?.as_str())
}

/// Describes a value in a message.
pub(crate) fn described(json: &Value) -> String {
    match json {
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => format!("`{json}`"),
    }
}

/// Whether a character has no shape of its own, and can hide or reorder what is around it. The core
/// has the same table, but this crate depends on no other one; a test compares them.
pub(crate) fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
            | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}'
    )
}
