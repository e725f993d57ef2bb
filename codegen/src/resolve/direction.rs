//! Finds out which records are sent, received or both.

use crate::model::{Action, Direction, Field, Record, Type};

/// Sets the directions of all records, from the actions that use them.
pub(super) fn propagate(actions: &[Action], records: &mut [Record]) {
    for action in actions {
        propagate_direction(&action.request, Direction::SENT, records);
        propagate_direction(&action.retired, Direction::SENT, records);
        propagate_direction(&action.response, Direction::RECEIVED, records);
    }
}

/// Adds a direction to the records of these fields, and to the records in them.
fn propagate_direction(fields: &[Field], direction: Direction, records: &mut [Record]) {
    for field in fields {
        let Type::Record(name) = field.ty.innermost() else { continue };
        let Some(record) = records.iter_mut().find(|record| record.name.wire == name.wire) else { continue };
        let before = record.direction;
        record.direction.sent |= direction.sent;
        record.direction.received |= direction.received;
        if record.direction != before {
            let members: Vec<Field> = record.fields.iter().chain(&record.retired).cloned().collect();
            propagate_direction(&members, direction, records);
        }
    }
}
