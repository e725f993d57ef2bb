//! Tests jobs of several runs that fail and end in every way, with a journal.

use std::future::poll_fn;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;

use tencentcloud_core::action::Batched;
use tencentcloud_core::jobs::{Batches, Report, Run};
use tencentcloud_core::time::{Clock as _, UtcOffset};
use tencentcloud_core::{Client, ErrorKind};

use super::account::{self, FAULTS, SEEDS, list};
use super::ends::Panicking;
use super::journal::MemoryJournal;
use super::random::Random;
use super::sample::{PurgeList, PurgeWhole};
use super::service::Service;
use crate::sample::Cdn;

/// How a run ends, unless it is done before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The process is killed.
    Killed,
    /// The machine loses power, and what is not on its disk.
    PowerLost,
    /// It is stopped, and completes what is in flight.
    Stopped,
    /// It is ended at once, and reports.
    Dropped,
    /// A hook panics, and what is left of the run reports.
    Panicked,
    /// It runs until nothing more can be done.
    Completed,
}

const ENDS: [End; 6] = [End::Killed, End::PowerLost, End::Stopped, End::Dropped, End::Panicked, End::Completed];

/// A purge whose targets are a list.
trait Purge: Batched<Product = Cdn> + Sized {
    fn new(targets: &[String]) -> Self;
}

impl Purge for PurgeList {
    fn new(targets: &[String]) -> Self {
        Self::new(targets)
    }
}

impl Purge for PurgeWhole {
    fn new(targets: &[String]) -> Self {
        Self(PurgeList::new(targets))
    }
}

/// A job, and the service that carries it out.
struct Job<A> {
    random: Random,
    service: Service,
    offset: UtcOffset,
    journal: MemoryJournal,
    targets: Vec<String>,
    size: usize,
    has_faults: Arc<AtomicBool>,
    action: PhantomData<A>,
}

impl<A: Purge> Job<A> {
    fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let (mut faults, mut delays) = (Random::new(seed + 1_000), Random::new(seed + 2_000));
        let every = 2 + random.below(10);
        let has_faults = Arc::new(AtomicBool::new(true));
        let happen = Arc::clone(&has_faults);
        let offset = random.pick(&[UtcOffset::UTC, UtcOffset::CHINA]);
        let service = Service::new()
            .offset(offset)
            .ahead(random.pick(&[0, 0, 0, -900, 200, 900]))
            .lag(Duration::from_secs(random.below(20) as u64))
            .quota(random.pick(&[usize::MAX, 40]))
            .max_size(random.pick(&[usize::MAX, 7]))
            .failing_listings(random.below(3))
            .faults(move |_, _| {
                (happen.load(Ordering::Relaxed) && faults.below(every) == 0).then(|| faults.pick(&FAULTS))
            })
            .delays(move |_| Duration::from_millis(delays.below(400) as u64));
        let (mut targets, size) = (list(&mut random), 1 + random.below(15));
        if !A::PARTIAL {
            targets.retain(|target| !target.contains("failed"));
        }
        let (journal, action) = (MemoryJournal::default(), PhantomData);
        Self { random, service, offset, journal, targets, size, has_faults, action }
    }

    /// Starts a run and ends it. Returns its report, if it has one.
    fn run(&mut self, end: End) -> Option<Report<A>> {
        let Self { random, service, journal, targets, size, .. } = self;
        let max = random.pick(&[1_000, 30_000]);
        let limit = Duration::from_millis(random.below(max) as u64);
        let config = service.config().without_limits();
        let config = match end {
            End::Panicked => config.interceptor(Panicking::new(random.below(10), random.below(2) == 0)),
            _ => config,
        };
        let call = Client::new(&service.build(config)).call(&<A as Purge>::new(targets));
        let batches: Batches<'_, A> = call.in_batches().size(*size).in_flight(1 + random.below(5));
        let mut run = batches.history_delay(Duration::from_secs(30)).resume(journal).start();
        let report = match end {
            End::Completed => Some(service.clock.run(run)),
            End::Killed | End::PowerLost => run_for(service, &mut run, limit),
            End::Dropped => run_for(service, &mut run, limit).or_else(|| Some(run.into_report())),
            End::Stopped => run_for(service, &mut run, limit).or_else(|| {
                run.stop();
                Some(service.clock.run(run))
            }),
            End::Panicked => match catch_unwind(AssertUnwindSafe(|| service.clock.run(&mut run))) {
                Ok(report) => Some(report),
                Err(_) if random.below(2) == 0 => Some(run.into_report()),
                Err(_) => Some(service.clock.run(run)),
            },
        };
        if end == End::PowerLost {
            journal.lose_power();
        }
        if report.as_ref().and_then(Report::stopped_by).is_some_and(|error| error.kind() == ErrorKind::Quota) {
            // The next day.
            service.clock.advance(Duration::from_secs(86_400));
            let _ = service.clone().quota(40);
        }
        report
    }

    /// Whether nothing shows the zone of the service's times: they are in UTC, so none is in the
    /// future, and no request has a response.
    fn is_of_unknown_zone(&self, report: &Report<A>) -> bool {
        self.offset == UtcOffset::UTC && report.counts().accepted == 0
    }

    /// Checks a report, and what the history says about its unknown targets.
    fn check(&mut self, mut report: Report<A>, end: End) {
        account::check(&self.service, &self.targets, &report);
        // The hook of a run that panics would panic again.
        if self.random.below(3) == 0 && end != End::Panicked {
            let settled = self.service.clock.run(report.settle().history_delay(Duration::from_secs(30)));
            assert_eq!(settled.unknown, report.counts().unknown);
            account::check(&self.service, &self.targets, &report);
        }
    }
}

/// Polls a run for some time. Returns the report if it is done before.
fn run_for<A: Batched>(service: &Service, run: &mut Run<'_, A>, time: Duration) -> Option<Report<A>> {
    let mut alarm = service.clock.sleep(time);
    service.clock.run(poll_fn(|context| match Pin::new(&mut *run).poll(context) {
        Poll::Ready(report) => Poll::Ready(Some(report)),
        Poll::Pending => alarm.as_mut().poll(context).map(|()| None),
    }))
}

#[test]
fn however_its_runs_fail_and_end_a_job_sends_every_target_once() {
    run_jobs::<PurgeList>();
}

#[test]
fn however_its_runs_fail_and_end_a_job_whose_requests_are_accepted_as_a_whole_sends_every_target_once() {
    run_jobs::<PurgeWhole>();
}

fn run_jobs<A: Purge>() {
    let mut ends = [0; ENDS.len()];
    let mut outcomes = [0; 4];
    let mut outcome_is_known = 0;
    for seed in 0..SEEDS {
        let mut job = Job::<A>::new(seed);
        for _ in 0..job.random.below(12) {
            let end = job.random.pick(&ENDS);
            ends[end as usize] += 1;
            let Some(report) = job.run(end) else { continue };
            let counts = report.counts();
            let classes = [counts.accepted, counts.refused, counts.unknown, counts.not_tried];
            outcomes.iter_mut().zip(classes).for_each(|(sum, count)| *sum += count);
            job.check(report, end);
        }
        job.has_faults.store(false, Ordering::Relaxed);
        let mut runs = 0;
        let report = loop {
            runs += 1;
            let report = job.run(End::Completed).expect("it is not killed");
            let counts = report.counts();
            if report.stopped_by().is_none() && (counts.unknown == 0 || job.is_of_unknown_zone(&report)) {
                break report;
            }
            assert!(runs < 20, "seed {seed}: {report}");
            // The history shows the tasks of this run by then.
            job.service.clock.advance(Duration::from_secs(30));
        };
        account::check(&job.service, &job.targets, &report);
        assert_eq!(report.counts().not_tried, 0, "seed {seed}: {report}");
        outcome_is_known += usize::from(report.counts().unknown == 0);
    }
    assert!(outcome_is_known > SEEDS as usize - 10, "a few jobs stay unclear: {outcome_is_known}");
    assert!(ends.iter().all(|count| *count > 50), "every end is met: {ends:?}");
    assert!(outcomes.iter().all(|count| *count > 200), "every class is met: {outcomes:?}");
}
