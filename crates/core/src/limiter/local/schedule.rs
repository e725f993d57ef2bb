//! Schedules the next request, from the requests and responses so far.

use std::time::Duration;

use super::rate::Rate;
use super::window::{Sent, WINDOW, Window};

/// Maximum time by which a late sender may catch up. 100 ms: timers on a loaded machine are less
/// late than that, and at 20 permits per second it is two permits, not a burst.
pub(super) const MAX_CATCH_UP: Duration = Duration::from_millis(100);

/// Spaces the requests of one limiter evenly, at the [`Rate`], within the limit of the [`Window`].
///
/// The limit is given with each request, because callers may state different ones. Times count from
/// the creation of the limiter.
#[derive(Debug, Default)]
pub(super) struct Schedule {
    rate: Rate,
    window: Window,
    /// Time at which the latest request was due.
    latest_due: Option<Duration>,
}

impl Schedule {
    /// Returns when the next request may be sent, as far as is known `now`.
    pub(super) fn opens_at(&self, now: Duration, limit: u32) -> Duration {
        self.due(now, limit).max(self.window.opens_at(limit))
    }

    /// Counts a request that is sent now.
    pub(super) fn count_request(&mut self, now: Duration, limit: u32) -> Sent {
        // A late request counts from when it was due, so that the next ones can catch up, but from
        // no more than `MAX_CATCH_UP` ago.
        self.latest_due = Some(self.due(now, limit).max(now.saturating_sub(MAX_CATCH_UP)));
        self.window.push(now, limit)
    }

    /// Records that the request cannot arrive any more.
    pub(super) fn finished(&mut self, sent: Sent, now: Duration) {
        self.window.finished(sent, now);
    }

    /// Records that the service throttled the request.
    pub(super) fn throttled(&mut self, sent: Sent, now: Duration) {
        self.window.finished(sent, now);
        self.rate.throttled(sent.number, sent.limit, now, self.window.next_number());
    }

    /// Whether no request counts any more, and the rate is back at the limit of the request that
    /// was throttled.
    pub(super) fn is_idle(&self, now: Duration) -> bool {
        self.window.is_empty(now) && self.rate.is_full(now)
    }

    /// Returns the time between two requests at the current rate.
    pub(super) fn interval(&self, now: Duration, limit: u32) -> Duration {
        WINDOW.div_f64(self.rate.at(now, limit))
    }

    /// Returns when the rate allows the next request.
    fn due(&self, now: Duration, limit: u32) -> Duration {
        self.latest_due.map_or(Duration::ZERO, |latest| latest.saturating_add(self.interval(now, limit)))
    }
}
