//! The rule that a file names its schema, so that editors can complete and check it.

use schemars::JsonSchema;

use super::linter::Linter;

impl<T: JsonSchema> Linter<'_, T> {
    pub(super) fn check_schema(&mut self) {
        let expected = format!("../../codegen/generated/{}.schema.json", T::schema_name().to_lowercase());
        let place = self.place().member("$schema");
        let help = format!("write `{expected}`: editors complete and check the file with it");
        match self.file.json.get("$schema").and_then(|schema| schema.as_str()) {
            Some(schema) if schema == expected => {}
            Some(schema) => self.problems.add(&place, format!("`{schema}` is not the schema of this file"), help),
            None => self.problems.add(&place, "the key `$schema` is missing", help),
        }
    }
}
