//! Describes what is left of the daily quotas.

use serde_json::{Value, json};

use crate::actions::{Call, Members, State};
use crate::limits::REGIONS;

pub(in crate::actions) fn describe_purge_quota(call: &Call<'_>, state: &mut State) -> Members {
    let urls = quotas(call, state, "PurgeUrlsCache");
    let paths = quotas(call, state, "PurgePathCache");
    Members::from_iter([("UrlPurge".to_owned(), urls), ("PathPurge".to_owned(), paths)])
}

pub(in crate::actions) fn describe_push_quota(call: &Call<'_>, state: &mut State) -> Members {
    Members::from_iter([("UrlPush".to_owned(), quotas(call, state, "PushUrlsCache"))])
}

/// The quotas of an action, one for each region.
fn quotas(call: &Call<'_>, state: &mut State, action: &str) -> Value {
    let quotas = REGIONS.iter().map(|region| {
        let quota = state.quota(call, action, region);
        json!({ "Batch": quota.batch, "Total": quota.total, "Available": quota.available, "Area": region })
    });
    quotas.collect()
}
