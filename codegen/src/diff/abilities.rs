//! Compares what a client can do with an action besides calling it: pages, batches, tasks, quotas,
//! zones, and targets that failed.

use serde_json::Value;

use super::change::Level;
use super::comparison::Comparison;
use super::rule::{self, Rule};
use crate::model::{Action, Name, Purpose};
use crate::problem::Place;

/// An ability: its key, what is reported if it is added, removed or changed, and what programs
/// compile against.
type Ability = (&'static str, [Rule; 3], fn(&Action) -> Vec<String>);

const ABILITIES: [Ability; 7] = [
    ("pagination", [rule::PAGINATION_ADDED, rule::PAGINATION_REMOVED, rule::PAGINATION_CHANGED], pages),
    ("batch", [rule::BATCH_ADDED, rule::BATCH_REMOVED, rule::BATCH_CHANGED], batches),
    ("task", [rule::TASK_ADDED, rule::TASK_REMOVED, rule::TASK_CHANGED], task),
    ("task_list", [rule::WAITER_ADDED, rule::WAITER_REMOVED, rule::WAITER_CHANGED], waiter),
    ("quota", [rule::QUOTA_ADDED, rule::QUOTA_REMOVED, rule::QUOTA_CHANGED], quotas),
    ("zones", [rule::ZONES_ADDED, rule::ZONES_REMOVED, rule::ZONES_CHANGED], zones),
    ("failures", [rule::FAILURES_ADDED, rule::FAILURES_REMOVED, rule::FAILURES_CHANGED], failures),
];

impl Comparison<'_> {
    /// Compares the abilities of an action; `json` is what its file says before and after.
    pub(super) fn abilities(&mut self, old: &Action, new: &Action, json: [&Value; 2], place: &Place) {
        let item = &new.name.ident;
        for (key, [added, removed, changed], offers) in ABILITIES {
            let (rule, before, after) = match json.map(|json| json.get(key)) {
                [None, Some(after)] => (added, None, Some(after.to_string())),
                [Some(before), None] => (removed, Some(before.to_string()), None),
                [Some(before), Some(after)] if before != after => {
                    (changed, Some(differing(before, after)), Some(differing(after, before)))
                }
                _ => continue,
            };
            let (had, has) = (offers(old), offers(new));
            let source = match (had.iter().all(|offer| has.contains(offer)), had == has) {
                (false, _) => Level::Major,
                (true, false) => Level::Minor,
                (true, true) => Level::Patch,
            };
            let change = self.change(rule, &place.member(key), item).source(source).level(Level::Minor);
            self.add(change.values(before, after).says(format!("`{item}`: {}.", rule.what)));
        }
    }
}

/// The members of an object that differ from those of another one.
fn differing(object: &Value, other: &Value) -> String {
    let members = object.as_object().into_iter().flatten();
    let differing = members.filter(|(key, value)| other.get(key) != Some(value));
    Value::Object(differing.map(|(key, value)| (key.clone(), value.clone())).collect()).to_string()
}

fn pages(action: &Action) -> Vec<String> {
    let item = action.pagination.as_ref().map(|pages| &pages.item);
    item.map(|item| format!("pages of {}", quote::quote! { #item })).into_iter().collect()
}

/// A list whose task is unknown cannot be sent in batches.
fn batches(action: &Action) -> Vec<String> {
    let is_batched = action.batch.is_some() && action.submission.is_some();
    is_batched.then(|| "batches".to_owned()).into_iter().collect()
}

fn task(action: &Action) -> Vec<String> {
    let Some(task) = &action.submission else { return Vec::new() };
    let quota = task.quota.as_ref().map(|quota| format!("its quota is listed by {}", quota.action));
    let task = format!("a task{}, listed by {}", scope(task.scope.as_ref()), task.listed_by);
    std::iter::once(task).chain(quota).collect()
}

fn waiter(action: &Action) -> Vec<String> {
    action.task_list.iter().map(|list| format!("tasks{}", scope(list.scope.as_ref()))).collect()
}

fn quotas(action: &Action) -> Vec<String> {
    let Some(quota) = &action.quota else { return Vec::new() };
    let has = |purpose: Purpose| quota.lists.iter().any(|output| output.purpose == purpose);
    let purposes = [(Purpose::Purge, "purges"), (Purpose::Prefetch, "prefetches")];
    let offered = purposes.into_iter().filter(|(purpose, _)| has(*purpose));
    offered.map(|(_, name)| format!("quotas of {name}{}", scope(quota.scope.as_ref()))).collect()
}

fn zones(action: &Action) -> Vec<String> {
    action.zones.iter().map(|_| "zones".to_owned()).collect()
}

fn failures(action: &Action) -> Vec<String> {
    action.failures.iter().map(|_| "failures".to_owned()).collect()
}

/// A task or a quota in a scope is named with the scope, whichever parameter that is.
fn scope(name: Option<&Name>) -> &'static str {
    if name.is_some() { " of a scope" } else { "" }
}
