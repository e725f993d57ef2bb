//! Tests that a task which is not that of a lost request is not taken for it.

use std::time::Duration;

use tencentcloud_core::jobs::Outcome;
use tencentcloud_core::time::UtcOffset;

use super::sample::{PurgeList, PurgeWhole};
use super::service::{Fault, Service};

fn urls(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("https://www.example.com/{number}.jpg")).collect()
}

#[test]
fn settle_does_not_take_a_purge_of_half_a_minute_ago_for_the_lost_one() {
    let service = Service::new().fault_at([0], Fault::Reset(false));
    service.foreign_task(&urls(5));
    service.clock.advance(Duration::from_secs(30));
    let mut report = service.clock.run(service.purge(urls(5)).in_batches());
    let settled = service.clock.run(report.settle());
    assert_eq!((settled.accepted, settled.unknown), (0, 5), "the request was not carried out");
}

#[test]
fn settle_does_not_take_a_purge_of_eight_hours_ago_for_the_lost_one() {
    let service = Service::new().offset(UtcOffset::CHINA).fault_at([0], Fault::Reset(false));
    service.foreign_task(&urls(5));
    service.clock.advance(Duration::from_secs(8 * 3_600));
    let mut report = service.clock.run(service.purge(urls(5)).in_batches());
    let settled = service.clock.run(report.settle());
    assert_eq!((settled.accepted, settled.unknown), (0, 5), "the request was not carried out");
}

#[test]
fn settle_gives_a_task_to_the_request_that_it_belongs_to() {
    let service = Service::new().faults(|number, _| match number {
        0 => Some(Fault::Reset(false)),
        1 => Some(Fault::Reset(true)),
        _ => None,
    });
    let [a, b, c] = ["a", "b", "c"].map(|name| format!("https://www.example.com/{name}"));
    // The first and the third target are the same: of a stream, only those of one request are sent
    // once.
    let stream = futures_util::stream::iter([a.clone(), b, a, c]);
    let batches = service.purge(Vec::<String>::new()).in_batches().size(2).in_flight(1).from_stream(stream);
    let mut report = service.clock.run(batches);
    assert_eq!(report.counts().unknown, 4);
    service.clock.run(report.settle());
    let last = report.items().last().unwrap();
    assert!(matches!(last.outcome(), Outcome::Accepted { .. }), "{last:?} was accepted");
}

#[test]
fn with_one_task_for_two_equal_requests_it_is_not_known_which_one_was_accepted() {
    for (is_second_accepted, expected) in [(false, (0, 2)), (true, (2, 0))] {
        let service = Service::new().faults(move |number, _| Some(Fault::Reset(number == 0 || is_second_accepted)));
        let stream = futures_util::stream::iter(["https://www.example.com/a"; 2].map(str::to_owned));
        let batches = service.purge(Vec::<String>::new()).in_batches().size(1).in_flight(1).from_stream(stream);
        let mut report = service.clock.run(batches);
        let settled = service.clock.run(report.settle());
        assert_eq!((settled.accepted, settled.unknown), expected);
    }
}

#[test]
fn a_request_that_is_not_found_stays_unknown_if_the_history_may_not_go_back_to_it() {
    for (days, expected) in [(6, "not tried"), (8, "unknown")] {
        let service = Service::new().fault_at([0], Fault::Reset(false));
        let mut report = service.clock.run(service.purge(urls(1)).in_batches());
        service.clock.advance(Duration::from_secs(days * 24 * 3_600));
        service.clock.run(report.settle());
        let outcome = report.items().next().unwrap().outcome().to_string();
        assert!(outcome.starts_with(expected), "{days} days: {outcome}");
    }
}

#[test]
fn a_request_whose_task_cannot_be_read_stays_unknown() {
    // The first listing shows that there is a task with the first target, and the second one fails.
    let service = Service::new().fault_at([0], Fault::Reset(true)).failing_listing(2);
    let call = service.client().call(&PurgeWhole(PurgeList::new(urls(5))));
    let mut report = service.clock.run(call.in_batches());
    let settled = service.clock.run(report.settle().history_delay(Duration::ZERO));
    assert_eq!((settled.accepted, settled.not_tried, settled.unknown), (0, 0, 5), "{report}");
    let settled = service.clock.run(report.settle());
    assert_eq!(settled.accepted, 5);
}
