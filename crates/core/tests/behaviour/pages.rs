//! Tests of reading a long list as a stream.

use std::pin::pin;
use std::task::{Context, Waker};

use futures_core::Stream;
use serde_json::json;
use tencentcloud_core::ErrorKind;
use tencentcloud_core::testing::VirtualClock;

use crate::list::{ByNumber, ByOffset, ByToken, List, Row, ids};
use crate::sample::NOW;

pub(crate) fn by_offset(limit: u64) -> ByOffset {
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
fn each_page_begins_with_the_two_items_that_were_read_last() {
    let list = List::of(0..45);
    ids(&list, &ByOffset::default());
    let expected = [(0, 20), (18, 20), (36, 20)].map(|(offset, limit)| json!({ "Offset": offset, "Limit": limit }));
    assert_eq!(list.requests(), expected);
}

#[test]
fn a_full_page_is_never_the_last_one() {
    for has_total in [true, false] {
        let list = List::of(0..20).with(|list| list.has_total = has_total);
        assert_eq!(ids(&list, &ByOffset::default()).len(), 20);
        assert_eq!(list.requests().len(), 2, "the total may not count all items");
    }
}

#[test]
fn a_total_that_ends_at_a_round_number_does_not_end_the_list() {
    let list = List::of(0..100).with(|list| list.max_total = Some(60));
    assert!(ids(&list, &by_offset(20)).into_iter().eq(0..100));
    let list = List::of(0..100).with(|list| list.max_total = Some(60));
    assert!(ids(&list, &ByNumber { limit: 20 }).into_iter().eq(0..100));
}

#[test]
fn an_empty_page_is_not_the_end_if_the_total_says_so() {
    // A server that has the total, and not yet the items.
    for request in [0, 2] {
        let list = List::of(0..45).with(|list| list.empty = vec![1 + request, 2 + request]);
        assert!(ids(&list, &by_offset(20)).into_iter().eq(0..45));
        let list = List::of(0..45).with(|list| list.empty = vec![1 + request, 2 + request]);
        assert!(ids(&list, &ByNumber { limit: 20 }).into_iter().eq(0..45));
    }
    let clock = VirtualClock::at_unix(NOW);
    let list = List::of(0..45).with(|list| list.cap = 0);
    let mut items = list.client(&clock).call(&by_offset(20)).items();
    let error = clock.run(items.next()).unwrap().unwrap_err();
    assert_eq!(
        error.to_string(),
        "ByOffset: the service returned a page without the items that it counts; help: read fewer items at once, or \
         narrow the list down, for example to a shorter period"
    );
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
