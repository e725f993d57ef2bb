//! Keeps each action of each account under its rate limit, so that the service has no reason to
//! throttle: the default limiter.
//!
//! Two invariants hold for the calls that share a [`LocalLimiter`]:
//!
//! 1. **Never more than `n` arrivals in any second,** where `n` is the limit. [`window`] ensures
//!    it, if each request reaches the server within [`MAX_TRANSIT`](window::MAX_TRANSIT). After the
//!    clock of this machine was set forward, there can be a few arrivals more ([`State::elapsed`]).
//! 2. **A waiter that stops being polled delays those after it by at most 100 ms,** each time that
//!    it stops, at any position in the queue. [`queue`] ensures it.
//!
//! If the service throttles an attempt nevertheless, usually because other processes use the same
//! account, [`rate`] lowers the rate of this one.
//!
//! Nothing runs in the background: each waiter has its own timer. The first waiter checks when the
//! next permit is due, and each further waiter one grace period after the waiter ahead of it. So if
//! those ahead are not being polled, it skips them. The grace period is [`GRACE`](acquire::GRACE),
//! or the time between two permits if that is shorter. When the first active waiter gets its
//! permit or leaves, or a request is finished or throttled, the waiters that are now the first two
//! are woken. When another active waiter leaves, the one after it is woken. A skipped waiter that
//! leaves or gets its permit wakes none.

mod acquire;
mod issued;
mod queue;
mod rate;
mod registry;
mod schedule;
mod share;
#[cfg(test)]
mod tests;
mod window;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use self::acquire::Acquire;
pub(super) use self::issued::Issued;
use self::queue::Queue;
use self::registry::Registry;
use self::schedule::Schedule;
use self::share::Share;
use super::{Permit, PermitRequest, RateLimiter};
use crate::error::Error;
use crate::time::{BoxFuture, Clock};

/// Limits the calls of the configurations that use it, and needs nothing but memory: the default.
///
/// Permits are spaced evenly, and issued in the order in which they were requested. If the service
/// throttles, usually because other machines use the account as well, the rate is lowered for a
/// while. A waiter that stops being polled is skipped within 100 ms, and has its position again
/// when it is polled again.
///
/// Configurations share a limiter through an [`Arc`]:
///
/// ```
/// use std::sync::Arc;
/// use tencentcloud_core::limiter::LocalLimiter;
/// use tencentcloud_core::{Config, Credentials, Endpoint};
///
/// let limiter = Arc::new(LocalLimiter::new());
/// let config = |endpoint| {
///     Config::builder()
///         .credentials(Credentials::new("AKIDexample", "example-key")?)
///         .endpoint(endpoint)
///         .rate_limiter(Arc::clone(&limiter))
///         .build()
/// };
/// let (near, far) = (config(Endpoint::Mainland)?, config(Endpoint::International)?);
/// # Ok::<(), tencentcloud_core::Error>(())
/// ```
#[derive(Default)]
pub struct LocalLimiter {
    share: Share,
    registry: Registry,
}

impl LocalLimiter {
    /// A limiter that uses the whole rate of each action.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A limiter that uses a part of each rate: `share_of(1, 8)` for each of eight processes that
    /// share an account.
    ///
    /// The rate is rounded down to whole requests per second, and is at least 1: an eighth of 20
    /// requests per second is 2. Rounded up, or not at all, the processes would together exceed the
    /// rate in some seconds, because each of them sends 3 requests in some.
    ///
    /// A part of more than `of` counts as `of`, and an `of` of 0 counts as 1.
    ///
    /// ```
    /// use tencentcloud_core::limiter::LocalLimiter;
    /// use tencentcloud_core::{Config, Credentials};
    ///
    /// let config = Config::builder()
    ///     .credentials(Credentials::new("AKIDexample", "example-key")?)
    ///     .rate_limiter(LocalLimiter::share_of(1, 8))
    ///     .build()?;
    /// # Ok::<(), tencentcloud_core::Error>(())
    /// ```
    #[must_use]
    pub fn share_of(part: u32, of: u32) -> Self {
        Self { share: Share::new(part, of), registry: Registry::default() }
    }

    /// Waits for a permit. The wait has no timeout: dropping the future leaves the queue.
    pub(super) async fn wait_for_permit<'a>(&self, request: PermitRequest<'a>) -> Permit<'a> {
        let (clock, limit) = (request.clock(), self.share.limit(request.requests_per_second()));
        Permit::local(self.registry.limiter(&request).acquire(clock, limit).await)
    }
}

impl RateLimiter for LocalLimiter {
    /// Never fails.
    fn acquire<'a>(&'a self, request: PermitRequest<'a>) -> BoxFuture<'a, Result<Permit<'a>, Error>> {
        Box::pin(async move { Ok(self.wait_for_permit(request).await) })
    }
}

impl fmt::Debug for LocalLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalLimiter").field("share", &self.share).finish_non_exhaustive()
    }
}

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

    /// Whether a new limiter can replace this one, if there are no waiters: no request counts any
    /// more, and the rate is back. They differ only in that the new one does not catch up.
    fn is_idle(&self, clock: &dyn Clock) -> bool {
        let mut state = self.state();
        let now = state.now(clock);
        state.schedule.is_idle(now)
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
