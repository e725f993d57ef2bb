//! Tests how a job can end: stopped, dropped, or by a panic.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_core::Stream;
use tencentcloud_core::jobs::{Batches, NotTried, Outcome, Report, Run};
use tencentcloud_core::observe::{Attempt, AttemptHeaders, CallEnd, Interceptor};
use tencentcloud_core::time::Clock as _;
use tencentcloud_core::{Client, ErrorKind};

use super::account;
use super::sample::PurgeList;
use super::service::{Fault, Service};

fn urls(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("https://www.example.com/{number}.jpg")).collect()
}

/// Runs a job for some time.
fn run_for(service: &Service, run: &mut Run<'_, PurgeList>, time: Duration) {
    let mut alarm = service.clock.sleep(time);
    service.clock.run(poll_fn(|context| {
        assert!(Pin::new(&mut *run).poll(context).is_pending());
        alarm.as_mut().poll(context)
    }));
}

fn classes(report: &Report<PurgeList>) -> [usize; 4] {
    let counts = report.counts();
    [counts.accepted, counts.refused, counts.unknown, counts.not_tried]
}

#[test]
fn a_stopped_run_completes_the_requests_that_are_in_flight() {
    let (service, targets) = (Service::new(), urls(100));
    let mut run = service.purge(&targets).in_batches().size(10).in_flight(2).start();
    run_for(&service, &mut run, Duration::from_millis(150));
    run.stop();
    let report = service.clock.run(&mut run);
    assert_eq!(classes(&report), [40, 0, 0, 60]);
    let why = report.items().last().map(|item| item.outcome().to_string());
    assert_eq!(why.unwrap(), "not tried: the run was stopped");
    account::check(&service, &targets, &report);
}

#[test]
fn a_stopped_run_does_not_wait_for_permits() {
    let (service, targets) = (Service::new(), urls(100));
    let config = service.build(service.config().requests_per_second(1));
    let mut run = Client::new(&config).call(&PurgeList::new(&targets)).in_batches().size(10).start();
    run_for(&service, &mut run, Duration::from_millis(50));
    assert_eq!(run.targets_in_flight(), 10);
    run.stop();
    let report = service.clock.run(&mut run);
    assert_eq!((classes(&report), report.requests(), service.sizes().len()), ([10, 0, 0, 90], 1, 1));
    assert!(service.clock.elapsed() < Duration::from_millis(200));
    account::check(&service, &targets, &report);
}

#[test]
fn a_job_that_stops_because_of_an_error_does_not_wait_for_permits() {
    let (service, targets) = (Service::new().quota(0), urls(100));
    let config = service.build(service.config().requests_per_second(1));
    let call = Client::new(&config).call(&PurgeList::new(&targets));
    let report = service.clock.run(call.in_batches().size(10));
    assert_eq!((classes(&report), service.sizes().len()), ([0, 0, 0, 100], 1));
    assert!(report.items().all(|item| item.outcome().error().is_some_and(|error| error.kind() == ErrorKind::Quota)));
}

#[test]
fn a_run_counts_its_targets_while_it_runs() {
    let (service, mut targets) = (Service::new(), urls(100));
    targets.extend(["no URL".to_owned(), targets[0].clone()]);
    let mut run = service.purge(&targets).in_batches().size(10).in_flight(2).start();
    run_for(&service, &mut run, Duration::from_millis(150));
    let counts = run.counts();
    assert_eq!([counts.accepted, counts.refused, counts.total(), run.targets_in_flight()], [21, 1, 22, 20]);
    let report = service.clock.run(&mut run);
    assert_eq!((run.counts(), run.targets_in_flight()), (report.counts(), 0));
}

#[test]
fn a_dropped_run_reports_what_is_in_flight_as_unknown() {
    let (service, targets) = (Service::new(), urls(100));
    let mut run = service.purge(&targets).in_batches().size(10).in_flight(2).start();
    run_for(&service, &mut run, Duration::from_millis(150));
    let report = run.into_report();
    assert_eq!(classes(&report), [20, 0, 20, 60]);
    account::check(&service, &targets, &report);
}

#[test]
fn a_request_that_waits_for_its_permit_when_the_run_is_dropped_was_not_sent() {
    let (service, targets) = (Service::new(), urls(40));
    let config = service.build(service.config().requests_per_second(1));
    let call = Client::new(&config).call(&PurgeList::new(&targets));
    let mut run = call.in_batches().size(10).start();
    run_for(&service, &mut run, Duration::from_millis(150));
    let report = run.into_report();
    assert_eq!(classes(&report), [10, 0, 0, 30]);
    account::check(&service, &targets, &report);
}

#[test]
fn a_report_that_is_asked_for_again_is_not_an_empty_success() {
    let service = Service::new().fault_at([0], Fault::Reset(true));
    let mut run = service.purge(urls(5)).in_batches().start();
    let first = service.clock.run(&mut run);
    assert_eq!((first.counts().unknown, first.into_result().is_err()), (5, true));
    let second = run.into_report();
    assert!(second.is_empty());
    let error = second.into_result().unwrap_err();
    assert_eq!(
        error.to_string(),
        "cdn.PurgeUrlsCache: this report is empty, because the run has returned its report before; help: use the \
         report that was returned first"
    );
}

#[test]
fn a_run_that_was_never_polled_reports_every_target() {
    let service = Service::new();
    let report = service.purge(urls(3)).in_batches().start().into_report();
    assert_eq!(classes(&report), [0, 0, 0, 3]);
    assert!(report.items().all(|item| matches!(item.outcome(), Outcome::NotTried(NotTried::Stopped))));
}

/// Panics once: in the n-th use of a hook, from 0.
pub(crate) struct Panicking {
    uses: AtomicUsize,
    at: usize,
    before: bool,
}

impl Panicking {
    pub(crate) fn new(at: usize, before: bool) -> Self {
        Self { uses: AtomicUsize::new(0), at, before }
    }

    fn used(&self, before: bool) {
        if self.before == before {
            assert!(self.uses.fetch_add(1, Ordering::Relaxed) != self.at, "the hook panics");
        }
    }
}

impl Interceptor for Panicking {
    fn before_attempt(&self, _: &Attempt<'_>, _: &mut AttemptHeaders<'_>) {
        self.used(true);
    }

    fn after_call(&self, _: &CallEnd<'_>) {
        self.used(false);
    }
}

#[test]
fn a_panic_of_a_hook_leaves_a_run_that_reports_every_target() {
    for before in [true, false] {
        for at in 0..8 {
            let (service, targets) = (Service::new(), urls(40));
            let panicking = Panicking::new(at, before);
            let config = service.build(service.config().without_limits().interceptor(panicking));
            let batches = || Client::new(&config).call(&PurgeList::new(&targets)).in_batches().size(5).in_flight(3);
            let mut run = batches().start();
            catch_unwind(AssertUnwindSafe(|| service.clock.run(&mut run))).expect_err("the panic reaches the caller");
            let report = run.into_report();
            assert!(report.counts().unknown >= 5, "the call that panicked: {report}");
            account::check(&service, &targets, &report);
        }
    }
}

#[test]
fn a_run_that_is_polled_after_a_panic_completes_what_is_in_flight() {
    let (service, targets) = (Service::new(), urls(40));
    let panicking = Panicking::new(2, true);
    let config = service.build(service.config().without_limits().interceptor(panicking));
    let mut run = Client::new(&config).call(&PurgeList::new(&targets)).in_batches().size(5).in_flight(3).start();
    catch_unwind(AssertUnwindSafe(|| service.clock.run(&mut run))).expect_err("the panic reaches the caller");
    let report = service.clock.run(&mut run);
    assert_eq!(classes(&report), [10, 0, 5, 25]);
    account::check(&service, &targets, &report);
}

/// A stream that yields some targets, and then panics.
struct PanickingStream(Vec<String>);

impl Stream for PanickingStream {
    type Item = String;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<String>> {
        assert!(!self.0.is_empty(), "the stream panics");
        Poll::Ready(Some(self.0.remove(0)))
    }
}

#[test]
fn a_panic_of_the_stream_of_targets_leaves_a_run_that_reports_those_it_yielded() {
    for count in [0, 1, 5, 13] {
        let (service, targets) = (Service::new(), urls(count));
        let batches: Batches<'_, PurgeList> = service.purge(Vec::<String>::new()).in_batches();
        let mut run = batches.size(5).from_stream(PanickingStream(targets.clone())).start();
        let mut context = Context::from_waker(Waker::noop());
        let poll = catch_unwind(AssertUnwindSafe(|| Pin::new(&mut run).poll(&mut context).is_ready()));
        poll.expect_err("the panic reaches the caller");
        let report = service.clock.run(&mut run);
        assert_eq!(report.counts().not_tried, count, "no request was sent yet");
        account::check(&service, &targets, &report);
    }
}
