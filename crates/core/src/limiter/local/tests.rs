//! Tests of acquiring permits, in virtual time.

#![cfg(feature = "testing")]

mod clock_changes;
mod dropped_tasks;
mod unpolled_waiters;

use std::cell::RefCell;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, UNIX_EPOCH};

use super::{Acquire, Issued, Limiter};
use crate::error::{Error, ErrorKind};
use crate::limiter::Outcome;
use crate::testing::VirtualClock;
use crate::time::{Clock, within};

const SECOND: Duration = Duration::from_secs(1);

/// A limiter whose callers all have the same limit.
struct Limited(Arc<Limiter>, u32);

impl Limited {
    fn acquire<'a>(&self, clock: &'a dyn Clock) -> Acquire<'a> {
        self.0.acquire(clock, self.1)
    }
}

/// A limiter of `limit` requests per second, and its clock.
fn limiter(limit: u32) -> (Limited, VirtualClock) {
    let clock = VirtualClock::at_unix(1_000);
    (Limited(Arc::new(Limiter::new(clock.now())), limit), clock)
}

/// Callers with the times at which they acquired a permit, since the limiter was created.
#[derive(Default)]
struct Log(RefCell<Vec<(usize, Duration)>>);

impl Log {
    /// A caller that acquires a permit, receives its response at once, and logs its name.
    async fn caller(&self, name: usize, limiter: &Limited, clock: &VirtualClock) {
        limiter.acquire(clock).await.record(Outcome::Finished);
        self.push(name, clock);
    }

    fn push(&self, name: usize, clock: &VirtualClock) {
        let since = clock.now().duration_since(UNIX_EPOCH + 1_000 * SECOND).unwrap();
        self.0.borrow_mut().push((name, since));
    }

    fn names(&self) -> Vec<usize> {
        self.0.borrow().iter().map(|(name, _)| *name).collect()
    }

    fn times(&self) -> Vec<Duration> {
        self.0.borrow().iter().map(|(_, time)| *time).collect()
    }
}

fn poll<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
}

/// A waker that records whether it was called.
struct FlagWaker(Arc<AtomicBool>, Waker);

impl FlagWaker {
    fn new() -> Self {
        struct Flag(Arc<AtomicBool>);

        impl Wake for Flag {
            fn wake(self: Arc<Self>) {
                self.0.store(true, Ordering::Relaxed);
            }
        }

        let flag = Arc::new(AtomicBool::new(false));
        Self(Arc::clone(&flag), Waker::from(Arc::new(Flag(flag))))
    }

    fn poll<F: Future + Unpin>(&self, future: &mut F) -> Poll<F::Output> {
        Pin::new(future).poll(&mut Context::from_waker(&self.1))
    }

    /// Whether it was called since the last time.
    fn was_woken(&self) -> bool {
        self.0.swap(false, Ordering::Relaxed)
    }
}

/// A queue whose first waiter waits only for time to pass. The limit has been used up.
fn queue<'a>(limiter: &Limited, clock: &'a VirtualClock, length: usize) -> Vec<Acquire<'a>> {
    use_up(limiter, clock);
    let mut queue: Vec<_> = (0..length).map(|_| limiter.acquire(clock)).collect();
    assert!(queue.iter_mut().all(|waiter| poll(waiter).is_pending()));
    queue
}

/// Takes the permits that are available without waiting.
fn use_up(limiter: &Limited, clock: &VirtualClock) {
    while let Poll::Ready(permit) = poll(&mut limiter.acquire(clock)) {
        permit.record(Outcome::Finished);
    }
}

/// Acquires permits one after the other, each with its response at once. Returns when, in
/// milliseconds since now.
fn permits_from_now(limiter: &Limited, clock: &VirtualClock, count: usize) -> Vec<u128> {
    let began = clock.now();
    let time_of_next = |_| {
        clock.run(limiter.acquire(clock)).record(Outcome::Finished);
        clock.now().duration_since(began).unwrap().as_millis()
    };
    (0..count).map(time_of_next).collect()
}

/// Numbers that look random, the same for each seed: Knuth's linear congruential generator of MMIX.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// Finds `limit + 1` times within one second, if there are any.
fn crowded(times: &[Duration], limit: u32) -> Option<&[Duration]> {
    let limit = limit as usize;
    times.windows(limit + 1).find(|window| window[limit] - window[0] < SECOND)
}

#[test]
fn permits_are_even_and_no_second_has_more_than_the_limit() {
    let (limiter, clock) = limiter(20);
    let log = Log::default();
    clock.run(async {
        for name in 0..200 {
            log.caller(name, &limiter, &clock).await;
        }
    });
    let times = log.times();
    assert!(times.windows(21).all(|window| window[20] - window[0] >= Duration::from_millis(1_002)));
    // A window of 1,002 ms for 20 permits is 50.1 ms for each.
    assert!(times.windows(2).skip(2).all(|pair| pair[1] - pair[0] >= Duration::from_micros(50_100)));
    // 200 permits are ten windows, the last of which ends with the 201st permit.
    assert!(times[199] < Duration::from_millis(10_020), "{:?}", times[199]);
}

#[test]
fn no_second_has_more_permits_than_the_limit_for_any_pattern_of_callers() {
    let mut random = Random(1);
    for pattern in 0..200 {
        let limit = u32::try_from(1 + random.below(40)).unwrap();
        // From a crowd to one by one, in groups of any size.
        let (group, pause) = (1 + random.below(u64::from(limit) * 3), random.below(3_000));
        let (limiter, clock) = limiter(limit);
        let log = Log::default();
        clock.run_all((0..100).map(|name| {
            let arrives = Duration::from_millis(name / group * pause + random.below(1 + pause));
            let (log, limiter, clock) = (&log, &limiter, &clock);
            async move {
                clock.sleep(arrives).await;
                log.caller(0, limiter, clock).await;
            }
        }));
        let times = log.times();
        assert_eq!((times.len(), crowded(&times, limit)), (100, None), "pattern {pattern}: {limit} per second");
    }
}

#[test]
fn no_second_has_more_arrivals_than_the_limit_for_any_transit_time() {
    let mut random = Random(1);
    for pattern in 0..100 {
        let limit = u32::try_from(1 + random.below(40)).unwrap();
        // The first requests open a connection.
        let (connecting, connections) = (random.below(300), random.below(20));
        // Half of the patterns have only the shortest and the longest times.
        let (min, spread, extremes) = (random.below(100), 1 + random.below(100), pattern % 2 == 0);
        let mut transit = || min + if extremes { spread * random.below(2) } else { random.below(1 + spread) };
        let (limiter, clock) = limiter(limit);
        let arrivals = RefCell::new(Vec::new());
        clock.run_all((0..200).map(|number| {
            let out = Duration::from_millis(transit() + if number < connections { connecting } else { 0 });
            let back = Duration::from_millis(transit());
            let (arrivals, limiter, clock) = (&arrivals, &limiter, &clock);
            async move {
                let permit = limiter.acquire(clock).await;
                clock.sleep(out).await;
                arrivals.borrow_mut().push(clock.now().duration_since(UNIX_EPOCH).unwrap());
                clock.sleep(back).await;
                permit.record(Outcome::Finished);
            }
        }));
        let arrivals = arrivals.into_inner();
        assert_eq!((arrivals.len(), crowded(&arrivals, limit)), (200, None), "pattern {pattern}: {limit} per second");
    }
}

#[test]
fn a_thousand_callers_acquire_permits_in_the_order_in_which_they_came() {
    let (limiter, clock) = limiter(20);
    let log = Log::default();
    let mut callers: Vec<_> = (0..1_000).map(|name| Box::pin(log.caller(name, &limiter, &clock))).collect();
    callers.retain_mut(|caller| poll(caller).is_pending());
    // From now on they are polled in another order than that of the queue.
    callers.reverse();
    clock.run_all(callers);
    assert_eq!(log.names(), (0..1_000).collect::<Vec<_>>());
    // A thousand permits are 50 windows.
    assert!(log.times()[999] <= Duration::from_millis(50_100), "{:?}", log.times()[999]);
}

#[test]
fn a_new_caller_does_not_overtake_a_waiter() {
    let (limiter, clock) = limiter(20);
    let mut queue = queue(&limiter, &clock, 1);
    clock.advance(SECOND);
    let mut late = limiter.acquire(&clock);
    assert!(poll(&mut late).is_pending());
    assert!(poll(&mut queue[0]).is_ready());
    assert!(poll(&mut late).is_ready());
}

#[test]
fn the_place_of_a_dropped_waiter_goes_to_the_next_at_any_position() {
    /// When the waiters that are left acquire their permits.
    fn times(length: usize, dropped: Option<usize>) -> Vec<Duration> {
        let (limiter, clock) = limiter(20);
        let mut queue = queue(&limiter, &clock, length);
        if let Some(dropped) = dropped {
            queue.remove(dropped);
        }
        let log = Log::default();
        for waiter in queue {
            clock.run(waiter).record(Outcome::Finished);
            log.push(0, &clock);
        }
        log.times()
    }

    let undisturbed = times(4, None);
    assert_eq!(undisturbed.len(), 4);
    for dropped in 0..5 {
        assert_eq!(times(5, Some(dropped)), undisturbed, "{dropped}");
    }
}

#[test]
fn the_next_waiter_is_woken_when_the_first_is_dropped() {
    let (limiter, clock) = limiter(1);
    let queue = queue(&limiter, &clock, 1);
    let (next, waker) = (&mut limiter.acquire(&clock), FlagWaker::new());
    assert!(waker.poll(next).is_pending());
    drop(queue);
    assert!(waker.was_woken(), "it has to watch the clock now");
    assert!(waker.poll(next).is_pending());
    clock.advance(Duration::from_millis(1_002));
    assert!(waker.was_woken() && waker.poll(next).is_ready());
}

#[test]
fn the_next_waiter_is_woken_when_the_first_has_its_permit() {
    let (limiter, clock) = limiter(1);
    let mut queue = queue(&limiter, &clock, 1);
    let (next, waker) = (&mut limiter.acquire(&clock), FlagWaker::new());
    assert!(waker.poll(next).is_pending());
    clock.advance(Duration::from_millis(1_002));
    assert!(!waker.was_woken(), "another waiter is first");
    assert!(poll(&mut queue[0]).is_ready());
    assert!(waker.was_woken());
}

#[test]
fn a_response_wakes_the_waiter_that_depends_on_it() {
    let (limiter, clock) = limiter(1);
    let permit = clock.run(limiter.acquire(&clock));
    let (next, waker) = (&mut limiter.acquire(&clock), FlagWaker::new());
    assert!(waker.poll(next).is_pending());
    clock.advance(Duration::from_millis(50));
    permit.record(Outcome::Finished);
    assert!(waker.was_woken(), "it would have waited for 1,502 ms");
    assert!(waker.poll(next).is_pending());
    clock.advance(Duration::from_millis(1_002));
    assert!(waker.was_woken() && waker.poll(next).is_ready());
}

#[test]
fn a_caller_whose_deadline_passes_leaves_the_queue() {
    let (limiter, clock) = limiter(1);
    let log = Log::default();
    use_up(&limiter, &clock);
    let impatient = async {
        let permit = within(&clock, Duration::from_millis(300), limiter.acquire(&clock)).await;
        assert!(permit.is_none());
    };
    let callers: [Pin<Box<dyn Future<Output = ()>>>; 2] =
        [Box::pin(impatient), Box::pin(log.caller(1, &limiter, &clock))];
    clock.run_all(callers);
    assert_eq!(log.0.into_inner(), [(1, Duration::from_millis(1_002))]);
}

#[test]
fn a_throttled_response_makes_the_next_permits_wait_longer() {
    let (limiter, clock) = limiter(20);
    let gap = |throttled: bool| {
        clock.advance(60 * SECOND);
        use_up(&limiter, &clock);
        let permit = clock.run(limiter.acquire(&clock));
        if throttled {
            permit.record(Outcome::Throttled { retry_after: None });
        } else {
            permit.record(Outcome::Finished);
        }
        let before = clock.now();
        clock.run(limiter.acquire(&clock)).record(Outcome::Finished);
        clock.now().duration_since(before).unwrap().as_millis()
    };
    assert_eq!(gap(false), 50);
    assert_eq!(gap(true), 57);
    assert_eq!(gap(false), 50, "the full rate after a quiet minute");
}

#[test]
fn an_abandoned_request_may_still_arrive_and_one_without_a_connection_cannot() {
    fn of(kind: Option<ErrorKind>) -> Outcome {
        let error = kind.map(|kind| Error::new(kind, "example"));
        Outcome::of_attempt(error.as_ref())
    }

    let next_after = |end: fn(Issued<'_>)| {
        let (limiter, clock) = limiter(1);
        let permit = clock.run(limiter.acquire(&clock));
        clock.advance(Duration::from_millis(10));
        end(permit);
        10 + permits_from_now(&limiter, &clock, 1)[0]
    };
    assert_eq!(next_after(|permit| drop(permit)), 1_502);
    assert_eq!(next_after(|permit| permit.record(of(Some(ErrorKind::Interrupted)))), 1_502);
    assert_eq!(next_after(|permit| permit.record(of(Some(ErrorKind::Connect)))), 1_012);
    assert_eq!(next_after(|permit| permit.record(of(None))), 1_012);
}

#[test]
fn each_caller_keeps_its_own_limit_and_counts_the_requests_of_all() {
    let clock = VirtualClock::at_unix(1_000);
    let limiter = Arc::new(Limiter::new(clock.now()));
    let began = clock.now();
    let time_after = |limit: u32, permits: u32| -> u128 {
        (0..permits).for_each(|_| clock.run(limiter.acquire(&clock, limit)).record(Outcome::Finished));
        clock.now().duration_since(began).unwrap().as_millis()
    };
    assert_eq!(time_after(10, 3), 200);
    assert_eq!(time_after(20, 7), 551, "seven more at twice the rate");
    assert_eq!(time_after(2, 1), 1_503, "only the latest of them may still count");
    assert_eq!(time_after(20, 3), 1_553, "it was late, so two may catch up");
    assert_eq!(time_after(0, 1), 2_555, "a limit of 0 is treated as 1");
}

#[test]
fn without_a_response_a_request_counts_for_half_a_second_longer() {
    let (limiter, clock) = limiter(1);
    clock.run(limiter.acquire(&clock)).record(Outcome::Finished);
    let unfinished = clock.run(limiter.acquire(&clock));
    let began = clock.now();
    let next = async {
        limiter.acquire(&clock).await.record(Outcome::Finished);
        clock.now().duration_since(began).unwrap().as_millis()
    };
    let late_response = async {
        clock.sleep(Duration::from_millis(1_205)).await;
        unfinished.record(Outcome::Finished);
        0
    };
    let futures: [Pin<Box<dyn Future<Output = u128>>>; 2] = [Box::pin(next), Box::pin(late_response)];
    assert_eq!(clock.run_all(futures), [1_502, 0]);
}
