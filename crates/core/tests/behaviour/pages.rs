//! Tests of reading a long list as a stream.

use std::collections::BTreeMap;
use std::pin::pin;
use std::task::{Context, Waker};

use futures_core::Stream;
use serde_json::json;
use tencentcloud_core::ErrorKind;
use tencentcloud_core::testing::VirtualClock;

use crate::list::{ByNumber, ByOffset, ByToken, List, Row, ids};
use crate::sample::NOW;

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

fn by_offset(limit: u64) -> ByOffset {
    ByOffset { limit: Some(limit), ..ByOffset::default() }
}

#[test]
fn every_kind_of_pages_is_read_to_the_end() {
    let expected: Vec<u64> = (0..45).collect();
    assert_eq!(ids(&List::of(0..45), &ByOffset::default()), expected);
    assert_eq!(ids(&List::of(0..45), &ByNumber { limit: 20 }), expected);
    assert_eq!(ids(&List::of(0..45), &ByToken::default()), expected);
    let empty = List::of([]);
    assert_eq!(ids(&empty, &ByOffset::default()), [0; 0]);
    assert_eq!(empty.requests().len(), 1);
}

#[test]
fn each_page_begins_with_the_item_that_was_read_last() {
    let list = List::of(0..45);
    ids(&list, &ByOffset::default());
    let expected = [(0, 20), (19, 20), (38, 20)].map(|(offset, limit)| json!({ "Offset": offset, "Limit": limit }));
    assert_eq!(list.requests(), expected);
}

#[test]
fn a_full_last_page_is_the_last_request_if_there_is_a_total() {
    let list = List::of(0..20);
    ids(&list, &ByOffset::default());
    assert_eq!(list.requests().len(), 1);
    let without_total = List::of(0..20).with(|list| list.has_total = false);
    assert_eq!(ids(&without_total, &ByOffset::default()).len(), 20);
    assert_eq!(without_total.requests().len(), 2, "only an empty page shows that there are no more");
}

#[test]
fn a_page_that_is_shorter_than_asked_for_is_not_the_last_one_if_the_total_says_so() {
    let expected: Vec<u64> = (0..45).collect();
    for cap in [2, 7] {
        let list = List::of(0..45).with(|list| list.cap = cap);
        assert_eq!(ids(&list, &by_offset(20)), expected, "{cap}");
        let list = List::of(0..45).with(|list| list.cap = cap);
        assert_eq!(ids(&list, &ByNumber { limit: 20 }), expected, "{cap}");
    }
}

#[test]
fn a_total_that_is_too_small_does_not_end_the_list() {
    for (length, wrong) in [(45, 0), (45, 19), (39, 5), (40, 30)] {
        let list = List::of(0..length).with(|list| list.wrong_total = Some(wrong));
        assert!(ids(&list, &by_offset(20)).into_iter().eq(0..length), "{length} items, and a total of {wrong}");
    }
}

#[test]
fn pages_of_one_item_are_read() {
    assert_eq!(ids(&List::of(0..5), &by_offset(1)), [0, 1, 2, 3, 4]);
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
    // A row for each region, which does not name it.
    let rows = (0..30).flat_map(|id| [id, id]);
    let expected: Vec<u64> = rows.clone().collect();
    for limit in [2, 3, 10, 20] {
        assert_eq!(ids(&List::of(rows.clone()), &by_offset(limit)), expected, "{limit}");
    }
    let mut next = 1_000;
    let growing = List::of(rows).changing(move |rows| {
        rows.splice(..0, [row(next), row(next)]);
        next += 1;
    });
    assert_eq!(ids(&growing, &by_offset(10)), expected);
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
fn a_service_that_ignores_the_position_is_an_error() {
    let clock = VirtualClock::at_unix(NOW);
    let repeating = || List::of(0..50).with(|list| list.ignores_position = true);
    let mut pages = repeating().client(&clock).call(&by_offset(20)).pages();
    assert_eq!(clock.run(pages.next()).unwrap().unwrap().items.len(), 20);
    let error = clock.run(pages.next()).unwrap().unwrap_err();
    assert_eq!(
        error.to_string(),
        "ByOffset: the service returned the same page twice; help: read fewer items at once, or narrow the list down, \
         for example to a shorter period"
    );
    let mut pages = repeating().client(&clock).call(&ByToken { token: Some("20".to_owned()) }).pages();
    assert_eq!(clock.run(pages.next()).unwrap().unwrap_err().kind(), ErrorKind::Server);
}

#[test]
fn a_stream_begins_at_an_offset_or_where_the_request_says() {
    let clock = VirtualClock::at_unix(NOW);
    let list = List::of(0..50);
    let client = list.client(&clock);
    let first = |ids: Option<Result<Row, _>>| ids.unwrap().unwrap().id;
    assert_eq!(first(clock.run(client.call(&by_offset(10)).items().from_offset(33).next())), 33);
    let request = ByOffset { offset: Some(12), limit: Some(10) };
    assert_eq!(first(clock.run(client.call(&request).items().next())), 12);
    let mut pages = client.call(&ByNumber { limit: 20 }).pages().from_offset(33);
    let page = clock.run(pages.next()).unwrap().unwrap();
    assert_eq!((page.items[0].id, page.items.len(), page.offset, page.total), (33, 7, Some(33), Some(50)));
    assert_eq!(clock.run(pages.next()).unwrap().unwrap().items[0].id, 40);
    assert_eq!(first(clock.run(client.call(&ByToken { token: Some("7".to_owned()) }).items().next())), 7);
    let error = clock.run(client.call(&ByToken::default()).items().from_offset(7).next()).unwrap().unwrap_err();
    assert_eq!(
        error.to_string(),
        "the pages of this list have tokens, and no offset; help: set `Token` in the request to the token of the page"
    );
}

#[test]
fn a_stream_ends_after_an_error_and_can_be_gone_on_with() {
    let clock = VirtualClock::at_unix(NOW);
    let list = List::of(0..50).with(|list| list.failing = vec![2]);
    let mut items = list.client(&clock).call(&by_offset(20)).items();
    let (mut read, mut errors) = (Vec::new(), 0);
    for _ in 0..2 {
        while let Some(item) = clock.run(items.next()) {
            match item {
                Ok(item) => read.push(item.id),
                Err(error) => {
                    assert_eq!((error.kind(), read.len()), (ErrorKind::Server, 20));
                    errors += 1;
                }
            }
        }
    }
    assert!(read.into_iter().eq(0..50));
    assert_eq!(errors, 1);
    assert!(clock.run(items.next()).is_none(), "it has ended");
}

#[test]
fn the_next_page_is_asked_for_while_one_is_worked_on_if_the_stream_reads_ahead() {
    let clock = VirtualClock::at_unix(NOW);
    for (reads_ahead, expected) in [(false, 1), (true, 2)] {
        let list = List::of(0..50);
        let items = list.client(&clock).call(&by_offset(20)).items();
        let mut items = if reads_ahead { items.read_ahead() } else { items };
        clock.run(items.next()).unwrap().unwrap();
        assert_eq!(list.requests().len(), expected, "{reads_ahead}");
        let mut rest = Vec::new();
        while let Some(item) = clock.run(items.next()) {
            rest.push(item.unwrap().id);
        }
        assert!(rest.into_iter().eq(1..50));
        assert_eq!(list.requests().len(), 3, "{reads_ahead}");
    }
}

#[test]
fn streams_are_send_and_unpin_and_implement_the_trait() {
    fn check<S: Stream + Send + Unpin>(stream: S) {
        let mut stream = pin!(stream);
        assert!(stream.as_mut().poll_next(&mut Context::from_waker(Waker::noop())).is_ready());
    }
    let clock = VirtualClock::at_unix(NOW);
    let client = List::of(0..3).client(&clock);
    check(client.call(&ByOffset::default()).items());
    check(client.call(&ByOffset::default()).pages());
}
