//! One limiter: waiting for a turn, having it, and saying what came of it.

#[cfg(test)]
mod tests;

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, SystemTime};

use super::queue::{Place, Queue};
use super::spacing::Spacing;
use super::window::Sent;
use crate::{BoxFuture, Clock, Error, ErrorKind};

/// Hands out the turns for one action of one account.
///
/// Nothing runs in the background: whoever is first in the queue watches the clock, and wakes the next when it leaves.
#[derive(Debug)]
pub(super) struct Limiter(Mutex<State>);

#[derive(Debug)]
struct State {
    spacing: Spacing,
    queue: Queue,
    /// The time of the limiter. It never goes back, however the clock is set. If that is set ahead, more time has passed
    /// than is true, and up to three are one too many: the one that is due, and two that a late sender may catch up by.
    elapsed: Duration,
    /// What the clock showed then.
    seen: SystemTime,
}

impl Limiter {
    pub(super) fn new(now: SystemTime) -> Self {
        let spacing = Spacing::new();
        Self(Mutex::new(State { spacing, queue: Queue::default(), elapsed: Duration::ZERO, seen: now }))
    }

    /// Waits until it is the caller's turn, of so many a second; at least of one. Dropping the future gives the place in
    /// the queue up.
    pub(super) fn wait<'a>(self: &Arc<Self>, clock: &'a dyn Clock, requests: u32) -> Wait<'a> {
        Wait { limiter: Arc::clone(self), clock, requests: requests.max(1), place: None, sleep: None }
    }

    /// Whether nobody waits, and there is nothing to remember.
    pub(super) fn is_fresh(&self, clock: &dyn Clock) -> bool {
        let mut state = self.state();
        let now = state.now(clock);
        state.queue.is_empty() && state.spacing.is_fresh(now)
    }

    // A state is changed by code that does not panic, so one that is poisoned is whole.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The time of the limiter, which is how far the clock went forwards.
    fn now(&mut self, clock: &dyn Clock) -> Duration {
        let now = clock.now();
        self.elapsed = self.elapsed.saturating_add(now.duration_since(self.seen).unwrap_or_default());
        self.seen = now;
        self.elapsed
    }

    /// So much time has passed, even if the clock was set back meanwhile.
    fn slept_until(&mut self, moment: Duration, clock: &dyn Clock) {
        self.elapsed = self.now(clock).max(moment);
    }
}

/// Waiting for a turn.
pub(super) struct Wait<'a> {
    limiter: Arc<Limiter>,
    clock: &'a dyn Clock,
    requests: u32,
    place: Option<Place>,
    /// The first in the queue sleeps until then.
    sleep: Option<(Duration, BoxFuture<'static, ()>)>,
}

impl<'a> Future for Wait<'a> {
    type Output = Turn<'a>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        loop {
            let opens_at = match this.try_take(context) {
                Progress::Turn(turn) => return Poll::Ready(turn),
                Progress::Queued => return Poll::Pending,
                Progress::First { now, opens_at } => {
                    if this.sleep.as_ref().is_none_or(|(until, _)| *until != opens_at) {
                        this.sleep = Some((opens_at, this.clock.sleep(opens_at.saturating_sub(now))));
                    }
                    opens_at
                }
            };
            if let Some((_, sleep)) = &mut this.sleep {
                ready!(sleep.as_mut().poll(context));
            }
            this.sleep = None;
            this.limiter.state().slept_until(opens_at, this.clock);
        }
    }
}

/// What a look at the limiter comes to.
enum Progress<'a> {
    Turn(Turn<'a>),
    /// Others are first.
    Queued,
    First {
        now: Duration,
        opens_at: Duration,
    },
}

impl<'a> Wait<'a> {
    fn try_take(&mut self, context: &Context<'_>) -> Progress<'a> {
        let mut state = self.limiter.state();
        let is_first = self.place.map_or_else(|| state.queue.is_empty(), |place| state.queue.is_first(place));
        let now = state.now(self.clock);
        let opens_at = state.spacing.opens_at(now, self.requests);
        if is_first && opens_at <= now {
            let sent = state.spacing.send(now, self.requests);
            let next = self.place.take().and_then(|place| state.queue.leave(place));
            drop(state);
            if let Some(next) = next {
                next.wake();
            }
            return Progress::Turn(Turn(Some(Taken { limiter: Arc::clone(&self.limiter), clock: self.clock, sent })));
        }
        match self.place {
            Some(place) => state.queue.stay(place, context.waker()),
            None => self.place = Some(state.queue.join(context.waker())),
        }
        if is_first { Progress::First { now, opens_at } } else { Progress::Queued }
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        let next = self.place.and_then(|place| self.limiter.state().queue.leave(place));
        if let Some(next) = next {
            next.wake();
        }
    }
}

/// A turn: its holder may send one request, now.
///
/// Dropping it says that the request was given up, which may arrive nevertheless, even later than now.
#[must_use = "a turn is for sending at once, and should hear what came of it"]
pub(crate) struct Turn<'a>(Option<Taken<'a>>);

/// A turn of a limiter, for as long as nothing is known of the request.
struct Taken<'a> {
    limiter: Arc<Limiter>,
    clock: &'a dyn Clock,
    sent: Sent,
}

impl Turn<'_> {
    /// Says what came of the request: an answer, or an error.
    pub(crate) fn came_to(self, error: Option<&Error>) {
        match error {
            Some(error) => match error.kind() {
                ErrorKind::Throttled => self.throttled(),
                ErrorKind::InvalidRequest | ErrorKind::Credentials | ErrorKind::Connect => self.not_sent(),
                _ if error.status().is_none() => drop(self),
                _ => self.answered(),
            },
            None => self.answered(),
        }
    }

    /// The turn of those who need not wait for one.
    pub(super) const fn free() -> Self {
        Self(None)
    }

    /// The service answered, whatever it was.
    pub(super) fn answered(self) {
        self.end(Spacing::answered);
    }

    /// The service answered that there were too many requests.
    pub(super) fn throttled(self) {
        self.end(Spacing::throttled);
    }

    /// Nothing was sent, so nothing can arrive any more.
    fn not_sent(self) {
        self.end(Spacing::over);
    }

    fn end(self, how: fn(&mut Spacing, Sent, Duration)) {
        let Some(Taken { limiter, clock, sent }) = self.0 else { return };
        let mut state = limiter.state();
        let now = state.now(clock);
        how(&mut state.spacing, sent, now);
        let first = state.queue.first();
        drop(state);
        // There may be room sooner than it was told.
        if let Some(first) = first {
            first.wake();
        }
    }
}
