//! Resolves the formats of targets, and how failed targets are reported.

use super::describe;
use super::resolver::{Resolver, Role};
use crate::model::{Failures, Field, Format, FormatRule, Targets, Type};
use crate::problem::Place;
use crate::spec;
use crate::suggest;

impl Resolver<'_> {
    /// The parameters whose format is documented.
    pub(super) fn targets(&mut self, specs: &[spec::Field], request: &[Field], place: &Place) -> Vec<Targets> {
        let mut targets = Vec::new();
        for (spec, field) in specs.iter().zip(request) {
            let place = place.member(&spec.name);
            let Some(format) = self.format(spec, field, request, &place) else { continue };
            let encoded_by = spec.encoded_by.as_ref().and_then(|wire| {
                let place = place.member("encoded_by");
                self.field_that_is_not_null(wire, request, &ENCODING, &place).cloned()
            });
            targets.push(Targets { field: field.clone(), format, encoded_by });
        }
        targets
    }

    fn format(&mut self, spec: &spec::Field, field: &Field, request: &[Field], place: &Place) -> Option<FormatRule> {
        if let Some(format) = spec.format {
            self.must_fit(format, field, &place.member("format"));
            return Some(FormatRule::Always(format));
        }
        let spec::FormatBy { parameter, formats } = spec.format_by.as_ref()?;
        let place = place.member("format_by");
        for (value, &format) in formats {
            self.must_fit(format, field, &place.member("formats").member(value));
        }
        let selector = self.selector(parameter, request, "format", &place.member("parameter"))?;
        self.must_be_listed(selector, formats.keys(), &place.member("formats"));
        let formats = formats.iter().map(|(value, &format)| (value.clone(), format)).collect();
        Some(FormatRule::By { selector: Box::new(selector.clone()), formats })
    }

    /// The parameter whose value selects something.
    pub(super) fn selector<'f>(
        &mut self,
        parameter: &str,
        request: &'f [Field],
        selects: &str,
        place: &Place,
    ) -> Option<&'f Field> {
        let selector = self.field_that_is_not_null(parameter, request, &SELECTOR, place)?;
        if !selector.required {
            let message = format!("`{parameter}` selects the {selects}, so it must be required");
            self.problems.add(place, message, "name a required parameter");
        }
        Some(selector)
    }

    fn must_fit(&mut self, format: Format, field: &Field, place: &Place) {
        let (expected, fits) = match format {
            Format::ZoneId => ("`string`", matches!(field.ty, Type::String)),
            Format::Url | Format::Directory | Format::Host | Format::Tag => {
                ("`string[]`", matches!(&field.ty, Type::List(element) if matches!(**element, Type::String)))
            }
        };
        if !fits {
            let (wire, ty) = (&field.name.wire, describe::described(&field.ty));
            let message = format!("this format needs the type {expected}, and `{wire}` is {ty}");
            self.problems.add(place, message, "use another format, or correct the type");
        }
    }

    pub(super) fn must_be_listed<'v>(
        &mut self,
        selector: &Field,
        values: impl Iterator<Item = &'v String>,
        place: &Place,
    ) {
        let Type::ValueSet(name) = &selector.ty else { return };
        let Some(set) = self.scope.value_set(name) else { return };
        let listed = || set.values.iter().map(|listed| listed.name.wire.as_str());
        for value in values.filter(|value| !listed().any(|wire| wire == *value)) {
            let message = format!("`{value}` is not a value of `{}`", name.wire);
            self.problems.add(&place.member(value), message, suggest::did_you_mean(value, listed()));
        }
    }

    /// How the response reports the targets that failed.
    pub(super) fn failures(&mut self, spec: &spec::Action, response: &[Field], place: &Place) -> Option<Failures> {
        let spec::Failures { list, targets, reason, task } = spec.failures.as_ref()?;
        let task = self.field_that_is_not_null(task, response, &TASK, &place.member("task"));
        let list = self.field_that_is_not_null(list, response, &FAILED_LIST, &place.member("list"))?;
        let Type::Record(record) = list.ty.innermost() else { return None };
        let fields = &self.scope.record(record)?.fields;
        let targets = self.field_that_is_not_null(targets, fields, &FAILED_TARGETS, &place.member("targets"));
        let reason = self.field_that_is_not_null(reason, fields, &REASON, &place.member("reason"));
        Some(Failures {
            list: list.name.clone(),
            targets: targets?.name.clone(),
            reason: reason?.name.clone(),
            task: task?.name.clone(),
        })
    }

    /// The field with this name and the type of its role. It cannot be `null`, unless it is a list.
    pub(super) fn field_that_is_not_null<'f>(
        &mut self,
        wire: &str,
        fields: &'f [Field],
        role: &Role,
        place: &Place,
    ) -> Option<&'f Field> {
        let field = self.field_in_role(wire, fields, role, place)?;
        if field.nullable && !matches!(field.ty, Type::List(_)) {
            let what = role.what;
            let help = format!("use another {what}, or remove its `nullable`");
            self.problems.add(place, format!("the {what} `{wire}` may be `null`"), help);
            return None;
        }
        Some(field)
    }
}

const ENCODING: Role = Role { what: "parameter", expected: "a boolean", fits: |ty| matches!(ty, Type::Boolean) };
const SELECTOR: Role = Role { what: "parameter", expected: "a value set", fits: |ty| matches!(ty, Type::ValueSet(_)) };
const TASK: Role = Role { what: "output", expected: "a string", fits: |ty| matches!(ty, Type::String) };
const REASON: Role = Role { what: "field", ..TASK };
const FAILED_LIST: Role = Role {
    what: "output",
    expected: "a list of records",
    fits: |ty| matches!(ty, Type::List(element) if matches!(**element, Type::Record(_))),
};
const FAILED_TARGETS: Role = Role {
    what: "field",
    expected: "a list of strings",
    fits: |ty| matches!(ty, Type::List(element) if matches!(**element, Type::String)),
};
