//! Performs the actions of `ecdn`: the log of the purges that were submitted to `cdn`.

use serde_json::{Value, json};

use super::history::{Entries, Entry, Range, Selection};
use super::{Call, Members, State, cdn, log};
use crate::refusal::Refusal;
use crate::time;

/// The code for an invalid parameter.
const INVALID: &str = "InvalidParameter.EcdnParamError";

pub(super) fn describe_purge_tasks(call: &Call<'_>, state: &State) -> Result<Members, Refusal> {
    let mut selection = Selection::new(call, "cdn", false, cdn::status_name, Entries::OnePerTarget);
    log::add_conditions(call, &mut selection, INVALID)?;
    let page = selection.page(state, call.now, Range::of(call, None, INVALID)?);
    let entries: Value = page.entries.iter().map(log_entry).collect();
    Ok(Members::from_iter([("PurgeLogs".to_owned(), entries), ("TotalCount".to_owned(), json!(page.total))]))
}

fn log_entry(entry: &Entry<'_>) -> Value {
    json!({
        "TaskId": entry.task.id,
        "Url": entry.target.address,
        // Responses contain `Done` where requests contain `done`.
        "Status": if entry.status == "done" { "Done" } else { entry.status },
        "PurgeType": entry.task.kind,
        "FlushType": entry.task.method,
        "CreateTime": time::format(entry.task.created),
    })
}
