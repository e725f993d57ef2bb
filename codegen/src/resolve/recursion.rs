//! Finds the fields that need a `Box`: their type contains the record that has the field.

use std::collections::BTreeSet;

use crate::model::{Record, Type};

/// Marks these fields. A field that is always present is not one of them: such a record has no end,
/// which is reported elsewhere.
pub(super) fn mark(records: &mut [Record]) {
    let boxed = |record: &Record| {
        let fields = record.fields.iter().map(|field| match &field.ty {
            Type::Record(name) => field.is_option(record.direction) && contains(&name.wire, &record.name.wire, records),
            _ => false,
        });
        fields.collect::<Vec<bool>>()
    };
    let boxed: Vec<Vec<bool>> = records.iter().map(boxed).collect();
    for (record, boxed) in records.iter_mut().zip(boxed) {
        for (field, boxed) in record.fields.iter_mut().zip(boxed) {
            field.boxed = boxed;
        }
    }
}

/// Whether a record is another one, or contains it without a list in between.
fn contains(record: &str, other: &str, records: &[Record]) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![record];
    while let Some(wire) = open.pop() {
        if wire == other {
            return true;
        }
        if seen.insert(wire) {
            let fields = records.iter().filter(|record| record.name.wire == wire).flat_map(|record| &record.fields);
            open.extend(fields.filter_map(|field| match &field.ty {
                Type::Record(name) => Some(name.wire.as_str()),
                _ => None,
            }));
        }
    }
    false
}
