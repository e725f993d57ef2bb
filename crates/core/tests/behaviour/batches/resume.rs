//! Tests that a killed job goes on where it was.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use tencentcloud_core::jobs::{Batches, Item, Journal as _, NotTried, Outcome, Report};
use tencentcloud_core::time::Clock as _;
use tencentcloud_core::{Call, Client};

use super::account;
use super::journal::MemoryJournal;
use super::sample::PurgeList;
use super::service::{Fault, Service};

fn urls(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("https://www.example.com/{number}.jpg")).collect()
}

fn run(service: &Service, targets: &[String], size: usize, journal: &mut MemoryJournal) -> Report<PurgeList> {
    service.clock.run(batches(service, targets, size, journal))
}

fn batches<'j>(
    service: &Service,
    targets: &[String],
    size: usize,
    journal: &'j mut MemoryJournal,
) -> Batches<'j, PurgeList> {
    service.purge(targets).in_batches().size(size).history_delay(Duration::from_secs(20)).resume(journal)
}

/// Runs a job for some time, and kills it then. Returns the report if it was done before.
pub(crate) fn run_for(
    service: &Service,
    targets: &[String],
    size: usize,
    journal: &mut MemoryJournal,
    time: Duration,
) -> Option<Report<PurgeList>> {
    let mut run = batches(service, targets, size, journal).start();
    let mut alarm = service.clock.sleep(time);
    service.clock.run(poll_fn(|context| match Pin::new(&mut run).poll(context) {
        Poll::Ready(report) => Poll::Ready(Some(report)),
        Poll::Pending => alarm.as_mut().poll(context).map(|()| None),
    }))
}

#[test]
fn a_job_that_is_done_sends_nothing_again_and_reports_the_same() {
    let (service, mut journal) = (Service::new(), MemoryJournal::default());
    let mut targets = urls(25);
    targets.extend(["https://www.example.com/refused".to_owned(), "no URL".to_owned()]);
    targets.extend(urls(3));
    let first = run(&service, &targets, 10, &mut journal);
    let requests = service.sizes();
    let second = run(&service, &targets, 10, &mut journal);
    assert_eq!(service.sizes(), requests);
    let outcomes =
        |report: &Report<PurgeList>| -> Vec<String> { report.items().map(|item| item.outcome().to_string()).collect() };
    assert_eq!(outcomes(&second), outcomes(&first));
    assert_eq!((second.requests(), second.counts()), (0, first.counts()));
    assert_eq!(second.tasks(), first.tasks());
    account::check(&service, &targets, &second);
}

#[test]
fn a_request_is_in_the_journal_before_it_is_sent() {
    let journal = MemoryJournal::default();
    let lines = journal.clone();
    let service = Service::new().faults(move |_, targets| {
        let last = lines.lines().pop().unwrap();
        assert!(last.starts_with(r#"{"intend":{"request":"#), "{last}");
        assert_eq!(targets.len(), 10);
        None
    });
    let report =
        service.clock.run(service.purge(urls(30)).in_batches().size(10).in_flight(1).resume(&mut journal.clone()));
    assert_eq!((report.counts().accepted, journal.lines().len()), (30, 7));
}

#[test]
fn a_request_that_waits_for_its_permit_is_not_in_the_journal() {
    let (service, mut journal, targets) = (Service::new(), MemoryJournal::default(), urls(40));
    let mut run_at_rate = |time| {
        let config = service.build(service.config().requests_per_second(1));
        let call = Client::new(&config).call(&PurgeList::new(&targets));
        let mut run = call.in_batches().size(10).resume(&mut journal).start();
        let mut alarm = service.clock.sleep(time);
        service.clock.run(poll_fn(|context| match Pin::new(&mut run).poll(context) {
            Poll::Ready(report) => Poll::Ready(Some(report)),
            Poll::Pending => alarm.as_mut().poll(context).map(|()| None),
        }))
    };
    assert!(run_at_rate(Duration::from_millis(150)).is_none());
    let report = run_at_rate(Duration::from_secs(60)).expect("it ends");
    assert_eq!((report.counts().accepted, service.sizes().len(), service.listings()), (40, 4, 0));
    account::check(&service, &targets, &report);
}

#[test]
fn what_was_in_flight_is_looked_up_before_anything_is_sent() {
    let (service, mut journal) = (Service::new(), MemoryJournal::default());
    let targets = urls(100);
    assert!(run_for(&service, &targets, 10, &mut journal, Duration::from_millis(150)).is_none());
    assert_eq!((service.sizes().len(), service.listings()), (8, 0));
    let report = run(&service, &targets, 10, &mut journal);
    assert_eq!((report.counts().accepted, service.sizes().len()), (100, 10));
    assert!(service.listings() >= 4, "four requests were in flight");
    account::check(&service, &targets, &report);
}

#[test]
fn what_was_not_carried_out_is_sent_again() {
    let (service, mut journal) = (Service::new().fault_at(0..4, Fault::Hang(false)), MemoryJournal::default());
    let targets = urls(40);
    assert!(run_for(&service, &targets, 10, &mut journal, Duration::from_millis(150)).is_none());
    let report = run(&service, &targets, 10, &mut journal);
    assert_eq!((report.counts().accepted, service.sizes().len()), (40, 8));
    account::check(&service, &targets, &report);
}

#[test]
fn while_the_history_cannot_be_asked_unknown_targets_are_not_sent() {
    let service = Service::new().fault_at([0], Fault::Reset(true)).failing_listings(1);
    let (mut journal, targets) = (MemoryJournal::default(), urls(20));
    let first = run(&service, &targets, 10, &mut journal);
    assert_eq!((first.counts().accepted, first.counts().unknown), (10, 10));
    let second = run(&service, &targets, 10, &mut journal);
    assert_eq!((second.counts().accepted, second.counts().unknown), (10, 10));
    let third = run(&service, &targets, 10, &mut journal);
    assert_eq!((third.counts().accepted, service.sizes().len()), (20, 2));
}

#[test]
fn targets_that_were_not_tried_are_sent_by_the_next_run() {
    let (service, mut journal) = (Service::new().quota(20), MemoryJournal::default());
    let targets = urls(50);
    let first = run(&service, &targets, 10, &mut journal);
    assert_eq!((first.counts().accepted, first.counts().not_tried), (20, 30));
    let service = service.quota(1_000);
    let second = run(&service, &targets, 10, &mut journal);
    assert_eq!(second.counts().accepted, 50);
    account::check(&service, &targets, &second);
}

#[test]
fn a_journal_of_another_list_or_request_is_refused_and_nothing_is_sent() {
    let (service, mut journal) = (Service::new(), MemoryJournal::default());
    drop(run(&service, &urls(10), 10, &mut journal));
    let lines = journal.lines();
    let mut refused = |call: Call<PurgeList>| {
        let report = service.clock.run(call.in_batches().resume(&mut journal));
        let is_refused = |item: Item<'_>| matches!(item.outcome(), Outcome::NotTried(NotTried::Because(_)));
        assert!(report.items().all(is_refused));
        report.stopped_by().unwrap().message().to_owned()
    };
    let other_list = refused(service.purge(urls(11)));
    assert_eq!(other_list, "the journal belongs to another list, of 10 targets; this one has 11");
    let request = PurgeList { zone: "zone-other".to_owned(), ..PurgeList::new(urls(10)) };
    let other_request = refused(service.client().call(&request));
    assert_eq!(other_request, "the journal belongs to a request with other parameters");
    assert_eq!((journal.lines(), service.sizes().len()), (lines, 1));
}

#[test]
fn targets_of_a_stream_are_not_sent_with_a_journal() {
    let (service, mut journal) = (Service::new(), MemoryJournal::default());
    let stream = futures_util::stream::iter(urls(3));
    let report = service.clock.run(service.purge(urls(2)).in_batches().from_stream(stream).resume(&mut journal));
    assert_eq!((report.counts().not_tried, service.sizes().len(), journal.lines().len()), (5, 0, 0));
}

#[test]
fn a_full_disk_stops_the_job_before_a_request_is_sent_that_is_not_recorded() {
    for works in 0..12 {
        let (service, mut journal) = (Service::new(), MemoryJournal::default());
        let targets = urls(50);
        journal.fail_after(works);
        let report = run(&service, &targets, 10, &mut journal);
        let error = report.stopped_by().expect("the journal failed").to_string();
        assert!(error.contains("no space left on device"), "{error}");
        account::check(&service, &targets, &report);
        let intended = journal.lines().iter().filter(|line| line.contains("intend")).count();
        assert!(service.sizes().len() <= intended, "{works}");
        journal.repair();
        let report = run(&service, &targets, 10, &mut journal);
        assert_eq!(report.counts().accepted, 50, "{works}");
        account::check(&service, &targets, &report);
    }
}

#[test]
fn a_long_journal_is_rewritten() {
    let (service, mut journal, targets) = (Service::new().quota(10), MemoryJournal::default(), urls(20));
    drop(run(&service, &targets, 10, &mut journal));
    // Requests that were rejected, as of many runs on a day without quota.
    for request in 2..600 {
        journal.settle(&format!(r#"{{"intend":{{"request":{request},"at":1,"targets":[[10,20]]}}}}"#)).unwrap();
        journal.settle(&format!(r#"{{"settle":{{"request":{request},"outcomes":[]}}}}"#)).unwrap();
    }
    let report = run(&service.clone().quota(10_000), &targets, 10, &mut journal);
    assert_eq!((report.counts().accepted, service.sizes().len()), (20, 3));
    assert_eq!((journal.replaced(), journal.lines().len()), (1, 5), "{:?}", journal.lines());
}

#[test]
fn a_run_that_is_stopped_ends_at_once_although_requests_of_earlier_runs_are_looked_up() {
    let (service, mut journal) = (Service::new().lag(Duration::from_secs(5)), MemoryJournal::default());
    let targets = urls(100);
    assert!(run_for(&service, &targets, 10, &mut journal, Duration::from_millis(150)).is_none());
    let mut stopped = batches(&service, &targets, 10, &mut journal).start();
    let mut alarm = service.clock.sleep(Duration::from_secs(1));
    service.clock.run(poll_fn(|context| {
        assert!(Pin::new(&mut stopped).poll(context).is_pending());
        alarm.as_mut().poll(context)
    }));
    stopped.stop();
    let begin = service.clock.elapsed();
    let report = service.clock.run(stopped);
    assert_eq!((report.counts().accepted, report.counts().unknown, report.counts().not_tried), (40, 40, 20));
    assert_eq!(service.clock.elapsed(), begin);
    account::check(&service, &targets, &report);
    let report = run(&service, &targets, 10, &mut journal);
    assert_eq!(report.counts().accepted, 100);
}

#[test]
fn a_run_that_checks_targets_goes_on_with_a_journal_that_did_not_if_it_sends_the_same() {
    let (service, mut journal) = (Service::new(), MemoryJournal::default());
    let targets = urls(3);
    drop(service.clock.run(service.purge(&targets).unchecked_targets().in_batches().resume(&mut journal)));
    let report = service.clock.run(service.purge(&targets).in_batches().resume(&mut journal));
    assert_eq!((report.counts().accepted, service.sizes()), (3, vec![3]));
}
