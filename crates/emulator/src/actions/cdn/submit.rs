//! Submits purges by URL and by directory, and prefetches.

use serde_json::Value;

use crate::actions::{Call, Members, Outcome, State, target};
use crate::refusal::Refusal;
use crate::state::{Failure, Target};

/// The flush type of a purge by URL, which has no such parameter.
const FLUSH: &str = "flush";

/// Limits of the headers of a prefetch: their number, and the bytes of a name and of a value.
const MAX_HEADERS: usize = 20;
const MAX_NAME_BYTES: usize = 128;
const MAX_VALUE_BYTES: usize = 1_024;

/// A way to submit targets.
struct Submission<'a> {
    /// The list parameter.
    over: &'a str,
    kind: &'a str,
    method: &'a str,
    /// The code for a wildcard.
    wildcard: &'static str,
}

pub(in crate::actions) fn purge_urls_cache(call: &Call<'_>, state: &mut State) -> Result<Outcome, Refusal> {
    let wildcard = "InvalidParameter.CdnPurgeWildcardNotAllowed";
    submit(call, &Submission { over: "Urls", kind: "url", method: FLUSH, wildcard }, state)
}

pub(in crate::actions) fn purge_path_cache(call: &Call<'_>, state: &mut State) -> Result<Outcome, Refusal> {
    let wildcard = "InvalidParameter.CdnPurgeWildcardNotAllowed";
    let method = call.text("FlushType").unwrap_or(FLUSH);
    submit(call, &Submission { over: "Paths", kind: "path", method, wildcard }, state)
}

pub(in crate::actions) fn push_urls_cache(call: &Call<'_>, state: &mut State) -> Result<Outcome, Refusal> {
    check_headers(call)?;
    let wildcard = "InvalidParameter.CdnPushWildcardNotAllowed";
    let method = call.text("Layer").unwrap_or("default");
    submit(call, &Submission { over: "Urls", kind: "url", method, wildcard }, state)
}

fn check_headers(call: &Call<'_>) -> Result<(), Refusal> {
    let headers = call.parameters.get("Headers").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let length = |header: &Value, member: &str| header.get(member).and_then(Value::as_str).map_or(0, str::len);
    let problem = if headers.len() > MAX_HEADERS {
        format!("has {} elements: at most {MAX_HEADERS} are allowed", headers.len())
    } else if headers.iter().any(|header| !(1..=MAX_NAME_BYTES).contains(&length(header, "Name"))) {
        format!("contains a name that is empty or has more than {MAX_NAME_BYTES} bytes")
    } else if headers.iter().any(|header| length(header, "Value") > MAX_VALUE_BYTES) {
        format!("contains a value of more than {MAX_VALUE_BYTES} bytes")
    } else {
        return Ok(());
    };
    Err(Refusal::new("InvalidParameter.CdnParamError", format!("the parameter `Headers` {problem}")))
}

/// Submits the targets. One that is invalid makes the service refuse all.
fn submit(call: &Call<'_>, how: &Submission<'_>, state: &mut State) -> Result<Outcome, Refusal> {
    let over = how.over;
    for (index, url) in call.texts(over).enumerate() {
        if let Some(reason) = call.invalid(over, url) {
            let code = if reason == target::WILDCARD { how.wildcard } else { "InvalidParameter.CdnParamError" };
            return Err(Refusal::new(code, format!("the parameter `{over}.{index}` is invalid (`{url}`): {reason}")));
        }
    }
    let targets = call.texts(over).map(|url| target(call, url)).collect();
    let id = state.new_id(|ids| ids.task(call.now));
    let task = call.task(state, id.clone(), how.kind, how.method, call.text("Area"), targets)?;
    Ok(Outcome { members: Members::from_iter([("TaskId".to_owned(), Value::String(id))]), task: Some(task) })
}

/// A target. It fails if an injected fault says so.
fn target(call: &Call<'_>, url: &str) -> Target {
    let failing = call.failing.filter(|failing| failing.contains(url));
    let failure = failing.map(|failing| Box::new(Failure::of(failing)));
    Target { failure, ..Target::succeeding(url) }
}
