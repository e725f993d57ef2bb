//! Defines what a specification uses a field for, and the type that the field must have for it.

use crate::model::Type;

/// A use of a field.
#[derive(Clone, Copy)]
pub(super) struct Role {
    /// What the field is: a parameter, an output, or a field of a record.
    pub(super) what: &'static str,
    /// The type, in a message.
    pub(super) expected: &'static str,
    pub(super) fits: fn(&Type) -> bool,
}

impl Role {
    pub(super) fn boolean(what: &'static str) -> Self {
        Self { what, expected: "a boolean", fits: |ty| matches!(ty, Type::Boolean) }
    }

    pub(super) fn integer(what: &'static str) -> Self {
        Self { what, expected: "an integer", fits: |ty| matches!(ty, Type::Integer | Type::Unsigned) }
    }

    pub(super) fn string(what: &'static str) -> Self {
        Self { what, expected: "a string", fits: |ty| matches!(ty, Type::String) }
    }

    pub(super) fn strings(what: &'static str) -> Self {
        let fits = |ty: &Type| matches!(ty, Type::List(element) if matches!(**element, Type::String));
        Self { what, expected: "a list of strings", fits }
    }

    pub(super) fn value_set(what: &'static str) -> Self {
        Self { what, expected: "a value set", fits: |ty| matches!(ty, Type::ValueSet(_)) }
    }

    pub(super) fn time(what: &'static str) -> Self {
        Self { what, expected: "a date and time", fits: |ty| matches!(ty, Type::DateTime | Type::OffsetDateTime) }
    }

    pub(super) fn record(what: &'static str) -> Self {
        Self { what, expected: "a record", fits: |ty| matches!(ty, Type::Record(_)) }
    }

    pub(super) fn records(what: &'static str) -> Self {
        let fits = |ty: &Type| matches!(ty, Type::List(element) if matches!(**element, Type::Record(_)));
        Self { what, expected: "a list of records", fits }
    }

    pub(super) fn list(what: &'static str) -> Self {
        Self { what, expected: "a list", fits: |ty| matches!(ty, Type::List(_)) }
    }

    /// A field whose values can be compared.
    pub(super) fn comparable(what: &'static str) -> Self {
        let fits = |ty: &Type| !matches!(ty, Type::Float | Type::Record(_) | Type::List(_));
        Self { what, expected: "a value that can be compared", fits }
    }
}
