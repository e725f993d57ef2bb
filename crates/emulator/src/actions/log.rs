//! Reads the query parameters that the logs of `cdn` and `ecdn` have in common.

use std::time::Duration;

use super::Call;
use super::history::{Selection, TargetFilter};
use crate::refusal::Refusal;
use crate::time;

/// Adds the conditions of a request to a selection. `code` is the one for an invalid parameter.
pub(super) fn add_conditions<'a>(
    call: &'a Call<'_>,
    selection: &mut Selection<'a>,
    code: &'static str,
) -> Result<(), Refusal> {
    let [id, keyword] = ["TaskId", "Keyword"].map(|name| call.non_empty_text(name));
    let [start, end] = ["StartTime", "EndTime"].map(|name| call.text(name).and_then(time::parse));
    if id.is_none() && start.is_none() {
        return Err(Refusal::new(code, "one of `TaskId` and `StartTime` is required"));
    }
    if start.zip(end).is_some_and(|(start, end)| end < start) {
        return Err(Refusal::new(code, "`EndTime` is before `StartTime`"));
    }
    selection.id = id;
    selection.start = start;
    // Includes the whole second.
    selection.end = end.map(|end| end + Duration::from_secs(1));
    selection.kind = call.text("PurgeType");
    selection.statuses = call.text("Status").map(|status| vec![status]);
    selection.targets.extend(keyword.map(TargetFilter::IsOrHasHost));
    Ok(())
}
