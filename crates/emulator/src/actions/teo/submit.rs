//! Submits purges of five types, and prefetches. Some targets may fail while the others are
//! accepted.

use serde_json::{Value, json};

use super::zones;
use crate::actions::history::ALL_ZONES;
use crate::actions::{Call, Members, Outcome, State};
use crate::limits::check_batch;
use crate::refusal::Refusal;
use crate::state::{Failure, Ids, Target, Zone};

/// The type of a purge that has no targets, because it purges a whole zone.
const PURGE_ALL: &str = "purge_all";

/// The only type of a prefetch.
const PREFETCH: &str = "prefetch_url";

/// The method of a purge without the parameter `Method`, and the mode of a prefetch without `Mode`.
const INVALIDATE: &str = "invalidate";
const DEFAULT_MODE: &str = "default";

pub(in crate::actions) fn create_purge_task(call: &Call<'_>, state: &mut State) -> Result<Outcome, Refusal> {
    let purge_type = call.text("Type").unwrap_or_default();
    let zone = checked_zone(call, state)?;
    let targets = call.texts("Targets").count();
    if purge_type == PURGE_ALL {
        check_purge_all(targets)?;
        let zone_id = call.text("ZoneId").unwrap_or_default();
        let name = zone.map_or(zone_id, Zone::name).to_owned();
        let targets = Targets { accepted: vec![target(call, &name)], failed: Vec::new() };
        return submit(call, state, purge_type, call.text("Method").unwrap_or(INVALIDATE), targets);
    }
    if targets == 0 {
        let message = format!("`Targets` is empty: the type `{purge_type}` needs at least one target");
        return Err(Refusal::new("InvalidParameter.Target", message));
    }
    check_batch(state.per_request, call.action, "Targets", purge_type, targets)?;
    let targets = partition(call, state, zone);
    submit(call, state, purge_type, call.text("Method").unwrap_or(INVALIDATE), targets)
}

pub(in crate::actions) fn create_prefetch_task(call: &Call<'_>, state: &mut State) -> Result<Outcome, Refusal> {
    let zone = checked_zone(call, state)?;
    check_batch(state.per_request, call.action, "Targets", PREFETCH, call.texts("Targets").count())?;
    let targets = partition(call, state, zone);
    submit(call, state, PREFETCH, call.text("Mode").unwrap_or(DEFAULT_MODE), targets)
}

/// The zone of the request, if it is known. `None` for another one, and for all zones.
fn checked_zone<'a>(call: &Call<'_>, state: &'a State) -> Result<Option<&'a Zone>, Refusal> {
    let id = call.text("ZoneId").unwrap_or_default();
    let zone = zones::find(state, id, "UnauthorizedOperation.NoPermission")?;
    // The pages do not say which code it is.
    if let Some(zone) = zone.filter(|zone| zone.is_initializing()) {
        let message = format!("the zone `{}` has no plan yet: its status is `{}`", zone.id(), zone.status());
        return Err(Refusal::new("UnauthorizedOperation.NoPermission", message));
    }
    if id == ALL_ZONES && call.text("Type") == Some(PURGE_ALL) {
        let message = "`ZoneId` must be the id of one zone for the type `purge_all`, not `*`";
        return Err(Refusal::new("InvalidParameter.ParameterError", message));
    }
    Ok(zone)
}

/// Refuses targets, which the pages do not describe here. A client that sends some may not want to
/// purge the whole zone.
fn check_purge_all(targets: usize) -> Result<(), Refusal> {
    if targets == 0 {
        return Ok(());
    }
    let message = format!(
        "`Targets` has {targets} elements, but the type `purge_all` purges the whole zone; help: send no targets"
    );
    Err(Refusal::new("InvalidParameter.Target", message))
}

/// Responds with the id of a task. If every target failed, there is no task, only a response that
/// lists them. The pages do not describe its `JobId`; other clients expect an empty one.
fn submit(call: &Call<'_>, state: &mut State, kind: &str, method: &str, targets: Targets) -> Result<Outcome, Refusal> {
    let Targets { accepted, failed } = targets;
    let failed = failed.into_iter().map(|failed| json!({ "Reason": failed.reason, "Targets": failed.targets }));
    let failed = ("FailedList".to_owned(), failed.collect());
    if accepted.is_empty() {
        let members = Members::from_iter([("JobId".to_owned(), json!("")), failed]);
        return Ok(Outcome { members, task: None });
    }
    let id = state.new_id(Ids::job);
    let task = call.task(state, id.clone(), kind, method, call.text("ZoneId"), accepted)?;
    let members = Members::from_iter([("JobId".to_owned(), Value::String(id)), failed]);
    Ok(Outcome { members, task: Some(task) })
}

/// The targets of a request.
struct Targets {
    accepted: Vec<Target>,
    /// In the order of the first failures.
    failed: Vec<Failed>,
}

/// Targets that fail at once, for the same reason.
struct Failed {
    reason: String,
    targets: Vec<String>,
}

/// Separates the targets that are accepted from those that fail at once.
fn partition(call: &Call<'_>, state: &State, zone: Option<&Zone>) -> Targets {
    let mut targets = Targets { accepted: Vec::new(), failed: Vec::new() };
    for address in call.texts("Targets") {
        let Some(reason) = failure(call, state, zone, address) else {
            targets.accepted.push(target(call, address));
            continue;
        };
        match targets.failed.iter_mut().find(|failed| failed.reason == reason) {
            Some(failed) => failed.targets.push(address.to_owned()),
            None => targets.failed.push(Failed { reason, targets: vec![address.to_owned()] }),
        }
    }
    targets
}

/// Why a target fails at once. `None` if it is accepted.
fn failure(call: &Call<'_>, state: &State, zone: Option<&Zone>, address: &str) -> Option<String> {
    let at_once = call.failing.filter(|failing| failing.status.is_none() && failing.contains(address));
    let injected = at_once.map(|failing| failing.reason().to_owned());
    let invalid = || call.invalid("Targets", address).map(str::to_owned);
    injected.or_else(invalid).or_else(|| zones::foreign(call, state, zone, address))
}

/// An accepted target. It fails in the end if an injected fault says so.
fn target(call: &Call<'_>, address: &str) -> Target {
    let in_the_end = call.failing.filter(|failing| failing.status.is_some() && failing.contains(address));
    let failure = in_the_end.map(|failing| Box::new(Failure::of(failing)));
    Target { failure, ..Target::succeeding(address) }
}
