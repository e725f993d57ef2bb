//! Waiting for turns, in virtual time.

#![cfg(feature = "testing")]

mod clocks;
mod held;

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, UNIX_EPOCH};

use super::{Limiter, Turn, Wait};
use crate::error::{Error, ErrorKind};
use crate::testing::VirtualClock;
use crate::time::Clock;
use crate::time::within;

const SECOND: Duration = Duration::from_secs(1);

/// A limiter that all ask for the same number of requests.
struct Limited(Arc<Limiter>, u32);

impl Limited {
    fn wait<'a>(&self, clock: &'a dyn Clock) -> Wait<'a> {
        self.0.wait(clock, self.1)
    }
}

/// A limiter of so many requests a second, and its clock.
fn limiter(requests: u32) -> (Limited, VirtualClock) {
    let clock = VirtualClock::at_unix(1_000);
    (Limited(Arc::new(Limiter::new(clock.now())), requests), clock)
}

/// When turns were had, since the limiter began.
#[derive(Default)]
struct Log(RefCell<Vec<(usize, Duration)>>);

impl Log {
    /// A caller that waits for a turn, is answered at once, and leaves its name.
    async fn caller(&self, name: usize, limiter: &Limited, clock: &VirtualClock) {
        limiter.wait(clock).await.answered();
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

/// Runs all of them at once, in any order; those that are dropped on the way count as done.
async fn all<'a>(mut callers: Vec<Option<Pin<Box<dyn Future<Output = ()> + 'a>>>>) {
    poll_fn(|context| {
        // Backwards, so that the order of the queue is not that of the polls.
        for caller in callers.iter_mut().rev() {
            if caller.as_mut().is_some_and(|caller| caller.as_mut().poll(context).is_ready()) {
                *caller = None;
            }
        }
        if callers.iter().all(Option::is_none) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

fn poll<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
}

/// A waker that tells whether it was used.
struct Bell(Arc<AtomicBool>, Waker);

impl Bell {
    fn new() -> Self {
        struct Clapper(Arc<AtomicBool>);

        impl Wake for Clapper {
            fn wake(self: Arc<Self>) {
                self.0.store(true, Ordering::Relaxed);
            }
        }

        let rang = Arc::new(AtomicBool::new(false));
        Self(Arc::clone(&rang), Waker::from(Arc::new(Clapper(rang))))
    }

    fn poll<F: Future + Unpin>(&self, future: &mut F) -> Poll<F::Output> {
        Pin::new(future).poll(&mut Context::from_waker(&self.1))
    }

    fn rang(&self) -> bool {
        self.0.swap(false, Ordering::Relaxed)
    }
}

/// So many who wait, the first one having nothing to wait for but the clock.
fn queue<'a>(limiter: &Limited, clock: &'a VirtualClock, length: usize) -> Vec<Wait<'a>> {
    use_up(limiter, clock);
    let mut queue: Vec<_> = (0..length).map(|_| limiter.wait(clock)).collect();
    assert!(queue.iter_mut().all(|wait| poll(wait).is_pending()));
    queue
}

/// Takes the turns that need not be waited for.
fn use_up(limiter: &Limited, clock: &VirtualClock) {
    while let Poll::Ready(turn) = poll(&mut limiter.wait(clock)) {
        turn.answered();
    }
}

/// When so many turns were had, in milliseconds since now, if each is answered at once.
fn turns_from_now(limiter: &Limited, clock: &VirtualClock, turns: usize) -> Vec<u128> {
    let began = clock.now();
    let turn = |_| {
        clock.run(limiter.wait(clock)).answered();
        clock.now().duration_since(began).unwrap().as_millis()
    };
    (0..turns).map(turn).collect()
}

#[test]
fn turns_are_even_and_no_second_holds_more_than_the_limit() {
    let (limiter, clock) = limiter(20);
    let log = Log::default();
    clock.run(async {
        for name in 0..200 {
            log.caller(name, &limiter, &clock).await;
        }
    });
    let times = log.times();
    assert!(times.windows(21).all(|window| window[20] - window[0] >= Duration::from_millis(1_002)));
    assert!(times.windows(2).skip(2).all(|pair| pair[1] - pair[0] >= Duration::from_millis(48)));
    // 200 turns are ten windows, the last of which ends with the 201st turn.
    assert!(times[199] < Duration::from_millis(10_050), "{:?}", times[199]);
}

#[test]
fn no_second_holds_more_than_the_limit_however_callers_arrive() {
    let mut chance: u64 = 1;
    let mut next = |below: u64| {
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (chance >> 33) % below
    };
    for pattern in 0..200 {
        let requests = u32::try_from(1 + next(40)).unwrap();
        // From crowds to trickles, in groups of any size.
        let (group, pause) = (1 + next(u64::from(requests) * 3), next(3_000));
        let (limiter, clock) = limiter(requests);
        let log = Log::default();
        clock.run(async {
            let callers = (0..100).map(|name| {
                let arrives = Duration::from_millis(name / group * pause + next(1 + pause));
                let (log, limiter, clock) = (&log, &limiter, &clock);
                let caller = async move {
                    clock.sleep(arrives).await;
                    log.caller(0, limiter, clock).await;
                };
                Some(Box::pin(caller) as Pin<Box<dyn Future<Output = ()>>>)
            });
            all(callers.collect()).await;
        });
        let (times, limit) = (log.times(), requests as usize);
        let crowded = times.windows(limit + 1).find(|window| window[limit] - window[0] < SECOND);
        assert_eq!((times.len(), crowded), (100, None), "pattern {pattern}: {requests} a second");
    }
}

#[test]
fn a_thousand_callers_get_their_turns_in_the_order_they_came() {
    let (limiter, clock) = limiter(20);
    let log = Log::default();
    let mut callers: Vec<_> = (0..1_000)
        .map(|name| Some(Box::pin(log.caller(name, &limiter, &clock)) as Pin<Box<dyn Future<Output = ()>>>))
        .collect();
    for waiting in &mut callers {
        if waiting.as_mut().is_some_and(|caller| poll(caller).is_ready()) {
            *waiting = None;
        }
    }
    clock.run(all(callers));
    assert_eq!(log.names(), (0..1_000).collect::<Vec<_>>());
    assert!(log.times()[999] <= Duration::from_millis(50_250), "{:?}", log.times()[999]);
}

#[test]
fn nobody_overtakes_those_who_wait() {
    let (limiter, clock) = limiter(20);
    let mut queue = queue(&limiter, &clock, 1);
    clock.advance(SECOND);
    let mut late = limiter.wait(&clock);
    assert!(poll(&mut late).is_pending());
    assert!(poll(&mut queue[0]).is_ready());
    assert!(poll(&mut late).is_ready());
}

#[test]
fn whoever_is_dropped_gives_the_turn_to_the_next_wherever_it_stood() {
    /// When those who are left of a queue get their turns.
    fn served(length: usize, dropped: Option<usize>) -> Vec<Duration> {
        let (limiter, clock) = limiter(20);
        let mut queue = queue(&limiter, &clock, length);
        if let Some(dropped) = dropped {
            queue.remove(dropped);
        }
        let log = Log::default();
        for wait in queue {
            clock.run(wait).answered();
            log.push(0, &clock);
        }
        log.times()
    }

    let undisturbed = served(4, None);
    assert_eq!(undisturbed.len(), 4);
    for dropped in 0..5 {
        assert_eq!(served(5, Some(dropped)), undisturbed, "{dropped}");
    }
}

#[test]
fn the_next_is_woken_when_the_first_is_dropped() {
    let (limiter, clock) = limiter(1);
    let queue = queue(&limiter, &clock, 1);
    let (next, bell) = (&mut limiter.wait(&clock), Bell::new());
    assert!(bell.poll(next).is_pending());
    drop(queue);
    assert!(bell.rang(), "it has to watch the clock now");
    assert!(bell.poll(next).is_pending());
    clock.advance(Duration::from_millis(1_002));
    assert!(bell.rang() && bell.poll(next).is_ready());
}

#[test]
fn the_next_is_woken_when_the_first_has_its_turn() {
    let (limiter, clock) = limiter(1);
    let mut queue = queue(&limiter, &clock, 1);
    let (next, bell) = (&mut limiter.wait(&clock), Bell::new());
    assert!(bell.poll(next).is_pending());
    clock.advance(Duration::from_millis(1_002));
    assert!(!bell.rang(), "it is not its turn");
    assert!(poll(&mut queue[0]).is_ready());
    assert!(bell.rang());
}

#[test]
fn an_answer_wakes_who_waited_for_it() {
    let (limiter, clock) = limiter(1);
    let turn = clock.run(limiter.wait(&clock));
    let (next, bell) = (&mut limiter.wait(&clock), Bell::new());
    assert!(bell.poll(next).is_pending());
    clock.advance(Duration::from_millis(50));
    turn.answered();
    assert!(bell.rang(), "it would have waited for 1,502 ms");
    assert!(bell.poll(next).is_pending());
    clock.advance(Duration::from_millis(1_002));
    assert!(bell.rang() && bell.poll(next).is_ready());
}

#[test]
fn a_caller_whose_deadline_passes_leaves_the_queue() {
    let (limiter, clock) = limiter(1);
    let log = Log::default();
    use_up(&limiter, &clock);
    clock.run(async {
        let impatient = async {
            let turn = within(&clock, Duration::from_millis(300), limiter.wait(&clock)).await;
            assert!(turn.is_none());
        };
        all(vec![Some(Box::pin(log.caller(1, &limiter, &clock))), Some(Box::pin(impatient))]).await;
    });
    assert_eq!(log.0.into_inner(), [(1, Duration::from_millis(1_002))]);
}

#[test]
fn a_throttled_answer_makes_the_next_turns_wait_longer() {
    let (limiter, clock) = limiter(20);
    let gap = |throttled: bool| {
        clock.advance(60 * SECOND);
        use_up(&limiter, &clock);
        let turn = clock.run(limiter.wait(&clock));
        if throttled {
            turn.throttled();
        } else {
            turn.answered();
        }
        let before = clock.now();
        clock.run(limiter.wait(&clock)).answered();
        clock.now().duration_since(before).unwrap().as_millis()
    };
    assert_eq!(gap(false), 50);
    assert_eq!(gap(true), 57);
    assert_eq!(gap(false), 50, "back after a quiet minute");
}

#[test]
fn a_request_that_is_given_up_may_still_arrive_and_one_without_connection_may_not() {
    let wait_after = |end: fn(Turn<'_>)| {
        let (limiter, clock) = limiter(1);
        let turn = clock.run(limiter.wait(&clock));
        clock.advance(Duration::from_millis(10));
        end(turn);
        10 + turns_from_now(&limiter, &clock, 1)[0]
    };
    assert_eq!(wait_after(|turn| drop(turn)), 1_502);
    assert_eq!(wait_after(|turn| turn.came_to(Some(&Error::new(ErrorKind::Interrupted, "example")))), 1_502);
    assert_eq!(wait_after(|turn| turn.came_to(Some(&Error::new(ErrorKind::Connect, "example")))), 1_012);
    assert_eq!(wait_after(|turn| turn.came_to(None)), 1_012);
}

#[test]
fn each_caller_keeps_to_its_own_number_and_counts_the_others() {
    let clock = VirtualClock::at_unix(1_000);
    let limiter = Arc::new(Limiter::new(clock.now()));
    let began = clock.now();
    let turns = |requests: u32, times: u32| -> u128 {
        (0..times).for_each(|_| clock.run(limiter.wait(&clock, requests)).answered());
        clock.now().duration_since(began).unwrap().as_millis()
    };
    assert_eq!(turns(10, 3), 200);
    assert_eq!(turns(20, 7), 551, "seven more at twice the rate");
    assert_eq!(turns(2, 1), 1_503, "there may be one other, the last");
    assert_eq!(turns(20, 3), 1_553, "it was late, so two may catch up");
    assert_eq!(turns(0, 1), 2_555, "of nothing, there is one");
}

#[test]
fn a_turn_without_an_answer_counts_until_it_is_over() {
    let (limiter, clock) = limiter(1);
    let quick = clock.run(limiter.wait(&clock));
    quick.answered();
    let hangs = clock.run(limiter.wait(&clock));
    let began = clock.now();
    let since = || clock.now().duration_since(began).unwrap().as_millis();
    let log = RefCell::new(Vec::new());
    clock.run(async {
        let next = async {
            limiter.wait(&clock).await.answered();
            log.borrow_mut().push(since());
        };
        let over = async {
            clock.sleep(Duration::from_millis(1_205)).await;
            hangs.answered();
        };
        all(vec![Some(Box::pin(next)), Some(Box::pin(over))]).await;
    });
    // The first moment at which half a second is the least that it can be late.
    assert_eq!(log.into_inner(), [1_502]);
}
