//! Rules about the types of a file: each is defined once, and a value set is not empty.

use super::linter::Linter;
use crate::spec;

impl Linter<'_, spec::Types> {
    pub(super) fn types(&mut self) {
        self.check_value_sets();
        self.check_records();
        self.check_schema();
        self.check_texts();
        self.check_deviations(&self.file.parsed.deviations);
    }

    fn check_value_sets(&mut self) {
        let place = self.place().member("value_sets");
        let value_sets = &self.file.parsed.value_sets;
        self.check_duplicates("value set", value_sets.iter().map(|set| set.name.as_str()), &place);
        for set in value_sets {
            let place = place.member(&set.name).member("values");
            // The clients ignore the case of values.
            let values: Vec<String> = set.values.iter().map(|known| known.value.to_ascii_lowercase()).collect();
            self.check_duplicates("value", values.iter().map(String::as_str), &place);
            if set.values.is_empty() {
                let help = "list the values, or make the fields `string`";
                self.problems.add(&place, "the value set has no value", help);
            }
        }
    }

    fn check_records(&mut self) {
        let place = self.place().member("records");
        let spec::Types { value_sets, records, .. } = &self.file.parsed;
        self.check_duplicates("record", records.iter().map(|record| record.name.as_str()), &place);
        for record in records {
            let place = place.member(&record.name);
            if value_sets.iter().any(|set| set.name == record.name) {
                let message = format!("the record `{}` has the name of a value set", record.name);
                self.problems.add(&place, message, "remove one of the two");
            }
            let place = place.member("fields");
            self.check_duplicates("field", record.fields.iter().map(|field| field.name.as_str()), &place);
            self.reject_formats(&record.fields, &place);
            self.check_sizes(&record.fields, &place);
        }
    }
}
