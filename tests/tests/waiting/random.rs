//! Checks waiting with random tasks, other tasks of the same zones, and faults.

use std::iter;

use tencentcloud_cdn as cdn;
use tencentcloud_core::action::TaskList;
use tencentcloud_core::jobs::{Done, TaskHandle, Wait, WaitError};
use tencentcloud_teo as teo;

use super::service::{Entry, Fault, Task};
use super::{Bench, TEN_MINUTES};

/// Number of seeds for each product.
const SEEDS: u64 = 60;
const ZONES: [&str; 2] = ["zone-1", "zone-2"];

/// A generator of numbers that look random: the same ones in every run.
struct Numbers(u64);

impl Numbers {
    /// A number below `bound`.
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    fn seconds(&mut self, at_most: u64) -> f64 {
        self.below(at_most * 1_000) as f64 / 1_000.0
    }

    fn one_of<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.below(values.len() as u64) as usize]
    }
}

/// What the result must be.
#[derive(Debug, Default)]
struct Truth {
    succeeded: u64,
    failed: Vec<String>,
    unknown: u64,
    over_at: f64,
}

/// Adds a task whose entries end at random times. `states` are success, failures, and one that no
/// version knows.
fn add(bench: &Bench, numbers: &mut Numbers, id: &str, scope: Option<&'static str>, states: &[&'static str]) -> Truth {
    let mut truth = Truth::default();
    let (count, listed_at) = (1 + numbers.below(60), numbers.seconds(25));
    let (ends_together, has_regions) = (numbers.below(2) == 0, numbers.below(2) == 0);
    let end = numbers.seconds(200);
    let mut entries = Vec::new();
    for n in 0..count {
        let over_at = if ends_together { end } else { numbers.seconds(200) };
        let state = if numbers.below(4) == 0 { numbers.one_of(states) } else { states[0] };
        let target = format!("https://www.example.com/{id}/{n}");
        match states.iter().position(|known| *known == state) {
            Some(0) => truth.succeeded += 1,
            Some(last) if last + 1 == states.len() => truth.unknown += 1,
            _ => truth.failed.push(target.clone()),
        }
        let listed_at = if has_regions { listed_at + numbers.seconds(4) } else { listed_at };
        truth.over_at = truth.over_at.max(over_at).max(listed_at);
        entries.push(Entry { target, listed_at, ..Entry::ending(over_at, state) });
    }
    bench.service.add(id, Task { scope, listed_at, entries });
    truth
}

/// Waits for random tasks, and compares the result with what the service knows.
fn check<L: TaskList>(
    bench: &Bench,
    seed: u64,
    states: &[&'static str],
    handle: impl Fn(Option<&'static str>, &str) -> TaskHandle<L>,
    wait: impl Fn(&[TaskHandle<L>]) -> Wait<L>,
    has_zones: bool,
) {
    let numbers = &mut Numbers(seed);
    let (mut tasks, mut truth) = (Vec::new(), Truth::default());
    for number in 0..1 + numbers.below(6) {
        // Other tasks are listed in front of them and after them.
        let id = format!("{}{number}", numbers.below(10));
        let scope = has_zones.then(|| numbers.one_of(&ZONES));
        let Truth { succeeded, failed, unknown, over_at } = add(bench, numbers, &id, scope, states);
        truth.succeeded += succeeded;
        truth.failed.extend(failed);
        truth.unknown += unknown;
        truth.over_at = truth.over_at.max(over_at);
        tasks.push(handle(scope, &id));
    }
    for number in 0..numbers.below(8) {
        let id = format!("{}other{number}", numbers.below(10));
        let scope = has_zones.then(|| numbers.one_of(&ZONES));
        add(bench, numbers, &id, scope, states);
    }
    for _ in 0..numbers.below(6) {
        let number = 1 + numbers.below(60) as usize;
        let fault = match numbers.below(5) {
            0 => Fault::Hang,
            1 => Fault::Broken,
            4 => Fault::Empty,
            2 => Fault::Code("InternalError"),
            _ => Fault::Code("RequestLimitExceeded"),
        };
        let until = number + 1 + numbers.below(4) as usize;
        bench.service.state().faults.extend([(number, Some(fault)), (until, None)]);
    }
    let (done, unclear): (Done<L>, Option<Done<L>>) = match bench.clock.run(wait(&tasks)) {
        Ok(done) => (done, None),
        Err(WaitError::TimedOut { done, unclear, .. }) => (*done, Some(*unclear)),
        Err(error) => panic!("seed {seed}: {error}"),
    };
    let results = || iter::once(&done).chain(&unclear);
    let mut failed: Vec<&str> = results().flat_map(Done::failed_targets).map(|(target, _)| target).collect();
    failed.sort_unstable();
    truth.failed.sort_unstable();
    assert_eq!(results().map(|done| done.succeeded).sum::<u64>(), truth.succeeded, "seed {seed}");
    assert_eq!(done.unknown, 0, "seed {seed}");
    assert_eq!(unclear.as_ref().map_or(0, |done| done.unknown), truth.unknown, "seed {seed}");
    assert_eq!(failed, truth.failed, "seed {seed}");
    assert!(bench.elapsed() >= truth.over_at, "seed {seed}: done after {}", bench.elapsed());
}

#[test]
fn the_result_of_random_tasks_of_cdn_is_right() {
    for seed in 1..=SEEDS {
        let bench = Bench::cdn();
        let handle = |_: Option<&str>, id: &str| cdn::DescribePurgeTasks::task(id);
        check(&bench, seed, &["done", "fail", "skipped"], handle, |tasks| bench.cdn.wait(tasks, TEN_MINUTES), false);
    }
}

#[test]
fn the_result_of_random_tasks_of_two_zones_is_right() {
    for seed in 1..=SEEDS {
        let bench = Bench::teo();
        let handle = |zone: Option<&str>, id: &str| teo::DescribePurgeTasks::task(zone.unwrap_or_default(), id);
        let states = ["success", "failed", "timeout", "canceled", "skipped"];
        check(&bench, seed, &states, handle, |tasks| bench.teo.wait(tasks, TEN_MINUTES), true);
    }
}
