//! When the next request may be sent: a pure function of what was sent and answered before.

use std::time::Duration;

use super::rate::Rate;
use super::window::{Sent, WINDOW, Window};

/// How far a sender that was late may catch up: two turns at 20 a second, which is more than a timer of a loaded
/// machine is late, and too little to be a burst.
const CATCH_UP: Duration = Duration::from_millis(100);

/// Keeps the requests of one limiter apart: evenly, at the [`Rate`], and never more than documented in a [`Window`].
///
/// How many are allowed is said request by request: each is sent when those before it leave it that much room.
///
/// Times are those of the limiter, which begin with it.
#[derive(Debug, Default)]
pub(super) struct Spacing {
    rate: Rate,
    window: Window,
    /// When the latest request was due.
    latest: Option<Duration>,
}

impl Spacing {
    /// When the next request may be sent, as far as is known `now`, if so many are allowed.
    pub(super) fn opens_at(&self, now: Duration, requests: u32) -> Duration {
        self.due(now, requests).max(self.window.opens_at(requests))
    }

    /// Counts a request that is sent now, of so many that are allowed.
    pub(super) fn send(&mut self, now: Duration, requests: u32) -> Sent {
        self.latest = Some(self.due(now, requests).max(now.saturating_sub(CATCH_UP)));
        self.window.push(now, requests)
    }

    /// A request cannot arrive any more: it was answered, or nothing was sent.
    pub(super) fn finished(&mut self, sent: Sent, now: Duration) {
        self.window.finished(sent, now);
    }

    /// A request was answered that there were too many.
    pub(super) fn throttled(&mut self, sent: Sent, now: Duration) {
        self.window.finished(sent, now);
        self.rate.throttled(sent.number, sent.limit, now, self.window.next_number());
    }

    /// Whether there is nothing to remember: a new one would be as good.
    pub(super) fn is_fresh(&self, now: Duration) -> bool {
        self.window.is_empty(now) && self.rate.is_full(now)
    }

    /// How far apart requests are, if so many are allowed.
    pub(super) fn interval(&self, now: Duration, requests: u32) -> Duration {
        WINDOW.div_f64(self.rate.at(now, requests))
    }

    /// When the next request is due by the rate alone.
    fn due(&self, now: Duration, requests: u32) -> Duration {
        self.latest.map_or(Duration::ZERO, |latest| latest.saturating_add(self.interval(now, requests)))
    }
}
