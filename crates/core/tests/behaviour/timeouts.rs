//! Checks the timeouts of attempts and calls, in virtual time.

use std::time::Duration;

use tencentcloud_core::credentials::{ProvideCredentials, ProviderContext};
use tencentcloud_core::http::{HttpResponse, TransportError, TransportErrorKind};
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::time::Clock;
use tencentcloud_core::{BoxFuture, Client, Credentials, Error, ErrorKind};

use crate::sample::{Cdn, NOW, PURGED, client, config, error_of, purge};

#[test]
fn an_attempt_times_out_after_15_seconds() {
    let clock = VirtualClock::at_unix(NOW);
    let error = error_of(&clock, client(&ScriptedTransport::new().hang(), &clock).call(&purge()));
    assert_eq!(clock.unix() - NOW, 15);
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 1));
    assert_eq!(
        error.to_string(),
        "cdn.PurgeUrlsCache: timeout: no response in time: the attempt's timeout of 15s has passed \
         (host cdn.tencentcloudapi.com); not sent again: it may have been carried out; \
         help: check whether it was, or allow sending it twice with `.repeatable(true)`"
    );
}

#[test]
fn a_response_just_before_the_timeout_counts() {
    for (delay, in_time) in [(14_999, true), (15_001, false)] {
        let clock = VirtualClock::at_unix(NOW);
        let delay = Duration::from_millis(delay);
        let transport = ScriptedTransport::new().respond_after(&clock, delay, HttpResponse::new(200, PURGED));
        let outcome = clock.run(client(&transport, &clock).call(&purge()).into_future());
        assert_eq!(outcome.is_ok(), in_time, "{delay:?}");
    }
}

#[test]
fn a_call_times_out_after_60_seconds_including_credentials() {
    /// A provider that never returns credentials.
    struct Stuck;

    impl ProvideCredentials for Stuck {
        fn credentials<'a>(&'a self, _: &'a ProviderContext) -> BoxFuture<'a, Result<Credentials, Error>> {
            Box::pin(std::future::pending())
        }
    }

    let clock = VirtualClock::at_unix(NOW);
    let config = config(&ScriptedTransport::new(), &clock).credentials(Stuck).build().unwrap();
    let error = error_of(&clock, Client::<Cdn>::new(&config).call(&purge()));
    assert_eq!(clock.unix() - NOW, 60);
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 0));
    assert_eq!(error.to_string(), "cdn.PurgeUrlsCache: no credentials within the call's timeout of 60s");
    assert!(error.is_retryable(), "nothing was sent");
}

#[test]
fn the_timeout_of_a_call_overrides_the_configured_one() {
    let clock = VirtualClock::at_unix(NOW);
    let client = client(&ScriptedTransport::new().hang().hang(), &clock);
    let error = error_of(&clock, client.call(&purge()).timeout(Duration::from_secs(5)));
    assert_eq!((clock.unix() - NOW, error.kind(), error.attempts()), (5, ErrorKind::Timeout, 1));
    assert!(error.message().contains("within the call's timeout of 5s"), "{error}");

    let error = error_of(&clock, client.call(&purge()).timeout(Duration::from_secs(600)));
    assert_eq!((clock.unix() - NOW, error.kind()), (20, ErrorKind::Timeout));
}

#[test]
fn every_timeout_can_be_configured() {
    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new().hang().hang();
    let attempt = config(&transport, &clock).attempt_timeout(Duration::from_secs(2)).build().unwrap();
    error_of(&clock, Client::<Cdn>::new(&attempt).call(&purge()));
    assert_eq!(clock.unix() - NOW, 2);

    let call = config(&transport, &clock).call_timeout(Duration::from_secs(3)).build().unwrap();
    error_of(&clock, Client::<Cdn>::new(&call).call(&purge()));
    assert_eq!(clock.now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() - NOW, 5);
}

#[test]
fn a_timeout_of_zero_sends_nothing() {
    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new();
    let client = client(&transport, &clock);
    let call = error_of(&clock, client.call(&purge()).timeout(Duration::ZERO));
    let attempt = error_of(&clock, client.call(&purge()).attempt_timeout(Duration::ZERO));
    for error in [&call, &attempt] {
        assert_eq!((error.kind(), error.attempts(), error.is_retryable()), (ErrorKind::Timeout, 0, true), "{error}");
    }
    assert_eq!(
        [call, attempt].map(|error| error.to_string()),
        [
            "cdn.PurgeUrlsCache: the timeout of the call is 0; \
             help: set `timeout` to the time that is left, and do not call when none is left",
            "cdn.PurgeUrlsCache: the timeout of an attempt is 0; \
             help: set a longer `attempt_timeout`, or none",
        ]
    );
    assert_eq!((transport.requests().len(), clock.unix()), (0, NOW));
}

#[test]
fn a_call_that_times_out_waiting_for_a_permit_names_the_rate_limit() {
    let clock = VirtualClock::at_unix(NOW);
    let refused = || TransportError::new(TransportErrorKind::Connect, "refused");
    let transport = ScriptedTransport::new().respond(200, PURGED).fail(refused());
    let config = config(&transport, &clock).requests_per_second(1).build().unwrap();
    let client = Client::<Cdn>::new(&config);
    clock.run(client.call(&purge()).into_future()).unwrap();
    let error = error_of(&clock, client.call(&purge()).permit_timeout(Duration::from_millis(500)));
    assert_eq!(
        error.to_string(),
        "cdn.PurgeUrlsCache: no permit of the client's own rate limit of 1 requests/s within 500ms; \
         help: make fewer calls at once, or raise the timeout with `permit_timeout`"
    );
    let error = error_of(&clock, client.call(&purge()).permit_timeout(Duration::from_secs(1)));
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 1));
    let line = error.to_string();
    let reason = "; not sent again: no permit of the client's own rate limit of 1 requests/s within 1s";
    assert!(line.contains(reason), "{line}");
}
