//! Lets the calls of a runtime share a refresh.
//!
//! A refresh is a future in the cache, and nothing is spawned: a call that waits for it polls it
//! when the call itself is polled. The refresh wakes all waiting calls, and so does a waiting call
//! that is dropped. So it does not matter which of them polls it next. If no call is left, the
//! refresh makes no progress until another call waits for it, and is dropped if another refresh
//! begins before that.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Poll, Wake, Waker, ready};
use std::time::SystemTime;

use tokio::runtime::Id;
use tracing::warn;

use super::{Cache, RefreshFuture};
use crate::credentials::Credentials;
use crate::error::{Error, LOG_TARGET, error_type, loggable};
use crate::time::Clock;

/// A refresh. Until it has completed, the cache has a reference to it; each waiting call has one.
pub(super) struct Refresh {
    /// The runtime on which it was begun.
    pub(super) runtime: Option<Id>,
    pub(super) began_at: SystemTime,
    /// `None` while a call polls it, and after it has completed.
    future: Mutex<Option<RefreshFuture>>,
    /// Set if it has failed.
    failure: OnceLock<Arc<Error>>,
}

impl Refresh {
    pub(super) fn new(runtime: Option<Id>, began_at: SystemTime, future: RefreshFuture) -> Self {
        Self { runtime, began_at, future: Mutex::new(Some(future)), failure: OnceLock::new() }
    }

    /// Whether a call waits for it.
    pub(super) fn is_awaited(self: &Arc<Self>) -> bool {
        Arc::strong_count(self) > 1
    }

    /// Takes the future in order to poll it. `None` if another call is polling it.
    fn take(&self) -> Option<RefreshFuture> {
        self.future.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn put_back(&self, future: RefreshFuture) {
        *self.future.lock().unwrap_or_else(PoisonError::into_inner) = Some(future);
    }
}

/// A call that waits for a refresh.
pub(super) struct JoinRefresh<'a> {
    cache: &'a Cache,
    clock: &'a dyn Clock,
    refresh: Arc<Refresh>,
    /// Number of refreshes, of any runtime, that had succeeded before the wait.
    successes_before: u64,
}

impl<'a> JoinRefresh<'a> {
    pub(super) fn new(cache: &'a Cache, clock: &'a dyn Clock, refresh: Arc<Refresh>, successes_before: u64) -> Self {
        Self { cache, clock, refresh, successes_before }
    }

    /// The result of the refresh, or the credentials that another runtime has obtained meanwhile.
    fn result(&self) -> Option<Result<Credentials, Error>> {
        let state = self.cache.state();
        let newer = state.entry.as_ref().filter(|_| state.successes > self.successes_before);
        let failure = || self.refresh.failure.get().map(|error| Err(error.copy()));
        newer.map(|entry| Ok(entry.credentials.clone())).or_else(failure)
    }

    /// Polls the refresh. Returns `Ready` if it has completed.
    fn poll_refresh(&self) -> Poll<()> {
        // Another call is polling it. If that poll returns `Pending`, the refresh wakes all waiting
        // calls later; if it completes, that call wakes them.
        let Some(mut future) = self.refresh.take() else { return Poll::Pending };
        let waker = Waker::from(Arc::clone(&self.cache.waiters));
        let mut context = Context::from_waker(&waker);
        match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(&mut context))) {
            Ok(Poll::Pending) => {
                self.refresh.put_back(future);
                Poll::Pending
            }
            Ok(Poll::Ready(result)) => {
                self.complete(result);
                Poll::Ready(())
            }
            Err(panic) => {
                self.complete(Err(Error::credentials("the provider has panicked")));
                resume_unwind(panic)
            }
        }
    }

    /// Records the result of the refresh, and ends the waits for it.
    fn complete(&self, result: Result<Credentials, Error>) {
        let result = result.map_err(Arc::new);
        let failure = result.as_ref().err().map(Arc::clone);
        let now = self.clock.now();
        if let Some(error) = &failure {
            self.refresh.failure.get_or_init(|| Arc::clone(error));
        }
        let mut state = self.cache.state();
        let ended = state.complete(&self.refresh, result, now);
        // While the cached credentials are used, no call fails with the error, so it is logged. The
        // calls whose credentials were rejected do fail with it.
        let is_unreported = state.usable(now).is_some_and(|entry| !entry.rejected);
        drop(state);
        drop(ended);
        self.cache.waiters.wake_all();
        if let Some(error) = failure.filter(|_| is_unreported) {
            report(&error);
        }
    }
}

impl Future for JoinRefresh<'_> {
    type Output = Result<Credentials, Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            // Before the result is read: a refresh that completes after that wakes this call.
            self.cache.waiters.add(context.waker());
            if let Some(result) = self.result() {
                return Poll::Ready(result);
            }
            ready!(self.poll_refresh());
        }
    }
}

impl Drop for JoinRefresh<'_> {
    fn drop(&mut self) {
        // This call may have been the one that was woken to poll the refresh.
        self.cache.waiters.wake_all();
    }
}

/// Logs a failed refresh for which no call fails.
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

/// The wakers of all waiting calls.
#[derive(Default)]
pub(super) struct Waiters(Mutex<Vec<Waker>>);

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
