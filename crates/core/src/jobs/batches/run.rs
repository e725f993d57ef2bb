//! Runs a job to its end, and reports every target.

use std::fmt;
use std::marker::PhantomData;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::engine::Engine;
use super::history::{HISTORY_DELAY, History};
use super::ledger::Ledger;
use super::outcome::Reason;
use super::output::{Decided, Output};
use super::report::{Counts, Report};
use crate::action::Batched;
use crate::error::{Error, ErrorKind};

/// A job that is being done: a future that resolves to the [`Report`].
///
/// Await it by reference, as in `(&mut run).await`, to keep it, and with it the report of a run
/// that is stopped, dropped or panics:
///
/// ```
/// use tencentcloud_core::action::Batched;
/// use tencentcloud_core::jobs::{Batches, Report};
///
/// /// Sends the targets until `stop` resolves. Then completes what is in flight.
/// async fn until<A: Batched>(batches: Batches<'_, A>, stop: impl Future<Output = ()>) -> Report<A> {
///     let mut run = batches.start();
///     tokio::select! {
///         report = &mut run => return report,
///         () = stop => run.stop(),
///     }
///     run.await
/// }
/// ```
///
/// Like a call, a run makes progress only while it is polled, and its timeouts keep running when it
/// is not.
#[must_use = "a run sends nothing until it is awaited"]
pub struct Run<'j, A: Batched> {
    engine: Engine<'j>,
    ledger: Ledger,
    counts: Counts,
    is_reported: bool,
    action: PhantomData<fn() -> A>,
}

impl<'j, A: Batched> Run<'j, A> {
    pub(super) fn new(engine: Engine<'j>) -> Self {
        let (ledger, counts) = (Ledger::default(), Counts::default());
        Self { engine, ledger, counts, is_reported: false, action: PhantomData }
    }

    /// Sends no further request. The run ends when the requests that are in flight have been
    /// answered; the targets that were not sent are not tried. Requests of earlier runs that are
    /// being looked up stay unknown.
    pub fn stop(&mut self) {
        self.engine.stop();
    }

    /// How many targets have their outcome by now, in each class. It costs nothing, so it can be
    /// called as often as a progress bar is drawn.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Number of targets whose requests are in flight.
    #[must_use]
    pub fn targets_in_flight(&self) -> usize {
        self.engine.targets_in_flight()
    }

    /// Ends the run at once, and reports every target: those in flight are unknown, and those
    /// that were not sent are not tried. Also possible after the run has panicked. A run that has
    /// returned its report has no other one: this one is empty then, and an error says so.
    pub fn into_report(mut self) -> Report<A> {
        self.engine.abandon();
        self.report()
    }

    fn report(&mut self) -> Report<A> {
        self.collect();
        let is_first = !mem::replace(&mut self.is_reported, true);
        let stopped = match self.engine.stopped() {
            _ if !is_first => Some(Arc::new(reported_before())),
            Some(Reason::Because(error)) => Some(Arc::clone(error)),
            Some(Reason::Stopped | Reason::NotInHistory) | None => None,
        };
        let (caller, template) = (self.engine.caller(), self.engine.template());
        let history = History::new::<A>(caller, template, HISTORY_DELAY);
        Report::new(caller.action(), history, mem::take(&mut self.ledger), self.engine.requests(), stopped)
    }

    fn collect(&mut self) {
        while let Some(output) = self.engine.next_output() {
            if let Output::Decided(Decided { block, targets, outcome, .. }) = &output {
                self.counts.add(&outcome.as_outcome(), block.with_duplicates(targets).len());
            }
            self.ledger.record(output);
        }
    }
}

fn reported_before() -> Error {
    let message = "this report is empty, because the run has returned its report before";
    Error::new(ErrorKind::InvalidRequest, message).with_hint("use the report that was returned first")
}

impl<A: Batched> Future for Run<'_, A> {
    type Output = Report<A>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let poll = self.engine.poll(context, usize::MAX);
        self.collect();
        ready!(poll);
        Poll::Ready(self.report())
    }
}

impl<A: Batched> fmt::Debug for Run<'_, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run").field("requests", &self.engine.requests()).finish_non_exhaustive()
    }
}
