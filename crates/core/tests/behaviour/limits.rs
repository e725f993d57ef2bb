//! How often an action is called, in virtual time.

use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

use tencentcloud_core::http::{TransportError, TransportErrorKind};
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::time::Clock;
use tencentcloud_core::{Client, ConfigBuilder, ErrorKind};

use crate::busy::{Counting, Load, run};
use crate::sample::{Cdn, Describe, NOW, PURGED, Purge, config, error_of, purge};

/// A transport that answers so often.
fn answers(times: usize) -> ScriptedTransport {
    (0..times).fold(ScriptedTransport::new(), |transport, _| transport.respond(200, PURGED))
}

fn client_of(config: ConfigBuilder) -> Client<Cdn> {
    Client::new(&config.build().unwrap())
}

/// How long something takes, in milliseconds.
fn time_of<T>(clock: &VirtualClock, work: impl Future<Output = T>) -> (T, u128) {
    let began = clock.now();
    let output = clock.run(work);
    (output, clock.now().duration_since(began).unwrap().as_millis())
}

#[test]
fn sixty_four_tasks_share_the_rate_and_are_not_throttled() {
    for counting in [Counting::Fixed, Counting::Sliding] {
        let load = Load { processes: 1, tasks: 64, length: Duration::from_secs(60), delay: (20, 30) };
        let figures = run(counting, load).unwrap();
        assert!(figures.reached >= 0.97, "{counting:?} {figures:?}");
        assert!(figures.throttled == 0.0 && figures.fullest <= 20, "{counting:?} {figures:?}");
    }
}

#[test]
fn four_processes_share_an_account_without_knowing_of_each_other() {
    for counting in [Counting::Fixed, Counting::Sliding] {
        let load = Load { processes: 4, tasks: 8, length: Duration::from_secs(300), delay: (50, 150) };
        let figures = run(counting, load).unwrap();
        assert!(figures.reached >= 0.90, "{counting:?} {figures:?}");
        assert!(figures.throttled <= 0.05, "{counting:?} {figures:?}");
        assert!(figures.shares.iter().all(|share| *share >= 0.15), "{counting:?} {figures:?}");
    }
}

#[test]
fn the_clients_of_a_configuration_share_its_limits() {
    let clock = VirtualClock::at_unix(NOW);
    let config = config(&answers(3), &clock).requests_per_second(1).build().unwrap();
    let (first, second) = (Client::<Cdn>::new(&config), Client::<Cdn>::new(&config.clone()));
    clock.run(first.call(&purge()).into_future()).unwrap();
    assert_eq!(time_of(&clock, first.clone().call(&purge()).into_future()).1, 1_002);
    assert_eq!(time_of(&clock, second.call(&purge()).into_future()).1, 1_002);
}

#[test]
fn actions_and_configurations_do_not_share_limits() {
    let clock = VirtualClock::at_unix(NOW);
    let client = || client_of(config(&answers(2), &clock).requests_per_second(1));
    let (first, second) = (client(), client());
    clock.run(first.call(&purge()).into_future()).unwrap();
    assert_eq!(time_of(&clock, first.call(&Describe {}).into_future()).1, 0);
    assert_eq!(time_of(&clock, second.call(&purge()).into_future()).1, 0);
}

#[test]
fn every_attempt_takes_its_turn() {
    let clock = VirtualClock::at_unix(NOW);
    let refused = || TransportError::new(TransportErrorKind::Connect, "connection refused");
    let transport = ScriptedTransport::new().fail(refused()).fail(refused()).respond(200, PURGED);
    let client = client_of(config(&transport, &clock).requests_per_second(1).jitter(|| 0.0));
    assert_eq!(time_of(&clock, client.call(&purge()).into_future()).1, 2 * 1_002);
}

#[test]
fn a_call_waits_for_its_turn_no_longer_than_it_may_take() {
    let clock = VirtualClock::at_unix(NOW);
    let transport = answers(2);
    let client = client_of(config(&transport, &clock).requests_per_second(1));
    clock.run(client.call(&purge()).into_future()).unwrap();

    let began = clock.now();
    let error = error_of(&clock, client.call(&purge()).timeout(Duration::from_millis(300)));
    assert_eq!(clock.now().duration_since(began).unwrap(), Duration::from_millis(300));
    assert_eq!((error.kind(), error.attempts(), transport.requests().len()), (ErrorKind::Timeout, 0, 1));
    assert_eq!(time_of(&clock, client.call(&purge()).into_future()).1, 1_002 - 300, "it left no trace");
}

#[test]
fn a_call_that_is_dropped_gives_its_turn_to_the_next() {
    let clock = VirtualClock::at_unix(NOW);
    let client = client_of(config(&answers(2), &clock).requests_per_second(1));
    clock.run(client.call(&purge()).into_future()).unwrap();
    {
        let mut first = pin!(client.call(&purge()).into_future());
        assert!(first.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    assert_eq!(time_of(&clock, client.call(&purge()).into_future()).1, 1_002);
}

#[test]
fn a_call_that_is_held_while_it_queues_holds_up_the_others_by_a_tenth_of_a_second() {
    let clock = VirtualClock::at_unix(NOW);
    let client = client_of(config(&answers(5), &clock).requests_per_second(1));
    clock.run(client.call(&purge()).into_future()).unwrap();
    // As in `select!`, in a branch of which another call is awaited.
    let mut held = pin!(client.call(&purge()).into_future());
    assert!(held.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    let time_of_next = || time_of(&clock, client.call(&purge()).into_future());
    let (outcome, took) = time_of_next();
    assert_eq!((outcome.is_ok(), took), (true, 1_102));
    assert_eq!(time_of_next().1, 1_002, "it is not waited for again");
    assert_eq!(time_of_next().1, 1_002);
    let (outcome, took) = time_of(&clock, held);
    assert_eq!((outcome.is_ok(), took), (true, 1_002), "nor is it lost");
}

#[test]
fn limits_can_be_raised_and_left_out() {
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
    assert_eq!(calls(config(&answers(101), &clock)), 5_010);
    assert_eq!(calls(config(&answers(101), &clock).requests_per_second(50)), 2_004);
    assert_eq!(calls(config(&answers(101), &clock).without_limits()), 0);
}

#[test]
fn a_limit_of_nothing_is_refused() {
    let clock = VirtualClock::at_unix(NOW);
    let error = config(&answers(0), &clock).requests_per_second(0).build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.hint().unwrap().contains("without_limits"), "{error}");
}

#[test]
fn a_turn_that_comes_when_the_time_is_up_is_not_used() {
    let clock = VirtualClock::at_unix(NOW);
    let transport = answers(3);
    let client = client_of(config(&transport, &clock).requests_per_second(1));
    clock.run(client.call(&purge()).into_future()).unwrap();
    let error = error_of(&clock, client.call(&purge()).timeout(Duration::from_millis(1_002)));
    assert_eq!((error.kind(), error.attempts(), transport.requests().len()), (ErrorKind::Timeout, 0, 1), "{error}");
}

#[test]
fn what_is_too_large_to_be_sent_waits_for_nothing() {
    let clock = VirtualClock::at_unix(NOW);
    let client = client_of(config(&answers(3), &clock).requests_per_second(1));
    clock.run(client.call(&purge()).into_future()).unwrap();
    let too_large = client.call(&Purge { urls: vec!["u".repeat(11 << 20)] }).into_future();
    let began = clock.now();
    assert_eq!(clock.run(too_large).unwrap_err().kind(), ErrorKind::InvalidRequest);
    assert_eq!(clock.now(), began);
}
