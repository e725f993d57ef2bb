//! JSON Schemas of the specifications, from the Rust types that read them: editors complete and
//! check with them.

use schemars::{JsonSchema, schema_for};

use crate::draft::{Content, Draft};
use crate::spec;

/// Emits a schema a kind of file.
pub(super) fn files() -> Vec<Draft> {
    vec![
        file::<spec::Action>("action"),
        file::<spec::Errors>("errors"),
        file::<spec::Product>("product"),
        file::<spec::Types>("types"),
    ]
}

fn file<T: JsonSchema>(name: &str) -> Draft {
    Draft {
        path: format!("codegen/generated/{name}.schema.json"),
        from: "codegen/src/spec".to_owned(),
        content: Content::Json(format!("{:#}\n", schema_for!(T).as_value())),
    }
}
