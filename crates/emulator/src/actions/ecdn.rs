//! `ecdn`: the log of the purges that were submitted to `cdn`.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use super::{Call, Members, State, url};
use crate::refusal::Refusal;
use crate::state::{Status, Target, Task};
use crate::time;

/// How many rows are shown unless `Limit` says otherwise.
const LIMIT: i64 = 20;

pub(super) fn describe_purge_tasks(call: &Call<'_>, state: &State) -> Result<Members, Refusal> {
    let wanted = Filter::of(call);
    if wanted.task_id.is_none() && wanted.start.is_none() {
        return Err(Refusal::new("InvalidParameter.EcdnParamError", "one of `TaskId` and `StartTime` must be given"));
    }
    let offset = count(call, "Offset", 0)?;
    let limit = count(call, "Limit", LIMIT)?;

    let rows: Vec<Row<'_>> = log(call, state).filter(|row| wanted.has(row)).collect();
    let page = rows.iter().skip(offset).take(limit).map(log_entry).collect();
    Ok(Members::from_iter([("PurgeLogs".to_owned(), page), ("TotalCount".to_owned(), json!(rows.len()))]))
}

fn count(call: &Call<'_>, name: &str, default: i64) -> Result<usize, Refusal> {
    let given = call.integer(name).unwrap_or(default);
    usize::try_from(given).map_err(|_| {
        let message = format!("the parameter `{name}` is {given}: zero or more is expected");
        Refusal::new("InvalidParameter.EcdnParamError", message)
    })
}

/// One row of the log: one address of one task.
struct Row<'a> {
    task: &'a Task,
    url: &'a str,
    status: Status,
}

/// The account's log as it is now: the latest task first, its addresses in the order in which they were sent.
fn log<'a>(call: &'a Call<'_>, state: &'a State) -> impl Iterator<Item = Row<'a>> {
    let tasks = state.tasks.latest().filter(|task| task.service == "cdn" && task.account == call.account);
    tasks.flat_map(|task| {
        let row = |target: &'a Target| Row { task, url: &target.address, status: target.status(task, call.now) };
        task.targets.iter().map(row)
    })
}

fn log_entry(row: &Row<'_>) -> Value {
    json!({
        "TaskId": row.task.id,
        "Url": row.url,
        // Answers write `Done` where requests write `done`.
        "Status": if row.status == Status::Done { "Done" } else { row.status.as_str() },
        "PurgeType": row.task.kind,
        "FlushType": row.task.method,
        "CreateTime": time::format(row.task.created),
    })
}

/// Which rows are asked for; what is not stated is not asked.
struct Filter<'a> {
    task_id: Option<&'a str>,
    purge_type: Option<&'a str>,
    status: Option<&'a str>,
    keyword: Option<&'a str>,
    start: Option<SystemTime>,
    end: Option<SystemTime>,
}

impl<'a> Filter<'a> {
    fn of(call: &'a Call<'_>) -> Self {
        Self {
            task_id: stated(call, "TaskId"),
            purge_type: call.text("PurgeType"),
            status: call.text("Status"),
            keyword: stated(call, "Keyword"),
            start: call.text("StartTime").and_then(time::parse),
            // All of the second that it names.
            end: call.text("EndTime").and_then(time::parse).map(|end| end + Duration::from_secs(1)),
        }
    }

    fn has(&self, row: &Row<'_>) -> bool {
        self.task_id.is_none_or(|id| id == row.task.id)
            && self.purge_type.is_none_or(|purge_type| purge_type == row.task.kind)
            && self.status.is_none_or(|status| status.eq_ignore_ascii_case(row.status.as_str()))
            && self.keyword.is_none_or(|keyword| has_keyword(row.url, keyword))
            && self.start.is_none_or(|start| start <= row.task.created)
            && self.end.is_none_or(|end| row.task.created < end)
    }
}

/// A string that counts as absent when it is empty.
fn stated<'a>(call: &'a Call<'_>, name: &str) -> Option<&'a str> {
    call.text(name).filter(|text| !text.is_empty())
}

/// A keyword is a whole URL or a domain name.
fn has_keyword(address: &str, keyword: &str) -> bool {
    address == keyword || url::host(address).is_some_and(|host| host.eq_ignore_ascii_case(keyword))
}
