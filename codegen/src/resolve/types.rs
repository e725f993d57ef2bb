//! Resolves the names of types.

use super::name;
use super::resolver::Resolver;
use super::scope::Scope;
use crate::model::{Name, Type};
use crate::problem::Place;
use crate::suggest;

/// The types that need no definition.
const SCALARS: [(&str, Type); 8] = [
    ("string", Type::String),
    ("boolean", Type::Boolean),
    ("integer", Type::Integer),
    ("unsigned", Type::Unsigned),
    ("float", Type::Float),
    ("date", Type::Date),
    ("datetime", Type::DateTime),
    ("datetime_iso", Type::OffsetDateTime),
];

impl Resolver<'_> {
    /// The type with this name. If there is none, reports that and returns the type with the
    /// closest name, or an undefined record that accepts any value.
    pub(super) fn ty(&mut self, written: &str, place: &Place) -> Type {
        if let Some(element) = written.strip_suffix("[]") {
            if element.ends_with("[]") {
                let message = format!("`{written}` is a list of lists, which the API does not have");
                self.problems.add(place, message, "write `[]` only once");
            }
            return Type::List(Box::new(self.ty(element.trim_end_matches("[]"), place)));
        }
        let scope = self.scope;
        lookup(written, &scope).unwrap_or_else(|| {
            let known = || SCALARS.iter().map(|(name, _)| *name).chain(scope.names());
            let help = match suggest::closest(written, known()) {
                Some(closest) => format!("did you mean `{closest}`? Otherwise define `{written}` in types.json"),
                None => {
                    let scalars = suggest::one_of(SCALARS.iter().map(|(name, _)| *name));
                    format!("define it under `records` or `value_sets` of types.json, or use {scalars}")
                }
            };
            self.problems.add(place, format!("there is no type `{written}`"), help);
            let closest = suggest::closest(written, known()).and_then(|name| lookup(name, &scope));
            closest.unwrap_or_else(|| undefined(written))
        })
    }
}

fn lookup(name: &str, scope: &Scope<'_>) -> Option<Type> {
    let scalar = SCALARS.iter().find(|(scalar, _)| *scalar == name);
    scalar.map(|(_, ty)| ty.clone()).or_else(|| scope.ty(name))
}

fn undefined(written: &str) -> Type {
    Type::Record(Name { wire: written.to_owned(), ident: name::ident("Undefined") })
}
