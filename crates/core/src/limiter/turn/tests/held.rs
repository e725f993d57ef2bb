//! Waiting behind futures that are neither polled nor dropped, in virtual time.

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::*;

/// Those who wait for the turns of one limiter. Each is polled when it comes and when it is woken, and only then, and not
/// at all while it is held.
struct Crowd<'a> {
    limiter: &'a Limited,
    clock: &'a VirtualClock,
    waiting: BTreeMap<usize, Waiter<'a>>,
    /// Who is to be polled.
    woken: Arc<Mutex<Vec<usize>>>,
    /// Who had its turn, and how many milliseconds after the beginning. Each is answered at once.
    log: Vec<(usize, u64)>,
    came: usize,
    polls: usize,
    time: u64,
    chance: u64,
}

struct Waiter<'a> {
    wait: Wait<'a>,
    waker: Waker,
    held: bool,
}

struct Alarm(usize, Arc<Mutex<Vec<usize>>>);

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.1.lock().unwrap().push(self.0);
    }
}

impl<'a> Crowd<'a> {
    /// So many who come one after the other when there is no room, and those of them that are held from then on.
    fn new(limiter: &'a Limited, clock: &'a VirtualClock, length: usize, held: &[usize]) -> Self {
        use_up(limiter, clock);
        let (waiting, woken, log) = (BTreeMap::new(), Arc::default(), Vec::new());
        let mut crowd = Self { limiter, clock, waiting, woken, log, came: 0, polls: 0, time: 0, chance: 1 };
        (0..length).for_each(|_| crowd.comes());
        held.iter().for_each(|name| crowd.hold(*name));
        crowd
    }

    fn comes(&mut self) {
        self.joins(self.limiter.wait(self.clock));
    }

    fn joins(&mut self, wait: Wait<'a>) {
        let waker = Waker::from(Arc::new(Alarm(self.came, Arc::clone(&self.woken))));
        waker.wake_by_ref();
        self.waiting.insert(self.came, Waiter { wait, waker, held: false });
        self.came += 1;
        self.settle();
    }

    fn hold(&mut self, name: usize) {
        self.waiting.get_mut(&name).unwrap().held = true;
    }

    fn poll_again(&mut self, name: usize) {
        let waiter = self.waiting.get_mut(&name).unwrap();
        waiter.held = false;
        waiter.waker.wake_by_ref();
        self.settle();
    }

    fn drop(&mut self, name: usize) {
        self.waiting.remove(&name).unwrap();
        self.settle();
    }

    /// Polls those who were woken, in any order, until nobody is.
    fn settle(&mut self) {
        while let Some(name) = self.next_woken() {
            let Some(Waiter { wait, waker, held: false }) = self.waiting.get_mut(&name) else { continue };
            self.polls += 1;
            if let Poll::Ready(turn) = Pin::new(wait).poll(&mut Context::from_waker(waker)) {
                self.log.push((name, self.time));
                self.waiting.remove(&name);
                turn.answered();
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

    /// Lets so much time pass, and returns who had its turn, and when.
    fn log_after(mut self, milliseconds: u64) -> Vec<(usize, u64)> {
        self.pass(milliseconds);
        self.log
    }

    fn held(&self) -> usize {
        self.waiting.values().filter(|waiter| waiter.held).count()
    }

    fn below(&mut self, end: usize) -> usize {
        self.chance = self.chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.chance >> 33).unwrap() % end
    }
}

#[test]
fn one_that_is_held_holds_up_those_behind_it_by_a_grace_in_all() {
    let log = |held: &[usize]| {
        let (limiter, clock) = limiter(1);
        Crowd::new(&limiter, &clock, 4, held).log_after(10_000)
    };
    assert_eq!(log(&[]), [(0, 1_002), (1, 2_004), (2, 3_006), (3, 4_008)]);
    assert_eq!(log(&[0]), [(1, 1_102), (2, 2_104), (3, 3_106)]);
    assert_eq!(log(&[1]), [(0, 1_002), (2, 2_104), (3, 3_106)]);
    assert_eq!(log(&[2]), [(0, 1_002), (1, 2_004), (3, 3_006)]);
    assert_eq!(log(&[3]), [(0, 1_002), (1, 2_004), (2, 3_006)]);
}

#[test]
fn each_of_several_that_are_held_holds_up_the_others_by_one_grace() {
    let log = |held: &[usize]| {
        let (limiter, clock) = limiter(1);
        Crowd::new(&limiter, &clock, 6, held).log_after(10_000)
    };
    assert_eq!(log(&[0, 1, 2, 3]), [(4, 1_402), (5, 2_404)]);
    assert_eq!(log(&[0, 2, 4]), [(1, 1_102), (3, 2_204), (5, 3_206)]);
    assert_eq!(log(&[0, 1, 2, 3, 4]), [(5, 1_502)]);
}

#[test]
fn a_crowd_behind_one_that_is_held_gets_the_full_rate() {
    for (requests, held, grace) in [(20, 1, 51), (20, 8, 51), (1_002, 1, 1), (1_002, 20, 1)] {
        let last = |first_held: usize| {
            let (limiter, clock) = limiter(requests);
            let held: Vec<_> = (first_held..first_held + held).collect();
            *Crowd::new(&limiter, &clock, 400 + held.len(), &held).log_after(21_000).last().unwrap()
        };
        let (_, undisturbed) = last(400);
        for first_held in [0, 1, 200] {
            let (name, time) = last(first_held);
            assert_eq!(name, 399 + held);
            assert!(time <= undisturbed + grace * held as u64, "{requests} a second, held from {first_held}: {time}");
        }
    }
}

#[test]
fn one_that_is_polled_again_has_the_next_turn_and_the_others_keep_their_order() {
    let (limiter, clock) = limiter(1);
    let mut crowd = Crowd::new(&limiter, &clock, 5, &[0, 1]);
    crowd.pass(1_500);
    crowd.poll_again(1);
    crowd.pass(100);
    crowd.poll_again(0);
    assert_eq!(crowd.log_after(10_000), [(2, 1_202), (0, 2_204), (1, 3_206), (3, 4_208), (4, 5_210)]);
}

#[test]
fn one_that_is_polled_again_when_there_is_room_has_its_turn_at_once() {
    let (limiter, clock) = limiter(1);
    let mut crowd = Crowd::new(&limiter, &clock, 2, &[0]);
    crowd.pass(5_000);
    crowd.poll_again(0);
    assert_eq!(crowd.log_after(0), [(1, 1_102), (0, 5_000)]);
}

#[test]
fn one_that_is_held_again_holds_up_the_others_again_by_a_grace() {
    let (limiter, clock) = limiter(1);
    let mut crowd = Crowd::new(&limiter, &clock, 4, &[0]);
    crowd.pass(1_500);
    crowd.poll_again(0);
    crowd.hold(0);
    assert_eq!(crowd.log_after(10_000), [(1, 1_102), (2, 2_204), (3, 3_206)]);
}

#[test]
fn one_that_is_held_and_then_dropped_is_not_waited_for() {
    let log = |dropped: u64| {
        let (limiter, clock) = limiter(1);
        let mut crowd = Crowd::new(&limiter, &clock, 3, &[0]);
        crowd.pass(dropped);
        crowd.drop(0);
        crowd.log_after(5_000)
    };
    assert_eq!(log(500), [(1, 1_002), (2, 2_004)]);
    assert_eq!(log(1_050), [(1, 1_050), (2, 2_052)], "while they waited for it");
    assert_eq!(log(1_500), [(1, 1_102), (2, 2_104)], "after it was passed over");
}

#[test]
fn whoever_moves_up_when_another_is_dropped_waits_for_one_that_is_held_by_one_grace_and_no_more() {
    for dropped in [0, 1] {
        let (limiter, clock) = limiter(1);
        let mut crowd = Crowd::new(&limiter, &clock, 4, &[1 - dropped]);
        crowd.drop(dropped);
        assert_eq!(crowd.log_after(5_000), [(2, 1_102), (3, 2_104)]);
    }
}

#[test]
fn an_answer_that_makes_room_sooner_calls_the_second_as_well() {
    let (limiter, clock) = limiter(1);
    let turn = clock.run(limiter.wait(&clock));
    let mut crowd = Crowd::new(&limiter, &clock, 2, &[0]);
    crowd.pass(50);
    turn.answered();
    assert_eq!(crowd.log_after(5_000), [(1, 1_152)], "it would have waited until 1,602");
}

#[test]
fn whoever_comes_late_gives_those_before_it_one_grace_in_all() {
    let (limiter, clock) = limiter(1);
    let mut crowd = Crowd::new(&limiter, &clock, 1, &[0]);
    crowd.pass(5_000);
    // It may be late because the thread was busy until now.
    crowd.comes();
    crowd.pass(60);
    crowd.drop(1);
    crowd.comes();
    crowd.pass(39);
    assert_eq!(crowd.log, [], "there is a grace for one that is late");
    crowd.pass(61);
    crowd.comes();
    assert_eq!(crowd.log_after(5_000), [(2, 5_100), (3, 6_102)]);
}

#[test]
fn one_that_needs_more_room_is_waited_for_until_it_has_it() {
    let log = |held: &[usize]| {
        let (alone, clock) = limiter(1);
        let others = Limited(Arc::clone(&alone.0), 20);
        let mut crowd = Crowd::new(&alone, &clock, 1, held);
        crowd.joins(others.wait(&clock));
        crowd.joins(others.wait(&clock));
        crowd.log_after(1_500)
    };
    assert_eq!(log(&[]), [(0, 1_002), (1, 1_053), (2, 1_103)], "the first needs a window without others");
    assert_eq!(log(&[0]), [(1, 1_053), (2, 1_053)], "and a grace, by which they were late");
}

#[test]
fn few_look_at_a_time_however_many_wait() {
    // Two are called for each turn, and two for each answer, which are the same here. The others look of themselves as
    // they move up, or if turns are rare, each again after as many graces as there are others before it.
    for (requests, held, most) in [(20, 0, 5.5), (20, 3, 5.5), (334, 0, 5.5), (1, 0, 33.0), (1, 3, 33.0)] {
        let (limiter, clock) = limiter(requests);
        let mut crowd = Crowd::new(&limiter, &clock, 1_000, &(0..held).collect::<Vec<_>>());
        crowd.polls = 0;
        crowd.pass(10 * 1_002 / u64::from(requests));
        let looks = crowd.polls as f64 / crowd.log.len() as f64;
        assert!(looks <= most, "{requests} a second, {held} held: {looks} for each turn");
    }
}

#[test]
fn whoever_is_polled_held_and_dropped_nobody_is_forgotten_and_no_second_holds_more_than_the_limit() {
    for seed in 0..100 {
        let requests = [2, 6, 20, 167, 501][seed as usize % 5];
        let (turn, may_be_dropped) = (1_002 / u64::from(requests), seed % 2 == 0);
        let (limiter, clock) = limiter(requests);
        let mut crowd = Crowd::new(&limiter, &clock, 0, &[]);
        crowd.chance = seed;
        let mut dropped = 0;
        for _ in 0..200 {
            // A quarter of a turn on average, and half of the time none.
            let pause = crowd.below(2 * turn as usize) as u64;
            crowd.pass(pause.saturating_sub(turn));
            let name = crowd.below(crowd.came + 1);
            match (crowd.below(8), crowd.waiting.get(&name).map(|waiter| waiter.held)) {
                (0..3, _) => crowd.comes(),
                (3..5, Some(false)) => crowd.hold(name),
                (5..7, Some(true)) => crowd.poll_again(name),
                (7, Some(_)) if may_be_dropped => {
                    crowd.drop(name);
                    dropped += 1;
                }
                _ => {}
            }
        }
        // A turn for each, and a grace for each that did not take its own: of those who were dropped, because they were
        // counted when the others last looked.
        let held = crowd.held();
        let turns = (crowd.waiting.len() - held + 1) as u64 * (turn + 1);
        crowd.pass(turns + (held + dropped) as u64 * (turn.min(100) + 1));
        assert_eq!(crowd.waiting.len(), held, "seed {seed}");
        let (times, limit): (Vec<_>, _) = (crowd.log.iter().map(|(_, time)| *time).collect(), requests as usize);
        let crowded = times.windows(limit + 1).find(|window| window[limit] - window[0] < 1_000);
        assert_eq!(crowded, None, "seed {seed}");
    }
}
