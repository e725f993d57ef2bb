//! Tests which requests a job sends.

use std::time::Duration;

use tencentcloud_core::jobs::{NotTried, Outcome, TaskHandle};
use tencentcloud_core::{Client, ErrorKind};

use super::account;
use super::sample::PurgeList;
use super::service::{Fault, Service};

fn urls(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("https://www.example.com/{number}.jpg")).collect()
}

#[test]
fn a_list_is_split_into_requests_of_the_documented_size() {
    let (service, targets) = (Service::new(), urls(2_500));
    let report = service.clock.run(service.purge(&targets).in_batches());
    assert_eq!(service.sizes(), [1_000, 1_000, 500]);
    assert_eq!(service.requests().concat(), targets);
    assert_eq!((report.requests(), report.counts().accepted), (3, 2_500));
    let tasks = report.into_result().unwrap();
    assert_eq!(tasks.iter().map(TaskHandle::id).collect::<Vec<_>>(), ["task-0", "task-1", "task-2"]);
}

#[test]
fn the_number_of_requests_on_their_way_is_limited() {
    for (set, expected) in [(Some(1), 1), (None, 4), (Some(7), 7), (Some(0), 1)] {
        let service = Service::new();
        let batches = service.purge(urls(100)).in_batches().size(5);
        let report = service.clock.run(match set {
            Some(set) => batches.in_flight(set),
            None => batches,
        });
        assert_eq!((service.max_on_their_way(), report.counts().accepted), (expected, 100));
    }
}

#[test]
fn a_duplicate_is_sent_once_and_reported_each_time() {
    let service = Service::new();
    let mut targets = urls(10);
    targets.extend(urls(4));
    let report = service.clock.run(service.purge(&targets).in_batches().size(5));
    assert_eq!(service.requests().concat(), urls(10));
    let tasks: Vec<_> = report.items().map(|item| item.outcome().to_string()).collect();
    assert_eq!(tasks[..4], tasks[10..]);
    account::check(&service, &targets, &report);
}

#[test]
fn an_invalid_target_is_refused_and_the_others_are_sent() {
    let service = Service::new();
    let targets = ["https://www.example.com/1", "https://www.example.com/a b", "https://www.example.com/2"];
    let report = service.clock.run(service.purge(targets).in_batches());
    assert_eq!(service.requests(), [[targets[0], targets[2]]]);
    let items: Vec<_> = report.items().map(|item| item.outcome().as_str()).collect();
    assert_eq!(items, ["accepted", "refused", "accepted"]);
    let error = report.items().nth(1).and_then(|item| item.outcome().error().map(ToString::to_string));
    assert_eq!(
        error.unwrap(),
        "`Urls[1]` contains the white space U+0020: `https://www.example.com/a b`; help: write `%20` for a space that \
         belongs to the name, and remove other white space, or send it as it is with `.unchecked_targets()`"
    );
    let unchecked = service.clock.run(service.purge(targets).unchecked_targets().in_batches());
    assert_eq!(unchecked.counts().accepted, 3);
}

#[test]
fn what_is_wrong_with_another_parameter_stops_the_job_before_anything_is_sent() {
    let service = Service::new();
    let request = PurgeList { zone: "example.com".to_owned(), ..PurgeList::new(["https://www.example.com/a b", "x"]) };
    let report = service.clock.run(service.client().call(&request).in_batches());
    assert_eq!(report.counts().not_tried + report.counts().refused, 2);
    assert_eq!((report.counts().refused, report.requests()), (2, 0));
    let request = PurgeList { zone: "example.com".to_owned(), ..PurgeList::new(["https://www.example.com/a"]) };
    let report = service.clock.run(service.client().call(&request).in_batches());
    let error = report.into_result().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(service.requests().is_empty());
}

#[test]
fn an_empty_list_is_an_empty_report() {
    let service = Service::new();
    let report = service.clock.run(service.purge(Vec::<String>::new()).in_batches());
    assert!(report.is_empty() && service.requests().is_empty());
    assert_eq!(report.to_string(), "cdn.PurgeUrlsCache: 0 targets: 0 accepted, 0 refused, 0 unknown, 0 not tried");
    assert_eq!(report.into_result().unwrap(), []);
}

#[test]
fn a_batch_that_is_too_large_is_split_and_the_size_is_remembered() {
    let (service, targets) = (Service::new().max_size(100), urls(1_000));
    let report = service.clock.run(service.purge(&targets).in_batches().size(400).in_flight(1));
    assert_eq!(service.sizes(), [400, 200, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100]);
    account::check(&service, &targets, &report);
    assert_eq!(report.counts().accepted, 1_000);
}

#[test]
fn a_single_target_that_is_too_large_is_refused() {
    let service = Service::new().max_size(0);
    let report = service.clock.run(service.purge(urls(2)).in_batches());
    assert_eq!((report.counts().refused, service.sizes()), (2, vec![2, 1, 1]));
}

#[test]
fn one_refused_target_of_a_thousand_is_found_with_twenty_further_requests() {
    for bad in [0, 1, 499, 500, 998, 999] {
        let service = Service::new();
        let mut targets = urls(1_000);
        targets[bad] = "https://www.example.com/refused".to_owned();
        let report = service.clock.run(service.purge(&targets).in_batches());
        assert!(service.sizes().len() <= 1 + 20, "{bad}: {:?}", service.sizes());
        assert_eq!((report.counts().accepted, report.counts().refused), (999, 1), "{bad}");
        account::check(&service, &targets, &report);
    }
}

#[test]
fn what_cannot_be_found_within_the_further_requests_is_refused_together() {
    for size in [2_usize, 3, 10, 100, 1_000] {
        let service = Service::new();
        let targets: Vec<_> = (0..size).map(|number| format!("https://www.example.com/refused/{number}")).collect();
        let report = service.clock.run(service.purge(&targets).in_batches());
        let requests = 1 + 2 * size.next_power_of_two().ilog2() as usize;
        assert_eq!((report.counts().refused, service.sizes().len()), (size, requests));
    }
}

#[test]
fn a_used_up_quota_stops_the_job_and_leaves_the_rest_untried() {
    let (service, targets) = (Service::new().quota(250), urls(1_000));
    let report = service.clock.run(service.purge(&targets).in_batches().size(100).in_flight(1));
    assert_eq!(service.sizes(), [100, 100, 100]);
    assert_eq!((report.counts().accepted, report.counts().not_tried), (200, 800));
    assert_eq!(report.stopped_by().unwrap().kind(), ErrorKind::Quota);
    let is_quota = |outcome| matches!(outcome, Outcome::NotTried(NotTried::Because(e)) if e.kind() == ErrorKind::Quota);
    assert!(report.items().skip(200).all(|item| is_quota(item.outcome())));
    account::check(&service, &targets, &report);
}

#[test]
fn rejected_credentials_and_a_missing_permission_stop_the_job() {
    for (code, kind) in [
        ("AuthFailure.SignatureFailure", ErrorKind::Auth),
        ("UnauthorizedOperation.CdnCamUnauthorized", ErrorKind::Permission),
        ("InvalidAction", ErrorKind::NotFound),
    ] {
        let service = Service::new().fault_at(0..100, Fault::Code(code));
        let report = service.clock.run(service.purge(urls(100)).in_batches().size(10).in_flight(1));
        assert_eq!((service.sizes().len(), report.counts().not_tried), (1, 100), "{code}");
        assert_eq!(report.into_result().unwrap_err().kind(), kind);
    }
}

#[test]
fn a_job_stops_after_three_requests_without_a_response_of_the_service() {
    for (fault, unknown) in [(Fault::Reset(false), 30), (Fault::Code("InternalError.CdnSystemError"), 30)] {
        let service = Service::new().fault_at(0..100, fault);
        let report = service.clock.run(service.purge(urls(100)).in_batches().size(10).in_flight(1));
        assert_eq!((service.sizes().len(), report.counts().unknown, report.counts().not_tried), (3, unknown, 70));
    }
    let service = Service::new().fault_at([0, 1, 3, 4, 6, 7], Fault::Reset(false));
    let report = service.clock.run(service.purge(urls(100)).in_batches().size(10).in_flight(1));
    assert_eq!((service.sizes().len(), report.counts().unknown), (10, 60), "responses in between");
}

#[test]
fn requests_that_fail_at_the_same_time_count_once() {
    let service = Service::new().fault_at(0..4, Fault::Reset(false));
    let report = service.clock.run(service.purge(urls(100)).in_batches().size(10).in_flight(4));
    assert_eq!((report.counts().unknown, report.counts().accepted), (40, 60));

    let service = Service::new().fault_at(0..100, Fault::Reset(false));
    let report = service.clock.run(service.purge(urls(500)).in_batches().size(10).in_flight(4));
    assert!(service.sizes().len() <= 12, "{}", service.sizes().len());
    assert_eq!(report.counts().unknown, 10 * service.sizes().len());
}

#[test]
fn a_target_that_is_too_long_for_a_request_is_refused_and_the_others_are_sent() {
    let service = Service::new();
    let mut targets = urls(10);
    targets.insert(2, format!("https://www.example.com/{}", "x".repeat(11 << 20)));
    let report = service.clock.run(service.purge(&targets).in_batches().size(2).in_flight(1));
    assert_eq!((report.counts().accepted, report.counts().refused), (10, 1));
    let refused = report.items().nth(2).unwrap().outcome().error().map(|error| error.message().to_owned());
    assert!(refused.unwrap().starts_with("the request body has 11534"));
}

#[test]
fn a_request_that_may_have_arrived_is_not_sent_again_even_if_the_call_is_repeatable() {
    let service = Service::new().fault_at([0], Fault::Reset(true));
    let report = service.clock.run(service.purge(urls(10)).repeatable(true).in_batches().size(5));
    assert_eq!((service.sizes(), report.counts().unknown), (vec![5, 5], 5));
}

#[test]
fn a_throttled_request_is_sent_again() {
    let service = Service::new().fault_at([0, 1, 2], Fault::Code("RequestLimitExceeded"));
    let report = service.clock.run(service.purge(urls(10)).in_batches().size(5));
    assert_eq!((service.sizes().len(), report.counts().accepted), (5, 10));
}

#[test]
fn the_rate_limit_makes_a_job_wait_and_never_fails_it() {
    let service = Service::new();
    let config = service.build(service.config().requests_per_second(1).permit_timeout(Duration::from_millis(1)));
    let call = Client::new(&config).call(&PurgeList::new(urls(400))).timeout(Duration::from_secs(2));
    let report = service.clock.run(call.in_batches().size(1).in_flight(8));
    assert_eq!(report.counts().accepted, 400);
    assert!(service.clock.elapsed() >= Duration::from_secs(399), "{:?}", service.clock.elapsed());
    let arrivals = service.arrivals();
    assert!(arrivals.windows(2).all(|pair| pair[1] >= pair[0] + Duration::from_secs(1)));
}

#[test]
fn a_target_that_the_response_lists_as_failed_is_refused_and_the_others_are_accepted() {
    let service = Service::new();
    let targets = ["https://www.example.com/1", "https://www.example.com/failed", "https://www.example.com/2"];
    let report = service.clock.run(service.purge(targets).in_batches());
    let outcomes: Vec<_> = report.items().map(|item| item.outcome().to_string()).collect();
    let refused = "refused: cdn.PurgeUrlsCache: the target failed: not yours (request id r)";
    assert_eq!(outcomes, ["accepted: task task-0", refused, "accepted: task task-0"]);
    let all_failed = service.clock.run(service.purge([targets[1]]).in_batches());
    assert_eq!(all_failed.items().map(|item| item.outcome().to_string()).collect::<Vec<_>>(), [refused]);
}
