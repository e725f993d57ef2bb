//! Resolves how quotas are stated.

use std::collections::BTreeMap;

use super::resolver::Resolver;
use super::role::Role;
use crate::model::{Field, Quota, QuotaLine, QuotaOutput};
use crate::problem::Place;
use crate::spec;

impl Resolver<'_> {
    /// How a response states quotas.
    pub(super) fn quota(
        &mut self,
        spec: &spec::Action,
        request: &[Field],
        response: &[Field],
        place: &Place,
    ) -> Option<Quota> {
        let quota = spec.quota.as_ref()?;
        let scope = quota.scope.as_ref();
        let scope = scope.map(|wire| {
            self.field_that_is_not_null(wire, request, Role::string("parameter"), &place.member("scope")).cloned()
        });
        let is_scope = |field: &Field| scope.iter().flatten().any(|scope| scope.name.wire == field.name.wire);
        for field in request.iter().filter(|field| field.required && !is_scope(field)) {
            let message = format!("`{}` is required, and is not the `scope` of the quotas", field.name.wire);
            self.problems.add(place, message, "quotas are asked for with the scope alone");
        }
        let (mut lists, mut record) = (Vec::new(), None);
        for list in &quota.lists {
            let place = place.member("lists").member(&list.output);
            let Some(field) = self.field_that_is_not_null(&list.output, response, Role::records("output"), &place)
            else {
                continue;
            };
            if list.kind.is_some() == quota.line.kind.is_some() {
                let help = "write the `kind` of each list, or the field with it in `line`";
                self.problems.add(&place, "the kind of the targets is stated twice, or not at all", help);
            }
            record = record.or(Some(field));
            lists.push(QuotaOutput { name: field.name.clone(), purpose: list.purpose, kind: list.kind });
        }
        if quota.lists.is_empty() {
            self.problems.add(&place.member("lists"), "no output has quotas", "list one, or remove the `quota`");
        }
        let line = self.quota_line(quota, record?, place);
        let kinds = quota.kinds.iter().map(|(value, kind)| (value.clone(), *kind)).collect();
        Some(Quota { scope: scope.flatten().map(|field| field.name), lists, line: line?, kinds })
    }

    fn quota_line(&mut self, quota: &spec::Quota, list: &Field, place: &Place) -> Option<QuotaLine> {
        let spec::QuotaLine { per_request, per_day, left_today, area, kind } = &quota.line;
        let fields = &self.scope.record_of(list)?.fields;
        let line_place = place.member("line");
        let mut number = |wire: &str, key: &str| {
            let field = self.field_that_is_not_null(wire, fields, Role::integer("field"), &line_place.member(key));
            field.map(|field| field.name.clone())
        };
        let per_request = number(per_request, "per_request");
        let per_day = number(per_day, "per_day");
        let left_today = number(left_today, "left_today");
        let mut text = |wire: &Option<String>, key: &str| {
            let wire = wire.as_ref()?;
            self.field_that_is_not_null(wire, fields, Role::value_set("field"), &line_place.member(key))
        };
        let (area, kind) = (text(area, "area"), text(kind, "kind"));
        if let Some(kind) = kind {
            self.all_kinds(&quota.kinds, kind, &place.member("kinds"));
        }
        Some(QuotaLine {
            per_request: per_request?,
            per_day: per_day?,
            left_today: left_today?,
            area: area.map(|field| field.name.clone()),
            kind: kind.map(|field| field.name.clone()),
        })
    }

    /// Reports values of the field without a kind, and kinds of unknown values.
    fn all_kinds(&mut self, kinds: &BTreeMap<String, spec::QuotaKind>, field: &Field, place: &Place) {
        let Some(set) = self.scope.value_set_of(field) else { return };
        for value in set.wires().filter(|value| !kinds.contains_key(*value)) {
            let message = format!("`{value}` of `{}` has no kind", set.name.wire);
            self.problems.add(place, message, "add it, with the kind of its targets");
        }
        self.must_be_known(field, kinds.keys(), place);
    }
}
