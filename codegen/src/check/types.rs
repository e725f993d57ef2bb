//! Rules about named types: used, not empty, and of a finite size.

use std::collections::BTreeSet;

use super::{fields, once};
use crate::model::{Field, Product, Record, Type};
use crate::parse::{File, Folder};
use crate::problem::{Place, Problems};
use crate::spec;

/// Rules about the types of one file.
pub(super) fn file(file: &File<spec::Types>, problems: &mut Problems) {
    let place = file.place();
    let spec::Types { value_sets, records, .. } = &file.says;
    let (sets_at, records_at) = (place.member("value_sets"), place.member("records"));
    once::check("value set", value_sets.iter().map(|set| set.name.as_str()), &sets_at, problems);
    for set in value_sets {
        let place = sets_at.member(&set.name).member("values");
        // The clients read a value without regard to case.
        let folded: Vec<String> = set.values.iter().map(|listed| listed.value.to_ascii_lowercase()).collect();
        once::check("value", folded.iter().map(String::as_str), &place, problems);
        if set.values.is_empty() {
            problems.add(&place, "no value is listed", "list the values, or make the fields `string`");
        }
    }
    once::check("record", records.iter().map(|record| record.name.as_str()), &records_at, problems);
    for record in records {
        if value_sets.iter().any(|set| set.name == record.name) {
            let says = format!("the record `{}` has the name of a value set", record.name);
            problems.add(&records_at.member(&record.name), says, "remove one of the two");
        }
        let place = records_at.member(&record.name).member("fields");
        once::check("field", record.fields.iter().map(|field| field.name.as_str()), &place, problems);
        if record.fields.is_empty() {
            problems.add(&place, "the record has no field", "list its fields");
        }
    }
}

/// Rules about the types that the actions of a product use.
pub(super) fn check(folder: &Folder, product: &Product, problems: &mut Problems) {
    let place = folder.types.place();
    let used = used(product);
    for set in &product.value_sets {
        must_be_used(&set.name.wire, &used, &place.member("value_sets"), problems);
    }
    let place = place.member("records");
    let written = &folder.types.says.records;
    for (record, written) in product.records.iter().zip(written) {
        must_be_used(&record.name.wire, &used, &place, problems);
        let at = place.member(&record.name.wire);
        if record.direction.sent || record.direction.received {
            fields::check(&written.fields, record.direction, &at.member("fields"), problems);
        }
    }
    for (n, record) in product.records.iter().enumerate() {
        // A circle is told of once, at the first record on it.
        let before: Vec<&str> = product.records.iter().take(n).map(|record| record.name.wire.as_str()).collect();
        if let Some(path) = contains_itself(record, &product.records, &before) {
            let says = format!("the record contains itself: `{path}`");
            let help = "let it hold a list of them (`[]`): a record inside itself has no end";
            problems.add(&place.member(&record.name.wire), says, help);
        }
    }
}

fn must_be_used(wire: &str, used: &BTreeSet<&str>, place: &Place, problems: &mut Problems) {
    if !used.contains(wire) {
        let help = "give a field this type, or remove it";
        problems.add(&place.member(wire), format!("no action uses the type `{wire}`"), help);
    }
}

/// The named types that an action reaches.
fn used(product: &Product) -> BTreeSet<&str> {
    let mut used = BTreeSet::new();
    let mut open: Vec<&Field> =
        product.actions.iter().flat_map(|action| action.request.iter().chain(&action.response)).collect();
    while let Some(field) = open.pop() {
        let mut ty = &field.ty;
        while let Type::List(element) = ty {
            ty = element;
        }
        match ty {
            Type::ValueSet(name) => {
                used.insert(name.wire.as_str());
            }
            Type::Record(name) if used.insert(name.wire.as_str()) => {
                let records = product.records.iter().filter(|record| record.name.wire == name.wire);
                open.extend(records.flat_map(|record| &record.fields));
            }
            Type::Record(_) => {}
            Type::String
            | Type::Boolean
            | Type::Integer
            | Type::Unsigned
            | Type::Float
            | Type::DateTime
            | Type::DateTimeIso
            | Type::List(_) => {}
        }
    }
    used
}

/// The way from a record to itself, if there is one that no list interrupts, past the records that are not `without`.
fn contains_itself(record: &Record, records: &[Record], without: &[&str]) -> Option<String> {
    let mut seen = BTreeSet::new();
    let mut open = vec![(record, record.name.wire.clone())];
    while let Some((at, path)) = open.pop() {
        for field in &at.fields {
            let Type::Record(name) = &field.ty else { continue };
            let path = format!("{path}.{}", field.name.wire);
            if name.wire == record.name.wire {
                return Some(path);
            }
            if !without.contains(&name.wire.as_str()) && seen.insert(&name.wire) {
                open.extend(
                    records.iter().filter(|other| other.name.wire == name.wire).map(|other| (other, path.clone())),
                );
            }
        }
    }
    None
}
