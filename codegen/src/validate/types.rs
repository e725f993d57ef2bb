//! Rules about the types of a product: an action uses each, and each has a finite size.

use std::collections::BTreeSet;

use super::validator::Validator;
use crate::direction;
use crate::model::{Field, Product, Record, Type};
use crate::problem::{Place, Remedy};
use crate::spec;

impl Validator<'_> {
    pub(super) fn types(&mut self) {
        let place = self.files.types.place();
        let used = used_types(self.product);
        for set in &self.product.value_sets {
            self.must_be_used(&set.name.wire, &used, &place.member("value_sets"));
        }
        for (record, spec) in self.product.records.iter().zip(&self.files.types.parsed.records) {
            self.must_be_used(&record.name.wire, &used, &place.member("records"));
            self.record_keys(record, spec);
        }
        self.records_are_finite(&place.member("records"));
    }

    fn must_be_used(&mut self, wire: &str, used: &BTreeSet<&str>, place: &Place) {
        if !used.contains(wire) {
            let help = "give a field this type, or remove the type";
            let message = format!("no action uses the type `{wire}`");
            self.problems.add_with_remedy(&place.member(wire), message, help, Remedy::Removal);
        }
    }

    /// Rules about the keys of a record's fields, which depend on where the record is used.
    fn record_keys(&mut self, record: &Record, spec: &spec::Record) {
        if record.direction.sent || record.direction.received {
            let file = &self.files.types;
            let place = file.place().member("records").member(&spec.name).member("fields");
            direction::check_keys(&spec.fields, record.direction, &place, self.problems);
        }
    }

    fn records_are_finite(&mut self, place: &Place) {
        let records = &self.product.records;
        for (n, record) in records.iter().enumerate() {
            // Each cycle is reported once, at its first record.
            let earlier: Vec<&str> = records.iter().take(n).map(|record| record.name.wire.as_str()).collect();
            if let Some(path) = path_to_itself(record, records, &earlier) {
                let message = format!("the record always contains itself: `{path}`");
                let help = "use a list (`[]`), or a field that may be absent: a record that always contains itself has \
                            no end";
                self.problems.add(&place.member(&record.name.wire), message, help);
            }
        }
    }
}

/// The named types that the actions of a product use, directly or in a record.
fn used_types(product: &Product) -> BTreeSet<&str> {
    let mut used = BTreeSet::new();
    let mut fields: Vec<&Field> = product
        .actions
        .iter()
        .flat_map(|action| action.request.iter().chain(&action.retired).chain(&action.response))
        .collect();
    while let Some(field) = fields.pop() {
        match field.ty.innermost() {
            Type::ValueSet(name) => {
                used.insert(name.wire.as_str());
            }
            Type::Record(name) if used.insert(name.wire.as_str()) => {
                let records = product.records.iter().filter(|record| record.name.wire == name.wire);
                fields.extend(records.flat_map(|record| record.fields.iter().chain(&record.retired)));
            }
            Type::Record(_)
            | Type::String
            | Type::Boolean
            | Type::Integer
            | Type::Unsigned
            | Type::Float
            | Type::Date
            | Type::DateTime
            | Type::OffsetDateTime
            | Type::List(_) => {}
        }
    }
    used
}

/// The path from a record to itself that passes neither a list nor a field that may be absent, and
/// none of the `excluded` records, if there is one.
fn path_to_itself(record: &Record, records: &[Record], excluded: &[&str]) -> Option<String> {
    let mut seen = BTreeSet::new();
    let mut paths = vec![(record, record.name.wire.clone())];
    while let Some((current, path)) = paths.pop() {
        for field in &current.fields {
            let Type::Record(name) = &field.ty else { continue };
            if field.is_option(current.direction) {
                continue;
            }
            let path = format!("{path}.{}", field.name.wire);
            if name.wire == record.name.wire {
                return Some(path);
            }
            if !excluded.contains(&name.wire.as_str()) && seen.insert(&name.wire) {
                let next = records.iter().filter(|other| other.name.wire == name.wire);
                paths.extend(next.map(|other| (other, path.clone())));
            }
        }
    }
    None
}
