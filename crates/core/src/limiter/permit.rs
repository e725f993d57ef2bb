//! Allows one request, and records its outcome.

use std::sync::Arc;
use std::time::Duration;

use super::Limiter;
use super::schedule::Schedule;
use super::window::Sent;
use crate::error::{Error, ErrorKind};
use crate::time::Clock;

/// Allows its owner to send one request, now.
///
/// If a permit is dropped without an outcome, its request still counts as one that may arrive.
#[must_use = "send the request at once, and record its outcome"]
pub(crate) struct Permit<'a>(Option<Issued<'a>>);

/// A permit of a limiter, until the outcome is known.
struct Issued<'a> {
    limiter: Arc<Limiter>,
    clock: &'a dyn Clock,
    sent: Sent,
}

impl<'a> Permit<'a> {
    pub(super) fn new(limiter: Arc<Limiter>, clock: &'a dyn Clock, sent: Sent) -> Self {
        Self(Some(Issued { limiter, clock, sent }))
    }

    /// A permit for a request without a limit.
    pub(super) const fn unlimited() -> Self {
        Self(None)
    }

    /// Records the outcome of the request: success, or an error.
    pub(crate) fn record_outcome(self, error: Option<&Error>) {
        let Some(error) = error else { return self.finish() };
        match error.kind() {
            ErrorKind::Throttled => self.throttled(),
            // Nothing was sent.
            ErrorKind::InvalidRequest | ErrorKind::Credentials | ErrorKind::Connect => self.finish(),
            // There is no response, so the request may still arrive.
            _ if error.status().is_none() => drop(self),
            _ => self.finish(),
        }
    }

    /// Records that the request cannot arrive any more: there is a response, or nothing was sent.
    /// The request counts for one more window.
    pub(crate) fn finish(self) {
        self.record(Schedule::finished);
    }

    /// Records that the service rejected the request because there were too many.
    pub(super) fn throttled(self) {
        self.record(Schedule::throttled);
    }

    fn record(self, outcome: fn(&mut Schedule, Sent, Duration)) {
        let Some(Issued { limiter, clock, sent }) = self.0 else { return };
        let mut state = limiter.state();
        let now = state.now(clock);
        outcome(&mut state.schedule, sent, now);
        let to_wake = state.queue.wake_first_two(now);
        drop(state);
        to_wake.wake();
    }
}
