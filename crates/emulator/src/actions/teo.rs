//! Performs the actions of `teo`: purges of five types. Some targets may fail while the others are
//! purged.

use serde_json::{Value, json};

use super::{Call, Members, Outcome, State};
use crate::fault::FailingTargets;
use crate::refusal::Refusal;
use crate::state::{Target, Task};

/// The method of a purge without the parameter `Method`.
const INVALIDATE: &str = "invalidate";

/// Maximum number of targets in a request, by type. The API's page leaves it to the plan; these are
/// the numbers of the largest plans, from the product's pages about purging.
const MAX_TARGETS: [(&str, usize); 4] =
    [("purge_url", 5_000), ("purge_prefix", 1_000), ("purge_host", 1_000), ("purge_cache_tag", 100)];

pub(super) fn create_purge_task(call: &Call<'_>, state: &mut State) -> Result<Outcome, Refusal> {
    let purge_type = call.text("Type").unwrap_or_default();
    check(call, purge_type)?;
    let (accepted, failed) = partition(call);
    // If every target failed, there is no task, only a response that lists them. The pages do not
    // describe its `JobId`; other clients expect an empty one.
    let is_task = !accepted.is_empty() || purge_type == "purge_all";
    let id = if is_task { state.ids.job() } else { String::new() };
    let task = is_task.then(|| task(call, purge_type, &id, &accepted, state)).transpose()?;
    let failed = failed.into_iter().map(|failed| json!({ "Reason": failed.reason, "Targets": failed.targets }));
    let failed = ("FailedList".to_owned(), failed.collect());
    Ok(Outcome { members: Members::from_iter([("JobId".to_owned(), Value::String(id)), failed]), task })
}

fn task(call: &Call<'_>, purge_type: &str, id: &str, targets: &[&str], state: &State) -> Result<Task, Refusal> {
    Ok(Task {
        id: id.to_owned(),
        account: call.account.to_owned(),
        service: call.product.service.to_owned(),
        action: call.action.name.to_owned(),
        kind: purge_type.to_owned(),
        method: call.text("Method").unwrap_or(INVALIDATE).to_owned(),
        place: call.text("ZoneId").map(str::to_owned),
        targets: targets.iter().copied().map(Target::succeeding).collect(),
        created: call.now,
        finished: call.finished(state)?,
    })
}

fn check(call: &Call<'_>, purge_type: &str) -> Result<(), Refusal> {
    let (zone, targets) = (call.text("ZoneId").unwrap_or_default(), call.texts("Targets").count());
    // The pages do not describe the response to another text. It is the id of no zone.
    if let Some(reason) = call.invalid("ZoneId", zone) {
        let message = format!("`ZoneId` must be the id of a zone, not `{zone}`: {reason}");
        return Err(Refusal::new("InvalidParameter.ParameterError", message));
    }
    if purge_type == "purge_all" {
        return check_purge_all(zone, targets);
    }
    if targets == 0 {
        let message = format!("`Targets` is empty: the type `{purge_type}` needs at least one target");
        return Err(Refusal::new("InvalidParameter.Target", message));
    }
    match MAX_TARGETS.iter().find(|(of, _)| *of == purge_type) {
        Some((_, max)) if targets > *max => {
            let message = format!(
                "`Targets` has {targets} elements: at most {max} are allowed for the type `{purge_type}`; \
                 help: split the batch"
            );
            Err(Refusal::new("LimitExceeded.BatchQuota", message))
        }
        _ => Ok(()),
    }
}

fn check_purge_all(zone: &str, targets: usize) -> Result<(), Refusal> {
    if zone == "*" {
        let message = "`ZoneId` must be the id of one zone for the type `purge_all`, not `*`";
        return Err(Refusal::new("InvalidParameter.ParameterError", message));
    }
    // The pages do not describe targets here. A client that sends some may not want to purge the
    // whole site, so it is refused.
    if targets > 0 {
        let message = format!(
            "`Targets` has {targets} elements, but the type `purge_all` purges the whole site; help: send no targets"
        );
        return Err(Refusal::new("InvalidParameter.Target", message));
    }
    Ok(())
}

/// Targets that fail at once, for the same reason.
struct Failed<'a> {
    reason: &'a str,
    targets: Vec<&'a str>,
}

/// The targets that are purged, and those that fail at once, in the order of the first failures.
fn partition<'a>(call: &'a Call<'_>) -> (Vec<&'a str>, Vec<Failed<'a>>) {
    let mut accepted = Vec::new();
    let mut failures: Vec<Failed<'_>> = Vec::new();
    for target in call.texts("Targets") {
        let injected = call.failing.filter(|failing| failing.contains(target)).map(FailingTargets::reason);
        let Some(reason) = injected.or_else(|| call.invalid("Targets", target)) else {
            accepted.push(target);
            continue;
        };
        match failures.iter_mut().find(|failed| failed.reason == reason) {
            Some(failed) => failed.targets.push(target),
            None => failures.push(Failed { reason, targets: vec![target] }),
        }
    }
    (accepted, failures)
}
