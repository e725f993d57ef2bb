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
//! left, the refresh rests until the next call needs it.
//!
//! A refresh is driven only by calls on the Tokio runtime that it was begun on, because that
//! runtime polls its timers and connections. Calls on another runtime wait for its result. They
//! begin the refresh again if no call drives it, or if the runtime is stalled, as a
//! `current_thread` runtime is between two `block_on`s: they wake the driving calls, and wait for
//! one of them to be polled for at most [`STALL_LIMIT`].
//!
//! After a refresh that failed there is a pause, see [`CachedEntry::pause`], in which no call
//! begins another one.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker, ready};
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
/// Maximum time between waking the calls that drive a refresh and the next poll by one of them. 1
/// s: a runtime polls a woken call within milliseconds. If it is only busy, the refresh is run
/// twice, which does no harm.
const STALL_LIMIT: Duration = Duration::from_secs(1);

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
    /// Number of refreshes that were begun.
    begun: u64,
    /// Number of refreshes that have completed.
    completed: u64,
    /// The last refresh, if it returned no new credentials.
    failed: Option<FailedRefresh>,
}

/// A refresh that has not completed.
struct Refresh {
    /// Distinguishes it from the one that it replaces, and from the one that replaces it.
    id: u64,
    /// `None` while a call polls it.
    work: Option<Work>,
    began_at: SystemTime,
    /// The runtime it was begun on; `None` outside of Tokio, as in virtual time.
    runtime: Option<Id>,
    /// Number of calls on that runtime that wait for it.
    drivers: usize,
    /// When a call on another runtime woke the drivers; `None` once one of them has been polled.
    woken_at: Option<SystemTime>,
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

/// A call that needs credentials.
#[derive(Clone, Copy)]
struct Call<'a> {
    clock: &'a dyn Clock,
    /// The runtime it runs on.
    runtime: Option<Id>,
    /// Begins a refresh.
    begin: &'a (dyn Fn() -> Work + Send + Sync),
}

impl<'a> Call<'a> {
    fn new(clock: &'a dyn Clock, begin: &'a (dyn Fn() -> Work + Send + Sync)) -> Self {
        Self { clock, runtime: Handle::try_current().ok().map(|runtime| runtime.id()), begin }
    }
}

impl Cache {
    /// Returns credentials that are valid as far as is known. `begin` begins a refresh.
    pub(super) async fn credentials(
        &self,
        clock: &dyn Clock,
        begin: impl Fn() -> Work + Send + Sync,
    ) -> Result<Credentials, Error> {
        match self.decide(Call::new(clock, &begin)) {
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
        begin: impl Fn() -> Work + Send + Sync,
    ) -> Result<Option<Credentials>, Error> {
        let refresh = {
            let mut state = self.state();
            let now = clock.now();
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
            self.join(state, now, Call::new(clock, &begin))
        };
        let credentials = refresh.await?;
        Ok(Some(credentials).filter(|credentials| !credentials.same_as(rejected)))
    }

    fn decide<'a>(&'a self, call: Call<'a>) -> Decision<'a> {
        let mut state = self.state();
        // Read with the state locked: credentials obtained since would seem to be from the future.
        let now = call.clock.now();
        let paused = state.refresh.is_none() && state.is_paused(now);

        let Some(entry) = state.usable(now) else {
            if paused {
                return Decision::Fail(state.failure());
            }
            return Decision::Wait { refresh: self.join(state, now, call), fallback: None };
        };
        let (credentials, rejected) = (entry.credentials.clone(), entry.rejected);
        let is_due = entry.freshness(now) == Freshness::Due || (rejected && state.refresh.is_some());
        if !is_due || paused {
            return Decision::Serve(credentials);
        }
        let running = state.refresh.as_mut().filter(|refresh| refresh.is_kept_by(call.runtime, now));
        let mut running_for = Duration::ZERO;
        if let Some(refresh) = running {
            running_for = now.duration_since(refresh.began_at).unwrap_or_default();
            // Other calls drive it. Rejected credentials are not worth serving meanwhile.
            if refresh.drivers > 0 && !rejected {
                let is_slow = running_for >= PATIENCE && refresh.runtime != call.runtime;
                drop(state);
                if is_slow {
                    // So that a later call knows whether that runtime is stalled.
                    self.wake_drivers(now);
                }
                return Decision::Serve(credentials);
            }
        }
        let patience = (!rejected).then(|| PATIENCE.saturating_sub(running_for));
        Decision::Wait { refresh: self.join(state, now, call), fallback: Some(Fallback { credentials, patience }) }
    }

    /// Waits for the refresh that is running, or begins one.
    fn join<'a>(&'a self, mut state: MutexGuard<'_, State>, now: SystemTime, call: Call<'a>) -> JoinRefresh<'a> {
        let mut join = JoinRefresh { cache: self, call, number: state.completed + 1, driver_of: None, check: None };
        let replaced = state.keep_or_begin(call, now);
        state.count_driver(call.runtime, &mut join.driver_of);
        // The state is unlocked first, because dropping a provider's future may run any code.
        drop(state);
        drop(replaced);
        join
    }

    /// Wakes the calls that drive the refresh, so that they show that they are alive.
    fn wake_drivers(&self, now: SystemTime) {
        let mut state = self.state();
        if let Some(refresh) = state.refresh.as_mut().filter(|refresh| refresh.woken_at.is_none()) {
            refresh.woken_at = Some(now);
            drop(state);
            self.waiters.wake_all();
        }
    }

    /// Takes back a refresh that has not completed. Ready if it was begun again since.
    fn put_back(&self, id: u64, work: Work) -> Poll<()> {
        match &mut self.state().refresh {
            Some(refresh) if refresh.id == id => {
                refresh.work = Some(work);
                Poll::Pending
            }
            _ => Poll::Ready(()),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Each change of the state is one step that cannot panic halfway, so a poisoned state is
        // whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Refresh {
    /// Whether a call on `runtime` waits for this refresh, and does not begin it again.
    fn is_kept_by(&self, runtime: Option<Id>, now: SystemTime) -> bool {
        let is_stalled = self.woken_at.is_some_and(|woken_at| !is_within(now, woken_at, STALL_LIMIT));
        self.runtime == runtime || (self.drivers > 0 && !is_stalled)
    }
}

impl State {
    /// Makes sure that there is a refresh for the call to wait for. Returns the refresh that was
    /// replaced.
    fn keep_or_begin(&mut self, call: Call<'_>, now: SystemTime) -> Option<Refresh> {
        if self.refresh.as_ref().is_some_and(|refresh| refresh.is_kept_by(call.runtime, now)) {
            return None;
        }
        self.begun += 1;
        self.refresh.replace(Refresh {
            id: self.begun,
            work: Some((call.begin)()),
            began_at: now,
            runtime: call.runtime,
            drivers: 0,
            woken_at: None,
        })
    }

    /// Counts a call as a driver, once for each refresh; false if the refresh belongs to another
    /// runtime.
    fn count_driver(&mut self, runtime: Option<Id>, driver_of: &mut Option<u64>) -> bool {
        let Some(refresh) = self.refresh.as_mut().filter(|refresh| refresh.runtime == runtime) else { return false };
        refresh.woken_at = None;
        if driver_of.replace(refresh.id) != Some(refresh.id) {
            refresh.drivers += 1;
        }
        true
    }

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

    /// Records the result of a refresh, unless it was begun again since. Returns its error if no
    /// call fails for it, because the cached credentials are valid.
    fn complete(&mut self, id: u64, result: Result<Credentials, Error>, now: SystemTime) -> Option<Arc<Error>> {
        self.refresh.take_if(|refresh| refresh.id == id)?;
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

/// Waits for a refresh to complete, and drives it if it belongs to the call's runtime.
struct JoinRefresh<'a> {
    cache: &'a Cache,
    call: Call<'a>,
    /// Number of completed refreshes when this one will have completed.
    number: u64,
    /// The refresh that counts this call as a driver.
    driver_of: Option<u64>,
    /// When to look again at a refresh of another runtime.
    check: Option<BoxFuture<'static, ()>>,
}

impl Future for JoinRefresh<'_> {
    type Output = Result<Credentials, Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        loop {
            let mut state = this.cache.state();
            let now = this.call.clock.now();
            if state.completed >= this.number {
                return Poll::Ready(state.result());
            }
            let replaced = state.keep_or_begin(this.call, now);
            this.cache.waiters.add(context.waker());
            let drives = state.count_driver(this.call.runtime, &mut this.driver_of);
            drop(state);
            drop(replaced);
            ready!(if drives { this.drive() } else { this.watch(now, context) });
        }
    }
}

impl JoinRefresh<'_> {
    /// Polls the refresh; ready if there may be a result.
    fn drive(&self) -> Poll<()> {
        let taken = self.cache.state().refresh.as_mut().and_then(|refresh| Some((refresh.id, refresh.work.take()?)));
        // Otherwise another call is polling the refresh at this moment, and will wake this one.
        let Some((id, mut work)) = taken else { return Poll::Pending };
        let panicked = Some(Err(Error::credentials("the provider has panicked")));
        let mut drive = DriveRefresh { cache: self.cache, clock: self.call.clock, id, result: panicked };
        // The refresh wakes all waiting calls, so it does not matter which of them are still there.
        let waker = Waker::from(Arc::clone(&self.cache.waiters));
        match work.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(result) => {
                drive.result = Some(result);
                Poll::Ready(())
            }
            Poll::Pending => {
                drive.result = None;
                self.cache.put_back(id, work)
            }
        }
    }

    /// Wakes the drivers, which are on another runtime; ready when it is time to look whether one
    /// of them was polled.
    fn watch(&mut self, now: SystemTime, context: &mut Context<'_>) -> Poll<()> {
        let check = match &mut self.check {
            Some(check) => check,
            none => {
                self.cache.wake_drivers(now);
                none.insert(self.call.clock.sleep(STALL_LIMIT))
            }
        };
        ready!(check.as_mut().poll(context));
        self.check = None;
        Poll::Ready(())
    }
}

impl Drop for JoinRefresh<'_> {
    fn drop(&mut self) {
        let mut state = self.cache.state();
        if let Some(refresh) = &mut state.refresh
            && self.driver_of == Some(refresh.id)
        {
            refresh.drivers -= 1;
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
    id: u64,
    /// `None` if the refresh has not completed.
    result: Option<Result<Credentials, Error>>,
}

impl Drop for DriveRefresh<'_> {
    fn drop(&mut self) {
        let Some(result) = self.result.take() else { return };
        let now = self.clock.now();
        let unreported = self.cache.state().complete(self.id, result, now);
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
