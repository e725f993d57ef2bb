//! Simulates time, so that tests of timeouts, retries and rate limits take no time.

use std::collections::BTreeMap;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::time::{BoxFuture, Clock};

/// Maximum duration of a sleep. About a thousand years: adding a longer one to the time may
/// overflow.
const MAX_SLEEP: Duration = Duration::from_secs(1 << 35);

/// A clock whose time passes only in [`run`](Self::run), [`run_all`](Self::run_all) and
/// [`advance`](Self::advance).
///
/// Clones share the same time: give one to the configuration, and keep the other.
///
/// ```
/// use std::time::Duration;
/// use tencentcloud_core::testing::VirtualClock;
/// use tencentcloud_core::time::Clock;
///
/// let clock = VirtualClock::at_unix(1_700_000_000);
/// clock.run(clock.sleep(Duration::from_secs(3_600)));
/// assert_eq!(clock.elapsed(), Duration::from_secs(3_600));
/// assert_eq!(clock.unix(), 1_700_003_600);
/// ```
#[derive(Clone, Debug)]
pub struct VirtualClock(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    began: SystemTime,
    now: SystemTime,
    /// Wakers of the sleeps that have begun, by the time at which they end. The number
    /// distinguishes those that end at the same time.
    sleeps: BTreeMap<(SystemTime, u64), Waker>,
    next_number: u64,
}

impl VirtualClock {
    /// Creates a clock that shows the given number of seconds since 1970-01-01 UTC.
    #[must_use]
    pub fn at_unix(seconds: u64) -> Self {
        let now = UNIX_EPOCH + Duration::from_secs(seconds);
        Self(Arc::new(Mutex::new(State { began: now, now, sleeps: BTreeMap::new(), next_number: 0 })))
    }

    /// Returns the time in whole seconds since 1970-01-01 UTC.
    #[must_use]
    pub fn unix(&self) -> u64 {
        self.now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
    }

    /// Returns the time that has passed since the clock was created.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        let state = self.state();
        state.now.duration_since(state.began).unwrap_or_default()
    }

    /// Moves the time forward, and wakes the futures whose sleep is over.
    pub fn advance(&self, duration: Duration) {
        let until = self.now() + duration;
        self.advance_to(until);
    }

    /// Runs a future, or a call, to completion on this thread. While it only waits, the clock jumps
    /// to the end of the next sleep.
    ///
    /// A future that waits for something other than this clock blocks the thread until it is woken.
    pub fn run<F: IntoFuture>(&self, future: F) -> F::Output {
        let mut future = pin!(future.into_future());
        let alarm = Arc::new(Alarm { thread: thread::current(), rang: AtomicBool::new(false) });
        let waker = Waker::from(Arc::clone(&alarm));
        loop {
            if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                return output;
            }
            while !alarm.rang.swap(false, Ordering::AcqRel) {
                let next = self.state().sleeps.keys().next().map(|(end, _)| *end);
                match next {
                    Some(end) => self.advance_to(end),
                    None => thread::park(),
                }
            }
        }
    }

    /// Runs several futures, or calls, concurrently to completion on this thread, and returns their
    /// outputs in the given order.
    ///
    /// Each future is polled at the beginning, in the given order, and then only when it was woken,
    /// as Tokio does with tasks. A future is dropped as soon as it is ready.
    ///
    /// ```
    /// use std::time::Duration;
    /// use tencentcloud_core::testing::VirtualClock;
    /// use tencentcloud_core::time::Clock;
    ///
    /// async fn nap(clock: &VirtualClock, seconds: u64) -> u64 {
    ///     clock.sleep(Duration::from_secs(seconds)).await;
    ///     clock.elapsed().as_secs()
    /// }
    ///
    /// let clock = VirtualClock::at_unix(1_700_000_000);
    /// let woke_after = clock.run_all([30, 10, 20].map(|seconds| nap(&clock, seconds)));
    /// assert_eq!(woke_after, [30, 10, 20]);
    /// assert_eq!(clock.elapsed(), Duration::from_secs(30), "they slept at the same time");
    /// ```
    ///
    /// Futures of different types go into one list as `BoxFuture`, that is as `Pin<Box<dyn
    /// Future<Output = _> + Send>>`.
    pub fn run_all<F: IntoFuture>(&self, futures: impl IntoIterator<Item = F>) -> Vec<F::Output> {
        let mut tasks: Vec<_> = futures.into_iter().map(|future| Task::new(future.into_future())).collect();
        self.run(std::future::poll_fn(|context| {
            let mut all_ready = true;
            for task in &mut tasks {
                all_ready &= task.is_ready(context.waker());
            }
            if all_ready { Poll::Ready(()) } else { Poll::Pending }
        }));
        tasks.into_iter().filter_map(Task::into_output).collect()
    }

    fn advance_to(&self, until: SystemTime) {
        let mut state = self.state();
        state.now = until;
        let later = state.sleeps.split_off(&(until, u64::MAX));
        let over = std::mem::replace(&mut state.sleeps, later);
        // A waker may read the clock.
        drop(state);
        over.into_values().for_each(Waker::wake);
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

/// A sleep. It begins when it is first polled.
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
            state.next_number += 1;
            (state.now + this.duration.min(MAX_SLEEP), state.next_number)
        });
        if state.now >= key.0 {
            return Poll::Ready(());
        }
        state.sleeps.insert(key, context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            self.clock.state().sleeps.remove(&key);
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

/// One of several futures that run concurrently.
enum Task<F: Future> {
    Running { future: Pin<Box<F>>, waker: Option<Arc<TaskWaker>> },
    Ready(F::Output),
}

/// Records that one task was woken, and wakes the future that runs all of them.
struct TaskWaker {
    woken: AtomicBool,
    runner: Waker,
}

impl<F: Future> Task<F> {
    fn new(future: F) -> Self {
        Self::Running { future: Box::pin(future), waker: None }
    }

    /// Polls the future if it was woken or has not been polled yet; returns whether it is ready.
    fn is_ready(&mut self, runner: &Waker) -> bool {
        let Self::Running { future, waker } = self else { return true };
        let waker =
            waker.get_or_insert_with(|| Arc::new(TaskWaker { woken: AtomicBool::new(true), runner: runner.clone() }));
        if waker.woken.swap(false, Ordering::AcqRel) {
            let waker = Waker::from(Arc::clone(waker));
            if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                *self = Self::Ready(output);
                return true;
            }
        }
        false
    }

    fn into_output(self) -> Option<F::Output> {
        match self {
            Self::Running { .. } => None,
            Self::Ready(output) => Some(output),
        }
    }
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.woken.store(true, Ordering::Release);
        self.runner.wake_by_ref();
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
    fn work_that_is_ready_together_with_its_timeout_is_in_time() {
        let clock = VirtualClock::at_unix(0);
        let limit = Duration::from_secs(15);
        assert_eq!(clock.run(within(&clock, limit, clock.sleep(limit))), Some(()));
    }

    #[test]
    fn a_timeout_may_be_the_maximum_duration() {
        let clock = VirtualClock::at_unix(0);
        assert_eq!(clock.run(within(&clock, Duration::MAX, clock.sleep(Duration::from_secs(1)))), Some(()));
    }

    #[test]
    fn a_dropped_sleep_leaves_no_waker() {
        let clock = VirtualClock::at_unix(0);
        let short = within(&clock, Duration::from_secs(1), clock.sleep(Duration::from_secs(10)));
        clock.run(short);
        assert!(clock.state().sleeps.is_empty());
        clock.advance(Duration::from_secs(60));
        assert_eq!(clock.unix(), 61);
    }

    #[test]
    fn run_all_polls_a_future_only_when_it_was_woken() {
        let clock = VirtualClock::at_unix(0);
        let polls = clock.run_all([1, 60].map(|sleeps| {
            let mut polls = 0;
            let clock = &clock;
            let mut work = Box::pin(async move {
                for _ in 0..sleeps {
                    clock.sleep(Duration::from_secs(1)).await;
                }
            });
            std::future::poll_fn(move |context| {
                polls += 1;
                work.as_mut().poll(context).map(|()| polls)
            })
        }));
        assert_eq!(polls, [2, 61]);
    }

    #[test]
    fn run_all_drops_each_future_as_soon_as_it_is_ready() {
        struct Sets<'a>(&'a AtomicBool);

        impl Drop for Sets<'_> {
            fn drop(&mut self) {
                self.0.store(true, Ordering::Relaxed);
            }
        }

        let clock = VirtualClock::at_unix(0);
        let dropped = AtomicBool::new(false);
        let futures: [BoxFuture<'_, bool>; 2] = [
            Box::pin({
                let (owned, clock) = (Sets(&dropped), &clock);
                std::future::poll_fn(move |_| {
                    let _ = (&owned, clock);
                    Poll::Ready(true)
                })
            }),
            Box::pin(async {
                clock.sleep(Duration::from_secs(1)).await;
                dropped.load(Ordering::Relaxed)
            }),
        ];
        assert_eq!(clock.run_all(futures), [true, true]);
    }

    #[test]
    fn run_all_of_nothing_returns_at_once() {
        let clock = VirtualClock::at_unix(0);
        assert_eq!(clock.run_all(Vec::<BoxFuture<'_, ()>>::new()), []);
    }
}
