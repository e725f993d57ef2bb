//! What the actions do with parameters that their tables allow.

mod cdn;
mod ecdn;
mod teo;
mod url;

use std::time::SystemTime;

use serde_json::{Map, Value};

use crate::ids::Ids;
use crate::parameters::Parameters;
use crate::refusal::Refusal;
use crate::table::{Action, Product};
use crate::tasks::Tasks;

/// The members of an answer.
pub(crate) type Members = Map<String, Value>;

/// What the emulator keeps from one request to the next.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) ids: Ids,
    pub(crate) tasks: Tasks,
}

/// Answers a request. An action that nobody wrote anything for answers what its page's example shows.
pub(crate) fn answer(
    product: &Product,
    action: &Action,
    parameters: &Parameters,
    state: &mut State,
    now: SystemTime,
) -> Result<Members, Refusal> {
    match (product.service, action.name) {
        ("cdn", "PurgeUrlsCache") => cdn::purge_urls_cache(parameters, state, now),
        ("cdn", "PurgePathCache") => cdn::purge_path_cache(parameters, state, now),
        ("teo", "CreatePurgeTask") => teo::create_purge_task(parameters, state),
        ("ecdn", "DescribePurgeTasks") => ecdn::describe_purge_tasks(parameters, state, now),
        _ => example(action),
    }
}

fn example(action: &Action) -> Result<Members, Refusal> {
    serde_json::from_str(action.example).map_err(|error| {
        Refusal::new("InternalError", format!("the example of {} is not a JSON object: {error}", action.name))
    })
}

/// The value of a string parameter.
fn text<'a>(parameters: &'a Parameters, name: &str) -> Option<&'a str> {
    parameters.get(name)?.as_str()
}

/// The elements of a parameter that is a list of strings; none if it is absent.
fn texts<'a>(parameters: &'a Parameters, name: &str) -> impl Iterator<Item = &'a str> {
    parameters.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// The value of a whole number.
fn integer(parameters: &Parameters, name: &str) -> Option<i64> {
    parameters.get(name)?.as_i64()
}

#[cfg(test)]
mod tests;
