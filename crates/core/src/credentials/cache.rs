//! Caches credentials, and refreshes them before they expire.
//!
//! Cached credentials are in one of three states, see [`Freshness`]:
//!
//! - *fresh*: every call gets them at once;
//! - *due for refresh*, but valid: the first call begins a refresh, and waits for it for at most
//!   [`PATIENCE`]. If it fails or takes longer, the call gets the cached credentials. All other
//!   calls get these at once;
//! - *expired*, or none are cached: every call waits for the refresh, and fails if it fails.
//!
//! Credentials that the service has rejected are refreshed on request. Calls wait for that refresh,
//! without the limit.
//!
//! There is at most one refresh at a time. It is a future in the cache, and nothing is spawned: the
//! calls that wait for it *drive* it, that is, they poll it when they are polled. Any of them may.
//! If the driving call is dropped, all others are woken, and one of them continues. If no call is
//! left, the refresh rests until the next call needs it. A refresh that rests and was begun on
//! another runtime is begun again, because the timers and connections in it may be gone with that
//! runtime.
//!
//! After a refresh that failed there is a pause, see [`CachedEntry::pause`], in which no call
//! begins another one.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, SystemTime};

use tokio::runtime::{Handle, Id};
use tracing::warn;

use super::Credentials;
use super::clone_error::clone_for_waiter;
use super::freshness::{CachedEntry, Freshness, MIN_PAUSE, is_within};
use crate::error::{Error, LOG_TARGET, error_type, loggable};
use crate::time::{BoxFuture, Clock, within};

/// Maximum time that a call waits for a refresh while the cached credentials are valid. 1 s: a
/// refresh usually takes a tenth of it, and a call must not fail for a refresh that hangs while it
/// has valid credentials.
const PATIENCE: Duration = Duration::from_secs(1);

/// A refresh: obtains credentials. It belongs to the cache, and not to the call that began it.
pub(super) type Work = BoxFuture<'static, Result<Credentials, Error>>;

/// Cached credentials, and the refresh that is running.
#[derive(Default)]
pub(super) struct Cache {
    state: Mutex<State>,
    waiters: Arc<Waiters>,
}

#[derive(Default)]
struct State {
    entry: Option<CachedEntry>,
    refresh: Option<Refresh>,
    /// Number of refreshes that have completed.
    completed: u64,
    /// The last refresh, if it returned no new credentials.
    failed: Option<FailedRefresh>,
}

/// A refresh that has not completed.
struct Refresh {
    /// `None` while a call polls it.
    work: Option<Work>,
    began_at: SystemTime,
    /// The runtime it was begun on; `None` outside of Tokio, as in virtual time.
    runtime: Option<Id>,
    /// Number of calls that wait for it.
    waiting: usize,
}

struct FailedRefresh {
    /// `None` if it returned the credentials that had been rejected.
    error: Option<Arc<Error>>,
    at: SystemTime,
}

/// What a call does to get credentials.
enum Decision<'a> {
    Serve(Credentials),
    Fail(Error),
    Wait { refresh: JoinRefresh<'a>, fallback: Option<Fallback> },
}

/// The cached credentials, for a call that waits for a refresh.
struct Fallback {
    credentials: Credentials,
    /// How long to wait for the refresh; `None` if there is no limit.
    patience: Option<Duration>,
}

impl Cache {
    /// Returns credentials that are valid as far as is known. `begin` begins a refresh.
    pub(super) async fn credentials(&self, clock: &dyn Clock, begin: impl Fn() -> Work) -> Result<Credentials, Error> {
        match self.decide(clock, begin) {
            Decision::Serve(credentials) => Ok(credentials),
            Decision::Fail(error) => Err(error),
            Decision::Wait { refresh, fallback: None } => refresh.await,
            Decision::Wait { refresh, fallback: Some(Fallback { credentials, patience }) } => {
                let refreshed = match patience {
                    Some(patience) => within(clock, patience, refresh).await,
                    None => Some(refresh.await),
                };
                Ok(refreshed.and_then(Result::ok).unwrap_or(credentials))
            }
        }
    }

    /// Returns other credentials than `rejected`, or `None` if there are none. `begin` begins a
    /// refresh.
    pub(super) async fn refresh(
        &self,
        rejected: &Credentials,
        clock: &dyn Clock,
        begin: impl Fn() -> Work,
    ) -> Result<Option<Credentials>, Error> {
        let refresh = {
            let now = clock.now();
            let mut state = self.state();
            match &mut state.entry {
                Some(entry) if entry.credentials.same_as(rejected) => entry.rejected = true,
                // Another call was refused with the same credentials, and has refreshed them.
                Some(entry) if entry.freshness(now) != Freshness::Expired && !entry.rejected => {
                    return Ok(Some(entry.credentials.clone()));
                }
                _ => {}
            }
            if state.refresh.is_none() && state.has_just_completed(now) {
                return Ok(None);
            }
            self.join(&mut state, clock, now, begin)
        };
        let credentials = refresh.await?;
        Ok(Some(credentials).filter(|credentials| !credentials.same_as(rejected)))
    }

    fn decide<'a>(&'a self, clock: &'a dyn Clock, begin: impl Fn() -> Work) -> Decision<'a> {
        let now = clock.now();
        let mut state = self.state();
        let refreshing = state.refresh.is_some();
        let paused = !refreshing && state.is_paused(now);

        let Some(entry) = state.usable(now) else {
            if paused {
                return Decision::Fail(state.failure());
            }
            return Decision::Wait { refresh: self.join(&mut state, clock, now, begin), fallback: None };
        };
        let (credentials, rejected) = (entry.credentials.clone(), entry.rejected);
        let needs_refresh = entry.freshness(now) == Freshness::Due || (rejected && refreshing);
        // Another call drives the refresh. Rejected credentials are not worth serving meanwhile.
        let driven = !rejected && state.refresh.as_ref().is_some_and(|refresh| refresh.waiting > 0);
        if !needs_refresh || paused || driven {
            return Decision::Serve(credentials);
        }
        let running_for = state.refresh.as_ref().and_then(|refresh| now.duration_since(refresh.began_at).ok());
        let patience = (!rejected).then(|| PATIENCE.saturating_sub(running_for.unwrap_or_default()));
        let refresh = self.join(&mut state, clock, now, begin);
        Decision::Wait { refresh, fallback: Some(Fallback { credentials, patience }) }
    }

    /// Waits for the refresh that is running, or begins one.
    fn join<'a>(
        &'a self,
        state: &mut State,
        clock: &'a dyn Clock,
        now: SystemTime,
        begin: impl Fn() -> Work,
    ) -> JoinRefresh<'a> {
        let runtime = Handle::try_current().ok().map(|runtime| runtime.id());
        state.refresh.take_if(|refresh| refresh.waiting == 0 && refresh.runtime != runtime);
        let new = || Refresh { work: Some(begin()), began_at: now, runtime, waiting: 0 };
        state.refresh.get_or_insert_with(new).waiting += 1;
        JoinRefresh { cache: self, clock, number: state.completed + 1 }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Each change of the state is one step that cannot panic halfway, so a poisoned state is
        // whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The cached credentials, unless they have expired.
    fn usable(&self, now: SystemTime) -> Option<&CachedEntry> {
        self.entry.as_ref().filter(|entry| entry.freshness(now) != Freshness::Expired)
    }

    /// Whether it is too soon after a failed refresh to begin another one.
    fn is_paused(&self, now: SystemTime) -> bool {
        let pause = self.usable(now).map_or(MIN_PAUSE, CachedEntry::pause);
        self.failed.as_ref().is_some_and(|failed| is_within(now, failed.at, pause))
    }

    /// Whether a refresh has completed so recently that another one would return the same.
    fn has_just_completed(&self, now: SystemTime) -> bool {
        let obtained = self.entry.as_ref().map(CachedEntry::obtained_at);
        let failed = self.failed.as_ref().map(|failed| failed.at);
        [obtained, failed].into_iter().flatten().any(|then| is_within(now, then, MIN_PAUSE))
    }

    /// Records the result of the refresh. Returns its error if no call fails for it, because the
    /// cached credentials are valid.
    fn complete(&mut self, result: Result<Credentials, Error>, now: SystemTime) -> Option<Arc<Error>> {
        self.refresh = None;
        self.completed += 1;
        self.failed = match result {
            Ok(credentials) => {
                let rejected = self.entry.as_ref().filter(|entry| entry.rejected);
                let is_rejected = rejected.is_some_and(|entry| entry.credentials.same_as(&credentials));
                self.entry = Some(CachedEntry::new(credentials, now));
                is_rejected.then_some(FailedRefresh { error: None, at: now })
            }
            Err(error) => Some(FailedRefresh { error: Some(Arc::new(error)), at: now }),
        };
        self.usable(now)?;
        self.failed.as_ref()?.error.clone()
    }

    /// The result of the last refresh.
    fn result(&self) -> Result<Credentials, Error> {
        match (&self.failed, &self.entry) {
            (None | Some(FailedRefresh { error: None, .. }), Some(entry)) => Ok(entry.credentials.clone()),
            _ => Err(self.failure()),
        }
    }

    fn failure(&self) -> Error {
        match self.failed.as_ref().and_then(|failed| failed.error.as_ref()) {
            Some(error) => clone_for_waiter(error),
            None => Error::credentials("the provider has stopped without a response"),
        }
    }
}

/// Waits for a refresh to complete, and drives it.
struct JoinRefresh<'a> {
    cache: &'a Cache,
    clock: &'a dyn Clock,
    /// Number of completed refreshes when this one will have completed.
    number: u64,
}

impl Future for JoinRefresh<'_> {
    type Output = Result<Credentials, Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { cache, clock, number } = *self;
        let work = {
            let mut state = cache.state();
            if state.completed >= number {
                return Poll::Ready(state.result());
            }
            cache.waiters.add(context.waker());
            state.refresh.as_mut().and_then(|refresh| refresh.work.take())
        };
        // Otherwise another call is polling the refresh at this moment, and will wake this one.
        let Some(work) = work else { return Poll::Pending };
        // The refresh wakes all waiting calls, so it does not matter which of them are still there.
        let waker = Waker::from(Arc::clone(&cache.waiters));
        let mut drive = DriveRefresh { cache, clock, work: Some(work), result: None };
        let polled = drive.work.as_mut().map(|work| work.as_mut().poll(&mut Context::from_waker(&waker)));
        match polled {
            Some(Poll::Ready(result)) => {
                drive.result = Some(result);
                drop(drive);
                Poll::Ready(cache.state().result())
            }
            _ => {
                drive.put_back();
                Poll::Pending
            }
        }
    }
}

impl Drop for JoinRefresh<'_> {
    fn drop(&mut self) {
        let mut state = self.cache.state();
        if state.completed < self.number
            && let Some(refresh) = &mut state.refresh
        {
            refresh.waiting -= 1;
        }
        drop(state);
        // This call may have been the one that was woken to drive the refresh.
        self.cache.waiters.wake_all();
    }
}

/// A refresh that is being polled. It completes when this is dropped, also if the provider has
/// panicked.
struct DriveRefresh<'a> {
    cache: &'a Cache,
    clock: &'a dyn Clock,
    work: Option<Work>,
    result: Option<Result<Credentials, Error>>,
}

impl DriveRefresh<'_> {
    /// Returns the work to the cache: the refresh is not done.
    fn put_back(mut self) {
        if let Some(refresh) = &mut self.cache.state().refresh {
            refresh.work = self.work.take();
        }
    }
}

impl Drop for DriveRefresh<'_> {
    fn drop(&mut self) {
        if self.work.take().is_none() {
            return;
        }
        let result = self.result.take().unwrap_or_else(|| Err(Error::credentials("the provider has panicked")));
        let now = self.clock.now();
        let unreported = self.cache.state().complete(result, now);
        self.cache.waiters.wake_all();
        if let Some(error) = unreported {
            report(&error);
        }
    }
}

/// Logs a failed refresh, for which no call fails.
fn report(error: &Error) {
    warn!(
        target: LOG_TARGET,
        {
            error.type = error_type(error),
            error.message = loggable(error),
        },
        "credential refresh failed; still using the previous credentials"
    );
}

/// The wakers of all calls that wait for the refresh.
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
