//! Polls all tasks once, several of them with one request where the service can do that.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use super::errors::is_transient;
use super::outcome::Done;
use super::queries::Queries;
use super::watched::{State, Watched, is_late};
use crate::action::TaskList;
use crate::error::{Error, ErrorKind};
use crate::jobs::TaskHandle;

/// Number of entries of a scope that a poll asks for. 100: usually one of the tasks is among them,
/// or all that is left.
const POLLED_ENTRIES: u32 = 100;
/// Number of entries that a poll asks for on later pages, if the first shows other tasks only.
const MORE_ENTRIES: u32 = 1_000;

/// Number of requests that count the entries of a task. One for those that failed, one for those
/// that succeeded, and one for all.
const REQUESTS_OF_COUNT: usize = 3;

/// Tasks that are waited for.
pub(super) struct Tasks<L: TaskList> {
    pub(super) queries: Queries,
    tasks: Vec<Watched<L>>,
    /// Number of entries in progress.
    pub(super) entries_left: u64,
    /// Number of requests that the next poll probably takes.
    pub(super) requests: usize,
    /// The first transient error of the poll.
    error: Option<Error>,
}

impl<L: TaskList> Tasks<L> {
    pub(super) fn new(queries: Queries, tasks: Vec<TaskHandle<L>>) -> Self {
        let tasks = tasks.into_iter().map(Watched::new).collect();
        Self { queries, tasks, entries_left: 0, requests: 0, error: None }
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

    /// What became of the tasks that are done, each by itself.
    pub(super) fn done(&self) -> impl Iterator<Item = &Done<L>> {
        self.tasks.iter().filter(|task| task.state == State::Done).filter_map(|task| task.counted.as_ref())
    }

    /// Takes what became of the tasks that are done.
    pub(super) fn take_done(&mut self) -> Done<L> {
        self.take_counted(|task| task.state == State::Done)
    }

    /// Takes what became of the tasks that are left because of entries in a state that is not
    /// known.
    pub(super) fn take_unclear(&mut self) -> Done<L> {
        self.take_counted(Watched::is_unclear)
    }

    fn take_counted(&mut self, which: fn(&Watched<L>) -> bool) -> Done<L> {
        let tasks = self.tasks.iter_mut().filter(|task| which(task));
        tasks.filter_map(|task| task.counted.take()).fold(Done::new(), Done::and)
    }

    /// The tasks to poll, in groups that one request can serve: those of a scope, if tasks can be
    /// selected by a time that has no other meaning elsewhere.
    pub(super) fn groups(&self) -> Vec<Vec<usize>> {
        let left = self.tasks.iter().enumerate();
        let left = left.filter(|(_, task)| matches!(task.state, State::Unlisted { .. } | State::Listed { .. }));
        if !L::QUERY.period.has_offset {
            return left.map(|(index, _)| vec![index]).collect();
        }
        let mut groups: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
        for (index, task) in left {
            groups.entry(task.handle.scope()).or_default().push(index);
        }
        groups.into_values().collect()
    }

    /// Polls each group. A transient error about some tasks does not keep the others from being
    /// polled. Tasks that were found done before an error stay done.
    pub(super) async fn poll(&mut self, waited: Duration) -> Result<(), Error> {
        (self.entries_left, self.requests, self.error) = (0, 0, None);
        for group in self.groups() {
            let outcome = match group[..] {
                [only] => self.poll_task(only, waited).await,
                _ => self.poll_scope(&group, waited).await,
            };
            self.keep_error(outcome)?;
        }
        // These are counted at every poll.
        self.requests += REQUESTS_OF_COUNT * self.tasks.iter().filter(|task| task.is_unclear()).count();
        self.error.take().map_or(Ok(()), Err)
    }

    /// Keeps a transient error until the other tasks have been polled.
    fn keep_error(&mut self, outcome: Result<(), Error>) -> Result<(), Error> {
        match outcome {
            Err(error) if is_transient(&error) => {
                self.error.get_or_insert(error);
                Ok(())
            }
            outcome => outcome,
        }
    }

    async fn poll_task(&mut self, index: usize, waited: Duration) -> Result<(), Error> {
        self.requests += 1;
        if let Some(task) = self.tasks.get_mut(index) {
            self.entries_left += task.poll(&self.queries, waited).await?;
        }
        Ok(())
    }

    /// Polls the tasks of a scope with one request. If what is in progress there are other tasks,
    /// it takes more, and at most two for each task.
    async fn poll_scope(&mut self, group: &[usize], waited: Duration) -> Result<(), Error> {
        let first = group.first().and_then(|index| self.tasks.get(*index)).map(|task| task.handle.clone());
        let scope = first.as_ref().and_then(TaskHandle::scope);
        let (mut skip, mut limit) = (0, POLLED_ENTRIES);
        for _ in group {
            self.requests += 1;
            let page = self.queries.pending_of_scope::<L>(scope, skip, limit).await?;
            let (pending, others) = self.split(group, &page.items);
            skip += page.items.len() as u64;
            let is_complete = page.items.is_empty() || skip >= page.total;
            if is_complete || !pending.is_empty() {
                self.entries_left += page.total;
                self.see_in_progress(&pending, waited).await?;
                // A list can become shorter between two pages. Then the second one skips entries.
                let is_certain = limit == POLLED_ENTRIES;
                // The rest of an incomplete list may have entries of the other tasks.
                return if is_complete { self.poll_others(&others, is_certain, waited).await } else { Ok(()) };
            }
            limit = MORE_ENTRIES;
        }
        for &index in group {
            let outcome = self.poll_task(index, waited).await;
            self.keep_error(outcome)?;
        }
        Ok(())
    }

    /// Splits tasks into those that have some of these entries, and the others.
    fn split(&self, group: &[usize], entries: &[L::Item]) -> (Vec<usize>, Vec<usize>) {
        let ids: HashSet<&str> = entries.iter().map(|item| L::entry(item).task).collect();
        let has_some = |index: &usize| self.tasks.get(*index).is_some_and(|task| ids.contains(task.handle.id()));
        group.iter().copied().partition(has_some)
    }

    async fn see_in_progress(&mut self, group: &[usize], waited: Duration) -> Result<(), Error> {
        for &index in group {
            let Some(task) = self.tasks.get_mut(index) else { continue };
            self.requests += usize::from(task.state.is_unlisted());
            let outcome = task.see_in_progress(&self.queries, waited).await;
            self.keep_error(outcome)?;
        }
        Ok(())
    }

    /// Polls tasks that had no entry in progress when their scope was polled. They are asked about
    /// again unless that is certain. If one of them has no entries yet, the ones after it are not
    /// asked about at first: they are as new.
    async fn poll_others(&mut self, others: &[usize], is_certain: bool, waited: Duration) -> Result<(), Error> {
        let mut rest_is_new = false;
        for &index in others {
            let Some(task) = self.tasks.get_mut(index) else { continue };
            let is_unlisted = task.state.is_unlisted();
            if is_unlisted && rest_is_new {
                continue;
            }
            let outcome = match is_certain && !is_unlisted {
                true => task.count(&self.queries, waited).await,
                false => self.poll_task(index, waited).await,
            };
            let stays_unlisted = self.tasks.get(index).is_some_and(|task| task.state.is_unlisted());
            rest_is_new |= outcome.is_ok() && stays_unlisted && !is_late(waited);
            self.keep_error(outcome)?;
        }
        Ok(())
    }
}
