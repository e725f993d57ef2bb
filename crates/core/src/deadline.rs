//! How long something may take in all, whatever it waits for meanwhile.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, SystemTime};

use crate::{BoxFuture, Clock};

/// The time that something has, one step after another.
pub(crate) struct Deadline<'a> {
    clock: &'a dyn Clock,
    time: Duration,
    begin: SystemTime,
    end: Option<BoxFuture<'static, ()>>,
    is_over: bool,
}

impl<'a> Deadline<'a> {
    /// So much time from now on.
    pub(crate) fn new(clock: &'a dyn Clock, time: Duration) -> Self {
        Self { clock, time, begin: clock.now(), end: None, is_over: false }
    }

    /// Waits for a step; `None` if the time is up before it is done.
    ///
    /// A step that is ready at the same moment as the time is up wins, and the clock is not asked at all for steps that never
    /// wait.
    pub(crate) async fn limit<T>(&mut self, step: impl Future<Output = T>) -> Option<T> {
        let mut step = pin!(step);
        poll_fn(|context| {
            if let Poll::Ready(output) = step.as_mut().poll(context) {
                return Poll::Ready(Some(output));
            }
            // A future that is done is not polled again.
            if !self.is_over {
                let end = self.end.get_or_insert_with(|| self.clock.sleep(self.time));
                self.is_over = end.as_mut().poll(context).is_ready();
            }
            if self.is_over { Poll::Ready(None) } else { Poll::Pending }
        })
        .await
    }

    /// How much of the time is left, by the time of day.
    ///
    /// A clock that is set meanwhile makes this wrong, for which a retry is made or left out; when [`limit`](Self::limit)
    /// ends does not depend on it.
    pub(crate) fn left(&self) -> Duration {
        let passed = self.clock.now().duration_since(self.begin).unwrap_or_default();
        self.time.saturating_sub(passed)
    }

    /// How much time there was at the beginning.
    pub(crate) fn time(&self) -> Duration {
        self.time
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;
    use crate::testing::VirtualClock;

    const MINUTE: Duration = Duration::from_secs(60);

    /// A clock whose time of day is set while time passes as ever.
    struct Adjusted {
        clock: VirtualClock,
        seconds: AtomicI64,
    }

    impl Clock for Adjusted {
        fn now(&self) -> SystemTime {
            let seconds = self.seconds.load(Ordering::Relaxed);
            let by = Duration::from_secs(seconds.unsigned_abs());
            if seconds < 0 { self.clock.now() - by } else { self.clock.now() + by }
        }

        fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
            self.clock.sleep(duration)
        }
    }

    #[test]
    fn all_steps_have_the_same_time() {
        let clock = VirtualClock::at_unix(0);
        let mut deadline = Deadline::new(&clock, MINUTE);
        clock.run(async {
            for left in [40, 20, 0] {
                assert_eq!(deadline.limit(clock.sleep(Duration::from_secs(20))).await, Some(()));
                assert_eq!(deadline.left(), Duration::from_secs(left));
            }
            for _ in 0..2 {
                assert_eq!(deadline.limit(clock.sleep(Duration::from_secs(1))).await, None);
            }
            assert_eq!(deadline.limit(async {}).await, Some(()), "it need not wait");
        });
        assert_eq!(clock.unix(), 60);
    }

    #[test]
    fn a_clock_that_is_set_does_not_move_the_end() {
        for hours in [-1, 1] {
            let clock = Adjusted { clock: VirtualClock::at_unix(1_000_000), seconds: AtomicI64::new(0) };
            let mut deadline = Deadline::new(&clock, MINUTE);
            clock.clock.run(async {
                assert_eq!(deadline.limit(clock.sleep(Duration::from_secs(20))).await, Some(()));
                clock.seconds.store(hours * 3_600, Ordering::Relaxed);
                assert_eq!(deadline.limit(clock.sleep(MINUTE)).await, None);
            });
            assert_eq!(clock.clock.unix(), 1_000_060, "{hours}");
        }
    }
}
