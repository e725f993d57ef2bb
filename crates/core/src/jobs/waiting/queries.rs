//! Asks for the entries of tasks.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::action::{TaskList, TaskQuery};
use crate::call::{Call, CallOptions, Service};
use crate::error::Error;
use crate::jobs::TaskHandle;
use crate::jobs::query::EntriesRequest;

/// Period around now in which tasks in progress are searched. 5 days: a task that is still in
/// progress is not older, and services document a maximum of 7 days.
const BEFORE: Duration = Duration::from_secs(5 * 86_400);
/// 1 minute: the server's time is known to within half a minute, and no page says whether a later
/// end is accepted.
const AFTER: Duration = Duration::from_secs(60);

/// The action that lists tasks, and how it is called.
pub(super) struct Queries {
    pub(super) service: Arc<Service>,
    pub(super) options: CallOptions,
}

/// Some entries, and how many there are.
pub(super) struct Entries<T> {
    pub(super) items: Vec<T>,
    pub(super) total: u64,
}

impl Queries {
    /// The first entry of a task, in any state.
    pub(super) async fn first<L: TaskList>(&self, task: &TaskHandle<L>) -> Result<Entries<L::Item>, Error> {
        self.ask::<L>(of_task(task)?.page(L::PAGINATION, 0, 1)?).await
    }

    /// The number of entries of a task, in any state.
    pub(super) async fn total<L: TaskList>(&self, task: &TaskHandle<L>) -> Result<u64, Error> {
        Ok(self.first(task).await?.total)
    }

    /// The number of entries of a task that are in progress.
    pub(super) async fn pending<L: TaskList>(&self, task: &TaskHandle<L>) -> Result<u64, Error> {
        self.count(task, query::<L>().pending).await
    }

    /// The number of entries of a task that succeeded.
    pub(super) async fn succeeded<L: TaskList>(&self, task: &TaskHandle<L>) -> Result<u64, Error> {
        self.count(task, query::<L>().succeeded).await
    }

    async fn count<L: TaskList>(&self, task: &TaskHandle<L>, states: &[&str]) -> Result<u64, Error> {
        let mut count = 0;
        for states in alternatives(query::<L>(), states) {
            let request = of_task(task)?.states(states)?.page(L::PAGINATION, 0, 1)?;
            count += self.ask::<L>(request).await?.total;
        }
        Ok(count)
    }

    /// All entries of a task that failed.
    pub(super) async fn failed<L: TaskList>(&self, task: &TaskHandle<L>) -> Result<Vec<L::Item>, Error> {
        let mut failed = Vec::new();
        for states in alternatives(query::<L>(), query::<L>().failed) {
            // Usually none. A list that is empty although it has a total is an error of the stream.
            if self.count(task, states).await? == 0 {
                continue;
            }
            let body = of_task(task)?.states(states)?.encode()?;
            let mut items = Call::<L>::from_parts(Arc::clone(&self.service), body, self.options).items();
            while let Some(item) = items.next().await {
                failed.push(item?);
            }
        }
        Ok(failed)
    }

    /// The first entries in progress of all tasks of a scope, after skipping some.
    pub(super) async fn pending_of_scope<L: TaskList>(
        &self,
        scope: Option<&str>,
        skip: u64,
        limit: u32,
    ) -> Result<Entries<L::Item>, Error> {
        let now = self.now();
        let from = now.checked_sub(BEFORE).unwrap_or(SystemTime::UNIX_EPOCH);
        let until = now.checked_add(AFTER).unwrap_or(now);
        let request = EntriesRequest::new(query::<L>())
            .scope(scope)?
            .submitted(from, until)?
            .states(query::<L>().pending)?
            .page(L::PAGINATION, skip, limit)?;
        self.ask::<L>(request).await
    }

    /// Whether this time was at least that long ago.
    pub(super) fn is_past(&self, time: SystemTime, age: Duration) -> bool {
        self.now().duration_since(time).is_ok_and(|since| since >= age)
    }

    /// The server's time.
    fn now(&self) -> SystemTime {
        let config = &self.service.config;
        config.skew().measured().apply(config.clock().now())
    }

    async fn ask<L: TaskList>(&self, request: EntriesRequest) -> Result<Entries<L::Item>, Error> {
        let body = request.encode()?;
        let response = Call::<L>::from_parts(Arc::clone(&self.service), body, self.options).await?;
        let total = L::total(&response);
        let items = L::items(response);
        // The list decides whether there are entries: no page says what a total means with a state.
        let count = items.len() as u64;
        let total = if items.is_empty() { 0 } else { total.unwrap_or(count).max(count) };
        Ok(Entries { items, total })
    }
}

fn query<L: TaskList>() -> &'static TaskQuery {
    &L::QUERY
}

fn of_task<L: TaskList>(task: &TaskHandle<L>) -> Result<EntriesRequest, Error> {
    EntriesRequest::new(query::<L>()).scope(task.scope())?.task(task.id())
}

/// The states of each request that is needed for all of them: a filter takes several states, and a
/// parameter one.
fn alternatives<'a>(query: &TaskQuery, states: &'a [&'a str]) -> impl Iterator<Item = &'a [&'a str]> {
    states.chunks(if query.filters.is_some() { states.len().max(1) } else { 1 })
}
