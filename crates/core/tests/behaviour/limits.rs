//! Tests of the rate limit of each action, in virtual time.

// The model is part of the example, which shows the same figures for more cases.
#[path = "../../examples/limits/load_model.rs"]
mod load_model;

use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};
use std::time::Duration;

use tencentcloud_core::http::{TransportError, TransportErrorKind};
use tencentcloud_core::observe::{CallEnd, Interceptor};
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::time::Clock;
use tencentcloud_core::{Client, ConfigBuilder, ErrorKind};

use self::load_model::{Counting, Figures, Load, simulate};
use crate::sample::{Cdn, Describe, NOW, PURGED, Purge, config, error_of, purge};

/// A transport with `count` successful responses.
fn responses(count: usize) -> ScriptedTransport {
    (0..count).fold(ScriptedTransport::new(), |transport, _| transport.respond(200, PURGED))
}

fn client_of(config: ConfigBuilder) -> Client<Cdn> {
    Client::new(&config.build().unwrap())
}

/// Runs a call, and returns the milliseconds that it took as well.
fn time_of<T>(clock: &VirtualClock, work: impl IntoFuture<Output = T>) -> (T, u128) {
    let began = clock.now();
    let output = clock.run(work);
    (output, clock.now().duration_since(began).unwrap().as_millis())
}

/// A process that has the account for itself.
const SINGLE: Load = Load {
    counting: Counting::Sliding,
    processes: 1,
    tasks: 64,
    duration: Duration::from_secs(300),
    response_time: (20, 30),
    connecting: 0,
    seed: 0,
};

/// Simulates the load against services that count in both ways, with different random numbers.
fn variants(load: Load) -> impl Iterator<Item = (Load, Figures)> {
    let variants =
        [Counting::Fixed, Counting::Sliding].into_iter().flat_map(|counting| (0..6).map(move |seed| (counting, seed)));
    variants.map(move |(counting, seed)| {
        let load = Load { counting, seed, ..load };
        (load, simulate(load).unwrap())
    })
}

#[test]
fn a_single_process_reaches_its_share_and_is_never_throttled() {
    // A second in 1.002 s and the mean response time: 97.4 %, 90.7 %, 79.9 % and 83.2 %.
    for (response_time, connecting, least) in
        [((20, 30), 0, 0.97), ((20, 30), 400, 0.97), ((50, 150), 0, 0.90), ((200, 300), 0, 0.79), ((50, 350), 0, 0.825)]
    {
        let load = Load { response_time, connecting, ..SINGLE };
        let figures = simulate(load).unwrap();
        assert!(figures.reached >= least, "{load:?} {figures:?}");
        assert!(figures.throttled == 0.0 && figures.fullest <= 20, "{load:?} {figures:?}");
    }
}

#[test]
fn a_single_process_reaches_the_same_share_for_an_hour() {
    let load = Load { tasks: 8, duration: Duration::from_secs(3_600), response_time: (50, 150), ..SINGLE };
    let figures = simulate(load).unwrap();
    assert!(figures.reached >= 0.905 && figures.reached <= 0.908, "{figures:?}");
    assert!(figures.throttled == 0.0 && figures.fullest <= 20, "{figures:?}");
}

#[test]
fn four_processes_share_an_account_without_knowing_of_each_other() {
    for (load, figures) in variants(Load { processes: 4, tasks: 8, response_time: (50, 150), ..SINGLE }) {
        assert!(figures.reached >= 0.90, "{load:?} {figures:?}");
        assert!(figures.throttled <= 0.05, "{load:?} {figures:?}");
        assert!(figures.shares.iter().all(|share| *share >= 0.15), "{load:?} {figures:?}");
    }
}

#[test]
fn eight_processes_are_throttled_more_and_none_starves() {
    for (load, figures) in variants(Load { processes: 8, tasks: 8, response_time: (50, 150), ..SINGLE }) {
        assert!(figures.reached >= 0.88, "{load:?} {figures:?}");
        assert!(figures.throttled <= 0.11, "{load:?} {figures:?}");
        assert!(figures.shares.iter().all(|share| *share >= 0.05), "{load:?} {figures:?}");
    }
}

#[test]
fn a_simulation_can_be_repeated() {
    let load = Load { processes: 4, tasks: 8, duration: Duration::from_secs(30), ..SINGLE };
    assert_eq!(simulate(load).unwrap(), simulate(load).unwrap());
}

#[test]
fn the_clients_of_a_configuration_share_its_limits() {
    let clock = VirtualClock::at_unix(NOW);
    let config = config(&responses(3), &clock).requests_per_second(1).build().unwrap();
    let (first, second) = (Client::<Cdn>::new(&config), Client::<Cdn>::new(&config.clone()));
    clock.run(first.call(&purge())).unwrap();
    assert_eq!(time_of(&clock, first.clone().call(&purge())).1, 1_002);
    assert_eq!(time_of(&clock, second.call(&purge())).1, 1_002);
}

#[test]
fn actions_and_configurations_do_not_share_limits() {
    let clock = VirtualClock::at_unix(NOW);
    let client = || client_of(config(&responses(2), &clock).requests_per_second(1));
    let (first, second) = (client(), client());
    clock.run(first.call(&purge())).unwrap();
    assert_eq!(time_of(&clock, first.call(&Describe {})).1, 0);
    assert_eq!(time_of(&clock, second.call(&purge())).1, 0);
}

#[test]
fn every_attempt_acquires_a_permit() {
    let clock = VirtualClock::at_unix(NOW);
    let refused = || TransportError::new(TransportErrorKind::Connect, "connection refused");
    let transport = ScriptedTransport::new().fail(refused()).fail(refused()).respond(200, PURGED);
    let client = client_of(config(&transport, &clock).requests_per_second(1).jitter(|| 0.0));
    assert_eq!(time_of(&clock, client.call(&purge())).1, 2 * 1_002);
}

#[test]
fn a_call_waits_for_permits_no_longer_than_its_permit_timeout() {
    let clock = VirtualClock::at_unix(NOW);
    let transport = responses(2);
    let client = client_of(config(&transport, &clock).requests_per_second(1));
    clock.run(client.call(&purge())).unwrap();

    let began = clock.now();
    let error = error_of(&clock, client.call(&purge()).permit_timeout(Duration::from_millis(300)));
    assert_eq!(clock.now().duration_since(began).unwrap(), Duration::from_millis(300));
    assert_eq!((error.kind(), error.attempts(), transport.requests().len()), (ErrorKind::Timeout, 0, 1));
    assert_eq!(time_of(&clock, client.call(&purge())).1, 1_002 - 300, "the call that timed out left the queue");
}

#[test]
fn a_dropped_call_leaves_the_queue() {
    let clock = VirtualClock::at_unix(NOW);
    let client = client_of(config(&responses(2), &clock).requests_per_second(1));
    clock.run(client.call(&purge())).unwrap();
    {
        let mut first = pin!(client.call(&purge()).into_future());
        assert!(first.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    assert_eq!(time_of(&clock, client.call(&purge())).1, 1_002);
}

#[test]
fn a_waiting_call_that_is_not_polled_delays_the_others_by_a_tenth_of_a_second() {
    let clock = VirtualClock::at_unix(NOW);
    let client = client_of(config(&responses(5), &clock).requests_per_second(1));
    clock.run(client.call(&purge())).unwrap();
    // As in a `select!` loop that awaits another call in one of its branches.
    let mut unpolled = pin!(client.call(&purge()).into_future());
    assert!(unpolled.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    let time_of_next = || time_of(&clock, client.call(&purge()));
    let (outcome, took) = time_of_next();
    assert_eq!((outcome.is_ok(), took), (true, 1_102));
    assert_eq!(time_of_next().1, 1_002, "it delays the others only once");
    assert_eq!(time_of_next().1, 1_002);
    let (outcome, took) = time_of(&clock, unpolled);
    assert_eq!((outcome.is_ok(), took), (true, 1_002), "it still gets its permit");
}

#[test]
fn limits_can_be_raised_and_removed() {
    let clock = VirtualClock::at_unix(NOW);
    let calls = |config: ConfigBuilder| {
        let client = client_of(config);
        let calls = async {
            for _ in 0..101 {
                client.call(&purge()).await.unwrap();
            }
        };
        time_of(&clock, calls).1
    };
    assert_eq!(calls(config(&responses(101), &clock)), 5_010);
    assert_eq!(calls(config(&responses(101), &clock).requests_per_second(50)), 2_004);
    assert_eq!(calls(config(&responses(101), &clock).without_limits()), 0);
}

#[test]
fn a_limit_of_zero_is_rejected() {
    let clock = VirtualClock::at_unix(NOW);
    let error = config(&responses(0), &clock).requests_per_second(0).build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.hint().unwrap().contains("without_limits"), "{error}");
}

#[test]
fn a_permit_that_is_issued_at_the_permit_timeout_is_used() {
    let clock = VirtualClock::at_unix(NOW);
    let client = client_of(config(&responses(3), &clock).requests_per_second(1));
    clock.run(client.call(&purge())).unwrap();
    let call = client.call(&purge()).permit_timeout(Duration::from_millis(1_002));
    assert_eq!(time_of(&clock, call).1, 1_002);
    let error = error_of(&clock, client.call(&purge()).permit_timeout(Duration::from_millis(1_001)));
    assert_eq!((error.kind(), error.attempts(), error.is_retryable()), (ErrorKind::Timeout, 0, true), "{error}");
    let error = error_of(&clock, client.call(&purge()).permit_timeout(Duration::ZERO));
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
}

#[test]
fn a_plain_fan_out_of_1500_calls_succeeds_in_75_seconds() {
    let clock = VirtualClock::at_unix(NOW);
    let client = client_of(config(&responses(1_500), &clock));
    let outcomes = clock.run_all((0..1_500).map(|_| client.call(&purge())));
    assert!(outcomes.iter().all(Result::is_ok));
    // The limiter keeps to slightly less than 20 requests per second.
    assert!((74..80).contains(&clock.elapsed().as_secs()), "{:?}", clock.elapsed());
}

#[test]
fn the_waits_for_permits_do_not_count_against_the_calls_timeout() {
    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new().respond(200, PURGED).respond(429, "").respond(429, "").hang();
    let waited = Arc::new(Waited::default());
    let config = config(&transport, &clock).requests_per_second(1).jitter(|| 0.0).interceptor(Arc::clone(&waited));
    let client = client_of(config);
    clock.run(client.call(&purge())).unwrap();
    let began = clock.elapsed();
    let error = error_of(&clock, client.call(&purge()).timeout(Duration::from_secs(10)));
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 3), "{error}");
    let waited = *waited.0.lock().unwrap();
    assert!(waited > Duration::from_secs(2), "{waited:?}");
    assert_eq!(clock.elapsed() - began, waited + Duration::from_secs(10));
}

/// Records how long the latest call has waited for permits.
#[derive(Default)]
struct Waited(Mutex<Duration>);

impl Interceptor for Waited {
    fn after_call(&self, end: &CallEnd<'_>) {
        *self.0.lock().unwrap() = end.waited();
    }
}

#[test]
fn a_request_that_is_too_large_fails_without_waiting_for_a_permit() {
    let clock = VirtualClock::at_unix(NOW);
    let client = client_of(config(&responses(3), &clock).requests_per_second(1));
    clock.run(client.call(&purge())).unwrap();
    let too_large = client.call(&Purge { urls: vec!["u".repeat(11 << 20)] }).into_future();
    let began = clock.now();
    assert_eq!(clock.run(too_large).unwrap_err().kind(), ErrorKind::InvalidRequest);
    assert_eq!(clock.now(), began);
}
