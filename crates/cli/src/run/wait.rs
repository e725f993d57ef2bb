//! Waits until tasks are done.

use std::time::Duration;

use tencentcloud_cdn::runtime::Client;
use tencentcloud_cdn::runtime::jobs::{Done, Progress as Step, TaskHandle, WaitError};

use super::tasks::Listed;
use crate::failure::Failure;
use crate::journal::FailedRow;
use crate::output::progress::Progress;
use crate::signals::Interrupts;

/// How waiting ended.
#[derive(Debug)]
pub(crate) enum WaitEnd {
    Done,
    TimedOut,
    Interrupted,
    Refused(Failure),
}

/// What the tasks have done.
#[derive(Debug)]
pub(crate) struct Waited<L: Listed> {
    pub(crate) end: WaitEnd,
    /// Task, target and reason of each target that failed.
    pub(crate) failed: Vec<FailedRow>,
    /// The tasks that are not known to be done.
    pub(crate) left: Vec<TaskHandle<L>>,
    pub(crate) waited: Duration,
}

impl<L: Listed> Waited<L> {
    fn new(end: WaitEnd, done: Option<&Done<L>>, left: &[TaskHandle<L>]) -> Self {
        let failed = done.map_or_else(Vec::new, |done| {
            let row = |item| {
                let entry = L::entry(item);
                let reason = entry.reason.filter(|reason| !reason.is_empty()).map(str::to_owned);
                (entry.task.to_owned(), entry.target.to_owned(), reason)
            };
            done.failed.iter().map(row).collect()
        });
        Self { end, failed, left: left.to_vec(), waited: done.map_or(Duration::ZERO, |done| done.waited) }
    }
}

/// Waits until tasks are done, for at most `limit`.
pub(crate) async fn wait<L: Listed>(
    client: &Client<L::Product>,
    tasks: &[TaskHandle<L>],
    limit: Duration,
    progress: &mut Progress,
    interrupts: &mut Interrupts,
) -> Waited<L> {
    progress.begin_wait(tasks.len());
    let mut steps = client.wait(tasks, limit).progress();
    loop {
        let step = tokio::select! {
            biased;
            _ = interrupts.next() => return Waited::new(WaitEnd::Interrupted, None, tasks),
            step = steps.next() => step,
        };
        match step {
            Some(Ok(Step::Waiting(snapshot))) => progress.waiting(&snapshot, limit),
            Some(Ok(Step::Done(done))) => return Waited::new(WaitEnd::Done, Some(&done), &[]),
            Some(Err(WaitError::TimedOut { left, done, .. })) => {
                return Waited::new(WaitEnd::TimedOut, Some(&done), &left);
            }
            Some(Err(WaitError::Refused { error, left, done, .. })) => {
                return Waited::new(WaitEnd::Refused(Failure::from(*error)), Some(&done), &left);
            }
            // The stream ends after the result only.
            Some(Err(_)) | None => return Waited::new(WaitEnd::Done, None, &[]),
        }
    }
}
