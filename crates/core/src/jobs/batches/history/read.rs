//! Reads the history of the tasks of an action.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::times::Created;
use crate::action::{Batched, Paged, Pagination, TaskEntry, TaskList, TaskQuery};
use crate::call::{CallOptions, Caller, SendGate};
use crate::error::{Error, ErrorKind};
use crate::jobs::batches::template::Template;
use crate::jobs::query::EntriesRequest;
use crate::jobs::task::MAX_UNLISTED;
use crate::response::RawResponse;
use crate::time::UtcOffset;

/// How long the history may lack a task, if not set. Two minutes: twice as long as a wait expects,
/// because the targets of a request that is not found are sent again.
pub(crate) const HISTORY_DELAY: Duration = MAX_UNLISTED.saturating_mul(2);
/// Maximum number of pages of one search. 10,000: more than a day's tasks. A service that returns
/// pages without end must not be asked forever.
const MAX_PAGES: u64 = 10_000;
/// Maximum number of times that a list is read again because it has moved.
const MAX_RESTARTS: u64 = 8;
/// Difference between the times that a text without an offset may mean: UTC, or China's.
const AMBIGUITY: Duration = Duration::from_secs(UtcOffset::CHINA.seconds().unsigned_abs());

/// The history of the tasks of an action, without the action's type.
#[derive(Clone)]
pub(crate) struct History {
    pub(super) caller: Caller,
    read: fn(RawResponse) -> Result<Page, Error>,
    query: &'static TaskQuery,
    pagination: Pagination,
    scope: Option<String>,
    kind: Option<String>,
    method: Option<String>,
    /// Whether the service may accept some targets of a request and reject others.
    pub(super) is_partial: bool,
    /// How long a request can take.
    pub(super) longest: Duration,
    pub(super) delay: Duration,
}

/// Which entries are read.
#[derive(Clone, Copy)]
pub(super) enum Selection<'a> {
    /// Those of tasks that were submitted in a period; of one target, or of all.
    Period { from: SystemTime, until: SystemTime, target: Option<&'a str> },
    /// Those of a task.
    Task(&'a str),
}

/// An entry of the history.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    pub(super) task: String,
    pub(super) target: String,
    pub(super) created: Created,
    kind: Option<String>,
    method: Option<String>,
}

impl From<TaskEntry<'_>> for Row {
    fn from(entry: TaskEntry<'_>) -> Self {
        let TaskEntry { task, target, created, kind, method, .. } = entry;
        Self {
            task: task.to_owned(),
            target: target.to_owned(),
            created: Created::from(created),
            kind: kind.map(str::to_owned),
            method: method.map(str::to_owned),
        }
    }
}

impl History {
    /// The history of the tasks of an action that `caller` calls with requests of this template.
    pub(crate) fn new<A: Batched>(caller: &Caller, template: &Template, delay: Duration) -> Self {
        let member = |parameter: Option<&str>| parameter.and_then(|parameter| template.member(parameter));
        Self {
            caller: Caller::new::<A::ListedBy>(
                Arc::clone(caller.service()),
                CallOptions::new().permit_timeout(Duration::MAX),
            ),
            read: read::<A::ListedBy>,
            query: &const { <A::ListedBy as TaskList>::QUERY },
            pagination: <A::ListedBy as Paged>::PAGINATION,
            scope: member(A::SCOPE),
            kind: A::KIND.map(str::to_owned).or_else(|| member(A::KIND_BY)),
            method: member(A::METHOD_BY),
            is_partial: A::PARTIAL,
            longest: caller.longest_attempt(),
            delay,
        }
    }

    pub(crate) fn with_delay(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// The scope of the tasks, such as the id of their zone.
    pub(crate) fn scope(&self) -> Option<&str> {
        self.scope.as_deref()
    }

    /// Whether the history of all zones is asked. No page says whether the service lists it.
    pub(super) fn is_of_all_zones(&self) -> bool {
        self.scope() == Some("*")
    }

    /// Whether the times of entries have an offset from UTC.
    pub(super) fn has_offset(&self) -> bool {
        self.query.period.has_offset
    }

    /// Whether an entry is that of a task of another kind.
    pub(super) fn is_other_kind(&self, row: &Row) -> bool {
        differs(self.kind.as_deref(), row.kind.as_deref())
    }

    /// Whether an entry states another method than the requests.
    pub(super) fn is_other_method(&self, row: &Row) -> bool {
        differs(self.method.as_deref(), row.method.as_deref())
    }

    /// Reads entries, page by page. An entry may be read twice.
    pub(super) async fn read(&self, selection: Selection<'_>, mut each: impl FnMut(Row)) -> Result<(), Error> {
        let limit = self.pagination.page_size.unwrap_or(u32::MAX);
        let (mut offset, mut last, mut restarts) = (0, None, 0);
        for _ in 0..MAX_PAGES {
            let body = self.request(selection)?.page(self.pagination, offset, limit)?.encode();
            let Page { rows, total } = self.caller.call(body, &SendGate::open(), self.read).await?;
            let (count, is_short) = (rows.len() as u64, rows.len() < limit as usize);
            // A page begins with the last entry of the one before it. Otherwise the list has moved,
            // and entries may be missing.
            let is_continued = last.as_ref().is_none_or(|last| rows.contains(last));
            let next = rows.last().cloned();
            rows.into_iter().for_each(&mut each);
            let end = offset + count;
            if !is_continued {
                restarts += 1;
                if restarts > MAX_RESTARTS {
                    return Err(moved("the history of tasks changes faster than it can be read"));
                }
                (offset, last) = (0, None);
                continue;
            }
            if count == 0 && total.is_some_and(|total| total > offset) {
                return Err(moved("a page of the history of tasks is empty"));
            }
            // A full page is never the last, because a total may be too small. A short one need not
            // be, because a service may return fewer entries than it was asked for.
            if count == 0 || is_short && total.is_none_or(|total| end >= total) {
                return Ok(());
            }
            (offset, last) = if count > 1 { (end - 1, next) } else { (end, None) };
        }
        Err(moved(&format!("the history of tasks has more than {MAX_PAGES} pages")))
    }

    fn request(&self, selection: Selection<'_>) -> Result<EntriesRequest, Error> {
        let request = EntriesRequest::new(self.query).scope(self.scope())?;
        match selection {
            Selection::Task(id) => request.task(id),
            Selection::Period { mut from, until, target } => {
                if !self.has_offset() {
                    // The request is written in China's time. If the service reads it as UTC, it is
                    // eight hours later than meant, and must not begin after the task was created.
                    from = from.checked_sub(AMBIGUITY).unwrap_or(from);
                }
                let request = request.submitted(from, until)?;
                match target {
                    Some(target) => request.target(target),
                    None => Ok(request),
                }
            }
        }
    }
}

/// A page of the history.
struct Page {
    rows: Vec<Row>,
    total: Option<u64>,
}

fn read<L: TaskList>(response: RawResponse) -> Result<Page, Error> {
    let response = response.decode()?;
    let total = L::total(&response);
    let rows = L::items(response).iter().map(|item| Row::from(L::entry(item))).collect();
    Ok(Page { rows, total })
}

/// Whether both are stated, and differ. The service does not always write values in the same case.
fn differs(expected: Option<&str>, stated: Option<&str>) -> bool {
    let (Some(expected), Some(stated)) = (expected, stated) else { return false };
    !stated.is_empty() && !stated.eq_ignore_ascii_case(expected)
}

fn moved(message: &str) -> Error {
    Error::new(ErrorKind::Decode, message.to_owned())
}
