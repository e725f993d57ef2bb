//! Performs the actions, for requests whose parameters have been checked.

mod cdn;
mod ecdn;
mod target;
mod teo;
mod url;

use std::time::SystemTime;

use serde_json::{Map, Value};

use crate::fault::FailingTargets;
use crate::limits::{Limit, Quotas};
use crate::parameters::Parameters;
use crate::refusal::Refusal;
use crate::state::{Ids, Task, Tasks};
use crate::table::{Action, Format, Product, TargetFormat};

/// The members of a response.
pub(crate) type Members = Map<String, Value>;

/// What the actions share from one request to the next.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) ids: Ids,
    pub(crate) tasks: Tasks,
    pub(crate) quotas: Quotas,
}

/// The result of an action.
#[derive(Debug, PartialEq)]
pub(crate) struct Outcome {
    pub(crate) members: Members,
    /// The task that the request submits. The daily quota has yet to allow it.
    pub(crate) task: Option<Task>,
}

/// A request whose parameters have been checked against the action's table.
pub(crate) struct Call<'a> {
    pub(crate) product: &'static Product,
    pub(crate) action: &'a Action,
    pub(crate) parameters: &'a Parameters,
    pub(crate) account: &'a str,
    pub(crate) now: SystemTime,
    /// The targets that an injected fault makes fail.
    pub(crate) failing: Option<&'a FailingTargets>,
}

impl State {
    pub(crate) fn new(seed: Option<u64>, tasks: Tasks, per_day: Limit, now: SystemTime) -> Self {
        Self { ids: Ids::new(seed), quotas: Quotas::new(per_day, tasks.latest(), now), tasks }
    }

    /// Counts a task if the daily quota allows it.
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

    /// The value of a string parameter that counts as absent when it is empty.
    fn non_empty_text(&self, name: &str) -> Option<&str> {
        self.text(name).filter(|text| !text.is_empty())
    }

    /// The elements of a list of strings, if there is one.
    fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        self.parameters.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
    }

    /// The documented format of the targets in a parameter, if there is one.
    fn format(&self, parameter: &str) -> Option<TargetFormat> {
        let targets = self.action.targets.iter().find(|targets| targets.parameter == parameter)?;
        match targets.format {
            Format::Always(format) => Some(format),
            Format::By { parameter, formats } => {
                let value = self.text(parameter)?;
                formats.iter().find(|(listed, _)| *listed == value).map(|(_, format)| *format)
            }
        }
    }

    /// Why a target in a parameter is invalid. `None` if it is valid.
    fn invalid(&self, parameter: &str, target: &str) -> Option<&'static str> {
        target::invalid(self.format(parameter)?, target)
    }

    /// The value of an integer parameter.
    fn integer(&self, name: &str) -> Option<i64> {
        self.parameters.get(name)?.as_i64()
    }

    /// The time at which a task finishes that is accepted now.
    fn finished(&self, state: &State) -> Result<SystemTime, Refusal> {
        self.now.checked_add(state.tasks.duration).ok_or_else(|| {
            Refusal::new("InternalError", "the task would finish at a time that the clock cannot represent")
        })
    }
}

/// Performs the action. One without code here responds with the example of its page.
pub(crate) fn perform(call: &Call<'_>, state: &mut State) -> Result<Outcome, Refusal> {
    match (call.product.service, call.action.name) {
        ("cdn", "PurgeUrlsCache") => cdn::purge_urls_cache(call, state),
        ("cdn", "PurgePathCache") => cdn::purge_path_cache(call, state),
        ("teo", "CreatePurgeTask") => teo::create_purge_task(call, state),
        ("ecdn", "DescribePurgeTasks") => ecdn::describe_purge_tasks(call, state).map(Outcome::from),
        _ => {
            check_targets(call)?;
            example(call.action).map(Outcome::from)
        }
    }
}

/// Checks the targets of an action without code here.
fn check_targets(call: &Call<'_>) -> Result<(), Refusal> {
    for targets in call.action.targets {
        let parameter = targets.parameter;
        for text in call.text(parameter).into_iter().chain(call.texts(parameter)) {
            if let Some(reason) = call.invalid(parameter, text) {
                let message = format!("the parameter `{parameter}` contains `{text}`: {reason}");
                return Err(Refusal::new("InvalidParameter", message));
            }
        }
    }
    Ok(())
}

fn example(action: &Action) -> Result<Members, Refusal> {
    serde_json::from_str(action.example).map_err(|error| {
        Refusal::new("InternalError", format!("the example of {} is not a JSON object: {error}", action.name))
    })
}

#[cfg(test)]
mod tests;
