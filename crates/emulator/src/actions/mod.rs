//! What the actions do with parameters that their tables allow.

mod cdn;
mod ecdn;
mod teo;
mod url;

use std::time::SystemTime;

use serde_json::{Map, Value};

use crate::fault::Failing;
use crate::ids::Ids;
use crate::limit::Limit;
use crate::parameters::Parameters;
use crate::quotas::Quotas;
use crate::refusal::Refusal;
use crate::table::{Action, Product};
use crate::tasks::{Task, Tasks};

/// The members of an answer.
pub(crate) type Members = Map<String, Value>;

/// What the emulator keeps from one request to the next.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) ids: Ids,
    pub(crate) tasks: Tasks,
    pub(crate) quotas: Quotas,
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

    /// Accepts a task if the day's quota has room for it, and once it is safe.
    fn submit(&mut self, call: &Call<'_>, task: Task) -> Result<(), Refusal> {
        self.quotas.check(call.action, &task, call.now)?;
        self.tasks.record(&task).map_err(|error| {
            Refusal::new("InternalError", format!("the task could not be recorded, and was not accepted: {error}"))
        })?;
        self.quotas.count(&task);
        self.tasks.remember(task);
        Ok(())
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
pub(crate) fn answer(call: &Call<'_>, state: &mut State) -> Result<Members, Refusal> {
    match (call.product.service, call.action.name) {
        ("cdn", "PurgeUrlsCache") => cdn::purge_urls_cache(call, state),
        ("cdn", "PurgePathCache") => cdn::purge_path_cache(call, state),
        ("teo", "CreatePurgeTask") => teo::create_purge_task(call, state),
        ("ecdn", "DescribePurgeTasks") => ecdn::describe_purge_tasks(call, state),
        _ => example(call.action),
    }
}

fn example(action: &Action) -> Result<Members, Refusal> {
    serde_json::from_str(action.example).map_err(|error| {
        Refusal::new("InternalError", format!("the example of {} is not a JSON object: {error}", action.name))
    })
}

#[cfg(test)]
mod tests;
