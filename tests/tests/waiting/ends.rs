//! Checks how waiting ends.

use std::time::{Duration, SystemTime};

use tencentcloud_cdn as cdn;
use tencentcloud_core::jobs::{TaskHandle, WaitError};
use tencentcloud_core::testing::VirtualClock;
use tencentcloud_core::time::Clock;
use tencentcloud_core::{BoxFuture, Error, ErrorKind};
use tencentcloud_teo as teo;

use super::service::{Fault, Task};
use super::{Bench, TEN_MINUTES, entries, purge};

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
    assert!(about_the_missing_one.clone().all(|asked| asked.at < 90.0));
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
fn a_limit_may_be_as_long_as_possible() {
    let bench = Bench::cdn();
    bench.service.add("1", Task { entries: entries(1, 9_000.0, "done"), ..Task::default() });
    let done = bench.clock.run(bench.cdn.wait([purge("1")], Duration::MAX)).unwrap();
    assert_eq!(done.succeeded, 1);
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
fn a_page_of_a_gateway_does_not_end_the_wait_unless_it_stays() {
    for (last, is_done) in [(4, true), (5, false)] {
        let bench = Bench::cdn();
        bench.service.add("1", Task { entries: entries(2, 200.0, "done"), ..Task::default() });
        bench.service.state().faults.extend([(3, Some(Fault::Page)), (last + 1, None)]);
        match bench.clock.run(bench.cdn.wait([purge("1")], TEN_MINUTES)) {
            Ok(done) => assert_eq!((done.succeeded, is_done), (2, true)),
            Err(error) => {
                assert_eq!((error.error().map(Error::kind), is_done), (Some(ErrorKind::Decode), false), "{error}");
                assert!(matches!(error, WaitError::Refused { .. }));
            }
        }
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
fn setting_the_time_of_day_does_not_change_how_long_a_task_is_waited_for() {
    /// A clock that is set forward by an hour after ten seconds.
    struct SetForward(VirtualClock);

    impl Clock for SetForward {
        fn now(&self) -> SystemTime {
            let is_set = self.0.elapsed() >= Duration::from_secs(10);
            self.0.now() + Duration::from_secs(if is_set { 3_600 } else { 0 })
        }

        fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
            self.0.sleep(duration)
        }
    }

    let bench = Bench::cdn();
    let config = bench.service.config_with(SetForward(bench.clock.clone()));
    bench.service.add("1", Task { listed_at: 40.0, entries: entries(2, 50.0, "done"), ..Task::default() });
    let done = bench.clock.run(cdn::Client::new(&config).wait([purge("1")], TEN_MINUTES)).unwrap();
    assert_eq!(done.succeeded, 2);
}

#[test]
fn waiting_for_nothing_is_done_at_once() {
    let bench = Bench::cdn();
    let none: [TaskHandle<cdn::DescribePurgeTasks>; 0] = [];
    let done = bench.clock.run(bench.cdn.wait(none, TEN_MINUTES)).unwrap();
    assert!(done.all_succeeded() && done.polls == 0);
}
