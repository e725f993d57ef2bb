//! Resolves how the entries of tasks are listed.

use super::resolver::Resolver;
use super::role::Role;
use crate::model::{Entry, Field, Filters, Period, TaskList, Type};
use crate::problem::Place;
use crate::spec;

impl Resolver<'_> {
    /// How the entries of tasks are listed.
    pub(super) fn task_list(
        &mut self,
        spec: &spec::Action,
        request: &[Field],
        response: &[Field],
        place: &Place,
    ) -> Option<TaskList> {
        let task_list = spec.task_list.as_ref()?;
        let scope = task_list.scope.as_ref().and_then(|wire| {
            self.field_that_is_not_null(wire, request, Role::string("parameter"), &place.member("scope"))
        });
        let filters = task_list.filters.as_ref();
        let filters = filters.and_then(|filters| self.filters(filters, request, &place.member("filters")));
        let spec::TaskList { task, target, state, .. } = task_list;
        if task_list.filters.is_none() {
            for (key, wire) in [("task", task), ("target", target), ("state", state)] {
                self.lookup_or_suggest(wire, request, "parameter", &place.member(key));
            }
        }
        let period = self.period(&task_list.period, request, &place.member("period"));
        let items = self.items(spec, response)?;
        let entry = self.entry(&task_list.entry, items, &place.member("entry"));
        self.all_states(task_list, items, place);
        Some(TaskList {
            scope: scope.map(|field| field.name.clone()),
            filters,
            task: task.clone(),
            target: target.clone(),
            state: state.clone(),
            period: period?,
            entry: entry?,
            pending: task_list.pending.clone(),
            succeeded: task_list.succeeded.clone(),
            failed: task_list.failed.clone(),
        })
    }

    fn filters(&mut self, filters: &spec::Filters, request: &[Field], place: &Place) -> Option<Filters> {
        let spec::Filters { parameter, name, values } = filters;
        let field = self.field_in_role(parameter, request, Role::records("parameter"), &place.member("parameter"))?;
        let fields = &self.scope.record_of(field)?.fields;
        let name = self.field_in_role(name, fields, Role::string("field"), &place.member("name"));
        let values = self.field_in_role(values, fields, Role::strings("field"), &place.member("values"));
        Some(Filters {
            parameter: field.name.wire.clone(),
            name: name?.name.wire.clone(),
            values: values?.name.wire.clone(),
        })
    }

    fn period(&mut self, period: &spec::Period, request: &[Field], place: &Place) -> Option<Period> {
        let start = self.field_in_role(&period.start, request, Role::time("parameter"), &place.member("start"));
        let end = self.field_in_role(&period.end, request, Role::time("parameter"), &place.member("end"));
        Some(Period {
            start: start?.name.wire.clone(),
            end: end?.name.wire.clone(),
            has_offset: matches!(start?.ty, Type::OffsetDateTime),
        })
    }

    fn entry(&mut self, entry: &spec::Entry, items: &Field, place: &Place) -> Option<Entry> {
        let Type::Record(record) = items.ty.innermost() else {
            self.problems.add(place, "the items of a page are not records", "list records, or remove the `task_list`");
            return None;
        };
        let fields = &self.scope.record(record)?.fields;
        let kind = entry.kind.as_ref().and_then(|wire| {
            self.field_that_is_not_null(wire, fields, Role::value_set("field"), &place.member("kind")).cloned()
        });
        let method = entry.method.as_ref().and_then(|wire| {
            self.field_in_role(wire, fields, Role::value_set("field"), &place.member("method")).cloned()
        });
        let mut field = |wire: &str, role: Role, key: &str| {
            let field = self.field_that_is_not_null(wire, fields, role, &place.member(key));
            field.map(|field| field.name.clone())
        };
        let task = field(&entry.task, Role::string("field"), "task");
        let target = field(&entry.target, Role::string("field"), "target");
        let state = field(&entry.state, Role::value_set("field"), "state");
        let created = field(&entry.created, Role::time("field"), "created");
        let reason = entry.reason.as_ref();
        let reason = reason
            .map(|wire| self.field_in_role(wire, fields, Role::string("field"), &place.member("reason")).cloned());
        let reason = reason.flatten();
        Some(Entry { task: task?, target: target?, state: state?, created: created?, kind, method, reason })
    }

    /// Reports states that are not in the value set, and values that are in none of the lists of
    /// states, or in two.
    fn all_states(&mut self, task_list: &spec::TaskList, items: &Field, place: &Place) {
        let Some(record) = self.scope.record_of(items) else { return };
        let state = record.fields.iter().find(|field| field.name.wire == task_list.entry.state);
        let Some((state, set)) = state.and_then(|state| Some((state, self.scope.value_set_of(state)?))) else { return };
        let lists = [
            ("pending", &task_list.pending),
            ("succeeded", &task_list.succeeded),
            ("failed", &task_list.failed),
            ("never", &task_list.never),
        ];
        for (key, states) in lists {
            self.must_be_known(state, states.iter(), &place.member(key));
        }
        for value in set.wires() {
            let count = lists.iter().flat_map(|(_, states)| states.iter()).filter(|written| *written == value).count();
            let problem = match count {
                0 => "is missing",
                1 => continue,
                _ => "is listed more than once",
            };
            let message = format!("the state `{value}` of `{}` {problem}", set.name.wire);
            self.problems.add(place, message, "list each state once, in `pending`, `succeeded`, `failed` or `never`");
        }
    }
}
