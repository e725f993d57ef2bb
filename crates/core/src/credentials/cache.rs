//! Caches credentials, and refreshes them before they expire.
//!
//! Cached credentials are in one of three states, see [`Freshness`]:
//!
//! - *fresh*: every call gets them at once;
//! - *due for refresh*, but still valid: one call begins a refresh, and waits for it for at most
//!   [`MAX_WAIT_WHILE_VALID`]. If the refresh fails or takes longer, the call gets the cached
//!   credentials. All other calls get these at once;
//! - *expired*: every call waits for the refresh, and fails if it fails. The same holds while
//!   nothing is cached.
//!
//! A call whose credentials the service has rejected asks for a refresh. While that runs, every
//! call waits for it.
//!
//! There is at most one refresh at a time. It is a future in the cache, and nothing is spawned: the
//! calls that wait for the refresh *drive* it, that is, they poll it when they are polled. If the
//! call that has just driven it is dropped, all others are woken, and one of them continues. If no
//! call is left, the refresh makes no progress until another call waits for it.
//!
//! Only calls on one Tokio runtime drive a refresh: the runtime on which it was begun, because that
//! runtime polls its timers and connections. Calls on other runtimes wait for its result. Such a
//! call begins a new refresh instead if no call drives the old one, or if the old one's runtime is
//! stalled, as a `current_thread` runtime is between two `block_on`s. To detect a stalled runtime,
//! it wakes the driving calls: one of them must be polled within [`STALL_LIMIT`].
//!
//! After a failed refresh, credentials that are due or expired are refreshed again only after a
//! pause, see [`CachedEntry::pause`]. A call whose credentials were rejected ignores that pause.
//! But if a refresh completed less than [`MIN_PAUSE`] ago, it gets no other credentials, and does
//! not wait.

mod wait;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::{Duration, SystemTime};

use tokio::runtime::{Handle, Id};

use self::wait::{JoinRefresh, Waiters};
use super::Credentials;
use super::clone_error::clone_for_waiter;
use super::freshness::{CachedEntry, Freshness, MIN_PAUSE, is_within};
use crate::error::Error;
use crate::time::{BoxFuture, Clock, within};

/// Maximum time that a call waits for a refresh while the cached credentials are valid. 1 s: a
/// refresh usually takes a tenth of it, and a call must not fail for a refresh that hangs while it
/// has valid credentials.
const MAX_WAIT_WHILE_VALID: Duration = Duration::from_secs(1);
/// Maximum time between waking the calls that drive a refresh and the next poll of one of them.
/// 1 s: a runtime polls a woken call within milliseconds. If the runtime is only busy, the refresh
/// is run twice, which does no harm.
const STALL_LIMIT: Duration = Duration::from_secs(1);

/// A refresh: obtains credentials. It belongs to the cache, and not to the call that began it.
pub(super) type RefreshFuture = BoxFuture<'static, Result<Credentials, Error>>;

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
    /// Id of the refresh that was begun last.
    last_id: u64,
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
    future: Option<RefreshFuture>,
    began_at: SystemTime,
    /// The runtime on which it was begun; `None` outside of Tokio, as in virtual time.
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
    max_wait: Option<Duration>,
}

/// What the cache needs from a call: its clock, its runtime, and how to begin a refresh.
#[derive(Clone, Copy)]
struct CacheUser<'a> {
    clock: &'a dyn Clock,
    /// The runtime it runs on.
    runtime: Option<Id>,
    begin: &'a (dyn Fn() -> RefreshFuture + Send + Sync),
}

impl<'a> CacheUser<'a> {
    fn new(clock: &'a dyn Clock, begin: &'a (dyn Fn() -> RefreshFuture + Send + Sync)) -> Self {
        Self { clock, runtime: Handle::try_current().ok().map(|runtime| runtime.id()), begin }
    }
}

impl Cache {
    /// Returns credentials that are valid as far as is known. `begin` begins a refresh.
    pub(super) async fn credentials(
        &self,
        clock: &dyn Clock,
        begin: impl Fn() -> RefreshFuture + Send + Sync,
    ) -> Result<Credentials, Error> {
        match self.decide(CacheUser::new(clock, &begin)) {
            Decision::Serve(credentials) => Ok(credentials),
            Decision::Fail(error) => Err(error),
            Decision::Wait { refresh, fallback: None } => refresh.await,
            Decision::Wait { refresh, fallback: Some(Fallback { credentials, max_wait }) } => {
                let refreshed = match max_wait {
                    Some(max_wait) => within(clock, max_wait, refresh).await,
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
        begin: impl Fn() -> RefreshFuture + Send + Sync,
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
            self.join(state, now, CacheUser::new(clock, &begin))
        };
        let credentials = refresh.await?;
        Ok(Some(credentials).filter(|credentials| !credentials.same_as(rejected)))
    }

    fn decide<'a>(&'a self, user: CacheUser<'a>) -> Decision<'a> {
        let mut state = self.state();
        // Read after the state is locked: otherwise another call could store credentials that are
        // newer than `now`.
        let now = user.clock.now();
        let paused = state.refresh.is_none() && state.is_paused(now);

        let Some(entry) = state.usable(now) else {
            if paused {
                return Decision::Fail(state.failure());
            }
            return Decision::Wait { refresh: self.join(state, now, user), fallback: None };
        };
        let (credentials, rejected) = (entry.credentials.clone(), entry.rejected);
        let is_due = entry.freshness(now) == Freshness::Due || (rejected && state.refresh.is_some());
        if !is_due || paused {
            return Decision::Serve(credentials);
        }
        let running = state.refresh.as_mut().filter(|refresh| refresh.can_be_awaited_on(user.runtime, now));
        let mut running_for = Duration::ZERO;
        if let Some(refresh) = running {
            running_for = now.duration_since(refresh.began_at).unwrap_or_default();
            // Other calls drive it. With rejected credentials, this call waits instead: the service
            // would only reject them again.
            if refresh.drivers > 0 && !rejected {
                let is_slow = running_for >= MAX_WAIT_WHILE_VALID && refresh.runtime != user.runtime;
                drop(state);
                if is_slow {
                    // If none of the driving calls is polled within `STALL_LIMIT`, a later call
                    // replaces the refresh.
                    self.wake_drivers(now);
                }
                return Decision::Serve(credentials);
            }
        }
        let max_wait = (!rejected).then(|| MAX_WAIT_WHILE_VALID.saturating_sub(running_for));
        Decision::Wait { refresh: self.join(state, now, user), fallback: Some(Fallback { credentials, max_wait }) }
    }

    /// Returns a future that waits for the running refresh; begins one if there is none.
    fn join<'a>(&'a self, mut state: MutexGuard<'_, State>, now: SystemTime, user: CacheUser<'a>) -> JoinRefresh<'a> {
        let mut join = JoinRefresh::new(self, user, state.completed + 1);
        let replaced = state.keep_or_begin(user, now);
        state.count_driver(user.runtime, &mut join.driver_of);
        // The state is unlocked first, because dropping a provider's future may run any code.
        drop(state);
        drop(replaced);
        join
    }

    /// Wakes the calls that drive the refresh. A runtime that is not stalled polls one of them
    /// within [`STALL_LIMIT`].
    fn wake_drivers(&self, now: SystemTime) {
        let mut state = self.state();
        if let Some(refresh) = state.refresh.as_mut().filter(|refresh| refresh.woken_at.is_none()) {
            refresh.woken_at = Some(now);
            drop(state);
            self.waiters.wake_all();
        }
    }

    /// Takes back a refresh that has not completed. Returns `Ready` if it has been replaced
    /// meanwhile: then the caller must look again.
    fn put_back(&self, id: u64, future: RefreshFuture) -> Poll<()> {
        match &mut self.state().refresh {
            Some(refresh) if refresh.id == id => {
                refresh.future = Some(future);
                Poll::Pending
            }
            _ => Poll::Ready(()),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // The code that changes the state does not panic, so even a poisoned state is consistent.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Refresh {
    /// Whether a call on `runtime` can wait for this refresh. Otherwise it replaces it.
    fn can_be_awaited_on(&self, runtime: Option<Id>, now: SystemTime) -> bool {
        let is_stalled = self.woken_at.is_some_and(|woken_at| !is_within(now, woken_at, STALL_LIMIT));
        self.runtime == runtime || (self.drivers > 0 && !is_stalled)
    }
}

impl State {
    /// Makes sure that there is a refresh for the call to wait for. Returns the refresh that was
    /// replaced.
    fn keep_or_begin(&mut self, user: CacheUser<'_>, now: SystemTime) -> Option<Refresh> {
        if self.refresh.as_ref().is_some_and(|refresh| refresh.can_be_awaited_on(user.runtime, now)) {
            return None;
        }
        self.last_id += 1;
        self.refresh.replace(Refresh {
            id: self.last_id,
            future: Some((user.begin)()),
            began_at: now,
            runtime: user.runtime,
            drivers: 0,
            woken_at: None,
        })
    }

    /// Counts a call that is being polled as a driver, once for each refresh. Returns the refresh,
    /// or `None` if it belongs to another runtime.
    fn count_driver(&mut self, runtime: Option<Id>, driver_of: &mut Option<u64>) -> Option<&mut Refresh> {
        let refresh = self.refresh.as_mut().filter(|refresh| refresh.runtime == runtime)?;
        // The runtime is alive: it polls this call.
        refresh.woken_at = None;
        if driver_of.replace(refresh.id) != Some(refresh.id) {
            refresh.drivers += 1;
        }
        Some(refresh)
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

    /// Records the result of a refresh, unless the refresh has been replaced. Returns the error if
    /// it has to be logged: the cached credentials are used instead, so no call reports it. The
    /// calls whose credentials were rejected report it.
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
        self.usable(now).filter(|entry| !entry.rejected)?;
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
            // Cannot happen: a refresh that has completed left credentials or an error.
            None => Error::credentials("the provider has stopped without a response"),
        }
    }
}
