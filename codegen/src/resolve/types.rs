//! The type that a specification names.

use super::name;
use super::scope::Scope;
use crate::model::{Name, Type};
use crate::problem::{Place, Problems};
use crate::suggest;

/// The types that need no definition.
const SCALARS: [(&str, Type); 7] = [
    ("string", Type::String),
    ("boolean", Type::Boolean),
    ("integer", Type::Integer),
    ("unsigned", Type::Unsigned),
    ("float", Type::Float),
    ("datetime", Type::DateTime),
    ("datetime_iso", Type::DateTimeIso),
];

/// The type that is written as `written`. Where that names none, the type that was meant stands in for it, or else a
/// record that nobody defines, of which any value may be.
pub(super) fn resolve(written: &str, scope: &Scope<'_>, place: &Place, problems: &mut Problems) -> Type {
    if let Some(element) = written.strip_suffix("[]") {
        if element.ends_with("[]") {
            problems.add(
                place,
                format!("`{written}` is a list of lists, which the API does not have"),
                "write one `[]`",
            );
        }
        return Type::List(Box::new(resolve(element.trim_end_matches("[]"), scope, place, problems)));
    }
    if let Some(ty) = named(written, scope) {
        return ty;
    }
    let known = || SCALARS.iter().map(|(name, _)| *name).chain(scope.names());
    problems.add(place, format!("there is no type `{written}`"), suggest::instead(written, known()));
    let meant = suggest::near(written, known()).and_then(|name| named(name, scope));
    meant.unwrap_or_else(|| Type::Record(Name { wire: written.to_owned(), ident: name::known("Undefined") }))
}

fn named(name: &str, scope: &Scope<'_>) -> Option<Type> {
    let scalar = SCALARS.iter().find(|(scalar, _)| *scalar == name);
    scalar.map(|(_, ty)| ty.clone()).or_else(|| scope.named(name))
}

/// The type in words.
pub(super) fn described(ty: &Type) -> String {
    match ty {
        Type::String => "a string".to_owned(),
        Type::Boolean => "`true` or `false`".to_owned(),
        Type::Integer => "a whole number of 64 bits".to_owned(),
        Type::Unsigned => "a whole number of 64 bits, not negative".to_owned(),
        Type::Float => "a number".to_owned(),
        Type::DateTime => "a date and time as `2018-08-08 00:00:00`".to_owned(),
        Type::DateTimeIso => "a date and time as `2018-08-08T00:00:00Z`".to_owned(),
        Type::ValueSet(name) => format!("a value of `{}`", name.wire),
        Type::Record(name) => format!("an object `{}`", name.wire),
        Type::List(element) => format!("a list, each element {}", described(element)),
    }
}
