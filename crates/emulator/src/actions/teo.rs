//! `teo`: purges of five types, some of whose targets may fail while the others are purged.

use serde_json::{Value, json};

use super::{Members, State, text, texts, url};
use crate::parameters::Parameters;
use crate::refusal::Refusal;

pub(super) fn create_purge_task(parameters: &Parameters, state: &mut State) -> Result<Members, Refusal> {
    let purge_type = text(parameters, "Type").unwrap_or_default();
    if purge_type != "purge_all" && texts(parameters, "Targets").next().is_none() {
        let message = format!("`Targets` is empty: the type `{purge_type}` needs at least one target");
        return Err(Refusal::new("InvalidParameter.Target", message));
    }
    if purge_type == "purge_all" && text(parameters, "ZoneId") == Some("*") {
        let message = "`ZoneId` is `*`: the type `purge_all` needs one zone";
        return Err(Refusal::new("InvalidParameter.ParameterError", message));
    }
    let failed = failures(purge_type, texts(parameters, "Targets"));
    let failed_list = failed.into_iter().map(|(reason, targets)| json!({ "Reason": reason, "Targets": targets }));
    Ok(Members::from_iter([
        ("JobId".to_owned(), Value::String(state.ids.job())),
        ("FailedList".to_owned(), failed_list.collect()),
    ]))
}

/// The targets that cannot be purged, by reason, in the order in which the reasons come up.
fn failures<'a>(purge_type: &str, targets: impl Iterator<Item = &'a str>) -> Vec<(&'static str, Vec<&'a str>)> {
    let mut failures: Vec<(&'static str, Vec<&str>)> = Vec::new();
    for target in targets {
        let Some(reason) = failure(purge_type, target) else { continue };
        match failures.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, targets)) => targets.push(target),
            None => failures.push((reason, vec![target])),
        }
    }
    failures
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
