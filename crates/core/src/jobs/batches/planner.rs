//! Plans a job: which targets the next request has, and what a response means for the rest.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::block::Block;
use super::outcome::{Reason, SharedOutcome};
use super::runs::Runs;
use super::verdict::{Verdict, verdict};
use crate::error::{Error, ErrorKind};

/// Number of times in a row that requests may fail without a response of the service. 3: each has
/// been retried by its call where that is safe, and every further one might leave more targets
/// unknown.
const MAX_FAILURES: u32 = 3;

/// Targets that are sent, or were sent, in one request.
#[derive(Clone, Debug)]
pub(super) struct Batch {
    pub(super) block: Arc<Block>,
    pub(super) targets: Runs,
    /// The batch of which this is a part, to find out which target the service rejects.
    isolation: Option<u64>,
}

/// A search for the targets of a batch that the service refuses.
#[derive(Debug)]
struct Isolation {
    /// Number of further requests that may be sent.
    left: u32,
    /// Whether the service has accepted a part of the batch.
    is_fruitful: bool,
}

/// What a response, or its absence, means for a batch.
#[derive(Debug)]
pub(super) enum Decision {
    /// All targets of the batch have this outcome.
    Decided(Batch, SharedOutcome),
    /// The targets of the batch are sent again, in smaller ones.
    Requeued,
}

/// The batches that are still to be sent.
#[derive(Debug)]
pub(super) struct Planner {
    /// Number of targets per request. It shrinks when the service says that a batch is too large.
    size: usize,
    /// Maximum number of bytes of the targets of a request.
    max_bytes: usize,
    queue: VecDeque<Batch>,
    /// The searches for refused targets, each in the parts of one batch.
    isolations: BTreeMap<u64, Isolation>,
    next_isolation: u64,
    /// Whether a search has ended without an accepted request, and none was accepted since. The
    /// rejections are probably not about single targets then, and no other search begins.
    is_fruitless: bool,
    failures: u32,
    /// Requests with smaller numbers were in flight when the last failure was counted.
    counted_before: u64,
    stopped: Option<Reason>,
}

impl Planner {
    pub(super) fn new(size: usize, max_bytes: usize) -> Self {
        let (isolations, queue) = (BTreeMap::new(), VecDeque::new());
        Self {
            size: size.max(1),
            max_bytes,
            queue,
            isolations,
            next_isolation: 0,
            is_fruitless: false,
            failures: 0,
            counted_before: 0,
            stopped: None,
        }
    }

    /// Number of targets of the next request.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// Adds targets to send.
    pub(super) fn add(&mut self, block: Arc<Block>, targets: Runs) {
        if !targets.is_empty() {
            self.queue.push_back(Batch { block, targets, isolation: None });
        }
    }

    /// Takes the targets of the next request, unless the job has stopped.
    pub(super) fn next(&mut self) -> Option<Batch> {
        if self.stopped.is_some() {
            return None;
        }
        let next = self.queue.front_mut()?;
        let count = next.block.fitting(&next.targets, self.size, self.max_bytes);
        if count >= next.targets.len() {
            return self.queue.pop_front();
        }
        let targets = next.targets.take_first(count);
        Some(Batch { targets, ..next.clone_without_targets() })
    }

    /// Stops the job: no request is sent any more. The first reason counts.
    pub(super) fn stop(&mut self, reason: Reason) {
        self.stopped.get_or_insert(reason);
    }

    pub(super) fn stopped(&self) -> Option<&Reason> {
        self.stopped.as_ref()
    }

    /// Takes a batch that is not sent, because the job has stopped, with the reason.
    pub(super) fn next_not_tried(&mut self) -> Option<(Batch, SharedOutcome)> {
        let reason = self.stopped.as_ref()?;
        let batch = self.queue.pop_front()?;
        Some((batch, SharedOutcome::NotTried(reason.clone())))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// Records that the service accepted the request of a batch.
    pub(super) fn succeeded(&mut self, batch: &Batch) {
        self.failures = 0;
        self.is_fruitless = false;
        if let Some(isolation) = batch.isolation.and_then(|number| self.isolations.get_mut(&number)) {
            isolation.is_fruitful = true;
        }
    }

    /// Decides what the error of a request means. The request has this number, and the next one
    /// that will be sent has the other.
    pub(super) fn failed(&mut self, batch: Batch, error: Error, [number, next]: [u64; 2]) -> Decision {
        let verdict = match verdict(&error) {
            // Nothing was sent: the only target is longer than a request may be.
            Verdict::Stop if error.kind() == ErrorKind::InvalidRequest && self.is_too_long(&batch) => Verdict::Isolate,
            // There is no smaller request.
            Verdict::Split if error.kind() == ErrorKind::BatchTooLarge && batch.targets.len() == 1 => Verdict::Stop,
            verdict => verdict,
        };
        match verdict {
            // What breaks one request often breaks all that are in flight.
            Verdict::Unknown | Verdict::NotTried if number < self.counted_before => {}
            Verdict::Unknown | Verdict::NotTried => {
                self.failures += 1;
                self.counted_before = next;
            }
            Verdict::Split | Verdict::Isolate | Verdict::Stop => self.failures = 0,
        }
        match verdict {
            Verdict::Split if batch.targets.len() > 1 => {
                self.size = self.size.min(batch.targets.len().div_ceil(2));
                self.queue.push_front(batch);
                return Decision::Requeued;
            }
            Verdict::Isolate if batch.targets.len() > 1 => {
                return match self.isolate(batch) {
                    Ok(()) => Decision::Requeued,
                    Err(batch) => Decision::Decided(batch, SharedOutcome::NotTried(Reason::Because(Arc::new(error)))),
                };
            }
            Verdict::Split | Verdict::Isolate => return Decision::Decided(batch, SharedOutcome::refused(error)),
            Verdict::Unknown | Verdict::NotTried | Verdict::Stop => {}
        }
        let error = Arc::new(error);
        if verdict == Verdict::Stop || self.failures >= MAX_FAILURES {
            self.stop(Reason::Because(Arc::clone(&error)));
        }
        let outcome = match verdict {
            Verdict::Unknown => SharedOutcome::Unknown(error),
            _ => SharedOutcome::NotTried(Reason::Because(error)),
        };
        Decision::Decided(batch, outcome)
    }

    fn is_too_long(&self, batch: &Batch) -> bool {
        batch.targets.len() == 1 && batch.targets.iter().any(|index| batch.block.sent(index).len() > self.max_bytes)
    }

    /// Queues the halves of a batch in which a target is refused; returns the batch if there were
    /// too many requests for it.
    ///
    /// One invalid target of `n` is found by two more requests for each time that `n` can be
    /// halved: 20 for 1,000 targets. There are no more than these, so that a list of which many
    /// targets are invalid does not use up the rate of the account.
    fn isolate(&mut self, batch: Batch) -> Result<(), Batch> {
        let number = match batch.isolation {
            Some(number) => number,
            None if self.is_fruitless => return Err(batch),
            None => self.begin_isolation(batch.targets.len()),
        };
        let Some(isolation) = self.isolations.get_mut(&number) else { return Err(batch) };
        if isolation.left < 2 {
            self.is_fruitless |= !isolation.is_fruitful;
            return Err(batch);
        }
        isolation.left -= 2;
        let (first, second) = batch.targets.halves();
        for targets in [second, first] {
            self.queue.push_front(Batch { block: Arc::clone(&batch.block), targets, isolation: Some(number) });
        }
        Ok(())
    }

    fn begin_isolation(&mut self, targets: usize) -> u64 {
        self.next_isolation += 1;
        let left = 2 * targets.next_power_of_two().ilog2();
        self.isolations.insert(self.next_isolation, Isolation { left, is_fruitful: false });
        self.next_isolation
    }
}

impl Batch {
    fn clone_without_targets(&self) -> Self {
        Self { block: Arc::clone(&self.block), targets: Runs::default(), isolation: self.isolation }
    }
}
