//! Keeps credentials and refreshes them ahead of their end: one refresh at a time, the old ones served while it runs.
//!
//! A refresh is a flight that belongs to nobody: whoever waits for it moves it on, and when the one who did is dropped,
//! the next one goes on from where it was. So nothing runs in the background, and it may be any runtime: a flight that was left
//! behind on another one is not gone on with, because the timers and connections in it may have ended with that.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, SystemTime};

use tokio::runtime::{Handle, Id};

use super::clone_error::clone_for_waiter;
use super::freshness::{CachedEntry, Freshness, SHORTEST_PAUSE, is_within};
use crate::credentials::Credentials;
use crate::error::{Error, LOG_TARGET, error_type, loggable};
use crate::time::within;
use crate::time::{BoxFuture, Clock};

/// How long one call waits for new credentials while the old ones are valid: obtaining them takes a tenth of this as a
/// rule, and a call should not fail for a refresh that hangs while there is nothing wrong with what it has.
const PATIENCE: Duration = Duration::from_secs(1);

/// What obtains credentials; it belongs to the cache and not to the one who asked.
pub(super) type Work = BoxFuture<'static, Result<Credentials, Error>>;

/// Credentials, and the refresh that is under way.
#[derive(Default)]
pub(super) struct Cache {
    state: Mutex<State>,
    waiters: Arc<Waiters>,
}

#[derive(Default)]
struct State {
    held: Option<CachedEntry>,
    flight: Option<Flight>,
    /// How many flights have landed.
    landed: u64,
    /// How many wait for the flight, and move it on.
    waiting: usize,
    /// The last flight, if it came back without new credentials.
    setback: Option<Setback>,
}

struct Flight {
    /// Taken out while somebody moves it on.
    work: Option<Work>,
    began_at: SystemTime,
    /// None without one, as in virtual time.
    runtime: Option<Id>,
}

struct Setback {
    /// None if it brought the credentials that had been rejected.
    error: Option<Arc<Error>>,
    at: SystemTime,
}

/// What a call does about its credentials.
enum Plan<'a> {
    Serve(Credentials),
    Fail(Error),
    Wait { landing: Landing<'a>, until_then: Option<UntilThen> },
}

/// The old credentials, and how long to wait for others.
struct UntilThen {
    credentials: Credentials,
    patience: Option<Duration>,
}

impl Cache {
    /// Credentials that are valid as far as is known.
    pub(super) async fn credentials(
        &self,
        clock: &dyn Clock,
        work: impl FnOnce() -> Work,
    ) -> Result<Credentials, Error> {
        match self.plan(clock, work) {
            Plan::Serve(credentials) => Ok(credentials),
            Plan::Fail(error) => Err(error),
            Plan::Wait { landing, until_then: None } => landing.await,
            Plan::Wait { landing, until_then: Some(UntilThen { credentials, patience }) } => {
                let landed = match patience {
                    Some(patience) => within(clock, patience, landing).await,
                    None => Some(landing.await),
                };
                Ok(landed.and_then(Result::ok).unwrap_or(credentials))
            }
        }
    }

    /// Other credentials than those that were rejected, if there are any.
    pub(super) async fn refresh(
        &self,
        clock: &dyn Clock,
        rejected: &Credentials,
        work: impl FnOnce() -> Work,
    ) -> Result<Option<Credentials>, Error> {
        let landing = {
            let now = clock.now();
            let mut state = self.state();
            match &mut state.held {
                Some(held) if held.credentials.same_as(rejected) => held.rejected = true,
                // Somebody else was told the same, and has refreshed them.
                Some(held) if held.freshness(now) != Freshness::Expired && !held.rejected => {
                    return Ok(Some(held.credentials.clone()));
                }
                _ => {}
            }
            if state.flight.is_none() && state.is_news(now) {
                return Ok(None);
            }
            self.join(&mut state, clock, now, work)
        };
        let credentials = landing.await?;
        Ok(Some(credentials).filter(|credentials| !credentials.same_as(rejected)))
    }

    fn plan<'a>(&'a self, clock: &'a dyn Clock, work: impl FnOnce() -> Work) -> Plan<'a> {
        let now = clock.now();
        let mut state = self.state();
        let under_way = state.flight.as_ref().map(|flight| now.duration_since(flight.began_at).unwrap_or_default());
        let at_rest = under_way.is_none() && state.pauses(now);
        let usable = state.held.as_ref().map(|held| (held.freshness(now), held.rejected, held.credentials.clone()));
        let until_then = match usable.filter(|(age, ..)| *age != Freshness::Expired) {
            None if at_rest => return Plan::Fail(state.failure()),
            None => None,
            // Somebody else moves the flight on.
            Some((_, false, credentials)) if state.waiting > 0 => return Plan::Serve(credentials),
            Some((Freshness::Fresh, rejected, credentials)) if !rejected || under_way.is_none() => {
                return Plan::Serve(credentials);
            }
            Some((_, _, credentials)) if at_rest => return Plan::Serve(credentials),
            // The service does not accept what is there, so there is nothing to do but wait.
            Some((_, true, credentials)) => Some(UntilThen { credentials, patience: None }),
            Some((_, false, credentials)) => {
                Some(UntilThen { credentials, patience: Some(PATIENCE.saturating_sub(under_way.unwrap_or_default())) })
            }
        };
        Plan::Wait { landing: self.join(&mut state, clock, now, work), until_then }
    }

    /// Waits for the flight that is under way, or for a new one.
    fn join<'a>(
        &'a self,
        state: &mut State,
        clock: &'a dyn Clock,
        now: SystemTime,
        work: impl FnOnce() -> Work,
    ) -> Landing<'a> {
        let runtime = Handle::try_current().ok().map(|runtime| runtime.id());
        if state.waiting == 0 {
            state.flight.take_if(|flight| flight.runtime != runtime);
        }
        state.flight.get_or_insert_with(|| Flight { work: Some(work()), began_at: now, runtime });
        state.waiting += 1;
        Landing { cache: self, clock, flight: state.landed + 1 }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // It is changed in steps that cannot panic halfway.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Whether it is too soon after a flight that brought nothing new to begin another.
    fn pauses(&self, now: SystemTime) -> bool {
        let usable = self.held.as_ref().filter(|held| held.freshness(now) != Freshness::Expired);
        let pause = usable.map_or(SHORTEST_PAUSE, CachedEntry::pause);
        self.setback.as_ref().is_some_and(|setback| is_within(now, setback.at, pause))
    }

    /// Whether it is so soon after the last flight that another one would bring the same.
    fn is_news(&self, now: SystemTime) -> bool {
        let obtained = self.held.as_ref().map(CachedEntry::obtained_at);
        let set_back = self.setback.as_ref().map(|setback| setback.at);
        [obtained, set_back].into_iter().flatten().any(|then| is_within(now, then, SHORTEST_PAUSE))
    }

    /// Brings the flight down; returns what it failed with if there is something to go on with.
    fn land(&mut self, result: Result<Credentials, Error>, now: SystemTime) -> Option<Arc<Error>> {
        self.flight = None;
        self.landed += 1;
        self.setback = match result {
            Ok(credentials) => {
                let rejected = self.held.as_ref().filter(|held| held.rejected);
                let nothing_new = rejected.is_some_and(|held| held.credentials.same_as(&credentials));
                self.held = Some(CachedEntry::new(credentials, now));
                nothing_new.then_some(Setback { error: None, at: now })
            }
            Err(error) => Some(Setback { error: Some(Arc::new(error)), at: now }),
        };
        let usable = self.held.as_ref().is_some_and(|held| held.freshness(now) != Freshness::Expired);
        self.setback.as_ref().filter(|_| usable).and_then(|setback| setback.error.clone())
    }

    /// What the last flight brought.
    fn outcome(&self) -> Result<Credentials, Error> {
        match (&self.setback, &self.held) {
            (None | Some(Setback { error: None, .. }), Some(held)) => Ok(held.credentials.clone()),
            _ => Err(self.failure()),
        }
    }

    fn failure(&self) -> Error {
        let error = self.setback.as_ref().and_then(|setback| setback.error.as_ref());
        error.map_or_else(|| Error::credentials("the provider has stopped without an answer"), clone_for_waiter)
    }
}

/// Waits for a flight to land, and moves it on.
struct Landing<'a> {
    cache: &'a Cache,
    clock: &'a dyn Clock,
    /// Its number: it has landed when so many have.
    flight: u64,
}

impl Future for Landing<'_> {
    type Output = Result<Credentials, Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { cache, clock, flight } = *self;
        let work = {
            let mut state = cache.state();
            if state.landed >= flight {
                return Poll::Ready(state.outcome());
            }
            cache.waiters.add(context.waker());
            state.flight.as_mut().and_then(|flight| flight.work.take())
        };
        // Somebody else moves it on at this moment, and wakes the others when it is down.
        let Some(work) = work else { return Poll::Pending };
        // Wakes all who wait, so that it does not matter which of them is still there.
        let waker = Waker::from(Arc::clone(&cache.waiters));
        let mut moving = Moving { cache, clock, work: Some(work), result: None };
        let polled = moving.work.as_mut().map(|work| work.as_mut().poll(&mut Context::from_waker(&waker)));
        match polled {
            Some(Poll::Ready(result)) => {
                moving.result = Some(result);
                drop(moving);
                Poll::Ready(cache.state().outcome())
            }
            _ => {
                moving.put_back();
                Poll::Pending
            }
        }
    }
}

impl Drop for Landing<'_> {
    fn drop(&mut self) {
        self.cache.state().waiting -= 1;
        // The flight may have been moved on for this one.
        self.cache.waiters.wake_all();
    }
}

/// Brings a flight down when it is dropped, also if that is because the provider panicked.
struct Moving<'a> {
    cache: &'a Cache,
    clock: &'a dyn Clock,
    work: Option<Work>,
    result: Option<Result<Credentials, Error>>,
}

impl Moving<'_> {
    /// It is still in the air.
    fn put_back(mut self) {
        if let Some(flight) = &mut self.cache.state().flight {
            flight.work = self.work.take();
        }
    }
}

impl Drop for Moving<'_> {
    fn drop(&mut self) {
        if self.work.take().is_some() {
            let result = self.result.take().unwrap_or_else(|| Err(Error::credentials("the provider has panicked")));
            let now = self.clock.now();
            let failed = self.cache.state().land(result, now);
            self.cache.waiters.wake_all();
            if let Some(error) = failed {
                not_refreshed(&error);
            }
        }
    }
}

/// Who is to be woken when the flight can be moved on.
#[derive(Default)]
struct Waiters(Mutex<Vec<Waker>>);

impl Waiters {
    fn add(&self, waker: &Waker) {
        let mut wakers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !wakers.iter().any(|other| other.will_wake(waker)) {
            wakers.push(waker.clone());
        }
    }

    fn wake_all(&self) {
        let wakers = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        wakers.into_iter().for_each(Waker::wake);
    }
}

impl Wake for Waiters {
    fn wake(self: Arc<Self>) {
        self.wake_all();
    }
}

/// Warns that credentials could not be refreshed. No call fails for it while the cached ones are valid.
fn not_refreshed(error: &Error) {
    tracing::warn!(
        target: LOG_TARGET,
        {
            error.type = error_type(error),
            error.message = loggable(error),
        },
        "credential refresh failed; still using the previous credentials"
    );
}
