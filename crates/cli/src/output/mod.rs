//! Shows results: as text for people, as JSON for programs, and as outputs of a pipeline.

pub(crate) mod failures;
pub(crate) mod github;
pub(crate) mod json;
pub(crate) mod progress;
mod screen;
mod table;
pub(crate) mod text;

pub(crate) use self::screen::{Paint, Screen};
pub(crate) use self::table::Table;
