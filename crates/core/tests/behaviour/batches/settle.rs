//! Tests that the history of tasks settles unknown targets.

use std::time::Duration;

use tencentcloud_core::ErrorKind;
use tencentcloud_core::jobs::{NotTried, Outcome, Report};
use tencentcloud_core::time::UtcOffset;

use super::account;
use super::random::Random;
use super::sample::{PurgeList, PurgeWhole};
use super::service::{Fault, Service};

fn urls(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("https://www.example.com/{number}.jpg")).collect()
}

fn purge(service: &Service, targets: &[String], size: usize) -> Report<PurgeList> {
    service.clock.run(service.purge(targets).in_batches().size(size))
}

#[test]
fn a_request_that_was_carried_out_is_found_and_another_one_is_not() {
    for offset in [UtcOffset::UTC, UtcOffset::CHINA] {
        let service = Service::new().offset(offset).faults(|number, _| match number {
            1 => Some(Fault::Reset(true)),
            3 => Some(Fault::Reset(false)),
            _ => None,
        });
        let targets = urls(50);
        let mut report = purge(&service, &targets, 10);
        assert_eq!(report.counts().unknown, 20);
        let settled = service.clock.run(report.settle());
        assert_eq!((settled.accepted, settled.not_tried, settled.unknown), (10, 10, 0));
        account::check(&service, &targets, &report);
        assert_eq!(report.counts().accepted, 40);
        assert!(report.items().any(|item| matches!(item.outcome(), Outcome::NotTried(NotTried::NotInHistory))));
        assert_eq!(report.tasks().len(), 4);
        let asked = service.listings();
        let again = service.clock.run(report.settle());
        assert_eq!((again.total(), service.listings()), (0, asked), "nothing is left");
    }
}

#[test]
fn a_total_that_is_too_small_does_not_hide_a_task() {
    let service = Service::new().max_total(100).fault_at([1], Fault::Reset(true));
    let targets = urls(20);
    let mut report = purge(&service, &targets, 10);
    let foreign: Vec<String> = (0..200).map(|number| format!("https://www.example.com/foreign/{number}")).collect();
    service.foreign_task(&foreign);
    let settled = service.clock.run(report.settle());
    assert_eq!((settled.accepted, settled.not_tried, settled.unknown), (10, 0, 0));
}

#[test]
fn a_purge_that_is_accepted_as_a_whole_is_found_by_its_first_target_and_compared_whole() {
    let service = Service::new().faults(|number, _| match number {
        0 => Some(Fault::Reset(true)),
        1 => Some(Fault::Reset(false)),
        _ => None,
    });
    let targets = urls(300);
    let call = service.client().call(&PurgeWhole(PurgeList::new(&targets)));
    let mut report = service.clock.run(call.in_batches().size(100));
    let settled = service.clock.run(report.settle().history_delay(Duration::from_secs(1)));
    assert_eq!((settled.accepted, settled.not_tried), (100, 100));
    assert_eq!(service.listings(), 6, "one and three pages for the task; for the other at once and a second later");
}

#[test]
fn a_task_that_is_listed_late_is_waited_for() {
    let late = Service::new().lag(Duration::from_secs(90)).fault_at([0], Fault::Reset(true));
    let mut report = purge(&late, &urls(10), 10);
    let settled = late.clock.run(report.settle());
    assert_eq!(settled.accepted, 10);
    assert!(late.clock.elapsed() >= Duration::from_secs(90) && late.clock.elapsed() < Duration::from_secs(101));

    let absent = Service::new().fault_at([0], Fault::Reset(false));
    let mut report = purge(&absent, &urls(10), 10);
    let settled = absent.clock.run(report.settle());
    assert_eq!(settled.not_tried, 10);
    assert!(absent.clock.elapsed() >= Duration::from_secs(120) && absent.clock.elapsed() < Duration::from_secs(121));
    assert_eq!(absent.listings(), 13);
}

#[test]
fn a_task_whose_targets_are_listed_one_after_another_is_waited_for() {
    let service = Service::new().target_lag(Duration::from_secs(7)).fault_at([0], Fault::Reset(true));
    let targets = urls(10);
    let mut report = purge(&service, &targets, 10);
    let settled = service.clock.run(report.settle());
    assert_eq!((settled.accepted, settled.not_tried), (10, 0));
    account::check(&service, &targets, &report);
    assert!(service.clock.elapsed() < Duration::from_secs(75));
}

#[test]
fn targets_stay_unknown_if_the_history_cannot_be_asked() {
    let service = Service::new().fault_at([0], Fault::Reset(true)).failing_listings(1);
    let targets = urls(10);
    let mut report = purge(&service, &targets, 10);
    let settled = service.clock.run(report.settle());
    assert_eq!(settled.unknown, 10);
    let error = report.items().next().and_then(|item| item.outcome().error().map(ToString::to_string)).unwrap();
    assert!(error.starts_with("there was no response, and the history of tasks cannot be read: cdn."), "{error}");
    assert_eq!(report.items().next().unwrap().outcome().error().unwrap().kind(), ErrorKind::Permission);
    let settled = service.clock.run(report.settle());
    assert_eq!(settled.accepted, 10, "it can be asked again");
}

#[test]
fn an_old_task_of_the_same_targets_is_not_taken_for_the_request() {
    let service = Service::new().fault_at([0], Fault::Reset(false));
    service.foreign_task(&urls(5));
    service.clock.advance(Duration::from_secs(45));
    let mut report = purge(&service, &urls(5), 5);
    let settled = service.clock.run(report.settle());
    assert_eq!((settled.accepted, settled.not_tried), (0, 5));
}

#[test]
fn a_settling_that_is_dropped_changes_nothing() {
    let service = Service::new().fault_at([0], Fault::Reset(true));
    let mut report = purge(&service, &urls(5), 5);
    let mut settling = report.settle().into_future();
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(settling.as_mut().poll(&mut context).is_pending());
    drop(settling);
    assert_eq!(report.counts().unknown, 5);
    assert_eq!(service.clock.run(report.settle()).accepted, 5);
}

#[test]
fn targets_that_were_refused_one_by_one_in_a_lost_response_are_not_tried() {
    let service = Service::new().fault_at([0], Fault::Truncated);
    let mut targets = urls(5);
    targets[0] = "https://www.example.com/failed".to_owned();
    let mut report = purge(&service, &targets, 5);
    let settled = service.clock.run(report.settle());
    assert_eq!((settled.accepted, settled.not_tried), (4, 1));
    account::check(&service, &targets, &report);
}

#[test]
fn whatever_fails_a_settled_report_has_no_unknown_target_and_is_what_the_service_would_say() {
    for seed in 0..100 {
        let mut random = Random::new(seed);
        let mut faults = Random::new(seed + 1_000);
        let offset = random.pick(&[UtcOffset::UTC, UtcOffset::CHINA]);
        let lag = Duration::from_secs(random.below(30) as u64);
        let every = 2 + random.below(4);
        let service = Service::new().offset(offset).lag(lag).faults(move |_, _| {
            let lost = [Fault::Reset(true), Fault::Reset(false), Fault::Hang(true), Fault::Truncated];
            (faults.below(every) == 0).then(|| faults.pick(&lost))
        });
        let targets = urls(40);
        let mut report = purge(&service, &targets, 1 + random.below(10));
        service.clock.run(report.settle().history_delay(Duration::from_secs(30)));
        assert_eq!(report.counts().unknown, 0, "seed {seed}");
        account::check(&service, &targets, &report);
        let accepted = service.accepted().len();
        assert_eq!(report.counts().accepted, accepted, "seed {seed}: what was accepted is reported as accepted");
    }
}

#[test]
fn a_report_can_be_settled_a_day_later() {
    let service = Service::new().fault_at([0], Fault::Reset(true));
    let mut report = purge(&service, &urls(6), 3);
    service.clock.advance(Duration::from_secs(86_400));
    assert_eq!(service.clock.run(report.settle()).accepted, 3);
}
