//! Limits how long several steps may take together.

use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, SystemTime};

use super::{BoxFuture, Clock};

/// A timeout for several steps, one after another.
///
/// The deadline is measured by a timer, and not by the time of day. The timer starts when a step
/// first has to wait: no noticeable time passes before that. [`restart`](Self::restart) replaces
/// it.
pub(crate) struct Deadline<'a> {
    clock: &'a dyn Clock,
    timeout: Duration,
    /// Start of the timeout, by the time of day.
    begin: SystemTime,
    /// Set when the first step has to wait. Steps that never wait need no timer.
    timer: Option<BoxFuture<'static, ()>>,
    has_passed: bool,
}

/// Which timeout passed before a step was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Elapsed {
    /// The step's own timeout.
    Step,
    /// The deadline.
    Deadline,
}

impl<'a> Deadline<'a> {
    /// A deadline `timeout` from now. Create it when the first step begins.
    pub(crate) fn new(clock: &'a dyn Clock, timeout: Duration) -> Self {
        Self { clock, timeout, begin: clock.now(), timer: None, has_passed: false }
    }

    /// Waits for a step. `None` if the deadline passes first.
    ///
    /// A step that is ready at the moment of the deadline succeeds.
    pub(crate) async fn limit<T>(&mut self, step: impl Future<Output = T>) -> Option<T> {
        let mut step = pin!(step);
        poll_fn(|context| match step.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending => self.poll_deadline(context).map(|()| None),
        })
        .await
    }

    /// Waits for a step that has a timeout of its own.
    ///
    /// A step that is ready at the moment of its timeout succeeds. If both timeouts pass at the
    /// same moment, the step's own is reported.
    pub(crate) async fn limit_step<T>(
        &mut self,
        timeout: Duration,
        step: impl Future<Output = T>,
    ) -> Result<T, Elapsed> {
        let mut own = None;
        let mut step = pin!(step);
        poll_fn(|context| {
            if let Poll::Ready(output) = step.as_mut().poll(context) {
                return Poll::Ready(Ok(output));
            }
            let own = own.get_or_insert_with(|| self.clock.sleep(timeout));
            if own.as_mut().poll(context).is_ready() {
                return Poll::Ready(Err(Elapsed::Step));
            }
            self.poll_deadline(context).map(|()| Err(Elapsed::Deadline))
        })
        .await
    }

    /// Whether the deadline has passed. Checked before work that would be pointless after it.
    pub(crate) async fn has_passed(&mut self) -> bool {
        // Without a timer no step has waited yet, so no time has passed.
        self.timer.is_some() && poll_fn(|context| Poll::Ready(self.poll_deadline(context).is_ready())).await
    }

    /// Ready when the deadline has passed.
    fn poll_deadline(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if !self.has_passed {
            ready!(self.timer.get_or_insert_with(|| self.clock.sleep(self.timeout)).as_mut().poll(context));
            self.has_passed = true;
        }
        Poll::Ready(())
    }

    /// The time until the deadline, by the time of day.
    ///
    /// If the clock is set in the meantime, the result is wrong: a retry is made or skipped
    /// wrongly, but the deadline itself does not move.
    pub(crate) fn remaining(&self) -> Duration {
        let passed = self.clock.now().duration_since(self.begin).unwrap_or_default();
        self.timeout.saturating_sub(passed)
    }

    /// Moves the deadline to `remaining` from now, after a wait that does not count.
    pub(crate) fn restart(&mut self, remaining: Duration) {
        let now = self.clock.now();
        self.begin = now.checked_sub(self.timeout.saturating_sub(remaining)).unwrap_or(now);
        // Without a timer no step has waited yet, and the next one starts with the whole timeout.
        if self.timer.is_some() {
            self.timer = Some(self.clock.sleep(remaining));
        }
    }

    /// The start of the timeout, by the time of day. [`restart`](Self::restart) moves it.
    pub(crate) fn begin(&self) -> SystemTime {
        self.begin
    }

    /// The timeout of all steps together.
    pub(crate) fn timeout(&self) -> Duration {
        self.timeout
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{VirtualClock, WrongClock};

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn a_wait_that_does_not_count_moves_the_deadline() {
        let seconds = Duration::from_secs;
        for before in [0, 10] {
            let clock = VirtualClock::at_unix(0);
            let mut deadline = Deadline::new(&clock, MINUTE);
            clock.run(async {
                deadline.limit(clock.sleep(seconds(before))).await.unwrap();
                let remaining = deadline.remaining();
                clock.sleep(seconds(100)).await;
                deadline.restart(remaining);
                assert_eq!(deadline.remaining(), seconds(60 - before));
                assert_eq!(deadline.limit(clock.sleep(seconds(59 - before))).await, Some(()));
                assert!(!deadline.has_passed().await);
                assert_eq!(deadline.limit(clock.sleep(seconds(2))).await, None);
            });
            assert_eq!(clock.unix(), 160);
        }
    }

    #[test]
    fn all_steps_share_the_timeout() {
        let clock = VirtualClock::at_unix(0);
        let mut deadline = Deadline::new(&clock, MINUTE);
        clock.run(async {
            for remaining in [40, 20, 0] {
                assert_eq!(deadline.limit(clock.sleep(Duration::from_secs(20))).await, Some(()));
                assert_eq!(deadline.remaining(), Duration::from_secs(remaining));
            }
            for _ in 0..2 {
                assert_eq!(deadline.limit(clock.sleep(Duration::from_secs(1))).await, None);
            }
            assert_eq!(deadline.limit(async {}).await, Some(()), "this step does not wait");
        });
        assert_eq!(clock.unix(), 60);
    }

    #[test]
    fn a_step_with_its_own_timeout_leaves_the_rest_to_later_steps() {
        let clock = VirtualClock::at_unix(0);
        let seconds = Duration::from_secs;
        let (in_time, step, deadline) = (Ok(()), Err(Elapsed::Step), Err(Elapsed::Deadline));
        for (steps, ends_at) in [
            // The deadline is the same whether the first step is in time or not.
            (&[(15, 10, in_time), (15, 15, in_time), (15, 20, step), (40, 40, deadline)][..], 60),
            (&[(15, 20, step), (15, 14, in_time), (15, 20, step), (40, 40, deadline)], 60),
            // If a step's timeout is that of all steps, its own is reported, and no time remains.
            (&[(60, 61, step), (1, 1, deadline)], 60),
            (&[(90, 61, deadline), (1, 0, in_time)], 60),
            (&[(0, 1, step), (60, 59, in_time), (60, 2, deadline)], 60),
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
    fn a_step_without_its_own_timeout_has_all_remaining_time() {
        let clock = VirtualClock::at_unix(0);
        let mut deadline = Deadline::new(&clock, MINUTE);
        clock.run(async {
            assert_eq!(deadline.limit_step(Duration::from_secs(15), clock.sleep(Duration::from_secs(5))).await, Ok(()));
            assert_eq!(deadline.limit(clock.sleep(MINUTE)).await, None);
        });
        assert_eq!(clock.unix(), 60);
    }

    #[test]
    fn setting_the_clock_does_not_move_the_deadline() {
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
