//! Compares a report with what the service has accepted, for jobs that fail in every way.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use tencentcloud_core::action::Batched;
use tencentcloud_core::jobs::{Outcome, Report};
use tencentcloud_core::time::Clock as _;

use super::random::Random;
use super::service::{Fault, Service};

/// Number of random jobs. 100: enough that every kind of fault meets every kind of batch.
pub(crate) const SEEDS: u64 = 100;

/// Every kind of fault.
pub(crate) const FAULTS: [Fault; 20] = [
    Fault::Code("RequestLimitExceeded"),
    Fault::Code("InternalError.CdnSystemError"),
    Fault::Code("InvalidParameter.CdnParamError"),
    Fault::Code("LimitExceeded.CdnPurgeUrlExceedBatchLimit"),
    Fault::Code("LimitExceeded.CdnPurgeUrlExceedDayLimit"),
    Fault::Code("AuthFailure.SecretIdNotFound"),
    Fault::Code("UnauthorizedOperation.CdnCamUnauthorized"),
    Fault::CarriedOut("FailedOperation"),
    Fault::CarriedOut("SomethingNew"),
    Fault::Connect,
    Fault::Reset(true),
    Fault::Reset(false),
    Fault::Hang(true),
    Fault::Hang(false),
    Fault::Truncated,
    Fault::Gateway(502, true),
    Fault::Gateway(502, false),
    Fault::Gateway(429, false),
    Fault::Date(600),
    Fault::Date(-600),
];

/// Checks that the report is what the service would say. The targets are in the given order.
pub(crate) fn check<A: Batched>(service: &Service, targets: &[String], report: &Report<A>) {
    assert_eq!(report.len(), targets.len(), "each target is in the report once");
    let tasks = service.tasks();
    let accepted = service.accepted();
    for (number, (item, target)) in report.items().zip(targets).enumerate() {
        assert_eq!((item.position(), &*item.target()), (number, target.as_str()));
        let sent = as_sent(target);
        let times = accepted.get(&sent).copied().unwrap_or_default();
        assert!(times <= 1, "{target} was accepted {times} times");
        match item.outcome() {
            Outcome::Accepted { task, .. } => {
                let task = tasks.iter().find(|known| known.id == task).expect("the task exists");
                assert!(task.targets.contains(&sent), "{target} is in its task");
            }
            Outcome::Unknown(error) => assert!(!error.message().is_empty()),
            outcome @ (Outcome::Refused(_) | Outcome::NotTried(_)) => {
                assert_eq!(times, 0, "{target} was accepted, but is reported as {outcome}");
            }
        }
    }
}

fn urls(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("https://www.example.com/{number}.jpg")).collect()
}

/// A list with duplicates, invalid targets, and targets that the service refuses.
pub(crate) fn list(random: &mut Random) -> Vec<String> {
    let mut targets = urls(random.below(120));
    for _ in 0..random.below(4) {
        let odd = random.pick(&[
            "https://www.example.com/a b",
            "www.example.com/1.jpg",
            "https://www.example.com/0.jpg",
            "https://www.example.com/refused",
            "https://www.example.com/failed",
            "https://www.example.com/é",
        ]);
        targets.insert(random.below(targets.len() + 1), odd.to_owned());
    }
    targets
}

fn service(random: &mut Random) -> Service {
    let (mut faults, mut delays) = (Random::new(random.below(1_000) as u64), Random::new(random.below(1_000) as u64));
    let every = 1 + random.below(10);
    let service = Service::new()
        .faults(move |_, _| (faults.below(every) == 0).then(|| faults.pick(&FAULTS)))
        .delays(move |_| Duration::from_millis(delays.below(400) as u64));
    let service = if random.below(4) == 0 { service.max_size(1 + random.below(20)) } else { service };
    if random.below(4) == 0 { service.quota(random.below(100)) } else { service }
}

/// A target as the service shows it.
fn as_sent(target: &str) -> String {
    target.replace('é', "%C3%A9")
}

#[test]
fn whatever_fails_the_report_is_what_the_service_would_say() {
    let mut outcomes = [0; 4];
    for seed in 0..SEEDS {
        let mut random = Random::new(seed);
        let (service, targets) = (service(&mut random), list(&mut random));
        let batches = service.purge(&targets).in_batches().size(1 + random.below(30)).in_flight(1 + random.below(6));
        let report = service.clock.run(batches);
        println!("seed {seed}: {report}");
        check(&service, &targets, &report);
        let counts = report.counts();
        for (sum, count) in outcomes.iter_mut().zip([counts.accepted, counts.refused, counts.unknown, counts.not_tried])
        {
            *sum += count;
        }
    }
    assert!(outcomes.iter().all(|count| *count > 50), "every class is met: {outcomes:?}");
}

#[test]
fn a_run_that_is_dropped_at_any_time_reports_every_target() {
    for seed in 0..SEEDS {
        let mut random = Random::new(seed);
        let (service, targets) = (service(&mut random), urls(60));
        let mut run = service.purge(&targets).in_batches().size(5).in_flight(3).start();
        let limit = Duration::from_millis(random.below(2_000) as u64);
        let report = service.clock.run(async {
            let mut alarm = service.clock.sleep(limit);
            poll_fn(|context| {
                if alarm.as_mut().poll(context).is_ready() {
                    return Poll::Ready(None);
                }
                Pin::new(&mut run).poll(context).map(Some)
            })
            .await
        });
        let report = report.unwrap_or_else(|| run.into_report());
        check(&service, &targets, &report);
    }
}
