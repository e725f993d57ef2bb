//! Resolves the task that an action submits.

use std::iter;

use super::resolver::Resolver;
use super::role::Role;
use crate::model::{Action, QuotaUse, Submission, TaskKind};
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
        let scope = scope.as_ref().and_then(|wire| {
            self.field_that_is_not_null(wire, &action.request, Role::string("parameter"), &place.member("scope"))
        });
        let lists = files.iter().zip(actions).filter(|(file, _)| file.parsed.task_list.is_some());
        let Some((list_file, list)) = lists.clone().find(|(_, list)| list.name.wire == *listed_by) else {
            let help = suggest::did_you_mean(listed_by, lists.map(|(_, list)| list.name.wire.as_str()));
            let message = format!("no action `{listed_by}` has a `task_list`");
            self.problems.add(&place.member("listed_by"), message, help);
            return None;
        };
        self.check_scope(submission, list_file, &place);
        let quota =
            quota.as_ref().and_then(|quota| self.quota_use(quota, action, files, actions, &place.member("quota")));
        let kind = self.task_kind(submission, action, list, &place);
        let method_by = self.method_by(submission, action, list, &place);
        let (listed_by, scope) = (list.name.ident.clone(), scope.map(|field| field.name.clone()));
        Some(Submission { id: id?.name.clone(), listed_by, scope, kind, method_by, quota })
    }

    /// Reports a task that lacks the scope which its list needs, or has one that the list does not
    /// take.
    fn check_scope(&mut self, submission: &spec::Submission, list_file: &File<spec::Action>, place: &Place) {
        let spec::Submission { scope, listed_by, .. } = submission;
        let needed = list_file.parsed.task_list.as_ref().and_then(|task_list| task_list.scope.as_ref());
        match (needed, scope) {
            (Some(needed), None) => {
                let message = format!("`{listed_by}` needs the `{needed}` of a task");
                self.problems.add(place, message, "add `scope`, the parameter with it");
            }
            (None, Some(_)) => {
                let message = format!("`{listed_by}` has no `scope`");
                self.problems.add(&place.member("scope"), message, "remove it");
            }
            (Some(_), Some(_)) | (None, None) => {}
        }
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
}
