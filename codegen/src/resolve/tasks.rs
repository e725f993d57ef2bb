//! Resolves how tasks are submitted, and how their entries are listed.

use super::resolver::{Resolver, Role};
use crate::model::{Action, Entry, Field, Filters, Period, QuotaUse, Submission, Type, Waiter};
use crate::parse::File;
use crate::problem::Place;
use crate::spec;
use crate::suggest;

impl Resolver<'_> {
    /// The task that an action submits. It names another action of the product.
    pub(super) fn submission(
        &mut self,
        file: &File<spec::Action>,
        action: &Action,
        files: &[File<spec::Action>],
        actions: &[Action],
    ) -> Option<Submission> {
        let place = file.place().member("task");
        let spec::Submission { id, listed_by, scope, quota } = file.parsed.task.as_ref()?;
        let id = self.field_that_is_not_null(id, &action.response, &TASK, &place.member("id"));
        let scope = scope
            .as_ref()
            .map(|wire| self.field_that_is_not_null(wire, &action.request, &SCOPE, &place.member("scope")));
        let lists = files.iter().zip(actions).filter(|(file, _)| file.parsed.waiter.is_some());
        let Some((list_file, list)) = lists.clone().find(|(_, list)| list.name.wire == *listed_by) else {
            let help = suggest::did_you_mean(listed_by, lists.map(|(_, list)| list.name.wire.as_str()));
            let message = format!("no action `{listed_by}` has a `waiter`");
            self.problems.add(&place.member("listed_by"), message, help);
            return None;
        };
        let list_scope = list_file.parsed.waiter.as_ref().and_then(|waiter| waiter.scope.as_ref());
        match (list_scope, &scope) {
            (Some(needed), None) => {
                let message = format!("`{listed_by}` needs the `{needed}` of a task");
                self.problems.add(&place, message, "add `scope`, the parameter with it");
            }
            (None, Some(_)) => {
                let message = format!("`{listed_by}` has no `scope`");
                self.problems.add(&place.member("scope"), message, "remove it");
            }
            (Some(_), Some(_)) | (None, None) => {}
        }
        let scope = scope.map(|field| field.map(|field| field.name.clone()));
        let quota =
            quota.as_ref().and_then(|quota| self.quota_use(quota, action, files, actions, &place.member("quota")));
        Some(Submission { id: id?.name.clone(), list: list.name.ident.clone(), scope: scope.flatten(), quota })
    }

    /// The quota that a task uses. It names another action of the product.
    fn quota_use(
        &mut self,
        quota: &spec::QuotaUse,
        action: &Action,
        files: &[File<spec::Action>],
        actions: &[Action],
        place: &Place,
    ) -> Option<QuotaUse> {
        let spec::QuotaUse { action: wire, purpose, area } = quota;
        let has_purpose = |file: &File<spec::Action>| {
            file.parsed.quota.as_ref().is_some_and(|quota| quota.lists.iter().any(|list| list.purpose == *purpose))
        };
        let lists = files.iter().zip(actions).filter(|(file, _)| has_purpose(file)).map(|(_, action)| &action.name);
        let list = lists.clone().find(|name| name.wire == *wire);
        if list.is_none() {
            let help = suggest::did_you_mean(wire, lists.map(|name| name.wire.as_str()));
            let message = format!("no action `{wire}` has a `quota` of this purpose");
            self.problems.add(&place.member("action"), message, help);
        }
        let area = area.as_ref().and_then(|wire| {
            let field = self.field_that_is_not_null(wire, &action.request, &AREA, &place.member("area"))?;
            Some((field.name.wire.clone(), field.default.clone()))
        });
        Some(QuotaUse { list: list?.ident.clone(), purpose: *purpose, area })
    }

    /// How the entries of tasks are listed.
    pub(super) fn waiter(
        &mut self,
        spec: &spec::Action,
        request: &[Field],
        response: &[Field],
        place: &Place,
    ) -> Option<Waiter> {
        let waiter = spec.waiter.as_ref()?;
        let scope = waiter
            .scope
            .as_ref()
            .and_then(|wire| self.field_that_is_not_null(wire, request, &SCOPE, &place.member("scope")))
            .map(|field| field.name.clone());
        let filters =
            waiter.filters.as_ref().and_then(|filters| self.filters(filters, request, &place.member("filters")));
        let selectors = [("task", &waiter.task), ("target", &waiter.target), ("state", &waiter.state)];
        if waiter.filters.is_none() {
            for (key, wire) in selectors {
                self.lookup_or_suggest(wire, request, "parameter", &place.member(key));
            }
        }
        let period = self.period(&waiter.period, request, &place.member("period"));
        let items = self.items(spec, response)?;
        let entry = self.entry(&waiter.entry, items, &place.member("entry"));
        self.all_states(waiter, items, place);
        Some(Waiter {
            scope,
            filters,
            selectors: selectors.map(|(_, wire)| wire.clone()),
            period: period?,
            entry: entry?,
            pending: waiter.pending.clone(),
            succeeded: waiter.succeeded.clone(),
            failed: waiter.failed.clone(),
        })
    }

    fn filters(&mut self, filters: &spec::Filters, request: &[Field], place: &Place) -> Option<Filters> {
        let spec::Filters { parameter, name, values } = filters;
        let field = self.field_in_role(parameter, request, &FILTERS, &place.member("parameter"))?;
        let Type::Record(record) = field.ty.innermost() else { return None };
        let fields = &self.scope.record(record)?.fields;
        let name = self.field_in_role(name, fields, &FILTER_NAME, &place.member("name"));
        let values = self.field_in_role(values, fields, &FILTER_VALUES, &place.member("values"));
        Some(Filters {
            parameter: field.name.wire.clone(),
            name: name?.name.wire.clone(),
            values: values?.name.wire.clone(),
        })
    }

    fn period(&mut self, period: &spec::Period, request: &[Field], place: &Place) -> Option<Period> {
        let start = self.field_in_role(&period.start, request, &TIME, &place.member("start"));
        let end = self.field_in_role(&period.end, request, &TIME, &place.member("end"));
        Some(Period {
            start: start?.name.wire.clone(),
            end: end?.name.wire.clone(),
            has_offset: matches!(start?.ty, Type::OffsetDateTime),
            max_days: period.max_days,
        })
    }

    fn entry(&mut self, entry: &spec::Entry, items: &Field, place: &Place) -> Option<Entry> {
        let Type::Record(record) = items.ty.innermost() else {
            self.problems.add(place, "the items of a page are not records", "list records, or remove the `waiter`");
            return None;
        };
        let fields = &self.scope.record(record)?.fields;
        let mut field = |wire: &str, role: &Role, key: &str| {
            let field = self.field_that_is_not_null(wire, fields, role, &place.member(key));
            field.map(|field| field.name.clone())
        };
        let task = field(&entry.task, &ENTRY_TEXT, "task");
        let target = field(&entry.target, &ENTRY_TEXT, "target");
        let state = field(&entry.state, &STATE, "state");
        let created = field(&entry.created, &CREATED, "created");
        let reason = entry.reason.as_ref();
        let reason = reason.map(|wire| self.field_in_role(wire, fields, &ENTRY_TEXT, &place.member("reason")).cloned());
        Some(Entry { task: task?, target: target?, state: state?, created: created?, reason: reason.flatten() })
    }

    /// Reports states that are not listed in the value set, and values that are in none of the
    /// lists of states, or in two.
    fn all_states(&mut self, waiter: &spec::Waiter, items: &Field, place: &Place) {
        let Type::Record(record) = items.ty.innermost() else { return };
        let Some(record) = self.scope.record(record) else { return };
        let state = record.fields.iter().find(|field| field.name.wire == waiter.entry.state);
        let Some(Type::ValueSet(name)) = state.map(|field| &field.ty) else { return };
        let Some(set) = self.scope.value_set(name) else { return };
        let lists = [
            ("pending", &waiter.pending),
            ("succeeded", &waiter.succeeded),
            ("failed", &waiter.failed),
            ("never", &waiter.never),
        ];
        let values = || set.values.iter().map(|listed| listed.name.wire.as_str());
        for (key, states) in lists {
            for written in states.iter().filter(|written| !values().any(|value| value == *written)) {
                let message = format!("`{written}` is not a value of `{}`", name.wire);
                let help = suggest::did_you_mean(written, values());
                self.problems.add(&place.member(key).member(written), message, help);
            }
        }
        for value in values() {
            let count = lists.iter().flat_map(|(_, states)| states.iter()).filter(|written| *written == value).count();
            let problem = match count {
                0 => "is missing",
                1 => continue,
                _ => "is listed more than once",
            };
            let message = format!("the state `{value}` of `{}` {problem}", name.wire);
            self.problems.add(place, message, "list each state once, in `pending`, `succeeded`, `failed` or `never`");
        }
    }
}

const TASK: Role = Role { what: "output", expected: "a string", fits: |ty| matches!(ty, Type::String) };
const SCOPE: Role = Role { what: "parameter", ..TASK };
const AREA: Role = Role { what: "parameter", ..STATE };
const ENTRY_TEXT: Role = Role { what: "field", ..TASK };
const FILTER_NAME: Role = ENTRY_TEXT;
const FILTERS: Role = Role {
    what: "parameter",
    expected: "a list of records",
    fits: |ty| matches!(ty, Type::List(element) if matches!(**element, Type::Record(_))),
};
const FILTER_VALUES: Role = Role {
    what: "field",
    expected: "a list of strings",
    fits: |ty| matches!(ty, Type::List(element) if matches!(**element, Type::String)),
};
const TIME: Role = Role {
    what: "parameter",
    expected: "a date and time",
    fits: |ty| matches!(ty, Type::DateTime | Type::OffsetDateTime),
};
const CREATED: Role = Role { what: "field", ..TIME };
const STATE: Role = Role { what: "field", expected: "a value set", fits: |ty| matches!(ty, Type::ValueSet(_)) };
