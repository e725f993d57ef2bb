//! Describes what is left of the daily quotas.

use serde_json::{Value, json};

use super::zones;
use crate::actions::{Call, Members, State};
use crate::refusal::Refusal;

/// The types of purges and of prefetches, in the order of the documented example.
const PURGES: [&str; 5] = ["purge_url", "purge_prefix", "purge_host", "purge_all", "purge_cache_tag"];
const PREFETCHES: [&str; 1] = ["prefetch_url"];

/// All zones of an account share its quotas.
pub(in crate::actions) fn describe_content_quota(call: &Call<'_>, state: &mut State) -> Result<Members, Refusal> {
    zones::find(state, call.text("ZoneId").unwrap_or_default(), "UnauthorizedOperation.NoPermission")?;
    let purges = quotas(call, state, "CreatePurgeTask", &PURGES);
    let prefetches = quotas(call, state, "CreatePrefetchTask", &PREFETCHES);
    Ok(Members::from_iter([("PurgeQuota".to_owned(), purges), ("PrefetchQuota".to_owned(), prefetches)]))
}

fn quotas(call: &Call<'_>, state: &mut State, action: &str, types: &[&str]) -> Value {
    let quotas = types.iter().map(|of| {
        let quota = state.quota(call, action, of);
        json!({ "Batch": quota.batch, "Daily": quota.total, "DailyAvailable": quota.available, "Type": of })
    });
    quotas.collect()
}
