//! Tests what the cache does with credentials that the service has rejected.

use std::task::{Context, Waker};
use std::time::Duration;

use tencentcloud_core::credentials::CachedCredentials;
use tencentcloud_core::http::HttpResponse;
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{Client, Credentials};

use super::InContext;
use super::cache_helpers::{TWO_HOURS, cached, call, pass, token, token_of};
use crate::fake_provider::FakeProvider;
use crate::fake_provider::Outcome::{Fails, Issues};
use crate::recorder::Recorder;
use crate::sample::{Cdn, NOW, PURGED, config, error_of, purge};

/// The token that a refresh after a rejection returns.
fn refresh(
    clock: &VirtualClock,
    cached: &InContext<CachedCredentials<FakeProvider>>,
    rejected: &Credentials,
) -> Result<Option<String>, String> {
    let outcome = clock.run(cached.refresh(rejected)).map_err(|error| error.to_string())?;
    outcome.map(|credentials| token_of(Ok(credentials))).transpose()
}

#[test]
fn many_calls_rejected_with_the_same_credentials_cause_one_refresh() {
    let clock = VirtualClock::at_unix(NOW);
    let provider = FakeProvider::new(&clock).then(Issues("first", TWO_HOURS)).after(2, Issues("second", TWO_HOURS));
    let cached = cached(&provider, &clock);
    let rejected = clock.run(cached.credentials()).unwrap();
    pass(&clock, 100);
    let outcomes = clock.run_all((0..64).map(|_| cached.refresh(&rejected)));
    for outcome in outcomes {
        assert_eq!(token_of(Ok(outcome.unwrap().unwrap())), token("second"));
    }
    // A call that was rejected at the same time, but whose response arrives only now.
    assert_eq!(refresh(&clock, &cached, &rejected), token("second").map(Some));
    assert_eq!(provider.calls(), 2);
}

#[test]
fn calls_wait_for_the_refresh_of_rejected_credentials_that_have_not_expired() {
    let clock = VirtualClock::at_unix(NOW);
    let provider = FakeProvider::new(&clock).then(Issues("first", TWO_HOURS)).after(5, Issues("second", TWO_HOURS));
    let cached = cached(&provider, &clock);
    let rejected = clock.run(cached.credentials()).unwrap();
    pass(&clock, 100);
    let mut refreshing = cached.refresh(&rejected);
    assert!(refreshing.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    assert_eq!(call(&clock, &cached), (token("second"), 5));
}

#[test]
fn a_failed_refresh_of_rejected_credentials_is_reported_by_the_call_and_not_logged() {
    let clock = VirtualClock::at_unix(NOW);
    let provider = FakeProvider::new(&clock).then(Issues("first", TWO_HOURS)).then(Fails("the service is down"));
    let cached = cached(&provider, &clock);
    let rejected = clock.run(cached.credentials()).unwrap();
    pass(&clock, 100);
    let recorder = Recorder::default();
    let outcome = recorder.watch(|| refresh(&clock, &cached, &rejected));
    assert_eq!(outcome, Err("the service is down; help: try later".to_owned()));
    assert!(recorder.events().is_empty(), "{:?}", recorder.events());
}

#[test]
fn rejected_credentials_that_cannot_be_refreshed_are_not_refreshed_in_a_loop() {
    let clock = VirtualClock::at_unix(NOW);
    let provider = FakeProvider::new(&clock)
        .then(Issues("first", TWO_HOURS))
        .then(Issues("first", TWO_HOURS))
        .then(Fails("the service is down"))
        .then(Issues("second", TWO_HOURS));
    let cached = cached(&provider, &clock);
    let rejected = clock.run(cached.credentials()).unwrap();
    assert_eq!((refresh(&clock, &cached, &rejected), provider.calls()), (Ok(None), 1), "they were obtained just now");
    pass(&clock, 1);
    assert_eq!((refresh(&clock, &cached, &rejected), provider.calls()), (Ok(None), 2), "they were returned again");
    assert_eq!((refresh(&clock, &cached, &rejected), provider.calls()), (Ok(None), 2));
    pass(&clock, 1);
    let down = Err("the service is down; help: try later".to_owned());
    assert_eq!((refresh(&clock, &cached, &rejected), provider.calls()), (down, 3));
    assert_eq!((call(&clock, &cached), provider.calls()), ((token("first"), 0), 3), "they may still work");
    pass(&clock, 1);
    assert_eq!((refresh(&clock, &cached, &rejected), provider.calls()), (token("second").map(Some), 4));
}

#[test]
fn a_rejected_token_is_replaced_and_the_call_sent_again() {
    const REJECTED: &str =
        r#"{"Response":{"Error":{"Code":"AuthFailure.TokenFailure","Message":"m"},"RequestId":"1"}}"#;
    let clock = VirtualClock::at_unix(NOW);
    let provider = FakeProvider::new(&clock).then(Issues("first", TWO_HOURS)).then(Issues("second", TWO_HOURS));
    let late = HttpResponse::new(200, REJECTED);
    let transport = ScriptedTransport::new()
        .respond_after(&clock, Duration::from_secs(2), late.clone())
        .respond_after(&clock, Duration::from_secs(2), late)
        .respond(200, PURGED)
        .respond(200, PURGED)
        .respond(200, REJECTED);
    let config = config(&transport, &clock).credentials(CachedCredentials::new(provider.clone())).build().unwrap();
    let client = Client::<Cdn>::new(&config);
    let outcomes = clock.run_all([client.call(&purge()).into_future(), client.call(&purge()).into_future()]);
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert_eq!(provider.calls(), 2);
    let requests = transport.requests();
    let tokens: Vec<_> = requests.iter().filter_map(|request| request.header("x-tc-token")).collect();
    assert_eq!(tokens, ["token of first", "token of first", "token of second", "token of second"]);

    // Within the same second there is no further refresh, so the call fails with the service's
    // error.
    let error = error_of(&clock, client.call(&purge()));
    assert_eq!((error.code(), error.attempts(), provider.calls()), (Some("AuthFailure.TokenFailure"), 1, 2));
}
