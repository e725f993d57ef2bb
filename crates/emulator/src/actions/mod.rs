//! What the actions do with parameters that their tables allow.

mod cdn;
mod ecdn;
mod teo;
mod url;

use std::time::SystemTime;

use serde_json::{Map, Value};

use crate::fault::Failing;
use crate::limits::{Limit, Quotas};
use crate::parameters::Parameters;
use crate::refusal::Refusal;
use crate::state::{Ids, Task, Tasks};
use crate::table::{Action, Product};

/// The members of an answer.
pub(crate) type Members = Map<String, Value>;

/// What the emulator keeps from one request to the next.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) ids: Ids,
    pub(crate) tasks: Tasks,
    pub(crate) quotas: Quotas,
}

/// What a request comes to.
#[derive(Debug, PartialEq)]
pub(crate) struct Outcome {
    pub(crate) members: Members,
    /// The task that it submits, if the day's quota has room for it.
    pub(crate) task: Option<Task>,
}

/// A request whose parameters the action's table allows.
pub(crate) struct Call<'a> {
    pub(crate) product: &'static Product,
    pub(crate) action: &'a Action,
    pub(crate) parameters: &'a Parameters,
    pub(crate) account: &'a str,
    pub(crate) now: SystemTime,
    /// The targets that a fault wants to fail.
    pub(crate) failing: Option<&'a Failing>,
}

impl State {
    pub(crate) fn new(seed: Option<u64>, tasks: Tasks, per_day: Limit, now: SystemTime) -> Self {
        Self { ids: Ids::new(seed), quotas: Quotas::after(per_day, tasks.latest(), now), tasks }
    }

    /// Counts a task in the day's quota, if that has room for it.
    pub(crate) fn count(&mut self, action: &Action, task: &Task, now: SystemTime) -> Result<(), Refusal> {
        self.quotas.check(action, task, now)?;
        self.quotas.count(task);
        Ok(())
    }
}

impl From<Members> for Outcome {
    fn from(members: Members) -> Self {
        Self { members, task: None }
    }
}

impl Call<'_> {
    /// The value of a string parameter.
    fn text(&self, name: &str) -> Option<&str> {
        self.parameters.get(name)?.as_str()
    }

    /// The elements of a parameter that is a list of strings; none if it is absent.
    fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        self.parameters.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
    }

    /// When a task that is accepted now is over.
    fn finished(&self, state: &State) -> Result<SystemTime, Refusal> {
        self.now.checked_add(state.tasks.duration).ok_or_else(|| {
            Refusal::new("InternalError", "the task would be over at a time that the clock does not have")
        })
    }

    /// The value of a whole number.
    fn integer(&self, name: &str) -> Option<i64> {
        self.parameters.get(name)?.as_i64()
    }
}

/// Answers a request. An action that nobody wrote anything for answers what its page's example shows.
pub(crate) fn answer(call: &Call<'_>, state: &mut State) -> Result<Outcome, Refusal> {
    match (call.product.service, call.action.name) {
        ("cdn", "PurgeUrlsCache") => cdn::purge_urls_cache(call, state),
        ("cdn", "PurgePathCache") => cdn::purge_path_cache(call, state),
        ("teo", "CreatePurgeTask") => teo::create_purge_task(call, state),
        ("ecdn", "DescribePurgeTasks") => ecdn::describe_purge_tasks(call, state).map(Outcome::from),
        _ => example(call.action).map(Outcome::from),
    }
}

fn example(action: &Action) -> Result<Members, Refusal> {
    serde_json::from_str(action.example).map_err(|error| {
        Refusal::new("InternalError", format!("the example of {} is not a JSON object: {error}", action.name))
    })
}

#[cfg(test)]
mod tests;
