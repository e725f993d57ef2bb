//! `teo`: purges of five types, some of whose targets may fail while the others are purged.

use serde_json::{Value, json};

use super::{Call, Members, Outcome, State, url};
use crate::fault::Failing;
use crate::refusal::Refusal;
use crate::state::{Target, Task};

/// What a purge does unless `Method` says otherwise.
const INVALIDATE: &str = "invalidate";

/// How many targets of a type a request may have with the plans that allow the most, which the product's pages on cache
/// purging state; the API's page leaves it to the plan.
const BATCHES: [(&str, usize); 4] =
    [("purge_url", 5_000), ("purge_prefix", 1_000), ("purge_host", 1_000), ("purge_cache_tag", 100)];

pub(super) fn create_purge_task(call: &Call<'_>, state: &mut State) -> Result<Outcome, Refusal> {
    let purge_type = call.text("Type").unwrap_or_default();
    check(call, purge_type)?;
    let (accepted, failed) = sorted(call, purge_type);
    let id = state.ids.job();
    // With nothing left to purge there is no task, only an answer that says so.
    let is_task = !accepted.is_empty() || purge_type == "purge_all";
    let task = is_task.then(|| task(call, purge_type, &id, &accepted, state)).transpose()?;
    let failed_list = failed.into_iter().map(|(reason, targets)| json!({ "Reason": reason, "Targets": targets }));
    let failed_list = ("FailedList".to_owned(), failed_list.collect());
    Ok(Outcome { members: Members::from_iter([("JobId".to_owned(), Value::String(id)), failed_list]), task })
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
    // The pages do not say what becomes of a zone without an id; there is none to purge.
    if zone.trim().is_empty() {
        return Err(Refusal::new("InvalidParameter.ParameterError", "`ZoneId` is blank: the id of a zone is expected"));
    }
    if purge_type != "purge_all" && targets == 0 {
        let message = format!("`Targets` is empty: the type `{purge_type}` needs at least one target");
        return Err(Refusal::new("InvalidParameter.Target", message));
    }
    if purge_type == "purge_all" && zone == "*" {
        let message = "`ZoneId` is `*`: the type `purge_all` needs one zone";
        return Err(Refusal::new("InvalidParameter.ParameterError", message));
    }
    // Nor do they say whether targets narrow this down: who sends some may not want the whole site purged.
    if purge_type == "purge_all" && targets > 0 {
        let message =
            format!("`Targets` has {targets} elements: the type `purge_all` purges the whole site, and takes none");
        return Err(Refusal::new("InvalidParameter.Target", message));
    }
    match BATCHES.iter().find(|(of, _)| *of == purge_type) {
        Some((_, at_most)) if targets > *at_most => {
            let message = format!("`Targets` has {targets} elements: of the type `{purge_type}`, {at_most} are taken");
            Err(Refusal::new("LimitExceeded.BatchQuota", message))
        }
        _ => Ok(()),
    }
}

/// The targets that are purged, and those that fail at once by reason, in the order in which the reasons come up.
fn sorted<'a>(call: &'a Call<'_>, purge_type: &str) -> (Vec<&'a str>, Vec<(&'a str, Vec<&'a str>)>) {
    let mut accepted = Vec::new();
    let mut failed: Vec<(&str, Vec<&str>)> = Vec::new();
    for target in call.texts("Targets") {
        let asked_for = call.failing.filter(|failing| failing.has(target)).map(Failing::reason);
        match asked_for.or_else(|| failure(purge_type, target)) {
            None => accepted.push(target),
            Some(reason) => match failed.iter_mut().find(|(known, _)| *known == reason) {
                Some((_, targets)) => targets.push(target),
                None => failed.push((reason, vec![target])),
            },
        }
    }
    (accepted, failed)
}

/// Why this target cannot be purged, if it cannot.
fn failure(purge_type: &str, target: &str) -> Option<&'static str> {
    match purge_type {
        "purge_url" | "purge_prefix" => match url::host(target) {
            None => Some("not a URL that begins with http:// or https://"),
            Some(host) if host.contains('*') => Some("wildcard hostnames are not supported"),
            Some(_) => None,
        },
        "purge_host" if target.contains('*') => Some("wildcard hostnames are not supported"),
        "purge_host" if !is_hostname(target) => Some("not a hostname"),
        "purge_cache_tag" if target.trim().is_empty() => Some("the tag is empty"),
        _ => None,
    }
}

/// Whether this is two labels or more; letters beyond ASCII are for the service to encode.
fn is_hostname(target: &str) -> bool {
    let is_label =
        |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
    target.contains('.') && target.split('.').all(is_label)
}
