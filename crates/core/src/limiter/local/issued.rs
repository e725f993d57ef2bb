//! Records the outcome of a request in the limiter that permitted it.

use std::sync::Arc;

use super::Limiter;
use super::schedule::Schedule;
use super::window::Sent;
use crate::limiter::Outcome;
use crate::time::Clock;

/// A permit that a limiter has issued, until the outcome of its request is known.
///
/// If it is dropped without an outcome, its request still counts as one that may arrive.
pub(in crate::limiter) struct Issued<'a> {
    limiter: Arc<Limiter>,
    clock: &'a dyn Clock,
    sent: Sent,
}

impl<'a> Issued<'a> {
    pub(super) fn new(limiter: Arc<Limiter>, clock: &'a dyn Clock, sent: Sent) -> Self {
        Self { limiter, clock, sent }
    }

    /// Records the outcome. A finished request counts for one more window, even if nothing was
    /// sent. That costs little: the next permit is due one interval after this one in any case, so
    /// none would be issued in place of this one.
    pub(in crate::limiter) fn record(self, outcome: Outcome) {
        let change = match outcome {
            Outcome::Finished => Schedule::finished,
            Outcome::Throttled { .. } => Schedule::throttled,
            Outcome::Unknown => return,
        };
        let Self { limiter, clock, sent } = self;
        let mut state = limiter.state();
        let now = state.now(clock);
        change(&mut state.schedule, sent, now);
        let wakers = state.queue.first_two(now);
        drop(state);
        wakers.wake();
    }
}
