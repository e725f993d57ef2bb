//! Resolves the formats of targets, and how failed targets are reported.

use super::resolver::Resolver;
use super::types;
use crate::model::{Failures, Field, Format, Name, TargetFormat, Targets, Type};
use crate::problem::Place;
use crate::{spec, suggest};

impl Resolver<'_> {
    /// The parameters whose format is documented.
    pub(super) fn targets(&mut self, specs: &[spec::Field], request: &[Field], place: &Place) -> Vec<Targets> {
        let mut targets = Vec::new();
        for (spec, field) in specs.iter().zip(request) {
            let place = place.member(&spec.name);
            let Some(format) = self.format(spec, field, request, &place) else { continue };
            let encoded_by = spec.encoded_by.as_ref().and_then(|wire| {
                let place = place.member("encoded_by");
                self.of_type(wire, request, "parameter", "a boolean", |ty| matches!(ty, Type::Boolean), &place)
            });
            targets.push(Targets { field: field.clone(), format, encoded_by });
        }
        targets
    }

    fn format(&mut self, spec: &spec::Field, field: &Field, request: &[Field], place: &Place) -> Option<Format> {
        if let Some(format) = spec.format {
            self.must_fit(format, field, &place.member("format"));
            return Some(Format::Always(format));
        }
        let spec::FormatBy { parameter, formats } = spec.format_by.as_ref()?;
        let place = place.member("format_by");
        for (value, &format) in formats {
            self.must_fit(format, field, &place.member("formats").member(value));
        }
        let is_set = |ty: &Type| matches!(ty, Type::ValueSet(_));
        let by = place.member("parameter");
        let selector = self.of_type(parameter, request, "parameter", "a value set", is_set, &by)?;
        if !selector.required {
            let help = "name a required parameter";
            self.problems.add(&by, format!("`{parameter}` is optional, so it may select no format"), help);
        }
        self.must_be_listed(&selector, formats.keys(), &place.member("formats"));
        let formats = formats.iter().map(|(value, &format)| (value.clone(), format)).collect();
        Some(Format::By { selector, formats })
    }

    fn must_fit(&mut self, format: TargetFormat, field: &Field, place: &Place) {
        let (expected, fits) = match format {
            TargetFormat::ZoneId => ("`string`", matches!(field.ty, Type::String)),
            TargetFormat::Url | TargetFormat::Directory | TargetFormat::Host | TargetFormat::Tag => {
                ("`string[]`", matches!(&field.ty, Type::List(element) if matches!(**element, Type::String)))
            }
        };
        if !fits {
            let (wire, ty) = (&field.name.wire, types::described(&field.ty));
            let message = format!("a parameter with this format is of the type {expected}, and `{wire}` is {ty}");
            self.problems.add(place, message, "use another format, or correct the type");
        }
    }

    fn must_be_listed<'v>(&mut self, selector: &Field, values: impl Iterator<Item = &'v String>, place: &Place) {
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
        let is_text = |ty: &Type| matches!(ty, Type::String);
        let task = self.of_type(task, response, "output", "a string", is_text, &place.member("task"));
        let is_list = |ty: &Type| matches!(ty, Type::List(element) if matches!(**element, Type::Record(_)));
        let list = self.of_type(list, response, "output", "a list of records", is_list, &place.member("list"))?;
        let Type::Record(record) = list.ty.innermost() else { return None };
        let fields = &self.scope.record(record)?.fields;
        let are_texts = |ty: &Type| matches!(ty, Type::List(element) if matches!(**element, Type::String));
        let targets = self.of_type(targets, fields, "field", "a list of strings", are_texts, &place.member("targets"));
        let reason = self.of_type(reason, fields, "field", "a string", is_text, &place.member("reason"));
        let name = |field: Field| -> Name { field.name };
        Some(Failures {
            list: list.name,
            targets: targets.map(name)?,
            reason: reason.map(name)?,
            task: task.map(name)?,
        })
    }

    /// The field of a name, which must have a certain type and cannot be `null`.
    fn of_type(
        &mut self,
        wire: &str,
        fields: &[Field],
        what: &str,
        expected: &str,
        fits: impl Fn(&Type) -> bool,
        place: &Place,
    ) -> Option<Field> {
        let field = self.lookup_or_suggest(wire, fields, what, place)?;
        if !fits(&field.ty) {
            let ty = types::described(&field.ty);
            let message = format!("the {what} `{wire}` is {ty}, not {expected}");
            self.problems.add(place, message, format!("use another {what}, or correct its type"));
            return None;
        }
        if field.nullable && !matches!(field.ty, Type::List(_)) {
            let help = format!("use another {what}, or remove its `nullable`");
            self.problems.add(place, format!("the {what} `{wire}` may be `null`"), help);
            return None;
        }
        Some(field.clone())
    }
}
