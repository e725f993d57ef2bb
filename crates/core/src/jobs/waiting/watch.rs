//! Polls tasks again and again until each of them is done, or the limit passes.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, SystemTime};

use super::errors::PollErrors;
use super::outcome::{Done, WaitError};
use super::pace::until_next_poll;
use super::poll::Tasks;
use super::progress::{Progress, Snapshot};
use super::queries::Queries;
use crate::action::TaskList;
use crate::call::{CallOptions, Service};
use crate::error::{Error, ErrorKind};
use crate::jobs::TaskHandle;
use crate::jobs::task::MAX_UNLISTED;
use crate::time::BoxFuture;

/// Tasks that are waited for, at most until a limit.
pub(super) struct Watch<L: TaskList> {
    tasks: Tasks<L>,
    limit: Duration,
    /// Passes when the limit does. A timer, and not the time of day, which may be set.
    timer: BoxFuture<'static, ()>,
    begin: SystemTime,
    /// The pauses so far. Decisions depend on this, and not on the time of day.
    paused: Duration,
    polls: u32,
    next_poll: Duration,
    errors: PollErrors,
}

impl<L: TaskList> Watch<L> {
    pub(super) fn new(service: Arc<Service>, tasks: Vec<TaskHandle<L>>, limit: Duration) -> Self {
        let clock = service.config.clock();
        let (timer, begin) = (clock.sleep(limit), clock.now());
        let queries = Queries { service, options: CallOptions::new() };
        Self {
            tasks: Tasks::new(queries, tasks),
            limit,
            timer,
            begin,
            paused: Duration::ZERO,
            polls: 0,
            next_poll: Duration::ZERO,
            errors: PollErrors::default(),
        }
    }

    pub(super) fn set_options(&mut self, options: CallOptions) {
        self.tasks.queries.options = options;
    }

    /// Polls all tasks once, after the pause that is due.
    pub(super) async fn step(&mut self) -> Result<Progress<L>, WaitError<L>> {
        if self.polls == 0 {
            self.begin = self.now();
            self.tasks.check().map_err(|error| self.refused(error))?;
        }
        if !self.is_over() {
            // With a limit of zero nothing is sent.
            let outcome = if self.limit.is_zero() { None } else { self.poll_in_time().await };
            match outcome {
                None => return Err(self.timed_out()),
                Some(outcome) => outcome.map_err(|error| self.refused(error))?,
            }
        }
        if !self.is_over() {
            return Ok(Progress::Waiting(self.snapshot()));
        }
        match self.tasks.missing().map(missing) {
            Some(error) => Err(self.refused(error)),
            None => Ok(Progress::Done(self.take_done())),
        }
    }

    /// Polls all tasks; `None` if the limit passes first.
    async fn poll_in_time(&mut self) -> Option<Result<(), Error>> {
        let mut timer = std::mem::replace(&mut self.timer, Box::pin(std::future::pending()));
        let outcome = {
            let mut work = pin!(self.pause_and_poll());
            poll_fn(|context| match work.as_mut().poll(context) {
                Poll::Ready(outcome) => Poll::Ready(Some(outcome)),
                Poll::Pending => timer.as_mut().poll(context).map(|()| None),
            })
            .await
        };
        self.timer = timer;
        outcome
    }

    async fn pause_and_poll(&mut self) -> Result<(), Error> {
        if self.polls > 0 {
            let pause = self.service().config.clock().sleep(self.next_poll);
            pause.await;
            self.paused = self.paused.saturating_add(self.next_poll);
        }
        self.polls += 1;
        let outcome = self.tasks.poll(self.paused).await;
        self.errors.record(outcome)?;
        self.next_poll = self.until_next_poll();
        Ok(())
    }

    fn until_next_poll(&self) -> Duration {
        let (waited, requests) = (self.paused, self.tasks.requests.max(self.tasks.groups().len()));
        let (rate, jitter) = (L::RATE_LIMIT.requests_per_second(), self.service().config.jitter());
        until_next_poll(waited, self.limit.saturating_sub(waited), requests, rate, jitter)
    }

    /// Whether there is no task left to poll.
    fn is_over(&self) -> bool {
        self.tasks.groups().is_empty()
    }

    fn timed_out(&mut self) -> WaitError<L> {
        let last_error = self.errors.last.take().map(Box::new);
        let (waited, polls, left) = (self.limit, self.polls, self.left());
        let unclear = Box::new(self.tasks.take_unclear());
        WaitError::TimedOut { waited, polls, left, done: Box::new(self.take_done()), unclear, last_error }
    }

    fn refused(&mut self, error: Error) -> WaitError<L> {
        WaitError::Refused { error: Box::new(error), left: self.left(), done: Box::new(self.take_done()) }
    }

    fn left(&self) -> Vec<TaskHandle<L>> {
        self.tasks.left().cloned().collect()
    }

    fn take_done(&mut self) -> Done<L> {
        Done { waited: self.waited(), polls: self.polls, ..self.tasks.take_done() }
    }

    fn snapshot(&self) -> Snapshot {
        Snapshot {
            tasks: self.tasks.len(),
            tasks_left: self.tasks.left().count(),
            entries_left: self.tasks.entries_left,
            succeeded: self.tasks.done().map(|done| done.succeeded).sum(),
            failed: self.tasks.done().map(|done| done.failed.len() as u64).sum(),
            waited: self.waited(),
            polls: self.polls,
            next_poll: self.next_poll,
        }
    }

    fn waited(&self) -> Duration {
        self.now().duration_since(self.begin).unwrap_or_default()
    }

    fn now(&self) -> SystemTime {
        self.service().config.clock().now()
    }

    fn service(&self) -> &Service {
        &self.tasks.queries.service
    }
}

/// The error for a task that the service does not list.
fn missing<L>(task: &TaskHandle<L>) -> Error {
    let message = format!("the service lists no entry of the task `{task}` after {MAX_UNLISTED:?}");
    Error::new(ErrorKind::NotFound, message).with_hint("check that the id, the account and the zone are right")
}
