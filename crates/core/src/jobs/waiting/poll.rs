//! Polls tasks once, and counts the entries of those that are done.
//!
//! A task is done if it had entries, and after that none in progress. The order matters: a task
//! that was submitted a moment ago has no entries yet, and so none in progress. What became of its
//! entries is asked for once, at the end.

use std::collections::BTreeMap;
use std::time::SystemTime;

use super::outcome::Done;
use super::queries::Queries;
use crate::action::TaskList;
use crate::error::{Error, ErrorKind};
use crate::jobs::TaskHandle;

/// Number of entries of a scope that a poll asks for. 100: usually one of the tasks is among them,
/// or all that is left.
const POLLED_ENTRIES: u32 = 100;
/// Number of entries that a poll asks for on later pages, if the first shows other tasks only.
const MORE_ENTRIES: u32 = 1_000;

/// Tasks that are waited for, and what became of those that are done.
pub(super) struct Tasks<L: TaskList> {
    pub(super) queries: Queries,
    tasks: Vec<Watched<L>>,
    pub(super) done: Done<L>,
    /// Number of entries in progress.
    pub(super) entries_left: u64,
    /// Number of requests that the last poll took, without those that count entries at the end.
    pub(super) requests: usize,
}

struct Watched<L> {
    handle: TaskHandle<L>,
    state: State,
}

/// What is known about a task.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// It has had no entries so far.
    Unlisted,
    /// It has had no entries for too long.
    Missing,
    /// It has entries. When it was polled last, some were in progress, or may have been.
    Pending,
    /// It is done, and its entries are counted.
    Done,
}

/// When a poll is made.
#[derive(Clone, Copy)]
pub(super) struct Moment {
    /// The server's time.
    pub(super) now: SystemTime,
    /// Whether each task should have entries by now.
    pub(super) is_late: bool,
}

impl<L: TaskList> Tasks<L> {
    pub(super) fn new(queries: Queries, tasks: Vec<TaskHandle<L>>) -> Self {
        let tasks = tasks.into_iter().map(|handle| Watched { handle, state: State::Unlisted });
        Self { queries, tasks: tasks.collect(), done: Done::new(), entries_left: 0, requests: 0 }
    }

    /// Refuses tasks that the service would misunderstand.
    pub(super) fn check(&self) -> Result<(), Error> {
        let refuse = |message: String| Err(Error::new(ErrorKind::InvalidRequest, message));
        for Watched { handle, .. } in &self.tasks {
            if handle.id().is_empty() {
                return refuse("a task has no id: no task was created".to_owned());
            }
            match L::QUERY.scope {
                Some(parameter) if handle.scope().is_none_or(str::is_empty) => {
                    return refuse(format!("the task `{handle}` has no `{parameter}`"));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Number of tasks.
    pub(super) fn len(&self) -> usize {
        self.tasks.len()
    }

    /// The tasks that are not known to be done.
    pub(super) fn left(&self) -> impl Iterator<Item = &TaskHandle<L>> {
        self.tasks.iter().filter(|task| task.state != State::Done).map(|task| &task.handle)
    }

    /// The first task that the service does not list.
    pub(super) fn missing(&self) -> Option<&TaskHandle<L>> {
        self.tasks.iter().find(|task| task.state == State::Missing).map(|task| &task.handle)
    }

    /// The tasks to poll, in groups that one request can serve: those of a scope, if tasks can be
    /// selected by a time that has no other meaning elsewhere.
    pub(super) fn groups(&self) -> Vec<Vec<usize>> {
        let left = self.tasks.iter().enumerate();
        let left = left.filter(|(_, task)| matches!(task.state, State::Unlisted | State::Pending));
        if !L::QUERY.period.has_offset {
            return left.map(|(index, _)| vec![index]).collect();
        }
        let mut groups: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
        for (index, task) in left {
            groups.entry(task.handle.scope()).or_default().push(index);
        }
        groups.into_values().collect()
    }

    /// Polls each group. Tasks that were found done before an error stay done.
    pub(super) async fn poll(&mut self, moment: Moment) -> Result<(), Error> {
        (self.entries_left, self.requests) = (0, 0);
        for group in self.groups() {
            match group[..] {
                [only] => {
                    self.poll_task(only, moment).await?;
                }
                _ => self.poll_scope(&group, moment).await?,
            }
        }
        Ok(())
    }

    /// Polls a task. Returns whether it has entries.
    async fn poll_task(&mut self, index: usize, moment: Moment) -> Result<bool, Error> {
        let Some(task) = self.tasks.get_mut(index) else { return Ok(false) };
        self.requests += 1;
        if task.state == State::Unlisted {
            let first = self.queries.first(&task.handle).await?;
            let Some(entry) = first.items.first().map(L::entry) else {
                if moment.is_late {
                    task.state = State::Missing;
                }
                return Ok(false);
            };
            task.state = State::Pending;
            if L::QUERY.pending.contains(&entry.state) {
                self.entries_left += first.total;
                return Ok(true);
            }
        }
        let pending = self.queries.pending(&task.handle).await?;
        self.entries_left += pending;
        if pending == 0 {
            self.settle(index).await?;
        }
        Ok(true)
    }

    /// Polls the tasks of a scope with one request. If what is in progress there are other tasks,
    /// it takes more, and at most two for each task.
    async fn poll_scope(&mut self, group: &[usize], moment: Moment) -> Result<(), Error> {
        let first = group.first().and_then(|index| self.tasks.get(*index)).map(|task| task.handle.clone());
        let scope = first.as_ref().and_then(TaskHandle::scope);
        let (mut skip, mut limit) = (0, POLLED_ENTRIES);
        for _ in group {
            self.requests += 1;
            let page = self.queries.pending_of_scope::<L>(scope, moment.now, skip, limit).await?;
            let ids: Vec<&str> = page.items.iter().map(|item| L::entry(item).task).collect();
            let is_pending = |index: &usize| self.tasks.get(*index).is_some_and(|task| ids.contains(&task.handle.id()));
            let (pending, others): (Vec<usize>, Vec<usize>) = group.iter().copied().partition(is_pending);
            skip += page.items.len() as u64;
            let is_complete = page.items.is_empty() || skip >= page.total;
            if pending.is_empty() && !is_complete {
                limit = MORE_ENTRIES;
                continue;
            }
            self.entries_left += page.total;
            for index in pending {
                self.set_state(index, State::Pending);
            }
            // The rest of the list may have entries of the other tasks.
            if !is_complete {
                return Ok(());
            }
            // Between two pages, a list can become shorter, and then the second one skips entries.
            let is_certain = limit == POLLED_ENTRIES;
            return self.poll_others(&others, is_certain, moment).await;
        }
        for &index in group {
            self.poll_task(index, moment).await?;
        }
        Ok(())
    }

    /// Polls tasks that had no entry in progress when their scope was polled. They are asked about
    /// again unless that is certain. If one of them has no entries yet, the ones after it are not
    /// asked about at first: they are as new.
    async fn poll_others(&mut self, others: &[usize], is_certain: bool, moment: Moment) -> Result<(), Error> {
        let mut may_be_listed = true;
        for &index in others {
            match self.tasks.get(index).map(|task| task.state) {
                Some(State::Unlisted) if may_be_listed => {
                    may_be_listed = self.poll_task(index, moment).await? || moment.is_late;
                }
                Some(State::Pending) if is_certain => self.settle(index).await?,
                Some(State::Pending) => {
                    self.poll_task(index, moment).await?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Counts the entries of a task that has some, of which none seems to be in progress.
    async fn settle(&mut self, index: usize) -> Result<(), Error> {
        let Some(Watched { handle, .. }) = self.tasks.get(index) else { return Ok(()) };
        let failed = self.queries.failed(handle).await?;
        let mut succeeded = 0;
        for state in L::QUERY.succeeded {
            succeeded += self.queries.count(handle, &[*state]).await?;
        }
        let others = self.queries.count(handle, &[]).await?.saturating_sub(failed.len() as u64);
        // Entries of another region may have been listed meanwhile.
        if others > succeeded && self.queries.pending(handle).await? > 0 {
            self.set_state(index, State::Pending);
            return Ok(());
        }
        if others > succeeded {
            self.done.unknown_in.push(handle.clone());
        }
        self.set_state(index, State::Done);
        self.done.succeeded += succeeded.min(others);
        self.done.unknown += others.saturating_sub(succeeded);
        self.done.failed.extend(failed);
        Ok(())
    }

    fn set_state(&mut self, index: usize, state: State) {
        if let Some(task) = self.tasks.get_mut(index) {
            task.state = state;
        }
    }
}
