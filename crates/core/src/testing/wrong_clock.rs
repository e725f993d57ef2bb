//! A clock whose wall time can be set without affecting its timers.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use super::VirtualClock;
use crate::time::{BoxFuture, Clock};

/// A clock that differs from a [`VirtualClock`] by a number of seconds. Its sleeps are those of
/// that clock.
pub(crate) struct WrongClock {
    clock: VirtualClock,
    offset_seconds: AtomicI64,
}

impl WrongClock {
    /// Creates a clock that is right until it is set.
    pub(crate) fn new(clock: &VirtualClock) -> Self {
        Self { clock: clock.clone(), offset_seconds: AtomicI64::new(0) }
    }

    /// Sets how many seconds the clock is ahead; behind, if negative.
    pub(crate) fn set_offset(&self, seconds: i64) {
        self.offset_seconds.store(seconds, Ordering::Relaxed);
    }
}

impl Clock for WrongClock {
    fn now(&self) -> SystemTime {
        let seconds = self.offset_seconds.load(Ordering::Relaxed);
        let offset = Duration::from_secs(seconds.unsigned_abs());
        if seconds < 0 { self.clock.now() - offset } else { self.clock.now() + offset }
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.clock.sleep(duration)
    }
}
