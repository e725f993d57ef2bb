//! Tests of reading a list as a stream while it changes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use tencentcloud_core::testing::VirtualClock;

use crate::list::{ByNumber, List, Row, ids};
use crate::pages::by_offset;
use crate::sample::NOW;

/// Number of random lists.
const SEEDS: u64 = 400;

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
}

fn row(id: u64) -> Row {
    Row { id, state: 1 }
}

#[test]
fn a_list_of_100_000_that_grows_at_its_front_is_returned_once_and_completely() {
    for (length, limit, most) in [(100_000, 1_000, 999), (10_000, 1_000, 1_500), (5_000, 100, 150)] {
        let mut numbers = Numbers(limit + most);
        let mut next = length;
        let list = List::of((0..length).rev()).changing(move |rows| {
            let new = numbers.below(most);
            rows.splice(..0, (next..next + new).rev().map(row));
            next += new;
        });
        let read = ids(&list, &by_offset(limit));
        assert!(read.iter().copied().eq((0..length).rev()), "limit {limit}, up to {most} new ones a request");
        println!("limit {limit}, up to {most} new ones a request: {} requests", list.requests().len());
    }
}

#[test]
fn a_list_that_grows_at_its_end_is_returned_with_what_is_new() {
    let mut next = 100;
    let list = List::of(0..100).changing(move |rows| {
        if next < 150 {
            rows.push(row(next));
            next += 1;
        }
    });
    let read = ids(&list, &by_offset(10));
    assert!(read.len() > 100 && read.iter().copied().eq(0..read.len() as u64), "{read:?}");
}

#[test]
fn items_whose_state_changes_are_recognized() {
    let mut next = 1_000;
    let list = List::of(0..100).changing(move |rows| {
        rows.iter_mut().for_each(|row| row.state += 1);
        rows.insert(0, row(next));
        next += 1;
    });
    assert!(ids(&list, &by_offset(10)).into_iter().eq(0..100));
}

#[test]
fn items_that_leave_the_list_make_no_other_be_skipped_or_repeated() {
    for seed in 1..200 {
        let mut numbers = Numbers(seed);
        let mut next = 10_000;
        let list = List::of((0..300).rev()).changing(move |rows| {
            // A few leave anywhere, and others arrive in front, as many as leave or not.
            for _ in 0..numbers.below(4) {
                let at = numbers.below(rows.len().max(1) as u64) as usize;
                rows.drain(at..rows.len().min(at + 1));
            }
            for _ in 0..numbers.below(4) {
                rows.insert(0, row(next));
                next += 1;
            }
        });
        let read = ids(&list, &by_offset(10));
        let mut counts = BTreeMap::new();
        for id in &read {
            *counts.entry(*id).or_insert(0) += 1;
        }
        assert!(counts.values().all(|count| *count == 1), "seed {seed}: repeated: {read:?}");
        let remaining = list.requests().len();
        let rest = ids(&list.clone().changing(|_| {}), &by_offset(1_000));
        let skipped: Vec<&u64> = rest.iter().filter(|id| **id < 300 && !counts.contains_key(id)).collect();
        assert!(skipped.is_empty(), "seed {seed}: skipped {skipped:?} after {remaining} requests");
    }
}

#[test]
fn equal_items_are_each_returned() {
    let expected = pairs(30);
    for limit in [2, 3, 10, 20] {
        assert_eq!(ids(&List::of(pairs(30)), &by_offset(limit)), expected, "{limit}");
    }
    let mut next = 1_000;
    let growing = List::of(pairs(30)).changing(move |rows| {
        rows.splice(..0, [row(next), row(next)]);
        next += 1;
    });
    assert_eq!(ids(&growing, &by_offset(10)), expected);
}

/// Two rows for each id, as of a service that lists one for each region without naming it.
fn pairs(count: u64) -> Vec<u64> {
    (0..count).flat_map(|id| [id, id]).collect()
}

/// A change that happens once.
fn once(change: impl FnOnce(&mut Vec<Row>) + Send) -> impl FnMut(&mut Vec<Row>) + Send {
    let mut change = Some(change);
    move |rows| {
        if let Some(change) = change.take() {
            change(rows);
        }
    }
}

#[test]
fn an_item_that_leaves_in_front_of_a_pair_of_equal_ones_makes_none_be_skipped() {
    let list = List::of(pairs(10)).changing(once(|rows| {
        rows.remove(0);
    }));
    assert_eq!(ids(&list, &by_offset(3)), pairs(10));
}

#[test]
fn an_item_that_arrives_while_another_leaves_repeats_none_of_a_pair() {
    let list = List::of(pairs(10)).changing(once(|rows| {
        rows.pop();
        rows.insert(0, row(1_000));
    }));
    assert_eq!(ids(&list, &by_offset(4)), pairs(10)[..19], "the last row has left");
}

#[test]
fn equal_items_of_a_list_that_changes_at_random_are_each_returned() {
    for seed in 1..=SEEDS {
        let mut numbers = Numbers(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let limit = 8 + numbers.below(12);
        let start: Vec<u64> = (0..60).flat_map(|id| vec![id; 1 + numbers.below(3) as usize]).collect();
        let gone = Arc::new(Mutex::new(BTreeMap::new()));
        let (leaves, mut next) = (Arc::clone(&gone), 1_000);
        let list = List::of(start.clone()).changing(move |rows| {
            for _ in 0..numbers.below(3) {
                let at = numbers.below(rows.len() as u64) as usize;
                *leaves.lock().unwrap().entry(rows.remove(at).id).or_insert(0) += 1;
            }
            for _ in 0..numbers.below(3) {
                rows.splice(..0, [row(next), row(next)]);
                next += 1;
            }
        });
        let read = ids(&list, &by_offset(limit));
        let gone = gone.lock().unwrap();
        let count = |ids: &[u64], id| ids.iter().filter(|other| **other == id).count();
        for id in 0..60 {
            let (there, read) = (count(&start, id), count(&read, id));
            let stayed = there - gone.get(&id).copied().unwrap_or(0);
            assert!(
                (stayed..=there).contains(&read),
                "seed {seed}: {id} is read {read} times, {stayed} of {there} stayed"
            );
        }
    }
}

#[test]
fn numbered_pages_of_a_list_that_grows_at_its_front_repeat_nothing() {
    let mut next = 1_000;
    let list = List::of((0..100).rev()).changing(move |rows| {
        rows.splice(..0, (next..next + 3).rev().map(row));
        next += 3;
    });
    assert!(ids(&list, &ByNumber { limit: 10 }).into_iter().eq((0..100).rev()));
}

#[test]
fn a_list_that_changes_at_random_is_returned_once_and_completely() {
    for seed in 1..=SEEDS {
        read_at_random(seed);
    }
}

/// Reads a list that changes between two requests, at its front, at its end and in between, by less
/// than half of a page. Some requests fail, and the stream is gone on with.
fn read_at_random(seed: u64) {
    let mut numbers = Numbers(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let (limit, length) = (8 + numbers.below(12), numbers.below(120));
    // The service may return fewer than it was asked for. Then only the total shows the end.
    let cap = (numbers.below(2) == 0).then(|| 8 + numbers.below(limit - 7) as usize);
    let has_total = cap.is_some() || numbers.below(2) == 0;
    let failing: Vec<usize> = (0..numbers.below(4)).map(|_| 1 + numbers.below(20) as usize).collect();
    let at_most = [4, 2, 2].map(|most| numbers.below(most + 1) + 1);
    let (gone, mut next) = (Arc::new(Mutex::new(BTreeSet::new())), 10_000);
    let leaves = Arc::clone(&gone);
    let list = List::of((0..length).rev()).with(|list| {
        (list.cap, list.has_total, list.failing) = (cap.unwrap_or(usize::MAX), has_total, failing);
    });
    let list = list.changing(move |rows| {
        let [front, end, out] = at_most.map(|most| numbers.below(most));
        for _ in 0..out.min(rows.len() as u64) {
            let at = numbers.below(rows.len() as u64) as usize;
            leaves.lock().unwrap().insert(rows.remove(at).id);
        }
        rows.splice(..0, (next..next + front).map(row));
        rows.extend((next + front..next + front + end).map(row));
        next += front + end;
    });
    let clock = VirtualClock::at_unix(NOW);
    let mut items = list.client(&clock).call(&by_offset(limit)).items();
    let mut read = BTreeSet::new();
    loop {
        let mut has_failed = false;
        while let Some(item) = clock.run(items.next()) {
            match item {
                Ok(item) => assert!(read.insert(item.id), "seed {seed}: {} is repeated", item.id),
                Err(error) => {
                    assert!(error.to_string().contains("InternalError"), "seed {seed}: {error}");
                    has_failed = true;
                }
            }
        }
        if !has_failed {
            break;
        }
    }
    let gone = gone.lock().unwrap();
    let skipped: Vec<u64> = (0..length).filter(|id| !read.contains(id) && !gone.contains(id)).collect();
    assert!(skipped.is_empty(), "seed {seed}: skipped {skipped:?}");
}
