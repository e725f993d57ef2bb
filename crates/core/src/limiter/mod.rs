//! Keeps each action of each account under its rate limit, so that the service has no reason to
//! throttle.
//!
//! Two invariants hold for the calls of one configuration:
//!
//! 1. **Never more than `n` arrivals in any second,** where `n` is the limit. [`window`] ensures
//!    it, if each request reaches the server within [`MAX_TRANSIT`](window::MAX_TRANSIT). After the
//!    clock of this machine was set forward, there can be a few arrivals more ([`State::elapsed`]).
//! 2. **A waiter that is not being polled delays those after it by at most 100 ms in total,** at
//!    any position in the queue. [`queue`] ensures it.
//!
//! Each attempt of a call [acquires](Limiters::acquire) a [`Permit`], is sent at once, and records
//! its outcome in the permit. If the service throttles an attempt nevertheless, other processes use
//! the same account, and [`rate`] lowers the rate of this one.
//!
//! Nothing runs in the background: each waiter has its own timer. The first waiter checks when the
//! next permit is due, and each further waiter one grace period after the waiter ahead of it. So if
//! those ahead are not being polled, it skips them. The grace period is [`GRACE`](acquire::GRACE),
//! or the time between two permits if that is shorter. When a permit is issued, or an outcome
//! recorded, the first two waiters are woken.

mod acquire;
mod permit;
mod queue;
mod rate;
mod registry;
mod schedule;
mod setting;
#[cfg(test)]
mod tests;
mod window;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use self::acquire::Acquire;
pub(crate) use self::permit::Permit;
use self::queue::Queue;
pub(crate) use self::registry::Limiters;
use self::schedule::Schedule;
pub(crate) use self::setting::RateLimitSetting;
use crate::time::Clock;

/// Issues the permits for one action of one account.
#[derive(Debug)]
struct Limiter(Mutex<State>);

#[derive(Debug)]
struct State {
    schedule: Schedule,
    queue: Queue,
    /// Time since the limiter was created. It never decreases, even if the clock is set back.
    ///
    /// If the clock is set forward, the jump counts as elapsed time. Then a few requests are sent
    /// too early, at most three at 20 requests per second: the next one, and two that catch up
    /// ([`MAX_CATCH_UP`](schedule::MAX_CATCH_UP)).
    elapsed: Duration,
    /// Time of the clock when `elapsed` was last updated.
    last_seen: SystemTime,
}

impl Limiter {
    fn new(now: SystemTime) -> Self {
        let (schedule, queue) = (Schedule::default(), Queue::default());
        Self(Mutex::new(State { schedule, queue, elapsed: Duration::ZERO, last_seen: now }))
    }

    /// Waits for a permit under `limit`, in requests per second. A limit of 0 is treated as 1.
    fn acquire<'a>(self: &Arc<Self>, clock: &'a dyn Clock, limit: u32) -> Acquire<'a> {
        Acquire::new(Arc::clone(self), clock, limit.max(1))
    }

    /// Whether a new limiter would behave the same: there are no waiters, and no past request has
    /// an effect any more.
    fn is_idle(&self, clock: &dyn Clock) -> bool {
        let mut state = self.state();
        let now = state.now(clock);
        state.queue.is_empty() && state.schedule.is_idle(now)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // The code that changes the state does not panic, so even a poisoned state is consistent.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Returns the time since the limiter was created.
    fn now(&mut self, clock: &dyn Clock) -> Duration {
        let now = clock.now();
        self.elapsed = self.elapsed.saturating_add(now.duration_since(self.last_seen).unwrap_or_default());
        self.last_seen = now;
        self.elapsed
    }

    /// Records that a timer for `moment` has fired, so that time passes even if the clock was set
    /// back.
    fn timer_fired(&mut self, moment: Duration, clock: &dyn Clock) {
        self.elapsed = self.now(clock).max(moment);
    }
}
