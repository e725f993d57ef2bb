//! Tests that a request is looked up by its last attempt, however many there were before.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use super::account;
use super::journal::MemoryJournal;
use super::service::{Fault, Service};

fn urls(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("https://www.example.com/{number}.jpg")).collect()
}

#[test]
fn resume_sends_nothing_twice_after_attempts_that_found_no_connection() {
    // No connection for some minutes; then the request is carried out, and the program is killed.
    let service = Service::new().lag(Duration::from_secs(10)).fault_at(0..100, Fault::Connect);
    let (targets, mut journal) = (urls(5), MemoryJournal::default());
    let call = || service.purge(&targets).timeout(Duration::from_secs(3_000)).in_batches();
    let mut run = call().resume(&mut journal).start();
    service.clock.run(poll_fn(|context| {
        assert!(Pin::new(&mut run).poll(context).is_pending());
        if service.tasks().is_empty() { Poll::Pending } else { Poll::Ready(()) }
    }));
    drop(run);
    assert!(service.clock.elapsed() > Duration::from_secs(120));
    let report = service.clock.run(call().resume(&mut journal));
    assert_eq!(report.counts().accepted, 5);
    account::check(&service, &targets, &report);
}

#[test]
fn settle_finds_a_request_whose_connection_took_more_than_an_hour() {
    let service =
        Service::new().faults(|number, _| Some(if number < 1_300 { Fault::Connect } else { Fault::Reset(true) }));
    let targets = urls(5);
    let call = service.purge(&targets).timeout(Duration::from_secs(100_000));
    let mut report = service.clock.run(call.in_batches());
    assert!(service.clock.elapsed() > Duration::from_secs(3_720));
    let settled = service.clock.run(report.settle());
    assert_eq!((settled.accepted, settled.not_tried), (5, 0));
}
