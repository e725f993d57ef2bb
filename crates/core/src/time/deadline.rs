//! How long something may take in all, whatever it waits for meanwhile.

use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, SystemTime};

use crate::time::{BoxFuture, Clock};

/// The time that something has, one step after another.
pub(crate) struct Deadline<'a> {
    clock: &'a dyn Clock,
    time: Duration,
    begin: SystemTime,
    /// Nothing until a step has to wait: the clock is not asked at all for steps that never do.
    timer: Option<Timer>,
    is_over: bool,
}

/// A part of the way to the end: the first one may be as long as the step that waits first.
struct Timer {
    sleep: BoxFuture<'static, ()>,
    /// How much time there is after it.
    rest: Duration,
}

/// What was over before a step was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Elapsed {
    /// The step's own timeout.
    Step,
    /// The deadline.
    Deadline,
}

impl<'a> Deadline<'a> {
    /// So much time from now on.
    pub(crate) fn new(clock: &'a dyn Clock, time: Duration) -> Self {
        Self { clock, time, begin: clock.now(), timer: None, is_over: false }
    }

    /// Waits for a step; `None` if the time is up before it is done.
    ///
    /// A step that is ready at the same moment as the time is up wins.
    pub(crate) async fn limit<T>(&mut self, step: impl Future<Output = T>) -> Option<T> {
        let mut step = pin!(step);
        poll_fn(|context| match step.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending => self.poll_end(context).map(|()| None),
        })
        .await
    }

    /// Waits for a step that may take no longer than `time`, however much is left.
    ///
    /// A step that is ready at the same moment as its time is up wins, and its time wins over the end of all. If it is the
    /// first to wait, the end of all is as much later as its own is noticed late.
    pub(crate) async fn limit_step<T>(&mut self, time: Duration, step: impl Future<Output = T>) -> Result<T, Elapsed> {
        // The first step that waits begins with the first timer, and needs no timer of its own: most calls have no other.
        let is_first = self.timer.is_none() && time < self.time;
        let mut own = None;
        let mut step = pin!(step);
        poll_fn(|context| {
            if let Poll::Ready(output) = step.as_mut().poll(context) {
                return Poll::Ready(Ok(output));
            }
            if is_first {
                return self.poll_timer(time, context).map(|()| Err(Elapsed::Step));
            }
            let own = own.get_or_insert_with(|| self.clock.sleep(time));
            if own.as_mut().poll(context).is_ready() {
                return Poll::Ready(Err(Elapsed::Step));
            }
            self.poll_end(context).map(|()| Err(Elapsed::Deadline))
        })
        .await
    }

    /// Whether the time is up; asked before something that a caller should not have done for it in vain.
    pub(crate) async fn is_over(&mut self) -> bool {
        // Nobody has waited yet, so no time has passed.
        self.timer.is_some() && poll_fn(|context| Poll::Ready(self.poll_end(context).is_ready())).await
    }

    /// Ready when the time is up.
    fn poll_end(&mut self, context: &mut Context<'_>) -> Poll<()> {
        while !self.is_over {
            ready!(self.poll_timer(self.time, context));
        }
        Poll::Ready(())
    }

    /// Ready at the end of the current timer, and then on the next one; the first is as long as `first`.
    fn poll_timer(&mut self, first: Duration, context: &mut Context<'_>) -> Poll<()> {
        let clock = self.clock;
        let rest = self.time.saturating_sub(first);
        let timer = self.timer.get_or_insert_with(|| Timer { sleep: clock.sleep(first), rest });
        ready!(timer.sleep.as_mut().poll(context));
        self.is_over = timer.rest.is_zero();
        if !self.is_over {
            *timer = Timer { sleep: clock.sleep(timer.rest), rest: Duration::ZERO };
        }
        Poll::Ready(())
    }

    /// How much of the time is left, by the time of day.
    ///
    /// A clock that is set meanwhile makes this wrong, for which a retry is made or left out; when the time is up does not
    /// depend on it.
    pub(crate) fn left(&self) -> Duration {
        let passed = self.clock.now().duration_since(self.begin).unwrap_or_default();
        self.time.saturating_sub(passed)
    }

    /// When it began, by the time of day.
    pub(crate) fn begin(&self) -> SystemTime {
        self.begin
    }

    /// How much time there was at the beginning.
    pub(crate) fn time(&self) -> Duration {
        self.time
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{VirtualClock, WrongClock};

    const MINUTE: Duration = Duration::from_secs(60);

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
    fn a_step_may_have_less_time_and_leaves_the_rest_to_the_others() {
        let clock = VirtualClock::at_unix(0);
        let seconds = Duration::from_secs;
        for (steps, ends_at) in [
            // The first to wait is in time, or is not, and the end stays where it is.
            (
                &[(15, 10, Ok(())), (15, 15, Ok(())), (15, 20, Err(Elapsed::Step)), (40, 40, Err(Elapsed::Deadline))][..],
                60,
            ),
            (
                &[
                    (15, 20, Err(Elapsed::Step)),
                    (15, 14, Ok(())),
                    (15, 20, Err(Elapsed::Step)),
                    (40, 40, Err(Elapsed::Deadline)),
                ],
                60,
            ),
            // With as much time as all have, it is the step that was too slow, and then there is none left.
            (&[(60, 61, Err(Elapsed::Step)), (1, 1, Err(Elapsed::Deadline))], 60),
            (&[(90, 61, Err(Elapsed::Deadline)), (1, 0, Ok(()))], 60),
            (&[(0, 1, Err(Elapsed::Step)), (60, 59, Ok(())), (60, 2, Err(Elapsed::Deadline))], 60),
        ] {
            let begin = clock.unix();
            let mut deadline = Deadline::new(&clock, MINUTE);
            clock.run(async {
                for &(time, takes, outcome) in steps {
                    let step = clock.sleep(seconds(takes));
                    assert_eq!(deadline.limit_step(seconds(time), step).await, outcome, "{time} {takes} {steps:?}");
                }
            });
            assert_eq!(clock.unix() - begin, ends_at, "{steps:?}");
        }
    }

    #[test]
    fn a_step_that_is_not_limited_uses_up_what_a_limited_one_left() {
        let clock = VirtualClock::at_unix(0);
        let mut deadline = Deadline::new(&clock, MINUTE);
        clock.run(async {
            assert_eq!(deadline.limit_step(Duration::from_secs(15), clock.sleep(Duration::from_secs(5))).await, Ok(()));
            assert_eq!(deadline.limit(clock.sleep(MINUTE)).await, None);
        });
        assert_eq!(clock.unix(), 60);
    }

    #[test]
    fn a_clock_that_is_set_does_not_move_the_end() {
        for hours in [-1, 1] {
            let clock = VirtualClock::at_unix(1_000_000);
            let machine = WrongClock::new(&clock);
            let mut deadline = Deadline::new(&machine, MINUTE);
            clock.run(async {
                assert_eq!(deadline.limit(clock.sleep(Duration::from_secs(20))).await, Some(()));
                machine.set_offset(hours * 3_600);
                assert_eq!(deadline.limit(clock.sleep(MINUTE)).await, None);
            });
            assert_eq!(clock.unix(), 1_000_060, "{hours}");
        }
    }
}
