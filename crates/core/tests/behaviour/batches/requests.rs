//! Tests which requests a job sends.

use std::time::Duration;

use tencentcloud_core::jobs::TaskHandle;
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
fn the_number_of_requests_in_flight_is_limited() {
    for (set, expected) in [(Some(1), 1), (None, 4), (Some(7), 7), (Some(0), 1)] {
        let service = Service::new();
        let batches = service.purge(urls(100)).in_batches().size(5);
        let report = service.clock.run(match set {
            Some(set) => batches.in_flight(set),
            None => batches,
        });
        assert_eq!((service.max_in_flight(), report.counts().accepted), (expected, 100));
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
