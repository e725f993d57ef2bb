//! A clock of which the time of day is set, while time passes as ever.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use super::VirtualClock;
use crate::time::{BoxFuture, Clock};

/// A clock that is wrong by so many seconds; its sleeps are not.
pub(crate) struct WrongClock {
    clock: VirtualClock,
    seconds: AtomicI64,
}

impl WrongClock {
    /// A clock that is right until it is set.
    pub(crate) fn over(clock: &VirtualClock) -> Self {
        Self { clock: clock.clone(), seconds: AtomicI64::new(0) }
    }

    /// Makes it wrong by so many seconds.
    pub(crate) fn set(&self, seconds: i64) {
        self.seconds.store(seconds, Ordering::Relaxed);
    }
}

impl Clock for WrongClock {
    fn now(&self) -> SystemTime {
        let seconds = self.seconds.load(Ordering::Relaxed);
        let by = Duration::from_secs(seconds.unsigned_abs());
        if seconds < 0 { self.clock.now() - by } else { self.clock.now() + by }
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.clock.sleep(duration)
    }
}
