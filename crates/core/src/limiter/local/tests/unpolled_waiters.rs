//! Tests with waiters that are neither polled nor dropped for some time.

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::*;

/// The waiters of one limiter. Each is polled when it joins and when it is woken, and only then. A
/// paused waiter is not polled at all.
struct Crowd<'a> {
    limiter: &'a Limited,
    clock: &'a VirtualClock,
    waiters: BTreeMap<usize, Waiter<'a>>,
    /// Names of the waiters to poll.
    woken: Arc<Mutex<Vec<usize>>>,
    /// Which waiter acquired its permit, and how many milliseconds after the beginning. Each
    /// response is received at once.
    log: Vec<(usize, u64)>,
    joined: usize,
    polls: usize,
    time: u64,
    random: Random,
}

struct Waiter<'a> {
    acquire: Acquire<'a>,
    waker: Waker,
    paused: bool,
}

struct Alarm(usize, Arc<Mutex<Vec<usize>>>);

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.1.lock().unwrap().push(self.0);
    }
}

impl<'a> Crowd<'a> {
    /// Waiters that join one after the other when no permit is available. The given ones are then
    /// paused.
    fn new(limiter: &'a Limited, clock: &'a VirtualClock, length: usize, paused: &[usize]) -> Self {
        use_up(limiter, clock);
        let (waiters, woken, log, random) = (BTreeMap::new(), Arc::default(), Vec::new(), Random(1));
        let mut crowd = Self { limiter, clock, waiters, woken, log, joined: 0, polls: 0, time: 0, random };
        (0..length).for_each(|_| crowd.join());
        paused.iter().for_each(|name| crowd.pause(*name));
        crowd
    }

    fn join(&mut self) {
        self.join_as(self.limiter.acquire(self.clock));
    }

    fn join_as(&mut self, acquire: Acquire<'a>) {
        let waker = Waker::from(Arc::new(Alarm(self.joined, Arc::clone(&self.woken))));
        waker.wake_by_ref();
        self.waiters.insert(self.joined, Waiter { acquire, waker, paused: false });
        self.joined += 1;
        self.settle();
    }

    fn pause(&mut self, name: usize) {
        self.waiters.get_mut(&name).unwrap().paused = true;
    }

    fn resume(&mut self, name: usize) {
        let waiter = self.waiters.get_mut(&name).unwrap();
        waiter.paused = false;
        waiter.waker.wake_by_ref();
        self.settle();
    }

    fn drop(&mut self, name: usize) {
        self.waiters.remove(&name).unwrap();
        self.settle();
    }

    /// Polls the woken waiters, in random order, until none is woken any more.
    fn settle(&mut self) {
        while let Some(name) = self.next_woken() {
            let Some(Waiter { acquire, waker, paused: false }) = self.waiters.get_mut(&name) else { continue };
            self.polls += 1;
            if let Poll::Ready(permit) = Pin::new(acquire).poll(&mut Context::from_waker(waker)) {
                self.log.push((name, self.time));
                self.waiters.remove(&name);
                permit.record(Outcome::Finished);
            }
        }
    }

    fn next_woken(&mut self) -> Option<usize> {
        let woken = Arc::clone(&self.woken);
        let mut woken = woken.lock().unwrap();
        let length = woken.len();
        (length > 0).then(|| woken.swap_remove(self.below(length)))
    }

    fn pass(&mut self, milliseconds: u64) {
        for _ in 0..milliseconds {
            self.clock.advance(Duration::from_millis(1));
            self.time += 1;
            self.settle();
        }
    }

    /// Lets time pass, and returns which waiters acquired their permits, and when.
    fn log_after(mut self, milliseconds: u64) -> Vec<(usize, u64)> {
        self.pass(milliseconds);
        self.log
    }

    fn paused(&self) -> usize {
        self.waiters.values().filter(|waiter| waiter.paused).count()
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.random.below(end as u64)).unwrap()
    }
}

#[test]
fn a_paused_waiter_delays_those_after_it_by_the_grace_period_once() {
    let log = |paused: &[usize]| {
        let (limiter, clock) = limiter(1);
        Crowd::new(&limiter, &clock, 4, paused).log_after(10_000)
    };
    assert_eq!(log(&[]), [(0, 1_002), (1, 2_004), (2, 3_006), (3, 4_008)]);
    assert_eq!(log(&[0]), [(1, 1_102), (2, 2_104), (3, 3_106)]);
    assert_eq!(log(&[1]), [(0, 1_002), (2, 2_104), (3, 3_106)]);
    assert_eq!(log(&[2]), [(0, 1_002), (1, 2_004), (3, 3_006)]);
    assert_eq!(log(&[3]), [(0, 1_002), (1, 2_004), (2, 3_006)]);
}

#[test]
fn each_of_several_paused_waiters_delays_the_others_by_the_grace_period_once() {
    let log = |paused: &[usize]| {
        let (limiter, clock) = limiter(1);
        Crowd::new(&limiter, &clock, 6, paused).log_after(10_000)
    };
    assert_eq!(log(&[0, 1, 2, 3]), [(4, 1_402), (5, 2_404)]);
    assert_eq!(log(&[0, 2, 4]), [(1, 1_102), (3, 2_204), (5, 3_206)]);
    assert_eq!(log(&[0, 1, 2, 3, 4]), [(5, 1_502)]);
}

#[test]
fn a_crowd_after_a_paused_waiter_reaches_the_full_rate() {
    for (limit, paused, grace) in [(20, 1, 51), (20, 8, 51), (1_002, 1, 1), (1_002, 20, 1)] {
        let last = |first_paused: usize| {
            let (limiter, clock) = limiter(limit);
            let paused: Vec<_> = (first_paused..first_paused + paused).collect();
            *Crowd::new(&limiter, &clock, 400 + paused.len(), &paused).log_after(21_000).last().unwrap()
        };
        let (_, undisturbed) = last(400);
        for first_paused in [0, 1, 200] {
            let (name, time) = last(first_paused);
            assert_eq!(name, 399 + paused);
            assert!(time <= undisturbed + grace * paused as u64, "{limit} per second, from {first_paused}: {time}");
        }
    }
}

#[test]
fn a_waiter_that_is_polled_again_goes_first_and_the_others_keep_their_order() {
    let (limiter, clock) = limiter(1);
    let mut crowd = Crowd::new(&limiter, &clock, 5, &[0, 1]);
    crowd.pass(1_500);
    crowd.resume(1);
    crowd.pass(100);
    crowd.resume(0);
    assert_eq!(crowd.log_after(10_000), [(2, 1_202), (0, 2_204), (1, 3_206), (3, 4_208), (4, 5_210)]);
}

#[test]
fn a_waiter_that_is_polled_again_takes_an_available_permit_at_once() {
    let (limiter, clock) = limiter(1);
    let mut crowd = Crowd::new(&limiter, &clock, 2, &[0]);
    crowd.pass(5_000);
    crowd.resume(0);
    assert_eq!(crowd.log_after(0), [(1, 1_102), (0, 5_000)]);
}

#[test]
fn a_waiter_that_is_paused_again_delays_the_others_by_the_grace_period_again() {
    let (limiter, clock) = limiter(1);
    let mut crowd = Crowd::new(&limiter, &clock, 4, &[0]);
    crowd.pass(1_500);
    crowd.resume(0);
    crowd.pause(0);
    assert_eq!(crowd.log_after(10_000), [(1, 1_102), (2, 2_204), (3, 3_206)]);
}

#[test]
fn the_others_do_not_wait_for_a_paused_waiter_that_is_dropped() {
    let log = |dropped_at: u64| {
        let (limiter, clock) = limiter(1);
        let mut crowd = Crowd::new(&limiter, &clock, 3, &[0]);
        crowd.pass(dropped_at);
        crowd.drop(0);
        crowd.log_after(5_000)
    };
    assert_eq!(log(500), [(1, 1_002), (2, 2_004)]);
    assert_eq!(log(1_050), [(1, 1_050), (2, 2_052)], "during the grace period");
    assert_eq!(log(1_500), [(1, 1_102), (2, 2_104)], "after it was skipped");
}

#[test]
fn a_waiter_that_moves_up_waits_for_a_paused_one_by_the_grace_period_and_no_longer() {
    for dropped in [0, 1] {
        let (limiter, clock) = limiter(1);
        let mut crowd = Crowd::new(&limiter, &clock, 4, &[1 - dropped]);
        crowd.drop(dropped);
        assert_eq!(crowd.log_after(5_000), [(2, 1_102), (3, 2_104)]);
    }
}

#[test]
fn a_response_that_opens_the_window_sooner_wakes_the_second_waiter_too() {
    let (limiter, clock) = limiter(1);
    let permit = clock.run(limiter.acquire(&clock));
    let mut crowd = Crowd::new(&limiter, &clock, 2, &[0]);
    crowd.pass(50);
    permit.record(Outcome::Finished);
    assert_eq!(crowd.log_after(5_000), [(1, 1_152)], "it would have waited until 1,602");
}

#[test]
fn waiters_that_join_late_extend_those_ahead_of_them_once() {
    let (limiter, clock) = limiter(1);
    let mut crowd = Crowd::new(&limiter, &clock, 1, &[0]);
    crowd.pass(5_000);
    // The first waiter may be overdue because the thread was busy until now.
    crowd.join();
    crowd.pass(60);
    crowd.drop(1);
    crowd.join();
    crowd.pass(39);
    assert_eq!(crowd.log, [], "the overdue waiter was extended");
    crowd.pass(61);
    crowd.join();
    assert_eq!(crowd.log_after(5_000), [(2, 5_100), (3, 6_102)]);
}

#[test]
fn a_waiter_with_a_lower_limit_is_waited_for() {
    let log = |paused: &[usize]| {
        let (lower, clock) = limiter(1);
        let higher = Limited(Arc::clone(&lower.0), 20);
        let mut crowd = Crowd::new(&lower, &clock, 1, paused);
        crowd.join_as(higher.acquire(&clock));
        crowd.join_as(higher.acquire(&clock));
        crowd.log_after(1_500)
    };
    assert_eq!(log(&[]), [(0, 1_002), (1, 1_053), (2, 1_103)], "the first needs a window without other requests");
    assert_eq!(log(&[0]), [(1, 1_053), (2, 1_053)], "the grace period, by which they were late");
}

#[test]
fn few_waiters_check_at_a_time_however_many_there_are() {
    // Two are woken for each permit and two for each response, which are the same here. The others
    // check when they move up. If permits are rare, each also checks after one grace period for
    // every waiter ahead of it. The bounds are the numbers that were measured.
    for (limit, paused, max) in [(20, 0, 5.0), (20, 3, 5.0), (334, 0, 5.0), (1, 0, 27.0), (1, 3, 27.0)] {
        let (limiter, clock) = limiter(limit);
        let mut crowd = Crowd::new(&limiter, &clock, 1_000, &(0..paused).collect::<Vec<_>>());
        crowd.polls = 0;
        crowd.pass(10 * 1_002 / u64::from(limit));
        let checks = crowd.polls as f64 / crowd.log.len() as f64;
        assert!(checks <= max, "{limit} per second, {paused} paused: {checks} checks per permit");
    }
}

#[test]
fn no_waiter_is_forgotten_and_no_second_has_more_than_the_limit_for_any_sequence_of_events() {
    for seed in 0..100 {
        let limit = [2, 6, 20, 167, 501][seed as usize % 5];
        let (interval, may_be_dropped) = (1_002 / u64::from(limit), seed % 2 == 0);
        let (limiter, clock) = limiter(limit);
        let mut crowd = Crowd::new(&limiter, &clock, 0, &[]);
        crowd.random = Random(seed);
        let mut dropped = 0;
        for _ in 0..200 {
            // A quarter of an interval on average, and nothing half of the time.
            let pause = crowd.below(2 * interval as usize) as u64;
            crowd.pass(pause.saturating_sub(interval));
            let name = crowd.below(crowd.joined + 1);
            match (crowd.below(8), crowd.waiters.get(&name).map(|waiter| waiter.paused)) {
                (0..3, _) => crowd.join(),
                (3..5, Some(false)) => crowd.pause(name),
                (5..7, Some(true)) => crowd.resume(name),
                (7, Some(_)) if may_be_dropped => {
                    crowd.drop(name);
                    dropped += 1;
                }
                _ => {}
            }
        }
        // An interval for each waiter, and the grace period for each that took no permit. Those
        // that were dropped counted when the others last checked.
        let paused = crowd.paused();
        let intervals = (crowd.waiters.len() - paused + 1) as u64 * (interval + 1);
        crowd.pass(intervals + (paused + dropped) as u64 * (interval.min(100) + 1));
        assert_eq!(crowd.waiters.len(), paused, "seed {seed}");
        let times: Vec<_> = crowd.log.iter().map(|(_, time)| Duration::from_millis(*time)).collect();
        assert_eq!(crowded(&times, limit), None, "seed {seed}");
    }
}
