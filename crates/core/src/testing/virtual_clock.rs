//! A clock that is turned by hand, or by running a future on it.

use std::collections::BTreeMap;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::time::{BoxFuture, Clock};

/// The longest sleep, about a thousand years: a longer one would end when no calendar goes on.
const ENDLESS: Duration = Duration::from_secs(1 << 35);

/// A clock whose time passes only when it is told to.
///
/// Clones show the same time.
///
/// ```
/// use std::time::Duration;
/// use tencentcloud_core::Clock;
/// use tencentcloud_core::testing::VirtualClock;
///
/// let clock = VirtualClock::at_unix(0);
/// clock.run(clock.sleep(Duration::from_secs(3_600)));
/// assert_eq!(clock.unix(), 3_600);
/// ```
#[derive(Clone, Debug)]
pub struct VirtualClock(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    now: SystemTime,
    sleepers: BTreeMap<(SystemTime, u64), Waker>,
    sleeps: u64,
}

impl VirtualClock {
    /// A clock that shows so many seconds since 1970-01-01 UTC.
    #[must_use]
    pub fn at_unix(seconds: u64) -> Self {
        let now = UNIX_EPOCH + Duration::from_secs(seconds);
        Self(Arc::new(Mutex::new(State { now, sleepers: BTreeMap::new(), sleeps: 0 })))
    }

    /// The time in whole seconds since 1970-01-01 UTC.
    #[must_use]
    pub fn unix(&self) -> u64 {
        self.now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
    }

    /// Lets so much time pass, and wakes those whose sleep is over.
    pub fn advance(&self, duration: Duration) {
        let until = self.now() + duration;
        self.advance_to(until);
    }

    /// Runs a future to its end. Whenever it can only wait, the clock jumps to the end of the next sleep.
    ///
    /// A future that waits for something other than this clock blocks the thread until it is woken.
    pub fn run<F: Future>(&self, future: F) -> F::Output {
        let mut future = pin!(future);
        let alarm = Arc::new(Alarm { thread: thread::current(), rang: AtomicBool::new(false) });
        let waker = Waker::from(Arc::clone(&alarm));
        loop {
            if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                return output;
            }
            while !alarm.rang.swap(false, Ordering::AcqRel) {
                let next = self.state().sleepers.keys().next().map(|(wake_at, _)| *wake_at);
                match next {
                    Some(wake_at) => self.advance_to(wake_at),
                    None => thread::park(),
                }
            }
        }
    }

    fn advance_to(&self, until: SystemTime) {
        let mut state = self.state();
        state.now = until;
        let still_asleep = state.sleepers.split_off(&(until, u64::MAX));
        let awake = std::mem::replace(&mut state.sleepers, still_asleep);
        // Whoever wakes may ask for the time at once.
        drop(state);
        awake.into_values().for_each(Waker::wake);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> SystemTime {
        self.state().now
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(Sleep { clock: self.clone(), duration, key: None })
    }
}

/// A sleep; it begins when it is first polled.
struct Sleep {
    clock: VirtualClock,
    duration: Duration,
    key: Option<(SystemTime, u64)>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        let mut state = this.clock.state();
        let key = *this.key.get_or_insert_with(|| {
            state.sleeps += 1;
            (state.now + this.duration.min(ENDLESS), state.sleeps)
        });
        if state.now >= key.0 {
            return Poll::Ready(());
        }
        state.sleepers.insert(key, context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            self.clock.state().sleepers.remove(&key);
        }
    }
}

/// Wakes the thread that runs a future.
struct Alarm {
    thread: Thread,
    rang: AtomicBool,
}

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.rang.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::within;

    #[test]
    fn time_passes_only_as_far_as_the_next_sleep() {
        let clock = VirtualClock::at_unix(100);
        let limit = Duration::from_secs(15);
        let in_time = clock.run(within(&clock, limit, clock.sleep(Duration::from_secs(14))));
        assert_eq!((in_time, clock.unix()), (Some(()), 114));
        let too_late = clock.run(within(&clock, limit, clock.sleep(Duration::from_secs(16))));
        assert_eq!((too_late, clock.unix()), (None, 129));
    }

    #[test]
    fn work_that_is_ready_with_the_limit_wins() {
        let clock = VirtualClock::at_unix(0);
        let limit = Duration::from_secs(15);
        assert_eq!(clock.run(within(&clock, limit, clock.sleep(limit))), Some(()));
    }

    #[test]
    fn a_limit_may_be_endless() {
        let clock = VirtualClock::at_unix(0);
        assert_eq!(clock.run(within(&clock, Duration::MAX, clock.sleep(Duration::from_secs(1)))), Some(()));
    }

    #[test]
    fn a_sleep_that_is_dropped_wakes_nobody() {
        let clock = VirtualClock::at_unix(0);
        let short = within(&clock, Duration::from_secs(1), clock.sleep(Duration::from_secs(10)));
        clock.run(short);
        assert!(clock.state().sleepers.is_empty());
        clock.advance(Duration::from_secs(60));
        assert_eq!(clock.unix(), 61);
    }
}
