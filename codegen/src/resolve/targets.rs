//! Resolves the formats of targets, and how failed targets are reported.

use super::describe::type_in_words;
use super::resolver::Resolver;
use super::role::Role;
use crate::model::{Failures, Field, Format, FormatRule, Targets, Type};
use crate::problem::Place;
use crate::spec;

impl Resolver<'_> {
    /// The parameters whose format is documented.
    pub(super) fn targets(&mut self, specs: &[spec::Field], request: &[Field], place: &Place) -> Vec<Targets> {
        let mut targets = Vec::new();
        for (spec, field) in specs.iter().zip(request) {
            let place = place.member(&spec.name);
            let Some(format) = self.format(spec, field, request, &place) else { continue };
            let encoded_by = spec.encoded_by.as_ref().and_then(|wire| {
                let place = place.member("encoded_by");
                self.field_that_is_not_null(wire, request, Role::boolean("parameter"), &place).cloned()
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
        self.must_be_known(selector, formats.keys(), &place.member("formats"));
        let formats = formats.iter().map(|(value, &format)| (value.clone(), format)).collect();
        Some(FormatRule::By { selector: Box::new(selector.clone()), formats })
    }

    fn must_fit(&mut self, format: Format, field: &Field, place: &Place) {
        let (expected, fits) = match format {
            Format::ZoneId => ("`string`", matches!(field.ty, Type::String)),
            Format::Url | Format::Directory | Format::Host | Format::Tag => {
                ("`string[]`", matches!(&field.ty, Type::List(element) if matches!(**element, Type::String)))
            }
        };
        if !fits {
            let (wire, ty) = (&field.name.wire, type_in_words(&field.ty));
            let message = format!("this format needs the type {expected}, and `{wire}` is {ty}");
            self.problems.add(place, message, "use another format, or correct the type");
        }
    }

    /// How the response reports the targets that failed.
    pub(super) fn failures(&mut self, spec: &spec::Action, response: &[Field], place: &Place) -> Option<Failures> {
        let spec::Failures { list, targets, reason, task } = spec.failures.as_ref()?;
        let task = self.field_that_is_not_null(task, response, Role::string("output"), &place.member("task"));
        let list = self.field_that_is_not_null(list, response, Role::records("output"), &place.member("list"))?;
        let fields = &self.scope.record_of(list)?.fields;
        let targets = self.field_that_is_not_null(targets, fields, Role::strings("field"), &place.member("targets"));
        let reason = self.field_that_is_not_null(reason, fields, Role::string("field"), &place.member("reason"));
        Some(Failures {
            list: list.name.clone(),
            targets: targets?.name.clone(),
            reason: reason?.name.clone(),
            task: task?.name.clone(),
        })
    }
}
