//! Asks the history of tasks about requests without a usable response.

use std::collections::HashSet;
use std::mem;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::search::{Found, Period, Row};
use crate::action::{Batched, Paged, Pagination, TaskList, TaskQuery};
use crate::call::{CallOptions, Caller, SendGate, Service};
use crate::error::{Error, ErrorKind};
use crate::jobs::batches::sent_at::{SentAt, differ};
use crate::jobs::query::EntriesRequest;
use crate::jobs::task::MAX_UNLISTED;
use crate::response::RawResponse;

/// How long after a request the history may lack its task, if not set. Two minutes: a call takes up
/// to one, and the task is listed within another.
pub(crate) const HISTORY_DELAY: Duration = Duration::from_secs(60).saturating_add(MAX_UNLISTED);
/// Time between two searches for the same task. Ten seconds: a task is usually listed within one,
/// and others may need the rate.
const INTERVAL: Duration = Duration::from_secs(10);
/// Maximum number of pages of one search. 10,000: more than a day's tasks. A service that returns
/// pages without end must not be asked forever.
const MAX_PAGES: u64 = 10_000;
/// Difference between the times that a text without an offset may mean.
const CHINA: Duration = Duration::from_secs(8 * 3_600);

/// The history of the tasks of an action, without the action's type.
#[derive(Clone)]
pub(crate) struct History {
    caller: Caller,
    read: fn(RawResponse) -> Result<Page, Error>,
    query: &'static TaskQuery,
    pagination: Pagination,
    scope: Option<String>,
    /// Whether the service may accept some targets of a request and refuse others.
    is_partial: bool,
    delay: Duration,
}

/// A request of which it is not known whether it was accepted.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    /// The targets as they were sent.
    pub(crate) targets: Vec<String>,
    pub(crate) sent_at: SentAt,
}

/// What the history says about a request.
#[derive(Debug)]
pub(crate) enum Answer {
    /// It was accepted as this task, with the targets of these indexes.
    Accepted { task: String, targets: Vec<usize> },
    /// It was not accepted.
    Absent,
    /// The history could not be asked.
    Unknown(Error),
}

impl Answer {
    fn is_partial(&self, question: &Question) -> bool {
        matches!(self, Self::Accepted { targets, .. } if targets.len() < question.targets.len())
    }
}

impl History {
    pub(crate) fn new<A: Batched>(service: Arc<Service>, scope: Option<String>, delay: Duration) -> Self {
        Self {
            caller: Caller::new::<A::ListedBy>(service, CallOptions::new().permit_timeout(Duration::MAX)),
            read: read::<A::ListedBy>,
            query: &const { <A::ListedBy as TaskList>::QUERY },
            pagination: <A::ListedBy as Paged>::PAGINATION,
            scope,
            is_partial: A::PARTIAL,
            delay,
        }
    }

    /// Asks about requests, one after the other. `known` are the tasks of other requests.
    pub(crate) async fn ask(&self, questions: Vec<Question>, known: HashSet<String>) -> Vec<Answer> {
        let mut known = known;
        let mut answers = Vec::with_capacity(questions.len());
        for question in questions {
            let answer = self.ask_until_listed(&question, &known).await.unwrap_or_else(Answer::Unknown);
            if let Answer::Accepted { task, .. } = &answer {
                known.insert(task.clone());
            }
            answers.push(answer);
        }
        answers
    }

    /// Asks about a request again and again, until it is found or should have been.
    async fn ask_until_listed(&self, question: &Question, known: &HashSet<String>) -> Result<Answer, Error> {
        let known = known.iter().map(String::as_str).collect();
        // However wrong the clocks are, the request was sent before this.
        let asked_at = self.caller.config().clock().now();
        let (mut is_corrected, mut part) = (false, None);
        loop {
            let difference = self.caller.clock_difference();
            let local = self.caller.config().clock().now();
            let now = difference.apply(local);
            let estimates = question.sent_at.estimates(difference, now);
            let left = estimates.iter().map(|sent_at| self.left(*sent_at, now)).max().unwrap_or(self.delay);
            let mut periods: Vec<Period> = estimates.iter().map(|sent_at| Period::of(*sent_at, now)).collect();
            if periods.is_empty() {
                periods.push(Period::before(now));
            }
            let mut failed = None;
            for period in periods {
                match self.find(question, period, &known).await {
                    // The other targets may have failed, or are not listed yet.
                    Ok(Some(answer)) if answer.is_partial(question) => part = Some(answer),
                    Ok(Some(answer)) => return Ok(answer),
                    Ok(None) => {}
                    Err(error) => failed = Some(error),
                }
            }
            // If the responses say that the period was wrong, another one is searched at once.
            if differ(self.caller.clock_difference().apply(local), now) && !mem::replace(&mut is_corrected, true) {
                continue;
            }
            if let Some(error) = failed {
                return Err(error);
            }
            match left.min(self.left(asked_at, local)).min(INTERVAL) {
                Duration::ZERO => return Ok(part.unwrap_or(Answer::Absent)),
                wait => self.caller.config().clock().sleep(wait).await,
            }
        }
    }

    /// How long the history may still lack a task that was submitted at this time.
    fn left(&self, sent_at: SystemTime, now: SystemTime) -> Duration {
        let listed_at = sent_at.checked_add(self.delay).unwrap_or(now);
        listed_at.duration_since(now).unwrap_or_default()
    }

    /// Searches for a request once.
    ///
    /// If the service accepts a request as a whole, its first target and its last one are enough:
    /// they are in the same task. Otherwise every target is looked for in the whole period.
    async fn find(&self, question: &Question, period: Period, known: &HashSet<&str>) -> Result<Option<Answer>, Error> {
        let targets: Vec<&str> = question.targets.iter().map(String::as_str).collect();
        let all = || (0..targets.len()).collect();
        if self.is_partial {
            let found = Found::new(self.rows(period, None).await?, period, known);
            return Ok(found.task_with_any(&targets).map(|(task, part)| Answer::Accepted {
                task: task.to_owned(),
                targets: targets
                    .iter()
                    .enumerate()
                    .filter(|(_, target)| part.contains(*target))
                    .map(|(n, _)| n)
                    .collect(),
            }));
        }
        let (Some(first), Some(last)) = (targets.first(), targets.last()) else { return Ok(None) };
        let mut rows = self.rows(period, Some(first)).await?;
        let mut ends = vec![*first];
        if last != first && !Found::new(rows.iter().cloned(), period, known).is_empty() {
            rows.extend(self.rows(period, Some(last)).await?);
            ends.push(last);
        }
        let found = Found::new(rows, period, known);
        Ok(found.task_with_all(&ends).map(|task| Answer::Accepted { task: task.to_owned(), targets: all() }))
    }

    /// The entries of a period, of one target or of all.
    async fn rows(&self, period: Period, target: Option<&str>) -> Result<Vec<Row>, Error> {
        let Period { mut from, until } = period;
        if !self.query.period.has_offset {
            // The request is written in China's time. If the service reads it as UTC, it is eight
            // hours later than meant, and must not begin after the task was created.
            from = from.checked_sub(CHINA).unwrap_or(from);
        }
        let limit = self.pagination.page_size.unwrap_or(u32::MAX);
        let (mut rows, mut offset) = (Vec::new(), 0);
        for _ in 0..MAX_PAGES {
            let mut request = EntriesRequest::new(self.query).scope(self.scope.as_deref())?.submitted(from, until)?;
            if let Some(target) = target {
                request = request.target(target)?;
            }
            let body = request.page(self.pagination, offset, limit)?.encode();
            let Page { rows: new, total } = self.caller.call(body, &SendGate::open(), self.read).await?;
            let (is_empty, is_short) = (new.is_empty(), new.len() < limit as usize);
            offset += u64::try_from(new.len()).unwrap_or(u64::MAX);
            rows.extend(new);
            // A service may return fewer entries per page than it was asked for.
            if is_empty || total.map_or(is_short, |total| offset >= total) {
                return Ok(rows);
            }
        }
        Err(Error::new(ErrorKind::Decode, format!("the history of tasks has more than {MAX_PAGES} pages")))
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
