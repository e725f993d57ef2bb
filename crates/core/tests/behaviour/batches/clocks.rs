//! Tests that a wrong clock hides no task from the search of the history.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use tencentcloud_core::jobs::Report;
use tencentcloud_core::time::{Clock as _, UtcOffset};

use super::account;
use super::journal::MemoryJournal;
use super::resume::run_for;
use super::sample::PurgeList;
use super::service::{Fault, Service};

/// How far the service's clock is ahead: signatures are refused, accepted although they are old, or
/// not even corrected.
const AHEAD: [i64; 8] = [-100_000, -900, -270, -50, 50, 270, 900, 100_000];

fn urls(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("https://www.example.com/{number}.jpg")).collect()
}

fn settle(service: &Service, report: &mut Report<PurgeList>) {
    service.clock.run(report.settle());
}

#[test]
fn the_first_request_is_found_although_the_clock_was_wrong_when_it_was_sent() {
    for ahead in AHEAD {
        let service = Service::new().ahead(ahead).fault_at([0], Fault::Reset(true));
        let targets = urls(10);
        let mut report = service.clock.run(service.purge(&targets).in_batches());
        assert_eq!(report.counts().unknown, 10);
        settle(&service, &mut report);
        assert_eq!(report.counts().accepted, 10, "{ahead}");
        account::check(&service, &targets, &report);
    }
}

#[test]
fn what_a_killed_run_has_sent_is_found_by_a_run_that_does_not_know_the_clock_yet() {
    for (ahead, offset) in AHEAD.into_iter().flat_map(|ahead| [(ahead, UtcOffset::CHINA), (ahead, UtcOffset::UTC)]) {
        let (service, mut journal) = (Service::new().ahead(ahead).offset(offset), MemoryJournal::default());
        let targets = urls(100);
        // The first requests are in flight, or the second ones, whose time is corrected.
        for time in [90, 150, 250] {
            let _ = run_for(&service, &targets, 10, &mut journal, Duration::from_millis(time));
        }
        service.clock.advance(Duration::from_secs(600));
        let mut run = || run_for(&service, &targets, 10, &mut journal, Duration::from_secs(1_000)).expect("it ends");
        let mut report = run();
        if offset == UtcOffset::UTC {
            // The requests of this run show the zone of the service's times.
            report = run();
        }
        assert_eq!(report.counts().accepted, 100, "{ahead}, {offset:?}: {report}");
        account::check(&service, &targets, &report);
    }
}

#[test]
fn a_request_that_was_recorded_in_the_future_is_found() {
    // One response has a wrong time, in the future or in the past.
    for ahead in [600, -600] {
        let service = Service::new().ahead(ahead).fault_at([1], Fault::Reset(true));
        let targets = urls(20);
        let mut run = service.purge(&targets).in_batches().size(10).in_flight(1).start();
        let mut alarm = service.clock.sleep(Duration::from_millis(149));
        service.clock.run(poll_fn(|context| {
            assert!(Pin::new(&mut run).poll(context).is_pending());
            alarm.as_mut().poll(context)
        }));
        let service = service.ahead(0);
        let mut report = service.clock.run(run);
        assert_eq!((report.counts().accepted, report.counts().unknown), (10, 10), "{ahead}");
        settle(&service, &mut report);
        assert_eq!(report.counts().accepted, 20, "{ahead}");
        account::check(&service, &targets, &report);
    }
}

#[test]
fn a_journal_of_the_future_does_not_stop_a_job_forever() {
    // The clock was ahead when the first run was killed, and has been set since.
    let (service, mut journal) = (Service::new(), MemoryJournal::default());
    let targets = urls(20);
    assert!(run_for(&service, &targets, 10, &mut journal, Duration::from_millis(50)).is_none());
    journal.postpone(Duration::from_secs(86_400));
    let report = run_for(&service, &targets, 10, &mut journal, Duration::from_secs(1_000)).expect("it ends");
    assert_eq!((report.counts().accepted, report.counts().unknown), (20, 0));
    account::check(&service, &targets, &report);
}

#[test]
fn a_request_that_was_not_carried_out_is_not_waited_for_longer_than_usual() {
    for ahead in AHEAD {
        let service = Service::new().ahead(ahead).fault_at([1], Fault::Reset(false));
        let batches = service.purge(urls(20)).in_batches().size(10).in_flight(1);
        let mut report = service.clock.run(batches);
        // The second request was sent at a corrected time. Now the clock is set right.
        let service = service.ahead(0);
        let begin = service.clock.elapsed();
        settle(&service, &mut report);
        assert_eq!(report.counts().not_tried, 10);
        let waited = service.clock.elapsed() - begin;
        assert!(waited < Duration::from_secs(125), "{ahead}: {waited:?}");
    }
}
