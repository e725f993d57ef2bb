//! `cdn`: purges by URL and by directory.

use std::time::SystemTime;

use serde_json::Value;

use super::{Members, State, text, texts, url};
use crate::parameters::Parameters;
use crate::refusal::Refusal;
use crate::tasks::{PurgeType, Task};

/// What the log shows for purges by URL, which cannot choose.
const FLUSH: &str = "flush";

pub(super) fn purge_urls_cache(
    parameters: &Parameters,
    state: &mut State,
    now: SystemTime,
) -> Result<Members, Refusal> {
    submit(parameters, "Urls", PurgeType::Url, state, now)
}

pub(super) fn purge_path_cache(
    parameters: &Parameters,
    state: &mut State,
    now: SystemTime,
) -> Result<Members, Refusal> {
    submit(parameters, "Paths", PurgeType::Path, state, now)
}

fn submit(
    parameters: &Parameters,
    over: &str,
    purge_type: PurgeType,
    state: &mut State,
    now: SystemTime,
) -> Result<Members, Refusal> {
    for (index, url) in texts(parameters, over).enumerate() {
        check(url)
            .map_err(|(code, why)| Refusal::new(code, format!("the parameter `{over}.{index}` is `{url}`: {why}")))?;
    }
    let id = state.ids.task(now);
    state.tasks.add(Task {
        id: id.clone(),
        purge_type,
        flush_type: text(parameters, "FlushType").unwrap_or(FLUSH).to_owned(),
        urls: texts(parameters, over).map(str::to_owned).collect(),
        created: now,
    });
    Ok(Members::from_iter([("TaskId".to_owned(), Value::String(id))]))
}

/// Checks one URL; otherwise the code to refuse it with, and why.
fn check(url: &str) -> Result<(), (&'static str, &'static str)> {
    match url::host(url) {
        None => Err(("InvalidParameter.CdnParamError", "it must begin with `http://` or `https://` and a domain name")),
        Some(host) if host.contains('*') => {
            Err(("InvalidParameter.CdnPurgeWildcardNotAllowed", "wildcard domain names cannot be purged"))
        }
        Some(_) => Ok(()),
    }
}
