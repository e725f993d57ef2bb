//! Caches credentials, and refreshes them before they expire.
//!
//! Cached credentials are in one of three states, see [`Freshness`]:
//!
//! - *fresh*: every call gets them at once;
//! - *due for refresh*, but still valid: one call begins a refresh, and waits for it for at most
//!   [`MAX_WAIT_WHILE_VALID`]. If the refresh fails or takes longer, the call gets the cached
//!   credentials. All other calls get these at once. If that call stops waiting, the next call
//!   takes the refresh over: it waits until the refresh is [`MAX_WAIT_WHILE_VALID`] old. After
//!   that, each call polls the refresh once, so that it still makes progress;
//! - *expired*: every call waits for a refresh, and fails if it fails. The same holds while nothing
//!   is cached.
//!
//! A call whose credentials the service has rejected asks for a refresh. While that runs, the other
//! calls of its runtime wait for it, too. Those of other runtimes get the cached credentials; if
//! these are due, they begin a refresh of their own, and wait for it.
//!
//! Each Tokio runtime has a refresh of its own, at most one at a time. A refresh makes no progress
//! while the runtime that began it is stalled, as a `current_thread` runtime is between two
//! `block_on`s, and calls of other runtimes must not wait for that. [`wait`] describes how the
//! calls of one runtime share a refresh. The first refresh that succeeds is the result of all. If
//! the credentials are only due, other runtimes first leave the refresh to the one that has begun,
//! for [`MAX_LEFT_TO_OTHERS`].
//!
//! After a failed refresh, the next one begins only after a pause: [`CachedEntry::pause`] if the
//! credentials are due, and [`MIN_PAUSE`] if they have expired. Until then, calls without valid
//! credentials fail at once with the error of the last refresh. A call whose credentials were
//! rejected begins a refresh even in that pause. Only within [`MIN_PAUSE`] of the last completed
//! refresh it begins none: it joins one that is running, or fails with the rejection.

mod state;
mod wait;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::runtime::{Handle, Id};

use self::state::State;
use self::wait::{JoinRefresh, Refresh, Waiters};
use super::Credentials;
use super::freshness::{Freshness, is_within};
use crate::error::Error;
use crate::time::{BoxFuture, Clock, within};

/// Maximum time that a call waits for a refresh while the cached credentials are valid. 1 s: a
/// refresh usually takes a tenth of it, and a call must not fail for a refresh that hangs while it
/// has valid credentials.
const MAX_WAIT_WHILE_VALID: Duration = Duration::from_secs(1);
/// Maximum time that valid credentials are left to the refresh of another runtime. 2 s: more than
/// the call there waits, so a refresh that takes longer is slow, or its runtime is stalled.
const MAX_LEFT_TO_OTHERS: Duration = Duration::from_secs(2);

/// A refresh: obtains credentials. It belongs to the cache, and not to the call that began it.
pub(super) type RefreshFuture = BoxFuture<'static, Result<Credentials, Error>>;

/// Cached credentials, and the refreshes that are running.
#[derive(Default)]
pub(super) struct Cache {
    state: Mutex<State>,
    /// The waiting calls of all runtimes.
    waiters: Arc<Waiters>,
}

/// What a call does to get credentials.
enum Decision<'a> {
    Serve(Credentials),
    Fail(Error),
    /// Waits for a refresh.
    Wait(JoinRefresh<'a>),
    /// Waits for a refresh, without a limit if `max_wait` is `None`. If it fails or takes longer,
    /// the call gets the cached credentials.
    WaitOrServe {
        refresh: JoinRefresh<'a>,
        max_wait: Option<Duration>,
        cached: Credentials,
    },
}

/// What the cache needs from a call: its clock, its runtime, and how to begin a refresh.
#[derive(Clone, Copy)]
struct CallContext<'a> {
    clock: &'a dyn Clock,
    /// `None` outside of Tokio, as in virtual time.
    runtime: Option<Id>,
    begin: &'a (dyn Fn() -> RefreshFuture + Send + Sync),
}

impl<'a> CallContext<'a> {
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
        match self.decide(CallContext::new(clock, &begin)) {
            Decision::Serve(credentials) => Ok(credentials),
            Decision::Fail(error) => Err(error),
            Decision::Wait(refresh) => refresh.await,
            Decision::WaitOrServe { refresh, max_wait: None, cached } => Ok(refresh.await.unwrap_or(cached)),
            Decision::WaitOrServe { refresh, max_wait: Some(max_wait), cached } => {
                let result = within(clock, max_wait, refresh).await;
                Ok(result.and_then(Result::ok).unwrap_or(cached))
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
        let call = CallContext::new(clock, &begin);
        let refresh = {
            let mut state = self.state();
            let now = clock.now();
            match &mut state.entry {
                Some(entry) if entry.credentials.same_as(rejected) => entry.rejected = true,
                // They have been refreshed since the call got the rejected ones.
                Some(entry) if entry.freshness(now) != Freshness::Expired && !entry.rejected => {
                    return Ok(Some(entry.credentials.clone()));
                }
                _ => {}
            }
            if state.refresh_of(call.runtime).is_none() && state.has_just_completed(now) {
                return Ok(None);
            }
            self.join(state, now, call)
        };
        let credentials = refresh.await?;
        Ok(Some(credentials).filter(|credentials| !credentials.same_as(rejected)))
    }

    fn decide<'a>(&'a self, call: CallContext<'a>) -> Decision<'a> {
        let state = self.state();
        // Read after the state is locked: otherwise another call could store credentials that are
        // newer than `now`.
        let now = call.clock.now();
        let running = state.refresh_of(call.runtime);
        let is_paused = running.is_none() && state.is_paused(now);

        let Some(entry) = state.usable(now) else {
            if is_paused {
                return Decision::Fail(state.failure());
            }
            return Decision::Wait(self.join(state, now, call));
        };
        let (cached, rejected) = (entry.credentials.clone(), entry.rejected);
        // A rejection begins no refresh here: the call that was rejected does that, in `refresh`.
        let should_refresh = entry.freshness(now) == Freshness::Due || (rejected && running.is_some());
        if !should_refresh || is_paused {
            return Decision::Serve(cached);
        }
        if rejected {
            // The service would only reject them again, so they are the last resort.
            return Decision::WaitOrServe { refresh: self.join(state, now, call), max_wait: None, cached };
        }
        let is_left_to_others = match running {
            // To a call of this runtime, which waits for the refresh.
            Some(refresh) => refresh.is_awaited(),
            // To another runtime, which may be stalled.
            None => state.refreshes.iter().any(|other| is_within(now, other.began_at, MAX_LEFT_TO_OTHERS)),
        };
        if is_left_to_others {
            return Decision::Serve(cached);
        }
        let running_for = running.and_then(|refresh| now.duration_since(refresh.began_at).ok()).unwrap_or_default();
        let max_wait = Some(MAX_WAIT_WHILE_VALID.saturating_sub(running_for));
        Decision::WaitOrServe { refresh: self.join(state, now, call), max_wait, cached }
    }

    /// Returns a future that waits for the refresh of the call's runtime; begins one if there is
    /// none.
    fn join<'a>(&'a self, mut state: MutexGuard<'_, State>, now: SystemTime, call: CallContext<'a>) -> JoinRefresh<'a> {
        let running = state.refresh_of(call.runtime).map(Arc::clone);
        let (refresh, abandoned) = match running {
            Some(refresh) => (refresh, Vec::new()),
            None => state.begin(Refresh::new(call.runtime, now, (call.begin)())),
        };
        let join = JoinRefresh::new(self, call.clock, refresh, state.successes);
        // The state is unlocked first, because dropping a provider's future may run any code.
        drop(state);
        drop(abandoned);
        join
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // The code that changes the state does not panic, so even a poisoned state is consistent.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
