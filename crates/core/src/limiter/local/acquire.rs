//! Waits for a permit, as one of several waiters.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use super::issued::Issued;
use super::queue::{Position, Wakers};
use super::{Limiter, State};
use crate::time::{BoxFuture, Clock};

/// Maximum time by which a waiter may be overdue before it is skipped. 100 ms: timers on a loaded
/// machine are less late than that. A waiter that is skipped by mistake is overtaken, but has its
/// position again at its next check.
pub(super) const GRACE: Duration = Duration::from_millis(100);

/// A future that resolves to a permit. Dropping it leaves the queue.
pub(super) struct Acquire<'a> {
    limiter: Arc<Limiter>,
    clock: &'a dyn Clock,
    limit: u32,
    /// Position in the queue. The waiter keeps it until it has a permit, even while it is skipped.
    position: Option<Position>,
    timer: Option<Timer>,
}

struct Timer {
    fires_at: Duration,
    sleep: BoxFuture<'static, ()>,
}

/// The outcome of a check.
enum Check<'a> {
    Permit(Issued<'a>),
    /// There is no permit yet. Unless the waiter is woken before, it checks again at `next_check`.
    Wait {
        now: Duration,
        next_check: Duration,
    },
}

impl<'a> Acquire<'a> {
    pub(super) fn new(limiter: Arc<Limiter>, clock: &'a dyn Clock, limit: u32) -> Self {
        Self { limiter, clock, limit, position: None, timer: None }
    }

    /// Takes a permit if one is due and no active waiter is ahead; else says when to check again.
    fn check(&mut self, waker: &Waker) -> Check<'a> {
        let mut state = self.limiter.state();
        let now = state.now(self.clock);
        let State { schedule, queue, .. } = &mut *state;
        // Often another future of the same task was woken, and nothing has changed for this one.
        if let (Some(position), Some(Timer { fires_at, .. })) = (self.position, &self.timer)
            && now < *fires_at
            && let Some(waiter) = queue.unchanged(position, *fires_at)
        {
            let replaced = waiter.replace_waker(waker);
            drop(state);
            drop(replaced);
            return Check::Wait { now, next_check: *fires_at };
        }
        let opens_at = schedule.opens_at(now, self.limit);
        if opens_at > now || queue.has_active_waiter() {
            self.position.get_or_insert_with(|| queue.join(now));
        }
        // If a grace period were longer than the time between two permits, a waiter that is not
        // being polled would cost the others a permit.
        let grace = GRACE.min(schedule.interval(now, self.limit));
        let ahead = self.position.and_then(|position| queue.skip_overdue_ahead_of(position, now, grace));
        let next_check = ahead.map_or(opens_at, |ahead| ahead.all_overdue_at(opens_at, grace));
        // Without a position, no active waiter is ahead, and a permit is due.
        if next_check > now
            && let Some(position) = self.position
        {
            let replaced = queue.activate(position, waker, next_check);
            drop(state);
            drop(replaced);
            return Check::Wait { now, next_check };
        }
        let sent = schedule.count_request(now, self.limit);
        let wakers = self.position.take().map(|position| queue.leave(position, now));
        drop(state);
        wakers.into_iter().for_each(Wakers::wake);
        Check::Permit(Issued::new(Arc::clone(&self.limiter), self.clock, sent))
    }
}

impl<'a> Future for Acquire<'a> {
    type Output = Issued<'a>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        loop {
            let (now, next_check) = match this.check(context.waker()) {
                Check::Permit(permit) => return Poll::Ready(permit),
                Check::Wait { now, next_check } => (now, next_check),
            };
            if this.timer.as_ref().is_none_or(|timer| timer.fires_at != next_check) {
                let sleep = this.clock.sleep(next_check.saturating_sub(now));
                this.timer = Some(Timer { fires_at: next_check, sleep });
            }
            if let Some(timer) = &mut this.timer {
                ready!(timer.sleep.as_mut().poll(context));
            }
            this.timer = None;
            this.limiter.state().timer_fired(next_check, this.clock);
        }
    }
}

impl Drop for Acquire<'_> {
    fn drop(&mut self) {
        let Some(position) = self.position else { return };
        let mut state = self.limiter.state();
        // The clock may be what panics, and a second panic would abort the process.
        let now = if std::thread::panicking() { state.elapsed } else { state.now(self.clock) };
        let wakers = state.queue.leave(position, now);
        drop(state);
        wakers.wake();
    }
}
