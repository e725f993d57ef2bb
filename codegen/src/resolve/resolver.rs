//! Defines the context of resolving: the types that are known, and the problems.

use super::describe;
use super::scope::Scope;
use crate::model::{Field, Type};
use crate::problem::{Place, Problems};
use crate::suggest;

/// Resolves the names of one product. Each module of this folder adds the methods of one subject.
pub(super) struct Resolver<'a> {
    pub(super) scope: Scope<'a>,
    pub(super) problems: &'a mut Problems,
}

impl Resolver<'_> {
    /// A resolver without any type in its scope.
    pub(super) fn new(problems: &mut Problems) -> Resolver<'_> {
        Resolver { scope: Scope::default(), problems }
    }

    /// The same resolver with these types in its scope.
    pub(super) fn with<'b>(&'b mut self, scope: Scope<'b>) -> Resolver<'b> {
        Resolver { scope, problems: self.problems }
    }

    /// The field with this name. If there is none, reports that and returns the field with the
    /// closest name; `what` says what the fields are.
    pub(super) fn lookup_or_suggest<'f>(
        &mut self,
        wire: &str,
        fields: &'f [Field],
        what: &str,
        place: &Place,
    ) -> Option<&'f Field> {
        let field = |wire: &str| fields.iter().find(|field| field.name.wire == wire);
        let names = || fields.iter().map(|field| field.name.wire.as_str());
        field(wire).or_else(|| {
            self.problems.add(place, format!("there is no {what} `{wire}`"), suggest::did_you_mean(wire, names()));
            suggest::closest(wire, names()).and_then(field)
        })
    }

    /// The field with this name, which must have the type of its role.
    pub(super) fn field_in_role<'f>(
        &mut self,
        wire: &str,
        fields: &'f [Field],
        role: &Role,
        place: &Place,
    ) -> Option<&'f Field> {
        let Role { what, expected, fits } = role;
        let field = self.lookup_or_suggest(wire, fields, what, place)?;
        if fits(&field.ty) {
            return Some(field);
        }
        let message = format!("the {what} `{wire}` is {}, not {expected}", describe::described(&field.ty));
        self.problems.add(place, message, format!("use another {what}, or correct its type"));
        None
    }
}

/// What a specification uses a field for, and the type that the field must have for it.
pub(super) struct Role {
    /// What the fields are: parameters, outputs or fields.
    pub(super) what: &'static str,
    /// The type, in a message.
    pub(super) expected: &'static str,
    pub(super) fits: fn(&Type) -> bool,
}
