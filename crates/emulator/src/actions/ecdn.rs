//! Performs the actions of `ecdn`: the log of the purges that were submitted to `cdn`.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use super::{Call, Members, State, url};
use crate::refusal::Refusal;
use crate::state::{Status, Target, Task};
use crate::time;

/// Number of rows without the parameter `Limit`. 20: the documented default.
const DEFAULT_LIMIT: i64 = 20;

pub(super) fn describe_purge_tasks(call: &Call<'_>, state: &State) -> Result<Members, Refusal> {
    let filter = Filter::of(call);
    if filter.task_id.is_none() && filter.start.is_none() {
        return Err(Refusal::new("InvalidParameter.EcdnParamError", "one of `TaskId` and `StartTime` is required"));
    }
    let offset = count(call, "Offset", 0)?;
    let limit = count(call, "Limit", DEFAULT_LIMIT)?;

    let rows: Vec<Row<'_>> = log(call, state).filter(|row| filter.matches(row)).collect();
    let page = rows.iter().skip(offset).take(limit).map(log_entry).collect();
    Ok(Members::from_iter([("PurgeLogs".to_owned(), page), ("TotalCount".to_owned(), json!(rows.len()))]))
}

fn count(call: &Call<'_>, name: &str, default: i64) -> Result<usize, Refusal> {
    let value = call.integer(name).unwrap_or(default);
    usize::try_from(value).map_err(|_| {
        let message = format!("the parameter `{name}` must be at least 0, not {value}");
        Refusal::new("InvalidParameter.EcdnParamError", message)
    })
}

/// A row of the log: one target of one task.
struct Row<'a> {
    task: &'a Task,
    url: &'a str,
    status: Status,
}

/// The account's log: the latest task first, its targets in the order in which they were sent.
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
        // Responses contain `Done` where requests contain `done`.
        "Status": if row.status == Status::Done { "Done" } else { row.status.as_str() },
        "PurgeType": row.task.kind,
        "FlushType": row.task.method,
        "CreateTime": time::format(row.task.created),
    })
}

/// The rows that a request selects. `None` selects all.
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
            task_id: call.non_empty_text("TaskId"),
            purge_type: call.text("PurgeType"),
            status: call.text("Status"),
            keyword: call.non_empty_text("Keyword"),
            start: call.text("StartTime").and_then(time::parse),
            // Includes the whole second.
            end: call.text("EndTime").and_then(time::parse).map(|end| end + Duration::from_secs(1)),
        }
    }

    fn matches(&self, row: &Row<'_>) -> bool {
        self.task_id.is_none_or(|id| id == row.task.id)
            && self.purge_type.is_none_or(|purge_type| purge_type == row.task.kind)
            && self.status.is_none_or(|status| status.eq_ignore_ascii_case(row.status.as_str()))
            && self.keyword.is_none_or(|keyword| matches_keyword(row.url, keyword))
            && self.start.is_none_or(|start| start <= row.task.created)
            && self.end.is_none_or(|end| row.task.created < end)
    }
}

/// A keyword is a whole URL or a domain name.
fn matches_keyword(url: &str, keyword: &str) -> bool {
    url == keyword || url::host(url).is_some_and(|host| host.eq_ignore_ascii_case(keyword))
}
