//! Allows a caller to send one request, and passes its outcome on to where the permit came from.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tencentcloud_core::limiter::Outcome;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use crate::script::{ON_TIME, Report, Slot};
use crate::store::BookSlots;

/// Maximum time from a slot until its permit is used. 100 ms: a waiting call that is being polled
/// is woken sooner. A permit that is used later is thrown away, and its caller asks again.
const MAX_AGE: Duration = Duration::from_millis(100);
/// Maximum time that a request is assumed to take to the service, as in the client's own limiter.
const MAX_TRANSIT: Duration = Duration::from_millis(500);
/// Longest request of the service to send nothing that is passed on to the fleet. 30 s: a header of
/// a proxy does not stop all machines for longer.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(30);

/// A permit that a lane hands to a caller.
pub(crate) struct Grant {
    /// When the request may be sent.
    pub(crate) at: Instant,
    pub(crate) source: Source,
}

/// Where a permit comes from, and what its outcome is reported to.
pub(crate) enum Source {
    Store(BookedSlot),
    /// The part of the rate that the process uses while the store fails.
    Local(oneshot::Sender<Outcome>),
}

/// A slot of the store.
pub(crate) struct BookedSlot {
    pub(crate) store: Arc<dyn BookSlots>,
    pub(crate) runtime: Handle,
    pub(crate) lane: Arc<str>,
    pub(crate) limit: u32,
    pub(crate) slot: Slot,
    /// Earliest local time of the slot: it counts from when the booking was sent to the store.
    pub(crate) earliest: Instant,
}

impl Grant {
    /// Whether a request that is sent now is still near its slot.
    pub(crate) fn is_fresh(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.at) <= MAX_AGE
    }

    /// Passes the outcome of the request on. `now` is the time of the response.
    pub(crate) fn report(self, outcome: Outcome, now: Instant) {
        match self.source {
            Source::Store(booked) => booked.report(outcome, now),
            // The lane has ended, and nothing needs the outcome any more.
            Source::Local(report) => drop(report.send(outcome)),
        }
    }

    /// Returns a permit for which nothing was sent.
    pub(crate) fn discard(self) {
        match self.source {
            Source::Store(_) => {}
            Source::Local(report) => drop(report.send(Outcome::Finished)),
        }
    }
}

impl BookedSlot {
    /// Reports a request that the store has to know of: one that may have arrived late, or was
    /// throttled.
    fn report(self, outcome: Outcome, now: Instant) {
        let passed = now.saturating_duration_since(self.earliest);
        let (late, retry_after) = match outcome {
            Outcome::Throttled { retry_after } => (passed, Some(retry_after.unwrap_or_default())),
            Outcome::Finished => (passed, None),
            _ => (MAX_TRANSIT, None),
        };
        let report = Report {
            slot: self.slot,
            limit: self.limit,
            late: late.min(MAX_TRANSIT),
            throttled: retry_after.is_some(),
            retry_after: retry_after.unwrap_or_default().min(MAX_RETRY_AFTER),
        };
        if report.throttled || report.late > ON_TIME {
            let Self { store, runtime, lane, .. } = self;
            runtime.spawn(async move { store.report(&lane, report).await });
        }
    }
}
