//! Looks up requests together in the history of tasks, until each is found or should have been.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::mem;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::assign::{Share, assign};
use super::fit::{Fit, Task, Wanted};
use super::read::{History, Row, Selection};
use super::times::Window;
use super::{Answer, Known, Question};
use crate::error::{Error, ErrorKind};
use crate::jobs::batches::sent_at::differ;
use crate::time::UtcOffset;

/// Time between two searches for the same task. Ten seconds: a task is usually listed within one,
/// and others may need the rate.
const INTERVAL: Duration = Duration::from_secs(10);
/// How long the history certainly goes back. Seven days: no page says how long the service keeps
/// tasks, and EdgeOne returns at most seven days at once.
const MAX_AGE: Duration = Duration::from_secs(7 * 24 * 3_600);

/// Requests that are looked up, and what the history says so far.
pub(super) struct Search<'a> {
    history: &'a History,
    known: Known,
    requests: Vec<Request>,
    tasks: BTreeMap<String, Task>,
    /// The zone of times without an offset, if it is known.
    zone: Option<UtcOffset>,
    /// Whether the history has shown an entry.
    has_entries: bool,
    /// However wrong the clocks are, the requests were over at this time.
    asked_at: SystemTime,
}

/// A request that is looked up.
struct Request {
    question: Question,
    wanted: Wanted,
    state: State,
}

enum State {
    /// The history may lack its task.
    Open,
    /// The history does not change what is known about it.
    Closed,
    /// The history could not be asked, for this reason.
    Failed(Arc<Error>),
}

impl Request {
    fn is_open(&self) -> bool {
        matches!(self.state, State::Open)
    }
}

impl<'a> Search<'a> {
    pub(super) fn new(history: &'a History, questions: Vec<Question>, known: Known) -> Self {
        let request = |question: Question| {
            let wanted = Wanted::new(&question.targets);
            Request { question, wanted, state: State::Open }
        };
        let requests = questions.into_iter().map(request).collect();
        let asked_at = history.caller.config().clock().now();
        Self { history, known, requests, tasks: BTreeMap::new(), zone: None, has_entries: false, asked_at }
    }

    /// Searches until every request is found, or the history should contain it.
    pub(super) async fn run(mut self) -> Vec<Answer> {
        while let Some(wait) = self.search_once().await {
            self.history.caller.config().clock().sleep(wait).await;
        }
        self.answers()
    }

    /// Searches for the open requests. Returns the time to wait before the next search, if one is
    /// needed.
    async fn search_once(&mut self) -> Option<Duration> {
        let mut left = vec![None; self.requests.len()];
        for (index, left) in left.iter_mut().enumerate() {
            match self.list(index).await {
                Ok(found) => *left = found,
                Err(error) => self.fail(index..=index, error),
            }
        }
        if let Err(error) = self.list_whole_tasks().await {
            self.fail(0..=self.requests.len(), error);
        }
        self.learn_zone().await;
        let shares = self.shares();
        let mut wait: Option<Duration> = None;
        for ((request, share), left) in self.requests.iter_mut().zip(shares).zip(left) {
            let Some(left) = left.filter(|_| request.is_open()) else { continue };
            let size = match share {
                Share::Task(task) => self.tasks.values().nth(task).map_or(0, Task::len),
                Share::None | Share::Unclear(_) => 0,
            };
            if left.is_zero() || size >= request.question.targets.len() {
                request.state = State::Closed;
            } else {
                wait = Some(wait.unwrap_or(INTERVAL).min(left));
            }
        }
        wait
    }

    /// Reads the entries that an open request may have. Returns how long the history may still lack
    /// its task.
    async fn list(&mut self, index: usize) -> Result<Option<Duration>, Error> {
        let history = self.history;
        let mut is_corrected = false;
        loop {
            let local = history.caller.config().clock().now();
            let difference = history.caller.clock_difference();
            let now = difference.apply(local);
            let Some(request) = self.requests.get_mut(index).filter(|request| request.is_open()) else {
                return Ok(None);
            };
            let estimates = request.question.sent_at.estimates(difference, now);
            let windows = request.wanted.add_windows(&estimates, history.longest, now);
            // If the service accepts a request as a whole, its first target shows its task.
            let first =
                request.question.targets.first().filter(|first| !history.is_partial && is_plain(first)).cloned();
            let mut result = Ok(());
            for window in windows {
                let (from, until) = window.period(now);
                let selection = Selection::Period { from, until, target: first.as_deref() };
                result = history.read(selection, |row| self.add(row, now)).await.and(result);
            }
            // If the responses say that the period was wrong, another one is searched at once.
            if differ(history.caller.clock_difference().apply(local), now) && !mem::replace(&mut is_corrected, true) {
                continue;
            }
            result?;
            let over = estimates.iter().filter_map(|at| at.checked_add(history.longest)).max();
            let left = over.map_or(history.delay, |over| self.left(over, now));
            return Ok(Some(left.min(self.left(self.asked_at, local))));
        }
    }

    /// How long the history may still lack the task of a request that was over at this time.
    fn left(&self, over: SystemTime, now: SystemTime) -> Duration {
        let listed_at = over.checked_add(self.history.delay).unwrap_or(now);
        listed_at.duration_since(now).unwrap_or_default()
    }

    fn add(&mut self, row: Row, now: SystemTime) {
        self.has_entries = true;
        if row.created.is_after(now) {
            self.zone = Some(UtcOffset::CHINA);
        }
        if self.known.tasks.contains(&row.task) || self.history.is_other_kind(&row) {
            return;
        }
        let has_other_method = self.history.is_other_method(&row);
        let task = self.tasks.entry(row.task).or_insert_with(|| Task::new(row.created, has_other_method));
        task.add(row.target, |loose| self.requests.iter().any(|request| request.wanted.has_like(loose)));
    }

    /// Reads all entries of the tasks that show the first target of an open request.
    async fn list_whole_tasks(&mut self) -> Result<(), Error> {
        if self.history.is_partial {
            return Ok(());
        }
        let open = self.requests.iter().filter(|request| request.is_open());
        let windows: Vec<Window> = open.flat_map(|request| request.wanted.windows.clone()).collect();
        let (shares, now) = (self.shares(), self.now());
        let may_fit = |task: &Task| task.len() > 0 && task.created.fit(&windows, self.zone) != Fit::No;
        let tasks = self.tasks.iter().enumerate().filter(|(_, (_, task))| may_fit(task));
        let left = tasks.filter(|(index, _)| !shares.contains(&Share::Task(*index)));
        let ids: Vec<String> = left.map(|(_, (id, _))| id.clone()).collect();
        for id in ids {
            let history = self.history;
            history.read(Selection::Task(&id), |row| self.add(row, now)).await?;
        }
        Ok(())
    }

    /// Leaves requests unknown that are still open.
    fn fail(&mut self, indexes: RangeInclusive<usize>, error: Error) {
        let error = Arc::new(not_read(error));
        let requests = self.requests.iter_mut().enumerate().filter(|(index, _)| indexes.contains(index));
        for (_, request) in requests.filter(|(_, request)| request.is_open()) {
            request.state = State::Failed(Arc::clone(&error));
        }
    }

    /// Learns the zone of times without an offset from a task of which it is known when it was
    /// sent, if a task may fit.
    async fn learn_zone(&mut self) {
        if self.history.has_offset() || self.zone.is_some() {
            return;
        }
        let is_needed = self.shares().iter().any(|share| matches!(share, Share::Unclear(_)));
        let Some((id, sent_at)) = self.known.dated.clone().filter(|_| is_needed) else { return };
        let (now, mut created) = (self.now(), None);
        // Without it, the tasks that may fit stay unclear.
        let _ = self.history.read(Selection::Task(&id), |row| created = Some(row.created)).await;
        let estimates = sent_at.estimates(self.history.caller.clock_difference(), now);
        let windows: Vec<Window> = estimates.iter().map(|at| Window::of(*at, self.history.longest)).collect();
        self.zone = created.and_then(|created| created.zone_of_task(&windows));
    }

    /// The time by the service's clock.
    fn now(&self) -> SystemTime {
        let caller = &self.history.caller;
        caller.clock_difference().apply(caller.config().clock().now())
    }

    /// The task of each request, as far as it is listed.
    fn shares(&self) -> Vec<Share> {
        let fits = |request: &Request| {
            let fit = |task: &Task| task.fit(&request.wanted, self.history.is_partial, self.zone);
            let tasks = self.tasks.values().enumerate().map(|(index, task)| (index, fit(task), task.len()));
            let mut fits: Vec<_> = tasks.filter(|(_, fit, _)| *fit != Fit::No).collect();
            // The entries of the task itself may be listed later than those of another one.
            fits.sort_by_key(|(_, _, len)| Reverse(*len));
            fits.into_iter().map(|(index, fit, _)| (index, fit)).collect()
        };
        assign(&self.requests.iter().map(fits).collect::<Vec<_>>())
    }

    fn answers(self) -> Vec<Answer> {
        let (shares, now) = (self.shares(), self.now());
        let Self { history, requests, tasks, has_entries, .. } = self;
        let tasks: Vec<(String, Task)> = tasks.into_iter().collect();
        let answer = |(Request { question, state, .. }, share): (Request, Share)| match (share, state) {
            (_, State::Failed(error)) => Answer::Unknown(error),
            (Share::Task(task), _) => tasks.get(task).map_or(Answer::Absent, |(id, task)| {
                let targets = question.targets.iter().enumerate().filter(|(_, target)| task.contains(target));
                Answer::Accepted { task: id.clone(), targets: targets.map(|(index, _)| index).collect() }
            }),
            (Share::Unclear(task), _) => {
                Answer::Unknown(Arc::new(unclear(tasks.get(task).map_or("", |(id, _)| id.as_str()))))
            }
            (Share::None, _) if question.sent_at.is_older_than(MAX_AGE, now) => Answer::Unknown(Arc::new(too_old())),
            (Share::None, _) if history.is_of_all_zones() && !has_entries => Answer::Unknown(Arc::new(not_listed())),
            (Share::None, _) => Answer::Absent,
        };
        requests.into_iter().zip(shares).map(answer).collect()
    }
}

/// Whether the service certainly does not write a target in another form, so that it can be
/// searched for.
fn is_plain(target: &str) -> bool {
    let rest = target.split_once("://").map_or(target, |(_, rest)| rest);
    let host = rest.split('/').next().unwrap_or_default();
    target.is_ascii() && !host.contains(|letter: char| letter.is_ascii_uppercase())
}

fn not_read(error: Error) -> Error {
    let message = format!("there was no response, and the history of tasks cannot be read: {}", error.without_hint());
    Error::new(error.kind(), message).because_of(error)
}

fn unclear(task: &str) -> Error {
    let message =
        format!("there was no response, and it is not clear whether the task `{task}` is that of the request");
    Error::new(ErrorKind::Interrupted, message)
        .with_hint("look at the task, or send the targets again if that does no harm")
}

fn too_old() -> Error {
    let message = "there was no response, and the history of tasks may not go back to the request, which is more \
                   than 7 days old";
    Error::new(ErrorKind::Interrupted, message).with_hint("send the targets again if that does no harm")
}

fn not_listed() -> Error {
    let message = "there was no response, and the history of tasks shows no task for all zones, `*`";
    Error::new(ErrorKind::Interrupted, message).with_hint("look the targets up in the history of their zones")
}
