//! Emits the JSON Schemas of the specifications, with which editors complete and check them.

use schemars::{JsonSchema, schema_for};

use crate::artifact::{Content, EmittedFile};
use crate::spec;

/// Emits one schema per kind of file.
pub(super) fn files() -> Vec<EmittedFile> {
    vec![
        file::<spec::Action>("action"),
        file::<spec::Errors>("errors"),
        file::<spec::Product>("product"),
        file::<spec::Types>("types"),
    ]
}

fn file<T: JsonSchema>(name: &str) -> EmittedFile {
    EmittedFile {
        path: format!("codegen/generated/{name}.schema.json"),
        from: "codegen/src/spec".to_owned(),
        content: Content::Json(format!("{:#}\n", schema_for!(T).as_value())),
    }
}
