//! Reads the time and waits: the clock of a configuration.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::{BoxFuture, runtime};
use crate::error::Error;

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

/// The clock of the machine, and the timer of the Tokio runtime.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemClock;

#[expect(clippy::disallowed_methods, reason = "the clock that is passed to all other code")]
impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        // In the block, because Tokio's `sleep` itself needs a runtime.
        Box::pin(async move { tokio::time::sleep(duration).await })
    }

    fn check(&self) -> Result<(), Error> {
        runtime::current()?;
        Ok(())
    }
}
