//! Defines the context of resolving: the types that are known, and the problems.

use super::describe::type_in_words;
use super::role::Role;
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
        role: Role,
        place: &Place,
    ) -> Option<&'f Field> {
        let Role { what, expected, fits } = role;
        let field = self.lookup_or_suggest(wire, fields, what, place)?;
        if fits(&field.ty) {
            return Some(field);
        }
        let message = format!("the {what} `{wire}` is {}, not {expected}", type_in_words(&field.ty));
        self.problems.add(place, message, format!("use another {what}, or correct its type"));
        None
    }

    /// The field with this name and the type of its role. It cannot be `null`, unless it is a list.
    pub(super) fn field_that_is_not_null<'f>(
        &mut self,
        wire: &str,
        fields: &'f [Field],
        role: Role,
        place: &Place,
    ) -> Option<&'f Field> {
        let field = self.field_in_role(wire, fields, role, place)?;
        if field.optional_in_response && !matches!(field.ty, Type::List(_)) {
            let what = role.what;
            let help = format!("use another {what}, or remove its `optional`");
            self.problems.add(place, format!("the {what} `{wire}` may be absent or `null`"), help);
            return None;
        }
        Some(field)
    }

    /// The parameter whose value selects something.
    pub(super) fn selector<'f>(
        &mut self,
        parameter: &str,
        request: &'f [Field],
        selects: &str,
        place: &Place,
    ) -> Option<&'f Field> {
        let selector = self.field_that_is_not_null(parameter, request, Role::value_set("parameter"), place)?;
        if !selector.required {
            let message = format!("`{parameter}` selects the {selects}, so it must be required");
            self.problems.add(place, message, "name a required parameter");
        }
        Some(selector)
    }

    /// Reports values that are not known values of a field.
    pub(super) fn must_be_known<'v>(&mut self, field: &Field, values: impl Iterator<Item = &'v String>, place: &Place) {
        let Some(set) = self.scope.value_set_of(field) else { return };
        for value in values.filter(|value| !set.wires().any(|wire| wire == *value)) {
            let message = format!("`{value}` is not a value of `{}`", set.name.wire);
            self.problems.add(&place.member(value), message, suggest::did_you_mean(value, set.wires()));
        }
    }
}
