//! Performs the actions of `cdn`: purges by URL and by directory.

use serde_json::Value;

use super::{Call, Members, Outcome, State, target};
use crate::refusal::Refusal;
use crate::state::{Target, Task};

/// The flush type of a purge by URL, which has no such parameter.
const FLUSH: &str = "flush";

pub(super) fn purge_urls_cache(call: &Call<'_>, state: &mut State) -> Result<Outcome, Refusal> {
    submit(call, "Urls", "url", state)
}

pub(super) fn purge_path_cache(call: &Call<'_>, state: &mut State) -> Result<Outcome, Refusal> {
    submit(call, "Paths", "path", state)
}

/// Submits the targets in the list parameter `over`.
fn submit(call: &Call<'_>, over: &str, kind: &str, state: &mut State) -> Result<Outcome, Refusal> {
    for (index, url) in call.texts(over).enumerate() {
        if let Some(reason) = call.invalid(over, url) {
            let code = match reason {
                target::WILDCARD => "InvalidParameter.CdnPurgeWildcardNotAllowed",
                _ => "InvalidParameter.CdnParamError",
            };
            return Err(Refusal::new(code, format!("the parameter `{over}.{index}` is invalid (`{url}`): {reason}")));
        }
    }
    let finished = call.finished(state)?;
    let id = state.ids.task(call.now);
    let task = Task {
        id: id.clone(),
        account: call.account.to_owned(),
        service: call.product.service.to_owned(),
        action: call.action.name.to_owned(),
        kind: kind.to_owned(),
        method: call.text("FlushType").unwrap_or(FLUSH).to_owned(),
        place: call.text("Area").map(str::to_owned),
        targets: call.texts(over).map(|url| target(call, url)).collect(),
        created: call.now,
        finished,
    };
    Ok(Outcome { members: Members::from_iter([("TaskId".to_owned(), Value::String(id))]), task: Some(task) })
}

/// A target. It fails if an injected fault says so.
fn target(call: &Call<'_>, url: &str) -> Target {
    Target { fails: call.failing.is_some_and(|failing| failing.contains(url)), ..Target::succeeding(url) }
}
