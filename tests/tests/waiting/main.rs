//! Checks waiting for tasks, in virtual time, with the facts of the products.

#![cfg(test)]

mod ends;
mod many;
mod prefetch;
mod random;
mod service;

use std::time::Duration;

use futures_core::Stream;
use serde_json::json;
use tencentcloud_cdn as cdn;
use tencentcloud_core::jobs::{Progress, TaskHandle, WaitError};
use tencentcloud_core::testing::VirtualClock;
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
    let target = |n| format!("http://www.example.com/{n}");
    (0..count).map(|n| Entry { target: target(n), ..Entry::ending(over_at, state) }).collect()
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
    let (polls, last) = requests[1..].split_last_chunk::<3>().unwrap();
    for poll in polls {
        assert_eq!(*poll, json!({ "TaskId": "1", "Status": "process", "Offset": 0, "Limit": 1 }));
    }
    let end = [
        json!({ "TaskId": "1", "Status": "fail", "Offset": 0, "Limit": 1 }),
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
fn a_total_that_includes_other_states_does_not_count() {
    let bench = Bench::cdn();
    bench.service.add("1", Task { entries: entries(3, 42.0, "done"), ..Task::default() });
    bench.service.state().total_of_all_states = true;
    let done = bench.clock.run(bench.cdn.wait([purge("1")], TEN_MINUTES)).unwrap();
    assert_eq!((done.succeeded, done.failed.len(), done.unknown), (3, 0, 0));
    assert!((42.0..52.0).contains(&bench.elapsed()), "{}", bench.elapsed());
}

#[test]
fn a_task_is_not_done_because_a_server_lists_no_entries() {
    // A server that lacks the task answers the second request, or all up to the fifth.
    for last in [2, 5] {
        let bench = Bench::cdn();
        bench.service.add("1", Task { entries: entries(3, 100.0, "done"), ..Task::default() });
        bench.service.state().faults.extend([(2, Some(Fault::Empty)), (last + 1, None)]);
        let done = bench.clock.run(bench.cdn.wait([purge("1")], TEN_MINUTES)).unwrap();
        assert_eq!(done.succeeded, 3, "{last}");
        assert!(bench.elapsed() >= 100.0, "{last}: {}", bench.elapsed());
    }
}

#[test]
fn a_task_is_not_done_while_its_entries_still_appear() {
    let bench = Bench::cdn();
    // The entries of the first region are over before those of the second one are listed.
    let mut rows = entries(10, 1.0, "done");
    for entry in &mut rows[5..] {
        (entry.listed_at, entry.over_at) = (6.0, 60.0);
    }
    bench.service.add("1", Task { entries: rows, ..Task::default() });
    bench.clock.advance(Duration::from_secs(2));
    let done = bench.clock.run(bench.cdn.wait([purge("1")], TEN_MINUTES)).unwrap();
    assert_eq!(done.succeeded, 10);
}

#[test]
fn a_task_that_was_submitted_long_ago_is_done_at_the_first_poll() {
    let (one_minute, nine_hours) = (Duration::from_secs(60), Duration::from_secs(9 * 3_600));
    let bench = Bench::teo();
    bench.service.add("1", Task { scope: Some("zone-1"), entries: entries(3, 1.0, "success"), ..Task::default() });
    bench.clock.advance(one_minute);
    let task = teo::DescribePurgeTasks::task("zone-1", "1");
    let done = bench.clock.run(bench.teo.wait([task], TEN_MINUTES)).unwrap();
    assert_eq!((done.succeeded, done.polls), (3, 1));
    // A time without an offset may be in UTC.
    for (after, polls) in [(one_minute, 4), (nine_hours, 1)] {
        let bench = Bench::cdn();
        bench.service.add("1", Task { entries: entries(3, 1.0, "done"), ..Task::default() });
        bench.clock.advance(after);
        let done = bench.clock.run(bench.cdn.wait([purge("1")], TEN_MINUTES)).unwrap();
        assert_eq!((done.succeeded, done.polls), (3, polls));
    }
}

#[test]
fn an_entry_in_a_state_that_is_not_known_is_not_over() {
    // A newer service: an entry is `queued` before it is done.
    let bench = Bench::new("queued");
    bench.service.add("1", Task { entries: entries(3, 100.0, "done"), ..Task::default() });
    let done = bench.clock.run(bench.cdn.wait([purge("1")], TEN_MINUTES)).unwrap();
    assert_eq!((done.succeeded, done.unknown), (3, 0));
    assert!((100.0..125.0).contains(&bench.elapsed()), "{}", bench.elapsed());
}

#[test]
fn an_entry_that_stays_in_a_state_that_is_not_known_is_neither_success_nor_failure() {
    let bench = Bench::cdn();
    let mut rows = entries(5, 20.0, "done");
    (rows[1].state, rows[2].state) = ("skipped", "fail");
    bench.service.add("1", Task { entries: rows, ..Task::default() });
    bench.service.add("2", Task { entries: entries(7, 20.0, "done"), ..Task::default() });
    let error = bench.clock.run(bench.cdn.wait([purge("1"), purge("2")], TEN_MINUTES)).unwrap_err();
    let WaitError::TimedOut { left, done, unclear, polls, .. } = &error else { panic!("{error:?}") };
    assert_eq!(left, &[purge("1")]);
    assert_eq!((done.succeeded, done.unknown), (7, 0), "the other task");
    assert_eq!((unclear.succeeded, unclear.failed.len(), unclear.unknown), (3, 1, 1));
    let expected = format!(
        "1 task is not known to be done (`1`) after 600.0s and {polls} polls: timeout; entries in a state that this \
         version does not know: 1; help: wait for them again, or with a longer limit"
    );
    assert_eq!(error.to_string(), expected);
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
