//! One limiter: waiting for a turn, having it, and saying what came of it.

#[cfg(test)]
mod tests;

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, SystemTime};

use super::queue::{Called, Place, Queue};
use super::spacing::Spacing;
use super::window::Sent;
use crate::error::{Error, ErrorKind};
use crate::time::{BoxFuture, Clock};

/// How late one who waits may be before those behind pass it over: later than a timer of a loaded machine is, by the reason
/// of `CATCH_UP` in `spacing.rs`. Whoever is passed over by mistake comes next, so that costs a place and no turn.
const GRACE: Duration = Duration::from_millis(100);

/// Hands out the turns for one action of one account.
///
/// Nothing runs in the background: everyone who waits looks at the clock, the first in the queue when there is room, and
/// the others a grace later for each that is before them. So a future that is neither polled nor dropped, wherever it is
/// in the queue, holds up those behind it by no more than a grace, and then not at all until it is polled again.
///
/// Whoever has its turn wakes the first two, and so does an answer. The others look of themselves, and seldom: each after
/// as many graces as others were before it, by when those are gone unless turns are rare. That is later than it should be
/// if some of those were dropped or had room sooner, which matters if all the rest are held.
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
        let spacing = Spacing::default();
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
    /// Kept until the turn is had, even if it is passed over.
    place: Option<Place>,
    /// Until when it sleeps, then to look again.
    sleep: Option<(Duration, BoxFuture<'static, ()>)>,
}

impl<'a> Future for Wait<'a> {
    type Output = Turn<'a>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        loop {
            let looks_at = match this.look(context) {
                Progress::Turn(turn) => return Poll::Ready(turn),
                Progress::Wait { now, looks_at } => {
                    if this.sleep.as_ref().is_none_or(|(until, _)| *until != looks_at) {
                        this.sleep = Some((looks_at, this.clock.sleep(looks_at.saturating_sub(now))));
                    }
                    looks_at
                }
            };
            if let Some((_, sleep)) = &mut this.sleep {
                ready!(sleep.as_mut().poll(context));
            }
            this.sleep = None;
            this.limiter.state().slept_until(looks_at, this.clock);
        }
    }
}

/// What a look at the limiter comes to.
enum Progress<'a> {
    Turn(Turn<'a>),
    /// There is no turn yet, nor need it look again before then unless it is woken.
    Wait {
        now: Duration,
        looks_at: Duration,
    },
}

impl<'a> Wait<'a> {
    fn look(&mut self, context: &Context<'_>) -> Progress<'a> {
        let mut state = self.limiter.state();
        let now = state.now(self.clock);
        let State { spacing, queue, .. } = &mut *state;
        if let (Some(place), Some((until, _))) = (self.place, &self.sleep)
            && now < *until
            && queue.is_as_it_was(place, context.waker(), *until)
        {
            return Progress::Wait { now, looks_at: *until };
        }
        let mut looks_at = spacing.opens_at(now, self.requests);
        if !queue.is_empty() {
            // No longer than a turn, so that those who move up with every turn do not look too late.
            let grace = GRACE.min(spacing.interval(now, self.requests));
            let place = *self.place.get_or_insert_with(|| queue.join(now));
            if let Some(ahead) = queue.ahead(place, now, grace) {
                let if_nobody_is_there = looks_at.saturating_add(grace.saturating_mul(ahead.count));
                looks_at = if_nobody_is_there.max(ahead.looks_at.saturating_add(grace));
            }
        }
        if looks_at > now {
            let place = *self.place.get_or_insert_with(|| queue.join(now));
            queue.stay(place, context.waker(), looks_at);
            return Progress::Wait { now, looks_at };
        }
        let sent = spacing.send(now, self.requests);
        let called = self.place.take().map(|place| queue.leave(place, now));
        drop(state);
        called.into_iter().for_each(Called::wake);
        Progress::Turn(Turn(Some(Taken { limiter: Arc::clone(&self.limiter), clock: self.clock, sent })))
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        let Some(place) = self.place else { return };
        let mut state = self.limiter.state();
        let now = state.now(self.clock);
        let called = state.queue.leave(place, now);
        drop(state);
        called.wake();
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
        self.end(Spacing::finished);
    }

    /// The service answered that there were too many requests.
    pub(super) fn throttled(self) {
        self.end(Spacing::throttled);
    }

    /// Nothing was sent, so nothing can arrive any more.
    pub(crate) fn not_sent(self) {
        self.end(Spacing::finished);
    }

    fn end(self, how: fn(&mut Spacing, Sent, Duration)) {
        let Some(Taken { limiter, clock, sent }) = self.0 else { return };
        let mut state = limiter.state();
        let now = state.now(clock);
        how(&mut state.spacing, sent, now);
        let called = state.queue.call(now);
        drop(state);
        called.wake();
    }
}
