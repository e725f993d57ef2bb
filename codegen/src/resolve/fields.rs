//! Resolves the fields of requests, responses and records.

use serde_json::Value;

use super::resolver::Resolver;
use crate::model::Field;
use crate::problem::Place;
use crate::spec;

impl Resolver<'_> {
    /// Resolves fields: those of the Rust type, and those that are retired.
    pub(super) fn fields(&mut self, specs: &[spec::Field], place: &Place) -> (Vec<Field>, Vec<Field>) {
        let (retired, current): (Vec<_>, Vec<_>) = specs.iter().partition(|spec| spec.retired == Some(true));
        let mut resolved = |specs: Vec<&spec::Field>| {
            specs.into_iter().map(|spec| self.field(spec, &place.member(&spec.name))).collect()
        };
        (resolved(current), resolved(retired))
    }

    fn field(&mut self, spec: &spec::Field, place: &Place) -> Field {
        let ty = self.ty(&spec.ty, &place.member("type"));
        if let Some(default) = &spec.default {
            self.literal(default, &ty, &place.member("default"));
        }
        Field {
            name: match self.scope.field_name(&spec.name).filter(|_| spec.rust.is_none()) {
                Some(name) => name.clone(),
                None => self.field_name(&spec.name, spec.rust.as_deref(), place),
            },
            ty,
            doc: spec.doc.paragraphs(),
            required: spec.required.unwrap_or_default(),
            default: spec.default.as_ref().map(|default| match default {
                Value::String(text) if !text.is_empty() => text.clone(),
                _ => default.to_string(),
            }),
            optional_in_response: spec.optional.unwrap_or_default(),
            at_most: spec.at_most,
            boxed: false,
        }
    }
}
