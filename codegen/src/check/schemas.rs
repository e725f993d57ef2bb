//! The rule that editors find the schema of a file.

use schemars::JsonSchema;

use crate::parse::File;
use crate::problem::Problems;

pub(super) fn check<T: JsonSchema>(file: &File<T>, problems: &mut Problems) {
    let right = format!("../../codegen/generated/{}.schema.json", T::schema_name().to_lowercase());
    let place = file.place().member("$schema");
    let help = format!("write `{right}`: editors complete and check the file with it");
    match file.json.get("$schema").and_then(|schema| schema.as_str()) {
        Some(schema) if schema == right => {}
        Some(schema) => problems.add(&place, format!("`{schema}` is not the schema of this file"), help),
        None => problems.add(&place, "the key `$schema` is missing", help),
    }
}
