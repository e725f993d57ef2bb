//! Reads the time and waits: the clock of a configuration.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, SystemTime};

use super::{BoxFuture, runtime};
use crate::error::{Error, ErrorKind};

/// A clock and a timer. Everything that depends on time, such as signing and timeouts, uses the
/// clock of the [`Config`](crate::config::Config).
///
/// Tests can use `VirtualClock` of the feature `testing`, which they advance themselves.
pub trait Clock: Send + Sync {
    /// The current time. Requests are signed with it.
    fn now(&self) -> SystemTime;

    /// Waits for the given duration.
    ///
    /// The wait starts when the future is first polled, and does not depend on the time of day.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;

    /// Checks that [`sleep`](Self::sleep) works where the call runs. Every call checks this once,
    /// before anything is sent. The default implementation succeeds.
    ///
    /// # Errors
    ///
    /// Why the clock cannot wait, such as a missing runtime. The call fails with this error.
    fn check(&self) -> Result<(), Error> {
        Ok(())
    }
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> SystemTime {
        (**self).now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        (**self).sleep(duration)
    }

    fn check(&self) -> Result<(), Error> {
        (**self).check()
    }
}

/// The clock of a configuration that sets none.
///
/// # Errors
///
/// [`ErrorKind::InvalidRequest`] for `wasm32-unknown-unknown`, where the standard library has no
/// clock.
pub(crate) fn default_clock() -> Result<Arc<dyn Clock>, Error> {
    if cfg!(all(target_family = "wasm", target_os = "unknown")) {
        return Err(Error::new(ErrorKind::InvalidRequest, "this platform has no clock")
            .with_hint("set a clock of your own with `clock`"));
    }
    Ok(Arc::new(SystemClock))
}

/// The clock of the machine, and the timer of the Tokio runtime.
#[derive(Clone, Copy, Debug)]
struct SystemClock;

#[expect(clippy::disallowed_methods, reason = "the clock that is passed to all other code")]
impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            let begin = tokio::time::Instant::now();
            // A timer of a runtime that was dropped panics when it is polled. So a call that is
            // moved to another runtime gets a timer there, for the time that remains.
            loop {
                let home = runtime::current().ok();
                let mut timer = pin!(tokio::time::sleep(duration.saturating_sub(begin.elapsed())));
                let fired = poll_fn(|context| match runtime::current().ok() {
                    Some(current) if Some(current) != home => Poll::Ready(false),
                    _ => timer.as_mut().poll(context).map(|()| true),
                });
                if fired.await {
                    return;
                }
            }
        })
    }

    fn check(&self) -> Result<(), Error> {
        Ok(runtime::check_timers()?)
    }
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Waker};

    use tokio::runtime::{Builder, Runtime};

    use super::*;

    fn runtime() -> Runtime {
        Builder::new_current_thread().enable_time().build().unwrap()
    }

    #[test]
    fn a_sleep_that_is_moved_from_a_dropped_runtime_goes_on() {
        let mut sleep = SystemClock.sleep(Duration::from_millis(200));
        let began = SystemClock.now();
        let first = runtime();
        first.block_on(async {
            assert!(sleep.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        });
        drop(first);
        runtime().block_on(sleep);
        let elapsed = SystemClock.now().duration_since(began).unwrap();
        assert!((200..2_000).contains(&elapsed.as_millis()), "{elapsed:?}");
    }
}
