//! The seam for time: what time it is, and waiting.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::error::Error;
use crate::time::{BoxFuture, runtime};

/// Tells the time and waits. Signing, timeouts and everything else that depends on time asks the clock of the
/// [`Config`](crate::config::Config).
///
/// `VirtualClock`, behind the feature `testing`, is one that is turned by hand.
pub trait Clock: Send + Sync {
    /// The time; requests are signed with it.
    fn now(&self) -> SystemTime;

    /// Waits for so long.
    ///
    /// The wait begins when the future is first polled, and is not affected by the time of day being changed.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;

    /// Whether it can wait where the call runs: asked once for each call, before anything is sent. It can if nothing else
    /// is written.
    ///
    /// # Errors
    ///
    /// What keeps it from waiting, such as a runtime that is missing; the call fails with it.
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

/// The clock of the machine, with the timer of the Tokio runtime.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        // Inside the block, because making the timer is what needs a runtime.
        Box::pin(async move { tokio::time::sleep(duration).await })
    }

    fn check(&self) -> Result<(), Error> {
        runtime::current()?;
        Ok(())
    }
}
