//! Reads the time of the runtime that serves the lanes, for the limiter of a failed store.

use std::sync::LazyLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tencentcloud_core::BoxFuture;
use tencentcloud_core::time::Clock;
use tokio::time::Instant;

/// The clock of the lanes. It is not set when the time of day is.
pub(crate) static RUNTIME_CLOCK: RuntimeClock = RuntimeClock;

pub(crate) struct RuntimeClock;

/// A moment before every use of the clock.
static START: LazyLock<Instant> = LazyLock::new(Instant::now);

impl Clock for RuntimeClock {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Instant::now().saturating_duration_since(*START)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}
