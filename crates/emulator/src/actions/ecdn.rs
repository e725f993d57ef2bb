//! Performs the actions of `ecdn`: the log of the purges that were submitted to `cdn`.

use serde_json::{Value, json};

use super::history::{Range, Row, Rows, Selection};
use super::{Call, Members, State, cdn, log};
use crate::refusal::Refusal;
use crate::time;

/// The code for an invalid parameter.
const INVALID: &str = "InvalidParameter.EcdnParamError";

pub(super) fn describe_purge_tasks(call: &Call<'_>, state: &State) -> Result<Members, Refusal> {
    let mut selection = Selection::new(call, "cdn", false, cdn::status_name, Rows::OnePerTarget);
    log::add_conditions(call, &mut selection, INVALID)?;
    let page = selection.page(state, call.now, Range::of(call, None, INVALID)?);
    let rows: Value = page.rows.iter().map(log_entry).collect();
    Ok(Members::from_iter([("PurgeLogs".to_owned(), rows), ("TotalCount".to_owned(), json!(page.total))]))
}

fn log_entry(row: &Row<'_>) -> Value {
    json!({
        "TaskId": row.task.id,
        "Url": row.target.address,
        // Responses contain `Done` where requests contain `done`.
        "Status": if row.status == "done" { "Done" } else { row.status },
        "PurgeType": row.task.kind,
        "FlushType": row.task.method,
        "CreateTime": time::format(row.task.created),
    })
}
