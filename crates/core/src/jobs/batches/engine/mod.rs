//! Drives a job: sends its batches, some at a time, and decides the outcome of every target.
//!
//! It is compiled once for all actions. [`Planner`] decides what is sent; this module does the
//! input and output.

mod earlier_runs;
mod requests;

use std::collections::{BTreeMap, VecDeque};
use std::mem;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_util::StreamExt as _;
use futures_util::future::Aborted;
use futures_util::stream::FuturesUnordered;

use self::earlier_runs::Settling;
use self::requests::Request;
use super::block::Block;
use super::outcome::{Reason, SharedOutcome};
use super::output::{Decided, Output};
use super::planner::{Decision, Planner};
use super::prepare::Prepared;
use super::received::{Outcomes, Received};
use super::resume::Resume;
use super::runs::Runs;
use super::sent_at::SentAt;
use super::source::Source;
use super::template::Template;
use crate::call::Caller;
use crate::error::Error;
use crate::jobs::journal::Log;
use crate::response::RawResponse;
use crate::time::BoxFuture;

/// Maximum number of blocks that are taken from a stream in one go. 16: as many targets as a few
/// requests have. If none of them can be sent, a stream that is always ready would not let other
/// tasks run.
const MAX_BLOCKS: usize = 16;

/// The parts of a job.
pub(super) struct Job<'j> {
    /// The journal to go on with, until it has been opened.
    pub(super) resume: Option<Resume<'j>>,
    pub(super) caller: Caller,
    pub(super) read: fn(RawResponse) -> Result<Received, Error>,
    pub(super) template: Template,
    pub(super) source: Source,
    pub(super) planner: Planner,
    /// Maximum number of requests in flight.
    pub(super) in_flight: usize,
}

/// The result of a call.
type CallResult = Result<Received, Error>;

/// A job that is being done.
pub(super) struct Engine<'j> {
    job: Job<'j>,
    log: Option<Log<'j>>,
    /// The requests of earlier runs that are looked up before anything is sent.
    settling: Option<Settling>,
    /// The requests that are in flight, by number.
    requests: BTreeMap<u64, Request>,
    /// Each returns the number of its request.
    calls: FuturesUnordered<BoxFuture<'static, (u64, Result<CallResult, Aborted>)>>,
    /// Number of the next request.
    next_number: u64,
    /// Number of requests that were sent, without the retries of a call.
    sent: u64,
    is_source_empty: bool,
    /// Whether a poll has begun and not ended. If it is set when the next poll begins, the one
    /// before has panicked.
    is_polling: bool,
    output: VecDeque<Output>,
    /// Number of targets in the output.
    undelivered: usize,
}

impl<'j> Engine<'j> {
    pub(super) fn new(job: Job<'j>) -> Self {
        Self {
            job,
            log: None,
            settling: None,
            requests: BTreeMap::new(),
            calls: FuturesUnordered::new(),
            next_number: 0,
            sent: 0,
            is_source_empty: false,
            is_polling: false,
            output: VecDeque::new(),
            undelivered: 0,
        }
    }

    /// Works on the job until it has to wait, or until there is output for `capacity` targets.
    /// Ready when every target has its outcome.
    pub(super) fn poll(&mut self, context: &mut Context<'_>, capacity: usize) -> Poll<()> {
        if mem::replace(&mut self.is_polling, true) {
            // A call, the search of the history or the stream has panicked.
            self.stop();
        }
        let poll = self.poll_once(context, capacity);
        self.is_polling = false;
        poll
    }

    fn poll_once(&mut self, context: &mut Context<'_>, capacity: usize) -> Poll<()> {
        self.open_journal();
        ready!(self.poll_settling(context));
        loop {
            self.drop_unsent();
            self.send_requests(context, capacity);
            match self.calls.poll_next_unpin(context) {
                Poll::Ready(Some((number, Ok(result)))) => self.finish(number, result),
                Poll::Ready(Some((_, Err(Aborted)))) => {}
                // A call that has panicked has left the set, but its request is still there.
                Poll::Ready(None) if !self.requests.is_empty() => self.lose_requests("the call panicked"),
                Poll::Ready(None) if self.is_source_empty && self.job.planner.is_empty() => return Poll::Ready(()),
                Poll::Pending if self.open_gates() => {}
                Poll::Ready(None) | Poll::Pending => return Poll::Pending,
            }
        }
    }

    /// Sends no further request. The targets of the stream that were not taken yet are left in it.
    pub(super) fn stop(&mut self) {
        self.job.planner.stop(Reason::Stopped);
        self.job.source.close();
        self.abandon_settling();
    }

    /// Ends the job at once: drops the requests that are in flight, and decides every target.
    pub(super) fn abandon(&mut self) {
        self.calls = FuturesUnordered::new();
        self.open_journal();
        self.lose_requests("the run was dropped before the response arrived");
        self.stop();
        let mut context = Context::from_waker(std::task::Waker::noop());
        self.send_requests(&mut context, usize::MAX);
    }

    /// Takes the next output.
    pub(super) fn next_output(&mut self) -> Option<Output> {
        let output = self.output.pop_front()?;
        if let Output::Decided(Decided { targets, .. }) = &output {
            self.undelivered -= targets.len();
        }
        Some(output)
    }

    /// Number of requests that were sent, without the retries of a call.
    pub(super) fn requests(&self) -> u64 {
        self.sent
    }

    pub(super) fn caller(&self) -> &Caller {
        &self.job.caller
    }

    pub(super) fn template(&self) -> &Template {
        &self.job.template
    }

    /// Why no further request is sent, if that has been decided.
    pub(super) fn stopped(&self) -> Option<&Reason> {
        self.job.planner.stopped()
    }

    /// Sends as many requests as may be in flight. After a stop, decides the targets that are
    /// not sent instead.
    fn send_requests(&mut self, context: &mut Context<'_>, capacity: usize) {
        let mut blocks = 0;
        while self.calls.len() < self.job.in_flight && self.undelivered < capacity {
            if let Some(batch) = self.job.planner.next() {
                self.send(batch);
            } else if let Some((batch, outcome)) = self.job.planner.next_not_tried() {
                self.decide(batch.block, batch.targets, outcome, None);
            } else if blocks == MAX_BLOCKS {
                context.waker().wake_by_ref();
                return;
            } else {
                blocks += 1;
                let (size, is_idle) = (self.job.planner.size(), self.calls.is_empty());
                match self.job.source.poll_block(context, size, is_idle) {
                    Poll::Ready(Some(prepared)) => self.add(prepared),
                    Poll::Ready(None) => {
                        self.is_source_empty = true;
                        return;
                    }
                    Poll::Pending => return,
                }
            }
        }
    }

    fn add(&mut self, prepared: Prepared) {
        let (block, to_send) = self.accept(prepared);
        self.job.planner.add(block, to_send);
    }

    /// Hands out a block and its invalid targets. Returns the targets to send.
    fn accept(&mut self, prepared: Prepared) -> (Arc<Block>, Runs) {
        let Prepared { block, to_send, invalid } = prepared;
        let block = Arc::new(block);
        self.output.push_back(Output::Block(Arc::clone(&block)));
        for (index, error) in invalid {
            self.decide(Arc::clone(&block), [index].into_iter().collect(), SharedOutcome::refused(error), None);
        }
        (block, to_send)
    }

    fn finish(&mut self, number: u64, result: CallResult) {
        // Always there: a request is removed when its call ends.
        let Some(Request { batch, at, logged, .. }) = self.requests.remove(&number) else { return };
        let block = Arc::clone(&batch.block);
        let outcomes = match result {
            Ok(received) => {
                self.job.planner.succeeded(&batch);
                let action = self.job.caller.action();
                let Outcomes { outcomes, unmatched } = received.outcomes(&block, batch.targets, action);
                self.output.extend(unmatched.into_iter().map(Output::Unmatched));
                outcomes
            }
            Err(error) => match self.job.planner.failed(batch, error, [number, self.next_number]) {
                Decision::Decided(batch, outcome) => vec![(batch.targets, outcome)],
                Decision::Requeued => Vec::new(),
            },
        };
        for (targets, outcome) in &outcomes {
            self.decide(Arc::clone(&block), targets.clone(), outcome.clone(), Some(at));
        }
        self.record(logged, &outcomes);
    }

    /// Records the outcomes of a request in the journal, if there is one. If that fails, no further
    /// request is sent: the next run asks the history about this one.
    fn record(&mut self, logged: Option<u64>, outcomes: &[(Runs, SharedOutcome)]) {
        if let (Some(log), Some(number)) = (&mut self.log, logged)
            && let Err(error) = log.settle(number, outcomes)
        {
            self.job.planner.stop(Reason::Because(Arc::new(error)));
        }
    }

    fn decide(&mut self, block: Arc<Block>, targets: Runs, outcome: SharedOutcome, sent_at: Option<SentAt>) {
        self.undelivered += targets.len();
        self.output.push_back(Output::Decided(Decided { block, targets, outcome, sent_at }));
    }
}
