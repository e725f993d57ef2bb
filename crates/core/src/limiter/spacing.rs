//! When the next request may be sent: a pure function of what was sent and answered before.

use std::time::Duration;

use super::rate::Rate;
use super::window::{Sent, WINDOW, Window};

/// How far a sender that was late may catch up: two turns at 20 a second, which is more than a timer of a loaded
/// machine is late, and too little to be a burst.
const CATCH_UP: Duration = Duration::from_millis(100);

/// Keeps the requests of one limiter apart: evenly, at the [`Rate`], and never more than documented in a [`Window`].
///
/// Times are those of the limiter, which begin with it.
#[derive(Debug)]
pub(super) struct Spacing {
    rate: Rate,
    window: Window,
    /// When the latest request was due.
    latest: Option<Duration>,
}

impl Spacing {
    pub(super) fn new(requests_per_second: u32) -> Self {
        let requests = requests_per_second.max(1);
        Self { rate: Rate::new(requests), window: Window::new(requests), latest: None }
    }

    /// When the next request may be sent, as far as is known `now`.
    pub(super) fn opens_at(&self, now: Duration) -> Duration {
        self.due(now).max(self.window.opens_at())
    }

    /// Counts a request that is sent now.
    pub(super) fn send(&mut self, now: Duration) -> Sent {
        self.latest = Some(self.due(now).max(now.saturating_sub(CATCH_UP)));
        self.window.push(now)
    }

    /// A request was answered.
    pub(super) fn answered(&mut self, sent: Sent, now: Duration) {
        self.window.answered(sent, now);
    }

    /// A request was answered that there were too many.
    pub(super) fn throttled(&mut self, sent: Sent, now: Duration) {
        self.window.answered(sent, now);
        self.rate.throttled(sent.number, now, self.window.next());
    }

    /// A request was given up; it may have arrived.
    pub(super) fn given_up(&mut self, sent: Sent, now: Duration) {
        self.window.over(sent, now);
    }

    /// Whether the next request may be sent sooner once this one is over.
    pub(super) fn waits_for(&self, sent: Sent) -> bool {
        self.window.waits_for(sent)
    }

    /// Whether there is nothing to remember: a new one would be as good.
    pub(super) fn is_fresh(&self, now: Duration) -> bool {
        self.window.is_empty(now) && self.rate.is_full(now)
    }

    /// When the next request is due by the rate alone.
    fn due(&self, now: Duration) -> Duration {
        let interval = WINDOW.div_f64(self.rate.at(now));
        self.latest.map_or(Duration::ZERO, |latest| latest.saturating_add(interval))
    }
}
