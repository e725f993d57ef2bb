//! Resolves how tasks are submitted, and how their entries are listed.

use std::iter;

use super::resolver::Resolver;
use super::role::Role;
use crate::model::{Action, Entry, Field, Filters, Period, QuotaUse, Submission, TaskKind, TaskList, Type};
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
        let submission = file.parsed.task.as_ref()?;
        let spec::Submission { id, listed_by, scope, quota, .. } = submission;
        let id = self.field_that_is_not_null(id, &action.response, Role::string("output"), &place.member("id"));
        let scope = scope.as_ref().map(|wire| {
            self.field_that_is_not_null(wire, &action.request, Role::string("parameter"), &place.member("scope"))
        });
        let lists = files.iter().zip(actions).filter(|(file, _)| file.parsed.task_list.is_some());
        let Some((list_file, list)) = lists.clone().find(|(_, list)| list.name.wire == *listed_by) else {
            let help = suggest::did_you_mean(listed_by, lists.map(|(_, list)| list.name.wire.as_str()));
            let message = format!("no action `{listed_by}` has a `task_list`");
            self.problems.add(&place.member("listed_by"), message, help);
            return None;
        };
        let list_scope = list_file.parsed.task_list.as_ref().and_then(|task_list| task_list.scope.as_ref());
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
        let kind = self.task_kind(submission, action, list, &place);
        let method_by = self.method_by(submission, action, list, &place);
        let (listed_by, scope) = (list.name.ident.clone(), scope.flatten());
        Some(Submission { id: id?.name.clone(), listed_by, scope, kind, method_by, quota })
    }

    /// The kind of a task, which the entries of its list state.
    fn task_kind(
        &mut self,
        submission: &spec::Submission,
        action: &Action,
        list: &Action,
        place: &Place,
    ) -> Option<TaskKind> {
        let spec::Submission { kind, kind_by, listed_by, .. } = submission;
        let field = list.task_list.as_ref()?.entry.kind.as_ref();
        match (field, kind, kind_by) {
            (None, None, None) => None,
            (None, ..) => {
                let message = format!("the entries of `{listed_by}` state no kind");
                self.problems.add(place, message, "remove `kind` and `kind_by`");
                None
            }
            (Some(field), Some(kind), None) => {
                self.must_be_known(field, iter::once(kind), &place.member("kind"));
                Some(TaskKind::Fixed(kind.clone()))
            }
            (Some(_), None, Some(wire)) => {
                let field = self.selector(wire, &action.request, "kind of the task", &place.member("kind_by"))?;
                Some(TaskKind::By(field.name.wire.clone()))
            }
            (Some(_), None, None) | (Some(_), Some(_), Some(_)) => {
                let message = format!("the entries of `{listed_by}` state the kind of a task");
                self.problems.add(place, message, "add `kind`, or `kind_by` if a parameter selects it");
                None
            }
        }
    }

    /// The parameter with the method of a task, which the entries of its list state.
    fn method_by(
        &mut self,
        submission: &spec::Submission,
        action: &Action,
        list: &Action,
        place: &Place,
    ) -> Option<String> {
        let (wire, place) = (submission.method_by.as_ref()?, place.member("method_by"));
        if list.task_list.as_ref()?.entry.method.is_none() {
            let message = format!("the entries of `{}` state no method", submission.listed_by);
            self.problems.add(&place, message, "remove it");
            return None;
        }
        let field = self.field_that_is_not_null(wire, &action.request, Role::value_set("parameter"), &place)?;
        Some(field.name.wire.clone())
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
            let field = self.field_that_is_not_null(
                wire,
                &action.request,
                Role::value_set("parameter"),
                &place.member("area"),
            )?;
            Some((field.name.wire.clone(), field.default.clone()))
        });
        Some(QuotaUse { action: list?.ident.clone(), purpose: *purpose, area })
    }

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
