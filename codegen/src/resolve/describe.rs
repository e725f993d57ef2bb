//! Describes types in messages.

use crate::model::Type;

/// A type with its article, such as `a list (each element: a string)`.
pub(super) fn type_in_words(ty: &Type) -> String {
    match ty {
        Type::String => "a string".to_owned(),
        Type::Boolean => "a boolean (`true` or `false`)".to_owned(),
        Type::Integer => "a 64-bit integer".to_owned(),
        Type::Unsigned => "a 64-bit integer that is not negative".to_owned(),
        Type::Float => "a number".to_owned(),
        Type::Date => "a date such as `2018-08-08`".to_owned(),
        Type::DateTime => "a date and time such as `2018-08-08 00:00:00`".to_owned(),
        Type::OffsetDateTime => "a date and time such as `2018-08-08T00:00:00Z`".to_owned(),
        Type::ValueSet(name) => format!("a value of `{}`", name.wire),
        Type::Record(name) => format!("a `{}` object", name.wire),
        Type::List(element) => format!("a list (each element: {})", type_in_words(element)),
    }
}
