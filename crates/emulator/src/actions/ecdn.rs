//! `ecdn`: the log of the purges that were submitted to `cdn`.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use super::{Members, State, integer, text, url};
use crate::moment;
use crate::parameters::Parameters;
use crate::refusal::Refusal;
use crate::tasks::Row;

/// How many rows are shown unless `Limit` says otherwise.
const LIMIT: i64 = 20;

pub(super) fn describe_purge_tasks(
    parameters: &Parameters,
    state: &State,
    now: SystemTime,
) -> Result<Members, Refusal> {
    let wanted = Filter::of(parameters);
    if wanted.task_id.is_none() && wanted.start.is_none() {
        return Err(Refusal::new("InvalidParameter.EcdnParamError", "one of `TaskId` and `StartTime` must be given"));
    }
    let offset = count(parameters, "Offset", 0)?;
    let limit = count(parameters, "Limit", LIMIT)?;

    let rows: Vec<Row<'_>> = state.tasks.log(now).filter(|row| wanted.has(row)).collect();
    let page = rows.iter().skip(offset).take(limit).map(log_entry).collect();
    Ok(Members::from_iter([("PurgeLogs".to_owned(), page), ("TotalCount".to_owned(), json!(rows.len()))]))
}

fn count(parameters: &Parameters, name: &str, default: i64) -> Result<usize, Refusal> {
    let given = integer(parameters, name).unwrap_or(default);
    usize::try_from(given).map_err(|_| {
        let message = format!("the parameter `{name}` is {given}: zero or more is expected");
        Refusal::new("InvalidParameter.EcdnParamError", message)
    })
}

fn log_entry(row: &Row<'_>) -> Value {
    json!({
        "TaskId": row.task.id,
        "Url": row.url,
        "Status": row.status.as_str(),
        "PurgeType": row.task.purge_type.as_str(),
        "FlushType": row.task.flush_type,
        "CreateTime": moment::format(row.task.created),
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
    fn of(parameters: &'a Parameters) -> Self {
        Self {
            task_id: stated(parameters, "TaskId"),
            purge_type: text(parameters, "PurgeType"),
            status: text(parameters, "Status"),
            keyword: stated(parameters, "Keyword"),
            start: text(parameters, "StartTime").and_then(moment::parse),
            // All of the second that it names.
            end: text(parameters, "EndTime").and_then(moment::parse).map(|end| end + Duration::from_secs(1)),
        }
    }

    fn has(&self, row: &Row<'_>) -> bool {
        self.task_id.is_none_or(|id| id == row.task.id)
            && self.purge_type.is_none_or(|purge_type| purge_type == row.task.purge_type.as_str())
            && self.status.is_none_or(|status| status.eq_ignore_ascii_case(row.status.as_str()))
            && self.keyword.is_none_or(|keyword| has_keyword(row.url, keyword))
            && self.start.is_none_or(|start| start <= row.task.created)
            && self.end.is_none_or(|end| row.task.created < end)
    }
}

/// A string that counts as absent when it is empty.
fn stated<'a>(parameters: &'a Parameters, name: &str) -> Option<&'a str> {
    text(parameters, name).filter(|text| !text.is_empty())
}

/// A keyword is a whole URL or a domain name.
fn has_keyword(address: &str, keyword: &str) -> bool {
    address == keyword || url::host(address).is_some_and(|host| host.eq_ignore_ascii_case(keyword))
}
