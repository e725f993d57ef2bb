//! Checks waiting for tasks, in virtual time, with the facts of the products.

#![cfg(test)]

mod prefetch;
mod service;

use std::time::Duration;

use futures_core::Stream;
use serde_json::json;
use tencentcloud_cdn as cdn;
use tencentcloud_core::jobs::{Progress, TaskHandle, WaitError};
use tencentcloud_core::testing::VirtualClock;
use tencentcloud_core::{Error, ErrorKind};
use tencentcloud_teo as teo;

use service::{Entry, Fault, Service, Task};

const TEN_MINUTES: Duration = Duration::from_secs(600);

/// A clock, a service, and clients of it.
struct Bench {
    clock: VirtualClock,
    service: Service,
    cdn: cdn::Client,
    teo: teo::Client,
}

impl Bench {
    /// A service that writes the state of an entry in progress like this.
    fn new(pending: &'static str) -> Self {
        let clock = VirtualClock::at_unix(1_700_000_000);
        let service = Service::new(&clock, pending);
        let config = service.config();
        Self { clock, service, cdn: cdn::Client::new(&config), teo: teo::Client::new(&config) }
    }

    fn cdn() -> Self {
        Self::new("process")
    }

    fn teo() -> Self {
        Self::new("processing")
    }

    fn elapsed(&self) -> f64 {
        self.clock.elapsed().as_secs_f64()
    }
}

fn entries(count: usize, over_at: f64, state: &'static str) -> Vec<Entry> {
    (0..count).map(|n| Entry { target: format!("http://www.example.com/{n}"), over_at, state }).collect()
}

fn purge(id: &str) -> TaskHandle<cdn::DescribePurgeTasks> {
    cdn::DescribePurgeTasks::task(id)
}

#[test]
fn a_task_is_done_when_no_entry_is_in_progress() {
    let bench = Bench::cdn();
    let mut rows = entries(3, 42.0, "done");
    rows[1].state = "fail";
    bench.service.add("1", Task { entries: rows, ..Task::default() });
    let done = bench.clock.run(bench.cdn.wait([purge("1")], TEN_MINUTES)).unwrap();
    assert_eq!((done.succeeded, done.failed.len(), done.unknown), (2, 1, 0));
    assert_eq!(done.failed_targets().collect::<Vec<_>>(), [("http://www.example.com/1", None)]);
    assert!(!done.all_succeeded());
    assert!((42.0..52.0).contains(&bench.elapsed()), "{}", bench.elapsed());
    assert_eq!(done.to_string(), format!("done after {:.1?}: 2 succeeded, 1 failed", done.waited));
}

#[test]
fn a_poll_asks_for_one_entry_in_progress() {
    let bench = Bench::cdn();
    bench.service.add("1", Task { entries: entries(1_000, 60.0, "done"), ..Task::default() });
    bench.clock.run(bench.cdn.wait([purge("1")], TEN_MINUTES)).unwrap();
    let requests: Vec<_> = bench.service.requests().into_iter().map(|asked| asked.parameters).collect();
    assert_eq!(requests[0], json!({ "TaskId": "1", "Offset": 0, "Limit": 1 }));
    let (last, polls) = requests[1..].split_last_chunk::<3>().map(|(polls, last)| (last, polls)).unwrap();
    for poll in polls {
        assert_eq!(*poll, json!({ "TaskId": "1", "Status": "process", "Offset": 0, "Limit": 1 }));
    }
    let end = [
        json!({ "TaskId": "1", "Status": "fail", "Offset": 0, "Limit": 20 }),
        json!({ "TaskId": "1", "Status": "done", "Offset": 0, "Limit": 1 }),
        json!({ "TaskId": "1", "Offset": 0, "Limit": 1 }),
    ];
    assert_eq!(*last, end);
}

#[test]
fn the_intervals_of_polls_grow() {
    let bench = Bench::cdn();
    bench.service.add("1", Task { entries: entries(1, 300.0, "done"), ..Task::default() });
    let done = bench.clock.run(bench.cdn.wait([purge("1")], TEN_MINUTES)).unwrap();
    let at: Vec<f64> = bench.service.requests().iter().map(|asked| asked.at).collect();
    let intervals: Vec<f64> = at.windows(2).map(|pair| (pair[1] - pair[0] - 0.05).max(0.0)).collect();
    assert!(intervals[..3].iter().all(|interval| (1.9..2.1).contains(interval)), "{intervals:?}");
    assert!(intervals.iter().all(|interval| *interval < 20.01));
    println!("a task of 300 s: found after {:.0?}, {} polls", done.waited, done.polls);
    assert!((300..320).contains(&done.waited.as_secs()) && done.polls <= 30, "{done:?}");
}

#[test]
fn a_task_without_entries_is_pending_until_they_appear() {
    let bench = Bench::cdn();
    bench.service.add("1", Task { listed_at: 20.0, entries: entries(2, 30.0, "done"), ..Task::default() });
    let done = bench.clock.run(bench.cdn.wait([purge("1")], TEN_MINUTES)).unwrap();
    assert_eq!((done.succeeded, done.failed.len()), (2, 0));
    assert!(bench.elapsed() >= 30.0);
}

#[test]
fn a_task_that_is_never_listed_is_refused_after_a_minute() {
    let bench = Bench::cdn();
    bench.service.add("1", Task { entries: entries(2, 100.0, "done"), ..Task::default() });
    let error = bench.clock.run(bench.cdn.wait([purge("1"), purge("2")], TEN_MINUTES)).unwrap_err();
    let expected = "1 task is not known to be done (`2`): the service lists no entry of the task `2` after 60s; \
                    help: check that the id, the account and the zone are right";
    assert_eq!(error.to_string(), expected);
    assert_eq!(error.left(), [purge("2")]);
    assert_eq!(error.done().succeeded, 2, "the other task was waited for");
    let about_the_missing_one = bench.service.requests();
    let about_the_missing_one = about_the_missing_one.iter().filter(|asked| asked.parameters["TaskId"] == "2");
    assert!(about_the_missing_one.clone().all(|asked| asked.at < 75.0));
}

#[test]
fn the_limit_is_kept_to_while_a_poll_runs() {
    let bench = Bench::cdn();
    bench.service.add("1", Task { entries: entries(3, 10.0, "done"), ..Task::default() });
    bench.service.add("2", Task { entries: entries(3, 900.0, "done"), ..Task::default() });
    bench.service.state().faults.insert(15, Some(Fault::Hang));
    let limit = Duration::from_secs(30);
    let error = bench.clock.run(bench.cdn.wait([purge("1"), purge("2")], limit)).unwrap_err();
    assert_eq!(bench.elapsed(), 30.0);
    let WaitError::TimedOut { waited, polls, left, done, .. } = &error else { panic!("{error:?}") };
    assert_eq!((*waited, &left[..], done.succeeded), (limit, &[purge("2")][..], 3));
    let expected = format!(
        "1 task is not known to be done (`2`) after 30.0s and {polls} polls: timeout; help: wait for them again, or \
         with a longer limit"
    );
    assert_eq!(error.to_string(), expected);
}

#[test]
fn with_a_limit_of_zero_nothing_is_sent() {
    let bench = Bench::cdn();
    let error = bench.clock.run(bench.cdn.wait([purge("1")], Duration::ZERO)).unwrap_err();
    assert!(matches!(error, WaitError::TimedOut { polls: 0, .. }), "{error:?}");
    assert!(bench.service.requests().is_empty());
}

#[test]
fn transient_errors_of_polls_do_not_end_the_wait() {
    for fault in [Fault::Broken, Fault::Code("InternalError"), Fault::Code("RequestLimitExceeded"), Fault::Hang] {
        let bench = Bench::cdn();
        bench.service.add("1", Task { entries: entries(2, 200.0, "done"), ..Task::default() });
        bench.service.state().faults.extend([(3, Some(fault)), (12, None)]);
        let done = bench.clock.run(bench.cdn.wait([purge("1")], TEN_MINUTES)).unwrap();
        assert_eq!(done.succeeded, 2);
    }
}

#[test]
fn a_timeout_names_the_error_of_the_last_poll() {
    let bench = Bench::cdn();
    bench.service.state().faults.insert(1, Some(Fault::Broken));
    let error = bench.clock.run(bench.cdn.wait([purge("1")], Duration::from_secs(100))).unwrap_err();
    assert!(matches!(error, WaitError::TimedOut { .. }));
    assert_eq!(error.error().map(Error::kind), Some(ErrorKind::Interrupted));
    assert!(error.to_string().contains("the last poll failed: cdn.DescribePurgeTasks: "), "{error}");
}

#[test]
fn a_poll_that_is_refused_ends_the_wait() {
    let bench = Bench::cdn();
    bench.service.add("1", Task { entries: entries(2, 200.0, "done"), ..Task::default() });
    bench.service.state().faults.insert(2, Some(Fault::Code("UnauthorizedOperation.CdnCamUnauthorized")));
    let error = bench.clock.run(bench.cdn.wait([purge("1")], TEN_MINUTES)).unwrap_err();
    assert!(matches!(error, WaitError::Refused { .. }));
    assert_eq!(error.error().map(Error::kind), Some(ErrorKind::Permission));
    assert_eq!(bench.service.requests().len(), 2);
}

#[test]
fn tasks_that_the_service_would_misunderstand_are_refused_before_anything_is_sent() {
    let bench = Bench::teo();
    let error = bench.clock.run(bench.cdn.wait([purge("")], TEN_MINUTES)).unwrap_err();
    assert!(error.to_string().contains("a task has no id"), "{error}");
    let error = bench.clock.run(bench.teo.wait([teo::DescribePurgeTasks::task("", "1")], TEN_MINUTES)).unwrap_err();
    assert!(error.to_string().contains("the task `1` has no `ZoneId`"), "{error}");
    assert!(bench.service.requests().is_empty());
}

#[test]
fn an_invalid_prefetch_is_over_and_failed() {
    let bench = Bench::cdn();
    let mut rows = entries(5, 60.0, "done");
    (rows[1].state, rows[3].state) = ("fail", "invalid");
    bench.service.add("1", Task { entries: rows, ..Task::default() });
    let done = bench.clock.run(bench.cdn.wait([cdn::DescribePushTasks::task("1")], TEN_MINUTES)).unwrap();
    assert_eq!((done.succeeded, done.failed.len()), (3, 2));
    assert_eq!(done.failed[1].status, cdn::PushStatus::Invalid);
}

#[test]
fn an_entry_in_a_state_that_is_not_known_is_neither_success_nor_failure() {
    let bench = Bench::cdn();
    let mut rows = entries(5, 20.0, "done");
    rows[1].state = "skipped";
    bench.service.add("1", Task { entries: rows, ..Task::default() });
    let done = bench.clock.run(bench.cdn.wait([purge("1")], TEN_MINUTES)).unwrap();
    assert_eq!((done.succeeded, done.failed.len(), done.unknown, done.all_succeeded()), (4, 0, 1, false));
}

#[test]
fn fifty_tasks_of_cdn_take_one_request_for_each_poll_and_find_one_failure_in_50_000() {
    let bench = Bench::cdn();
    let tasks: Vec<_> = (10..60).map(|id| purge(&id.to_string())).collect();
    for (n, task) in tasks.iter().enumerate() {
        let mut rows = entries(1_000, 60.0 + 4.0 * n as f64, "done");
        if n == 33 {
            rows[777].state = "fail";
        }
        bench.service.add(task.id(), Task { entries: rows, ..Task::default() });
    }
    let done = bench.clock.run(bench.cdn.wait(&tasks, TEN_MINUTES)).unwrap();
    assert_eq!((done.succeeded, done.unknown), (49_999, 0));
    assert_eq!(done.failed_targets().collect::<Vec<_>>(), [("http://www.example.com/777", None)]);
    for task in &tasks {
        let requests = bench.service.requests();
        let of_task = requests.iter().filter(|asked| asked.parameters["TaskId"] == task.id()).count();
        assert!(of_task <= done.polls as usize + 3, "{of_task} requests for {} polls", done.polls);
    }
    assert_at_most_20_per_second(&bench);
    println!("cdn: 50 tasks, {} polls, {} requests, {done}", done.polls, bench.service.requests().len());
}

#[test]
fn fifty_tasks_of_a_site_take_one_request_for_each_poll_and_find_one_failure_in_50_000() {
    let bench = Bench::teo();
    let tasks: Vec<_> = (10..60).map(|id| teo::DescribePurgeTasks::task("zone-1", id.to_string())).collect();
    for (n, task) in tasks.iter().enumerate() {
        let mut rows = entries(1_000, 60.0 + 4.0 * n as f64, "success");
        if n == 33 {
            rows[777].state = "failed";
        }
        bench.service.add(task.id(), Task { scope: Some("zone-1"), entries: rows, ..Task::default() });
    }
    let done = bench.clock.run(bench.teo.wait(&tasks, TEN_MINUTES)).unwrap();
    assert_eq!((done.succeeded, done.unknown), (49_999, 0));
    assert_eq!(done.failed_targets().collect::<Vec<_>>(), [("http://www.example.com/777", Some("origin"))]);
    let requests = bench.service.requests();
    let polls = requests.iter().filter(|asked| asked.parameters["StartTime"].is_string()).count();
    assert!(polls <= done.polls as usize, "{polls} requests for {} polls", done.polls);
    let of_tasks = requests.len() - polls;
    assert!(of_tasks <= 50 * 5 + done.polls as usize, "{of_tasks}");
    let poll = &requests.iter().find(|asked| asked.parameters["StartTime"].is_string()).unwrap().parameters;
    let expected = json!({
        "ZoneId": "zone-1", "StartTime": "2023-11-09T22:13:20Z", "EndTime": "2023-11-15T22:13:20Z",
        "Filters": [{ "Name": "statuses", "Values": ["processing"] }], "Offset": 0, "Limit": 100,
    });
    assert_eq!(*poll, expected);
    assert_at_most_20_per_second(&bench);
    println!("teo: 50 tasks of a zone, {} polls, {} requests, {done}", done.polls, requests.len());
}

#[test]
fn a_task_whose_entries_end_one_by_one_takes_one_request_for_each_poll() {
    let bench = Bench::cdn();
    let tasks: Vec<_> = (10..20).map(|id| purge(&id.to_string())).collect();
    for (n, task) in tasks.iter().enumerate() {
        // The first one is over before the first poll.
        let ends = |m: usize| (n * 20 + m * 3) as f64;
        let rows = entries(30, 0.0, "done").into_iter().enumerate();
        let rows = rows.map(|(m, entry)| Entry { over_at: ends(m), ..entry }).collect();
        bench.service.add(task.id(), Task { entries: rows, ..Task::default() });
    }
    let done = bench.clock.run(bench.cdn.wait(&tasks, TEN_MINUTES)).unwrap();
    assert_eq!(done.succeeded, 300);
    let requests = bench.service.requests();
    for task in &tasks {
        let of_task: Vec<_> = requests.iter().filter(|asked| asked.parameters["TaskId"] == task.id()).collect();
        let polls = of_task.iter().filter(|asked| asked.parameters["Status"] == "process").count();
        assert!(polls <= done.polls as usize, "{polls} requests for {} polls", done.polls);
        assert_eq!(of_task.len() - polls, 4, "one finds the entries, and three count them at the end");
    }
}

#[test]
fn tasks_of_others_in_the_same_site_are_not_waited_for() {
    let bench = Bench::teo();
    for id in ["5", "6"] {
        let entries = entries(150, if id == "5" { 20.0 } else { 40.0 }, "success");
        bench.service.add(id, Task { scope: Some("zone-1"), entries, ..Task::default() });
    }
    bench
        .service
        .add("9", Task { scope: Some("zone-1"), entries: entries(2_500, 5_000.0, "success"), ..Task::default() });
    let tasks = ["5", "6"].map(|id| teo::DescribePurgeTasks::task("zone-1", id));
    let done = bench.clock.run(bench.teo.wait(&tasks, TEN_MINUTES)).unwrap();
    assert_eq!((done.succeeded, done.failed.len()), (300, 0));
    assert!(bench.elapsed() < 60.0, "{}", bench.elapsed());
}

#[test]
fn tasks_of_several_sites_are_waited_for_together() {
    let bench = Bench::teo();
    for (id, scope) in [("1", "zone-1"), ("2", "zone-1"), ("3", "zone-2")] {
        bench.service.add(id, Task { scope: Some(scope), listed_at: 3.0, entries: entries(3, 10.0, "success") });
    }
    let tasks = [("1", "zone-1"), ("2", "zone-1"), ("3", "zone-2"), ("1", "zone-1")];
    let tasks = tasks.map(|(id, zone)| teo::DescribePurgeTasks::task(zone, id));
    let done = bench.clock.run(bench.teo.wait(tasks, TEN_MINUTES)).unwrap();
    assert_eq!((done.succeeded, done.failed.len()), (9, 0), "a task that is named twice counts once");
}

#[test]
fn waiting_for_nothing_is_done_at_once() {
    let bench = Bench::cdn();
    let none: [TaskHandle<cdn::DescribePurgeTasks>; 0] = [];
    let done = bench.clock.run(bench.cdn.wait(none, TEN_MINUTES)).unwrap();
    assert!(done.all_succeeded() && done.polls == 0);
}

#[test]
fn progress_has_an_item_for_each_poll_and_then_the_result() {
    fn is_stream<S: Stream + Send + Unpin>(_: &S) {}
    let bench = Bench::cdn();
    bench.service.add("1", Task { entries: entries(3, 5.0, "done"), ..Task::default() });
    bench.service.add("2", Task { entries: entries(4, 30.0, "done"), ..Task::default() });
    let mut progress = bench.cdn.wait([purge("1"), purge("2")], TEN_MINUTES).progress();
    is_stream(&progress);
    let (mut snapshots, mut done) = (Vec::new(), None);
    while let Some(item) = bench.clock.run(progress.next()) {
        match item.unwrap() {
            Progress::Waiting(snapshot) => snapshots.push(snapshot),
            Progress::Done(result) => done = Some(result),
        }
    }
    let done = done.unwrap();
    assert_eq!((done.succeeded, snapshots.len()), (7, done.polls as usize - 1));
    let (first, last) = (snapshots[0], snapshots[snapshots.len() - 1]);
    assert_eq!((first.tasks, first.tasks_left, first.entries_left), (2, 2, 7));
    assert_eq!((last.tasks_left, last.entries_left, last.succeeded, last.failed), (1, 4, 3, 0));
    assert_eq!(first.next_poll, Duration::from_secs(2));
}

/// Whether no second had more requests than the documented rate.
fn assert_at_most_20_per_second(bench: &Bench) {
    let at: Vec<f64> = bench.service.requests().iter().map(|asked| asked.at).collect();
    assert!(at.windows(21).all(|requests| requests[20] - requests[0] >= 1.0));
}
