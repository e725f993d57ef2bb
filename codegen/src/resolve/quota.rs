//! Resolves how quotas are stated, and the fields of a list of zones.

use std::collections::BTreeMap;

use super::resolver::{Resolver, Role};
use crate::model::{Field, Quota, QuotaLine, QuotaOutput, Type, Zones};
use crate::problem::Place;
use crate::spec;
use crate::suggest;

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
        let scope =
            scope.map(|wire| self.field_that_is_not_null(wire, request, &SCOPE, &place.member("scope")).cloned());
        let is_scope = |field: &Field| scope.iter().flatten().any(|scope| scope.name.wire == field.name.wire);
        for field in request.iter().filter(|field| field.required && !is_scope(field)) {
            let message = format!("`{}` is required, and is not the `scope` of the quotas", field.name.wire);
            self.problems.add(place, message, "quotas are asked for with the scope alone");
        }
        let (mut outputs, mut record) = (Vec::new(), None);
        for list in &quota.lists {
            let place = place.member("lists").member(&list.output);
            let Some(field) = self.field_that_is_not_null(&list.output, response, &LIST, &place) else { continue };
            if list.kind.is_some() == quota.line.kind.is_some() {
                let help = "write the `kind` of each list, or the field with it in `line`";
                self.problems.add(&place, "the kind of the targets is stated twice, or not at all", help);
            }
            record = record.or(Some(field));
            outputs.push(QuotaOutput { name: field.name.clone(), purpose: list.purpose, kind: list.kind });
        }
        if quota.lists.is_empty() {
            self.problems.add(&place.member("lists"), "no output has quotas", "list one, or remove the `quota`");
        }
        let line = self.quota_line(quota, record?, &place.member("line"));
        let kinds = quota.kinds.iter().map(|(value, kind)| (value.clone(), *kind)).collect();
        Some(Quota { scope: scope.flatten().map(|field| field.name), outputs, line: line?, kinds })
    }

    fn quota_line(&mut self, quota: &spec::Quota, list: &Field, place: &Place) -> Option<QuotaLine> {
        let spec::QuotaLine { per_request, per_day, left_today, area, kind } = &quota.line;
        let Type::Record(record) = list.ty.innermost() else { return None };
        let fields = &self.scope.record(record)?.fields;
        let mut number = |wire: &str, key: &str| {
            let field = self.field_that_is_not_null(wire, fields, &NUMBER, &place.member(key));
            field.map(|field| field.name.clone())
        };
        let numbers =
            [number(per_request, "per_request"), number(per_day, "per_day"), number(left_today, "left_today")];
        let mut text = |wire: &Option<String>, key: &str| {
            let wire = wire.as_ref()?;
            self.field_that_is_not_null(wire, fields, &VALUE, &place.member(key))
        };
        let (area, kind) = (text(area, "area"), text(kind, "kind"));
        if let Some(kind) = kind {
            self.all_kinds(&quota.kinds, kind, &place.member("kind"));
        }
        let [per_request, per_day, left_today] = numbers;
        Some(QuotaLine {
            numbers: [per_request?, per_day?, left_today?],
            area: area.map(|field| field.name.clone()),
            kind: kind.map(|field| field.name.clone()),
        })
    }

    /// Reports kinds of values that are not listed.
    fn all_kinds(&mut self, kinds: &BTreeMap<String, spec::QuotaKind>, field: &Field, place: &Place) {
        let Type::ValueSet(name) = &field.ty else { return };
        let Some(set) = self.scope.value_set(name) else { return };
        let values = || set.values.iter().map(|listed| listed.name.wire.as_str());
        for value in values().filter(|value| !kinds.contains_key(*value)) {
            let message = format!("`kinds` lacks `{value}` of `{}`", name.wire);
            self.problems.add(place, message, "add it, with the kind of its targets");
        }
        for written in kinds.keys().filter(|written| !values().any(|value| value == *written)) {
            let message = format!("`{written}` of `kinds` is not a value of `{}`", name.wire);
            self.problems.add(place, message, suggest::did_you_mean(written, values()));
        }
    }

    /// The fields of a zone in a list of zones.
    pub(super) fn zones(
        &mut self,
        spec: &spec::Action,
        request: &[Field],
        response: &[Field],
        place: &Place,
    ) -> Option<Zones> {
        let spec::Zones { id, name, alias, state, unusable } = spec.zones.as_ref()?;
        for field in request.iter().filter(|field| field.required) {
            let message = format!("`{}` is required", field.name.wire);
            self.problems.add(place, message, "zones are listed without a parameter");
        }
        let items = self.items(spec, response)?;
        let Type::Record(record) = items.ty.innermost() else { return None };
        let fields = &self.scope.record(record)?.fields;
        let mut field = |wire: &str, role: &Role, key: &str| {
            self.field_that_is_not_null(wire, fields, role, &place.member(key)).cloned()
        };
        let id = field(id, &TEXT, "id");
        let name = field(name, &TEXT, "name");
        let alias = field(alias, &TEXT, "alias");
        let state = field(state, &VALUE, "state");
        self.must_be_listed(state.as_ref()?, unusable.iter(), &place.member("unusable"));
        Some(Zones {
            id: id?.name,
            name: name?.name,
            alias: alias?.name,
            state: state?.name,
            unusable: unusable.clone(),
        })
    }
}

const SCOPE: Role = Role { what: "parameter", expected: "a string", fits: |ty| matches!(ty, Type::String) };
const TEXT: Role = Role { what: "field", ..SCOPE };
const LIST: Role = Role {
    what: "output",
    expected: "a list of records",
    fits: |ty| matches!(ty, Type::List(element) if matches!(**element, Type::Record(_))),
};
const NUMBER: Role =
    Role { what: "field", expected: "an integer", fits: |ty| matches!(ty, Type::Integer | Type::Unsigned) };
const VALUE: Role = Role { what: "field", expected: "a value set", fits: |ty| matches!(ty, Type::ValueSet(_)) };
