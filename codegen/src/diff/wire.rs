//! Decides whether a crate understands the service, and the service a crate, if the two have
//! different versions of a specification.

use super::change::Wire;
use crate::model::{Direction, Field, Product, Record, Type};

/// Maximum depth at which records in records are compared. 16: a record that contains itself ends
/// there, and no record of a product is that deep.
const MAX_DEPTH: usize = 16;

/// A field in one version of a product.
#[derive(Clone, Copy)]
pub(super) struct Member<'a> {
    pub(super) product: &'a Product,
    /// `None` if this version does not have it.
    pub(super) field: Option<&'a Field>,
    /// Where it is used.
    pub(super) direction: Direction,
}

/// Who reads a value.
#[derive(Clone, Copy, PartialEq)]
enum Reader {
    /// The service reads a request. It refuses what it does not know.
    Service,
    /// A crate reads a response. It skips what it does not know, and keeps any text.
    Crate,
}

/// What the change of a field means for released versions and for the service.
pub(super) fn of_field(old: Member<'_>, new: Member<'_>) -> Wire {
    let is_received = old.direction.received && new.direction.received;
    let decodes = |writer, reader| !is_received || understands(Reader::Crate, writer, reader, MAX_DEPTH);
    let is_sent = old.direction.sent && new.direction.sent;
    Wire {
        accepts_requests: !is_sent || understands(Reader::Service, old, new, MAX_DEPTH),
        decodes_responses: decodes(new, old),
        decodes_old_responses: decodes(old, new),
    }
}

fn understands(who: Reader, writer: Member<'_>, reader: Member<'_>, depth: usize) -> bool {
    match (writer.field, reader.field) {
        (_, None) => who == Reader::Crate || writer.field.is_none(),
        (None, Some(read)) => may_be_absent(who, read, reader.direction),
        (Some(written), Some(read)) => {
            let is_present = match who {
                Reader::Service => written.required,
                Reader::Crate => !written.optional_in_response,
            };
            (is_present || may_be_absent(who, read, reader.direction))
                && fits(who, (&written.ty, writer), (&read.ty, reader), depth)
        }
    }
}

/// Whether a field may be absent, or `null` in a response.
fn may_be_absent(who: Reader, field: &Field, direction: Direction) -> bool {
    match who {
        Reader::Service => !field.required,
        Reader::Crate => field.is_option(direction) || matches!(field.ty, Type::List(_)),
    }
}

/// Whether each value of the first type is a value of the second.
fn fits(
    who: Reader,
    (written, writer): (&Type, Member<'_>),
    (read, reader): (&Type, Member<'_>),
    depth: usize,
) -> bool {
    match (written, read) {
        (Type::List(written), Type::List(read)) => fits(who, (written, writer), (read, reader), depth),
        (Type::Record(written), Type::Record(read)) => {
            match (record(writer.product, &written.wire), record(reader.product, &read.wire)) {
                (Some(written), Some(read)) if depth > 0 => {
                    fits_record(who, (written, writer), (read, reader), depth - 1)
                }
                _ => true,
            }
        }
        (Type::Date, Type::Date) | (Type::DateTime, Type::DateTime) | (Type::OffsetDateTime, Type::OffsetDateTime) => {
            true
        }
        // The service checks the form of a time. A crate keeps any text.
        (written, Type::Date | Type::DateTime | Type::OffsetDateTime) => who == Reader::Crate && is_text(written),
        (written, Type::String | Type::ValueSet(_)) => is_text(written),
        (Type::Integer | Type::Unsigned | Type::Float, Type::Float) => true,
        (Type::Boolean, Type::Boolean) | (Type::Integer, Type::Integer) | (Type::Unsigned, Type::Unsigned) => true,
        (_, Type::Boolean | Type::Integer | Type::Unsigned | Type::Float | Type::Record(_) | Type::List(_)) => false,
    }
}

fn fits_record(
    who: Reader,
    (written, writer): (&Record, Member<'_>),
    (read, reader): (&Record, Member<'_>),
    depth: usize,
) -> bool {
    let mut names = written.fields.iter().chain(&read.fields).map(|field| &field.name.wire);
    names.all(|wire| {
        let writer = Member { product: writer.product, field: field(written, wire), direction: written.direction };
        let reader = Member { product: reader.product, field: field(read, wire), direction: read.direction };
        understands(who, writer, reader, depth)
    })
}

fn is_text(ty: &Type) -> bool {
    matches!(ty, Type::String | Type::Date | Type::DateTime | Type::OffsetDateTime | Type::ValueSet(_))
}

fn record<'a>(product: &'a Product, wire: &str) -> Option<&'a Record> {
    product.records.iter().find(|record| record.name.wire == wire)
}

fn field<'a>(record: &'a Record, wire: &str) -> Option<&'a Field> {
    record.fields.iter().find(|field| field.name.wire == wire)
}
