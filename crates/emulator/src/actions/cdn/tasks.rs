//! Lists the entries of tasks: one for each target and region.

use serde_json::{Value, json};

use crate::actions::history::{Entries, Entry, Page, Range, Selection};
use crate::actions::{Call, Members, State, log};
use crate::fault::FailedStatus;
use crate::refusal::Refusal;
use crate::state::{Status, Task};
use crate::time;

/// The code for an invalid parameter.
const INVALID: &str = "InvalidParameter.CdnParamError";

pub(in crate::actions) fn describe_purge_tasks(call: &Call<'_>, state: &State) -> Result<Members, Refusal> {
    let page = page(call, state, false)?;
    let entries: Value = page.entries.iter().map(purge_entry).collect();
    Ok(Members::from_iter([("PurgeLogs".to_owned(), entries), ("TotalCount".to_owned(), json!(page.total))]))
}

pub(in crate::actions) fn describe_push_tasks(call: &Call<'_>, state: &State) -> Result<Members, Refusal> {
    let page = page(call, state, true)?;
    let entries: Value = page.entries.iter().map(|entry| push_entry(entry, call)).collect();
    Ok(Members::from_iter([("PushLogs".to_owned(), entries), ("TotalCount".to_owned(), json!(page.total))]))
}

fn page<'a>(call: &'a Call<'_>, state: &'a State, prefetches: bool) -> Result<Page<'a>, Refusal> {
    // No page says what `global` selects. Here it selects both regions, like no region.
    let region = call.text("Area").filter(|area| *area != "global");
    let mut selection = Selection::new(call, "cdn", prefetches, status_name, Entries::OnePerRegion(region));
    log::add_conditions(call, &mut selection, INVALID)?;
    Ok(selection.page(state, call.now, Range::of(call, None, INVALID)?))
}

/// The name of a status in requests.
pub(in crate::actions) fn status_name(task: &Task, status: Status) -> &'static str {
    match status {
        Status::Process => "process",
        Status::Done => "done",
        Status::Failed(FailedStatus::Invalid) if task.is_prefetch() => "invalid",
        Status::Failed(_) => "fail",
    }
}

/// An entry of a purge. It does not name its region.
fn purge_entry(entry: &Entry<'_>) -> Value {
    json!({
        "TaskId": entry.task.id,
        "Url": entry.target.address,
        "Status": entry.status,
        "PurgeType": entry.task.kind,
        "FlushType": entry.task.method,
        "CreateTime": time::format(entry.task.created),
    })
}

fn push_entry(entry: &Entry<'_>, call: &Call<'_>) -> Value {
    let task = entry.task;
    let updated = if task.finished <= call.now { task.finished } else { task.created };
    json!({
        "TaskId": task.id,
        "Url": entry.target.address,
        // The documented example has `Done`, although requests contain `done`.
        "Status": if entry.status == "done" { "Done" } else { entry.status },
        "Percent": task.percent(call.now),
        "CreateTime": time::format(task.created),
        "Area": entry.region,
        "UpdateTime": time::format(updated),
    })
}
