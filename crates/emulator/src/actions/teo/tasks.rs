//! Lists the entries of tasks: one for each target.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use super::filters::{Filter, Rule, filters};
use super::zones;
use crate::actions::history::{Entries, Entry, Page, Range, Selection, TargetFilter, ZoneFilter};
use crate::actions::{Call, Members, State};
use crate::fault::FailedStatus;
use crate::refusal::Refusal;
use crate::state::{Status, Task};
use crate::time;

/// The code for an invalid parameter.
const INVALID: &str = "InvalidParameter.ParameterError";

/// The documented maximum of `Limit`.
const MAX_LIMIT: i64 = 1_000;

/// The documented maximum of the period: 7 days.
const MAX_PERIOD: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The documented filters of purges.
const PURGE_FILTERS: [Rule; 5] = [
    Rule { name: "job-id", max_values: 1, fuzzy: false },
    Rule { name: "target", max_values: 1, fuzzy: true },
    Rule { name: "domains", max_values: 20, fuzzy: false },
    Rule { name: "statuses", max_values: 20, fuzzy: false },
    Rule { name: "type", max_values: 1, fuzzy: false },
];

/// The documented filters of prefetches.
const PREFETCH_FILTERS: [Rule; 4] = [
    Rule { name: "job-id", max_values: 1, fuzzy: false },
    Rule { name: "target", max_values: 1, fuzzy: false },
    Rule { name: "domains", max_values: 20, fuzzy: false },
    Rule { name: "statuses", max_values: 20, fuzzy: false },
];

/// The values of the filter `type`, and of `statuses`. Only a prefetch can be `invalid`.
const PURGE_TYPES: [&str; 5] = ["purge_url", "purge_prefix", "purge_host", "purge_all", "purge_cache_tag"];
const PREFETCH_STATUSES: [&str; 6] = ["processing", "success", "failed", "timeout", "canceled", "invalid"];
const PURGE_STATUSES: [&str; 5] = ["processing", "success", "failed", "timeout", "canceled"];

/// The kinds of purges whose method the caller chooses.
const WITH_METHOD: [&str; 3] = ["purge_prefix", "purge_host", "purge_all"];

pub(in crate::actions) fn describe_purge_tasks(call: &Call<'_>, state: &State) -> Result<Members, Refusal> {
    let filters = filters(call, &PURGE_FILTERS, INVALID)?;
    describe(call, state, &filters, false)
}

pub(in crate::actions) fn describe_prefetch_tasks(call: &Call<'_>, state: &State) -> Result<Members, Refusal> {
    let filters = filters(call, &PREFETCH_FILTERS, INVALID)?;
    describe(call, state, &filters, true)
}

fn describe(call: &Call<'_>, state: &State, filters: &[Filter<'_>], prefetches: bool) -> Result<Members, Refusal> {
    let id = call.text("ZoneId").unwrap_or_default();
    let zone = Some(ZoneFilter { id, zone: zones::find(state, id, "OperationDenied")? });
    let selection = Selection::new(call, "teo", prefetches, status_name, Entries::OnePerTarget);
    let mut selection = Selection { zone, ..selection };
    for filter in filters {
        add(filter, &mut selection)?;
    }
    (selection.start, selection.end) = period(call, selection.id.is_some())?;
    let Page { entries, total } = selection.page(state, call.now, Range::of(call, Some(MAX_LIMIT), INVALID)?);
    let entries: Value = entries.iter().map(|entry| task_entry(entry, call.now)).collect();
    Ok(Members::from_iter([("TotalCount".to_owned(), json!(total)), ("Tasks".to_owned(), entries)]))
}

/// Adds a filter to a selection.
fn add<'a>(filter: &Filter<'a>, selection: &mut Selection<'a>) -> Result<(), Refusal> {
    let values = &filter.values;
    match (filter.name, values.as_slice()) {
        ("job-id", [id]) => selection.id = Some(id),
        ("target", [part]) if filter.fuzzy => selection.targets.push(TargetFilter::Contains(part)),
        ("target", [target]) => selection.targets.push(TargetFilter::Is(target)),
        ("type", [kind]) => {
            check_values(filter, &PURGE_TYPES)?;
            selection.kind = Some(kind);
        }
        ("statuses", _) => {
            check_values(filter, if selection.list.prefetches { &PREFETCH_STATUSES } else { &PURGE_STATUSES })?;
            selection.statuses = Some(values.clone());
        }
        _ => selection.targets.push(TargetFilter::HasHost(values.clone())),
    }
    Ok(())
}

fn check_values(filter: &Filter<'_>, documented: &[&str]) -> Result<(), Refusal> {
    match filter.values.iter().find(|value| !documented.contains(value)) {
        Some(value) => {
            let expected = documented.join(", ");
            let message = format!("a value of the filter `{}` must be one of {expected}, not `{value}`", filter.name);
            Err(Refusal::new(INVALID, message))
        }
        None => Ok(()),
    }
}

/// The start of a period, and the end, which does not belong to it.
type Period = (Option<SystemTime>, Option<SystemTime>);

/// The period of the query. It may be absent if there is a filter for a task.
fn period(call: &Call<'_>, has_task: bool) -> Result<Period, Refusal> {
    let [start, end] = ["StartTime", "EndTime"].map(|name| call.text(name).and_then(time::parse_with_offset));
    let refuse = |message| Err(Refusal::new(INVALID, message));
    let (start, end) = match (start, end) {
        (Some(start), Some(end)) => (start, end),
        (None, None) if has_task => return Ok((None, None)),
        (None, None) => return refuse("a period (`StartTime` and `EndTime`) or a filter for `job-id` is required"),
        _ => return refuse("`StartTime` and `EndTime` are required together"),
    };
    match end.duration_since(start) {
        Ok(length) if length > MAX_PERIOD => {
            refuse("the interval from `StartTime` to `EndTime` has more than 7 days; help: divide it")
        }
        // Includes the whole second.
        Ok(_) => Ok((Some(start), Some(end + Duration::from_secs(1)))),
        Err(_) => refuse("`EndTime` is before `StartTime`"),
    }
}

fn status_name(task: &Task, status: Status) -> &'static str {
    match status {
        Status::Process => "processing",
        Status::Done => "success",
        Status::Failed(FailedStatus::Timeout) => "timeout",
        Status::Failed(FailedStatus::Canceled) => "canceled",
        Status::Failed(FailedStatus::Invalid) if task.is_prefetch() => "invalid",
        Status::Failed(FailedStatus::Invalid | FailedStatus::Fail) => "failed",
    }
}

fn task_entry(entry: &Entry<'_>, now: SystemTime) -> Value {
    let task = entry.task;
    let is_finished = task.finished <= now;
    let failure = entry.target.failure.as_ref().filter(|_| is_finished);
    let fail_type = match entry.status {
        "invalid" => "originPullFailed",
        _ => "taskFailed",
    };
    json!({
        "JobId": task.id,
        "Target": entry.target.address,
        "Type": task.kind,
        "Method": WITH_METHOD.contains(&task.kind.as_str()).then_some(&task.method),
        "Status": entry.status,
        "CreateTime": time::format_with_offset(task.created),
        "UpdateTime": time::format_with_offset(if is_finished { task.finished } else { task.created }),
        "FailType": failure.map(|_| fail_type),
        "FailMessage": failure.map(|failure| &failure.message),
    })
}
