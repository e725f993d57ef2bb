//! Checks waiting for many tasks, and which requests that takes.

use serde_json::json;
use tencentcloud_core::action::TaskList;
use tencentcloud_core::jobs::{Done, TaskHandle, Wait};
use tencentcloud_teo as teo;

use super::service::{Entry, Fault, Task};
use super::{Bench, TEN_MINUTES, entries, purge};

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
fn fifty_tasks_of_a_zone_take_one_request_for_each_poll_and_find_one_failure_in_50_000() {
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
        "ZoneId": "zone-1", "StartTime": "2023-11-09T22:13:20Z", "EndTime": "2023-11-14T22:14:20Z",
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
fn tasks_of_others_in_the_same_zone_are_not_waited_for() {
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
fn a_busy_zone_takes_at_most_two_requests_for_each_task_and_poll() {
    let bench = Bench::teo();
    let add = |id: &str, entries| {
        bench.service.add(id, Task { scope: Some("zone-1"), entries, ..Task::default() });
    };
    let tasks = ["5", "6", "7"].map(|id| teo::DescribePurgeTasks::task("zone-1", id));
    for task in &tasks {
        add(task.id(), entries(10, 100.0, "success"));
    }
    add("9", entries(30_000, 5_000.0, "success"));
    let done = bench.clock.run(bench.teo.wait(&tasks, TEN_MINUTES)).unwrap();
    assert_eq!((done.succeeded, done.unknown), (30, 0));
    let at_the_end = 4 * tasks.len();
    let requests = bench.service.requests().len() - at_the_end;
    assert!(requests <= 2 * tasks.len() * done.polls as usize, "{requests} for {} polls", done.polls);
    assert!(bench.elapsed() < 125.0, "{}", bench.elapsed());
}

#[test]
fn a_task_is_not_done_because_a_list_of_others_became_shorter() {
    /// Waits for three tasks, while another one of the same zone is over at this time.
    fn wait(other_is_over_at: f64) -> (Bench, Done<teo::DescribePurgeTasks>) {
        let bench = Bench::teo();
        let add = |id: &str, listed_at, entries| {
            bench.service.add(id, Task { scope: Some("zone-1"), listed_at, entries });
        };
        for id in ["5", "6", "7"] {
            add(id, 0.0, entries(100, 100.0, "success"));
        }
        add("9", 20.0, entries(1_200, other_is_over_at, "success"));
        let tasks = ["5", "6", "7"].map(|id| teo::DescribePurgeTasks::task("zone-1", id));
        let done = bench.clock.run(bench.teo.wait(tasks, TEN_MINUTES)).unwrap();
        (bench, done)
    }
    let (bench, _) = wait(5_000.0);
    let last_page = bench.service.requests().into_iter().find(|asked| asked.parameters["Offset"] == 1_100).unwrap();
    let (bench, done) = wait(last_page.at + 0.01);
    assert_eq!((done.succeeded, done.failed.len(), done.unknown), (300, 0, 0));
    assert!(bench.elapsed() >= 100.0, "{}", bench.elapsed());
}

#[test]
fn a_task_is_not_missing_because_one_late_response_lacks_it() {
    /// Waits for two tasks. Until the second one is over, polls show no entry of the first one.
    fn wait(fault: Option<usize>) -> Bench {
        let bench = Bench::teo();
        for (id, count, over_at) in [("1", 10, 10.0), ("2", 200, 90.0)] {
            let entries = entries(count, over_at, "success");
            bench.service.add(id, Task { scope: Some("zone-1"), entries, ..Task::default() });
        }
        if let Some(number) = fault {
            bench.service.state().faults.extend([(number, Some(Fault::Empty)), (number + 1, None)]);
        }
        let tasks = ["1", "2"].map(|id| teo::DescribePurgeTasks::task("zone-1", id));
        let done = bench.clock.run(bench.teo.wait(&tasks, TEN_MINUTES)).unwrap();
        assert_eq!(done.succeeded, 210);
        bench
    }
    let requests = wait(None).service.requests();
    let first = requests.iter().position(|asked| asked.parameters.to_string().contains("[\"1\"]")).unwrap();
    assert!(requests[first].at > 60.0);
    wait(Some(first + 1));
}

#[test]
fn tasks_of_several_zones_are_waited_for_together() {
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
fn a_task_that_cannot_be_asked_about_does_not_keep_the_others_from_being_polled() {
    fn check<L: TaskList>(bench: &Bench, wait: impl Fn(&[TaskHandle<L>]) -> Wait<L>, tasks: &[TaskHandle<L>]) {
        bench.service.state().broken_task = Some("1");
        let error = bench.clock.run(wait(tasks)).unwrap_err();
        assert_eq!(error.left(), &tasks[..1]);
        assert_eq!(error.done().succeeded, 6, "the others are done after ten seconds: {error}");
    }
    let (cdn, teo) = (Bench::cdn(), Bench::teo());
    for id in ["1", "2", "3"] {
        cdn.service.add(id, Task { entries: entries(3, 10.0, "done"), ..Task::default() });
        let task = Task { scope: Some("zone-1"), entries: entries(3, 10.0, "success"), ..Task::default() };
        teo.service.add(id, task);
    }
    check(&cdn, |tasks| cdn.cdn.wait(tasks, TEN_MINUTES), &["1", "2", "3"].map(purge));
    let tasks = ["1", "2", "3"].map(|id| teo::DescribePurgeTasks::task("zone-1", id));
    check(&teo, |tasks| teo.teo.wait(tasks, TEN_MINUTES), &tasks);
}

/// Checks that no second had more requests than the documented rate.
fn assert_at_most_20_per_second(bench: &Bench) {
    let at: Vec<f64> = bench.service.requests().iter().map(|asked| asked.at).collect();
    assert!(at.windows(21).all(|requests| requests[20] - requests[0] >= 1.0));
}
