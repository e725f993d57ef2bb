//! Waits for a refresh, and drives it.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker, ready};
use std::time::SystemTime;

use tracing::warn;

use super::{Cache, CacheUser, RefreshFuture, STALL_LIMIT};
use crate::credentials::Credentials;
use crate::error::{Error, LOG_TARGET, error_type, loggable};
use crate::time::BoxFuture;

/// A call that waits for a refresh to complete, and drives it if it belongs to the call's runtime.
pub(super) struct JoinRefresh<'a> {
    cache: &'a Cache,
    user: CacheUser<'a>,
    /// The wait is over when this many refreshes have completed.
    until_completed: u64,
    /// The refresh that counts this call as a driver.
    pub(super) driver_of: Option<u64>,
    /// When to look again at a refresh of another runtime.
    check: Option<BoxFuture<'static, ()>>,
}

impl<'a> JoinRefresh<'a> {
    pub(super) fn new(cache: &'a Cache, user: CacheUser<'a>, until_completed: u64) -> Self {
        Self { cache, user, until_completed, driver_of: None, check: None }
    }

    /// Polls the refresh. Returns `Ready` if it has completed or has been replaced.
    fn drive(&self, id: u64, mut future: RefreshFuture) -> Poll<()> {
        // If `poll` panics, `drive` is dropped with this result.
        let panicked = Err(Error::credentials("the provider has panicked"));
        let result = Some((panicked, self.user.clock.now()));
        let mut drive = DriveRefresh { cache: self.cache, id, result };
        // The refresh wakes all waiting calls, so it does not matter which of them are still there.
        let waker = Waker::from(Arc::clone(&self.cache.waiters));
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(result) => {
                drive.result = Some((result, self.user.clock.now()));
                Poll::Ready(())
            }
            Poll::Pending => {
                drive.result = None;
                self.cache.put_back(id, future)
            }
        }
    }

    /// Wakes the calls on another runtime that drive the refresh. Returns `Ready` when it is time
    /// to look whether one of them was polled.
    fn watch(&mut self, now: SystemTime, context: &mut Context<'_>) -> Poll<()> {
        let check = match &mut self.check {
            Some(check) => check,
            none => {
                self.cache.wake_drivers(now);
                none.insert(self.user.clock.sleep(STALL_LIMIT))
            }
        };
        ready!(check.as_mut().poll(context));
        self.check = None;
        Poll::Ready(())
    }
}

impl Future for JoinRefresh<'_> {
    type Output = Result<Credentials, Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        loop {
            let mut state = this.cache.state();
            let now = this.user.clock.now();
            if state.completed >= this.until_completed {
                return Poll::Ready(state.result());
            }
            let replaced = state.keep_or_begin(this.user, now);
            this.cache.waiters.add(context.waker());
            let drivable = state.count_driver(this.user.runtime, &mut this.driver_of);
            let taken = drivable.map(|refresh| (refresh.id, refresh.future.take()));
            drop(state);
            drop(replaced);
            ready!(match taken {
                Some((id, Some(future))) => this.drive(id, future),
                // Another call is polling the refresh at this moment, and will wake this one.
                Some((_, None)) => Poll::Pending,
                None => this.watch(now, context),
            });
        }
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

/// A refresh that is being polled. Dropping this records the result, if there is one. A panic of
/// the provider counts as one.
struct DriveRefresh<'a> {
    cache: &'a Cache,
    id: u64,
    /// The result, and when it arrived; `None` if the refresh has not completed.
    result: Option<(Result<Credentials, Error>, SystemTime)>,
}

impl Drop for DriveRefresh<'_> {
    fn drop(&mut self) {
        let Some((result, now)) = self.result.take() else { return };
        let unreported = self.cache.state().complete(self.id, result, now);
        self.cache.waiters.wake_all();
        if let Some(error) = unreported {
            report(&error);
        }
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

/// The wakers of all calls that wait for the refresh.
#[derive(Default)]
pub(super) struct Waiters(Mutex<Vec<Waker>>);

impl Waiters {
    pub(super) fn add(&self, waker: &Waker) {
        let mut wakers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !wakers.iter().any(|other| other.will_wake(waker)) {
            wakers.push(waker.clone());
        }
    }

    pub(super) fn wake_all(&self) {
        let wakers = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        wakers.into_iter().for_each(Waker::wake);
    }
}

impl Wake for Waiters {
    fn wake(self: Arc<Self>) {
        self.wake_all();
    }
}
