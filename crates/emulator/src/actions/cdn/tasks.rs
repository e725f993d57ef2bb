//! Lists the rows of tasks: one for each target and region.

use serde_json::{Value, json};

use crate::actions::history::{Page, Range, Row, Rows, Selection};
use crate::actions::{Call, Members, State, log};
use crate::fault::FailedStatus;
use crate::refusal::Refusal;
use crate::state::{Status, Task};
use crate::time;

/// The code for an invalid parameter.
const INVALID: &str = "InvalidParameter.CdnParamError";

pub(in crate::actions) fn describe_purge_tasks(call: &Call<'_>, state: &State) -> Result<Members, Refusal> {
    let page = page(call, state, false)?;
    let rows: Value = page.rows.iter().map(purge_row).collect();
    Ok(Members::from_iter([("PurgeLogs".to_owned(), rows), ("TotalCount".to_owned(), json!(page.total))]))
}

pub(in crate::actions) fn describe_push_tasks(call: &Call<'_>, state: &State) -> Result<Members, Refusal> {
    let page = page(call, state, true)?;
    let rows: Value = page.rows.iter().map(|row| push_row(row, call)).collect();
    Ok(Members::from_iter([("PushLogs".to_owned(), rows), ("TotalCount".to_owned(), json!(page.total))]))
}

fn page<'a>(call: &'a Call<'_>, state: &'a State, prefetches: bool) -> Result<Page<'a>, Refusal> {
    // No page says what `global` selects. Here it selects both regions, like no region.
    let region = call.text("Area").filter(|area| *area != "global");
    let mut selection = Selection::new(call, "cdn", prefetches, status_name, Rows::OnePerRegion(region));
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

/// A row of a purge. It does not name its region.
fn purge_row(row: &Row<'_>) -> Value {
    json!({
        "TaskId": row.task.id,
        "Url": row.target.address,
        "Status": row.status,
        "PurgeType": row.task.kind,
        "FlushType": row.task.method,
        "CreateTime": time::format(row.task.created),
    })
}

fn push_row(row: &Row<'_>, call: &Call<'_>) -> Value {
    let task = row.task;
    let updated = if task.finished <= call.now { task.finished } else { task.created };
    json!({
        "TaskId": task.id,
        "Url": row.target.address,
        // The documented example has `Done`, although requests contain `done`.
        "Status": if row.status == "done" { "Done" } else { row.status },
        "Percent": task.percent(call.now),
        "CreateTime": time::format(task.created),
        "Area": row.region,
        "UpdateTime": time::format(updated),
    })
}
