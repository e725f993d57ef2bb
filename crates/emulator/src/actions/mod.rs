//! Performs the actions, for requests whose parameters have been checked.

mod cdn;
mod ecdn;
mod history;
mod log;
mod target;
mod teo;
mod url;

use std::time::SystemTime;

use serde_json::{Map, Value};

use crate::fault::FailingTargets;
use crate::limits::{Limit, Quota, Quotas, check_batch};
use crate::parameters::Parameters;
use crate::refusal::Refusal;
use crate::state::{Ids, Target, Task, Tasks, Zones};
use crate::table::{Action, Format, Product, TargetFormat};

/// The members of a response.
pub(crate) type Members = Map<String, Value>;

/// What the actions share from one request to the next.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) ids: Ids,
    pub(crate) tasks: Tasks,
    pub(crate) zones: Zones,
    pub(crate) quotas: Quotas,
    /// The limit of targets in a request.
    pub(crate) per_request: Limit,
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
    pub(crate) fn new(
        seed: Option<u64>,
        tasks: Tasks,
        zones: Zones,
        [per_request, per_day]: [Limit; 2],
        now: SystemTime,
    ) -> Self {
        let quotas = Quotas::new(per_day, tasks.latest(), now);
        Self { ids: Ids::new(seed), tasks, zones, quotas, per_request }
    }

    /// The id of a new task. With a seed, an earlier emulator may have used the first ones.
    fn new_id(&mut self, next: impl Fn(&mut Ids) -> String) -> String {
        loop {
            let id = next(&mut self.ids);
            if self.tasks.get(&id).is_none() {
                return id;
            }
        }
    }

    /// The caller's quota for a counter of an action of the same product.
    fn quota(&mut self, call: &Call<'_>, action: &str, counter: &str) -> Quota {
        // The name is one of the generated tables.
        let action = call.product.action(action).unwrap_or(call.action);
        self.quotas.quota(call.account, call.product.service, action, counter, self.per_request, call.now)
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

    /// A task that is accepted now.
    fn task(
        &self,
        state: &State,
        id: String,
        kind: &str,
        method: &str,
        place: Option<&str>,
        targets: Vec<Target>,
    ) -> Result<Task, Refusal> {
        let after = |duration| {
            self.now.checked_add(duration).ok_or_else(|| {
                Refusal::new("InternalError", "the task would finish at a time that the clock cannot represent")
            })
        };
        Ok(Task {
            id,
            account: self.account.to_owned(),
            service: self.product.service.to_owned(),
            action: self.action.name.to_owned(),
            kind: kind.to_owned(),
            method: method.to_owned(),
            place: place.map(str::to_owned),
            targets,
            created: self.now,
            listed: after(state.tasks.history_delay)?,
            finished: after(state.tasks.duration)?,
        })
    }
}

/// Performs the action. One without code here responds with the example of its page.
pub(crate) fn perform(call: &Call<'_>, state: &mut State) -> Result<Outcome, Refusal> {
    if let Some(batch) = call.action.batch {
        let count = call.parameters.get(batch.over).and_then(Value::as_array).map_or(0, Vec::len);
        check_batch(state.per_request, call.action, batch.over, "", count)?;
    }
    let members = match (call.product.service, call.action.name) {
        ("cdn", "PurgeUrlsCache") => return cdn::purge_urls_cache(call, state),
        ("cdn", "PurgePathCache") => return cdn::purge_path_cache(call, state),
        ("cdn", "PushUrlsCache") => return cdn::push_urls_cache(call, state),
        ("teo", "CreatePurgeTask") => return teo::create_purge_task(call, state),
        ("teo", "CreatePrefetchTask") => return teo::create_prefetch_task(call, state),
        ("cdn", "DescribePurgeTasks") => cdn::describe_purge_tasks(call, state)?,
        ("cdn", "DescribePushTasks") => cdn::describe_push_tasks(call, state)?,
        ("cdn", "DescribePurgeQuota") => cdn::describe_purge_quota(call, state),
        ("cdn", "DescribePushQuota") => cdn::describe_push_quota(call, state),
        ("teo", "DescribePurgeTasks") => teo::describe_purge_tasks(call, state)?,
        ("teo", "DescribePrefetchTasks") => teo::describe_prefetch_tasks(call, state)?,
        ("teo", "DescribeContentQuota") => teo::describe_content_quota(call, state)?,
        ("teo", "DescribeZones") => teo::describe_zones(call, state)?,
        ("ecdn", "DescribePurgeTasks") => ecdn::describe_purge_tasks(call, state)?,
        _ => {
            check_targets(call)?;
            example(call.action)?
        }
    };
    Ok(members.into())
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
