//! Waits until tasks are done.

mod errors;
mod outcome;
mod pace;
mod poll;
mod progress;
mod queries;
mod stream;
mod watch;
mod watched;

use std::borrow::Borrow;
use std::collections::HashSet;
use std::fmt;
use std::time::Duration;

pub use self::outcome::{Done, WaitError};
pub use self::progress::{Progress, Snapshot};
pub use self::stream::ProgressStream;
use self::watch::Watch;
use crate::action::{Product, TaskList};
use crate::call::CallOptions;
use crate::client::Client;
use crate::jobs::TaskHandle;
use crate::time::BoxFuture;

impl<P: Product> Client<P> {
    /// Waits until tasks are done, at most for `limit`. See [`Wait`].
    pub fn wait<L, T>(&self, tasks: impl IntoIterator<Item = T>, limit: Duration) -> Wait<L>
    where
        L: TaskList<Product = P>,
        T: Borrow<TaskHandle<L>>,
    {
        let mut known = HashSet::new();
        let tasks = tasks.into_iter().map(|task| task.borrow().clone()).filter(|task| known.insert(task.clone()));
        let tasks = tasks.collect();
        Wait(Watch::new(self.service(), tasks, limit))
    }
}

/// Waits until tasks are done when it is awaited. It only asks how far they are: it never submits
/// them again.
///
/// The ends are:
///
/// - [`Done`]: each entry of a task has succeeded or failed. Entries that failed are part of the
///   result.
/// - [`WaitError::TimedOut`]: the limit has passed. It is kept to even while a request is in
///   flight.
/// - [`WaitError::Refused`]: the service rejects a poll with an error that is not transient, or it
///   still lists no entry of a task after a minute. Until then, such a task counts as in progress:
///   its entries appear a moment after its submission.
///
/// The entries of a task may be listed one after the other, for example region by region. So a task
/// is done only if it has had the same number of entries for five seconds, or was submitted more
/// than a minute ago. If entries appear later than that, the result lacks them. If a server lists
/// fewer than before, the task is in progress.
///
/// An entry in a state that this version does not know is not over. It is waited for until the
/// limit, and then reported separately: a newer service may have a new state of progress.
///
/// The first poll is made at once. The intervals between the next ones grow from 2 to 20 seconds,
/// or more if there are many tasks: polls use half of the action's rate at most. A transient error,
/// such as a timeout, does not end the wait, and the other tasks are polled all the same. A
/// response that is not from the service, or credentials that cannot be obtained, end it at the
/// third poll in a row.
///
/// A poll asks for entries in progress only. It is one request for each task, or for each zone if
/// tasks belong to zones. In a zone with many other tasks in progress, it is at most two for each
/// task. Four more requests for each task count its entries when it is found, count them again when
/// it is done, and list those that failed. A task with entries in a state that is not known takes
/// three more at each poll.
///
/// [`progress`](Self::progress) shows each poll.
#[must_use = "nothing is waited for until this is awaited"]
pub struct Wait<L: TaskList>(Watch<L>);

impl<L: TaskList> Wait<L> {
    /// Sets the options of the polls, such as their timeout.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.0.set_options(options);
        self
    }

    /// Returns the progress as a stream: an item for each poll, and at last the result or an error.
    pub fn progress(self) -> ProgressStream<L> {
        ProgressStream::new(self.0)
    }
}

impl<L: TaskList> IntoFuture for Wait<L> {
    type Output = Result<Done<L>, WaitError<L>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let Self(mut watch) = self;
        Box::pin(async move {
            loop {
                if let Progress::Done(done) = watch.step().await? {
                    return Ok(done);
                }
            }
        })
    }
}

impl<L: TaskList> fmt::Debug for Wait<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait").field("list", &L::NAME).finish_non_exhaustive()
    }
}
