//! Tests of limiters that a program sets: what they are asked, what is reported to them, and what
//! their errors do.

use std::future::{pending, ready};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tencentcloud_core::http::{HttpResponse, TransportError, TransportErrorKind};
use tencentcloud_core::limiter::{LocalLimiter, Outcome, Permit, PermitRequest, RateLimiter};
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{BoxFuture, Client, ConfigBuilder, Credentials, Error, ErrorKind};

use crate::sample::{Cdn, Describe, NOW, PURGED, config, error_of, purge};

/// The part of a permit request that can be kept: account, service, action, rate and time to wait.
type Asked = (String, String, String, u32, Duration);

/// A limiter that allows every request up to a number, records what it is asked and what is
/// reported to it, and then fails.
#[derive(Clone, Default)]
struct Recording {
    asked: Arc<Mutex<Vec<Asked>>>,
    reported: Arc<Mutex<Vec<Outcome>>>,
    fails_after: Option<usize>,
}

impl RateLimiter for Recording {
    fn acquire<'a>(&'a self, request: PermitRequest<'a>) -> BoxFuture<'a, Result<Permit<'a>, Error>> {
        let [account, service, action] = [request.account(), request.service(), request.action()].map(str::to_owned);
        let mut asked = self.asked.lock().unwrap();
        asked.push((account, service, action, request.requests_per_second(), request.max_wait()));
        if self.fails_after.is_some_and(|permits| asked.len() > permits) {
            let error = Error::no_permit("the store of the rates refuses the password");
            return Box::pin(ready(Err(error.with_hint("set the password of the store"))));
        }
        Box::pin(ready(Ok(Permit::new(|outcome| self.reported.lock().unwrap().push(outcome)))))
    }
}

/// A limiter that never issues a permit.
struct Closed;

impl RateLimiter for Closed {
    fn acquire<'a>(&'a self, _: PermitRequest<'a>) -> BoxFuture<'a, Result<Permit<'a>, Error>> {
        Box::pin(pending())
    }
}

fn client_of(config: ConfigBuilder) -> Client<Cdn> {
    Client::new(&config.build().unwrap())
}

fn throttled() -> HttpResponse {
    HttpResponse::new(429, "").with_header("Retry-After", "3")
}

/// What is reported for the one attempt of a call with this script.
fn reported_for(transport: &ScriptedTransport) -> Vec<Outcome> {
    let clock = VirtualClock::at_unix(NOW);
    let limiter = Recording::default();
    let client = client_of(config(transport, &clock).rate_limiter(limiter.clone()));
    let _ = clock.run(client.call(&purge()).without_retries().into_future());
    limiter.reported.lock().unwrap().clone()
}

#[test]
fn a_limiter_is_asked_for_each_attempt_of_an_account_and_an_action() {
    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new().respond(200, PURGED).respond(429, "").respond(200, r#"{"Response":{}}"#);
    let limiter = Recording::default();
    let credentials = Credentials::new("AKIDexample", "key").unwrap();
    let settings = config(&transport, &clock).credentials(credentials).permit_timeout(Duration::from_secs(90));
    let client = client_of(settings.rate_limiter(limiter.clone()));
    clock.run(client.call(&purge()).permit_timeout(Duration::from_secs(7))).unwrap();
    clock.run(client.call(&Describe {})).unwrap();
    let asked = |action: &str, seconds| {
        ("AKIDexample".to_owned(), "cdn".to_owned(), action.to_owned(), 20, Duration::from_secs(seconds))
    };
    let expected = [asked("PurgeUrlsCache", 7), asked("DescribePurgeTasks", 90), asked("DescribePurgeTasks", 90)];
    assert_eq!(*limiter.asked.lock().unwrap(), expected);
}

#[test]
fn the_outcome_of_each_attempt_is_reported_once() {
    let script = ScriptedTransport::new;
    assert_eq!(reported_for(&script().respond(200, PURGED)), [Outcome::Finished]);
    assert_eq!(reported_for(&script().respond(200, "not JSON")), [Outcome::Finished]);
    let no_connection = TransportError::new(TransportErrorKind::Connect, "connection refused");
    assert_eq!(reported_for(&script().fail(no_connection)), [Outcome::Finished]);
    let interrupted = TransportError::new(TransportErrorKind::Send, "connection reset");
    assert_eq!(reported_for(&script().fail(interrupted)), [Outcome::Unknown]);
    assert_eq!(reported_for(&script().hang()), [Outcome::Unknown]);
    let retry_after = Some(Duration::from_secs(3));
    assert_eq!(reported_for(&script().respond_with(throttled())), [Outcome::Throttled { retry_after }]);
    assert_eq!(reported_for(&script().respond(429, "")), [Outcome::Throttled { retry_after: None }]);
}

#[test]
fn the_configured_rate_applies_to_any_limiter() {
    let clock = VirtualClock::at_unix(NOW);
    let limiter = Recording::default();
    let transport = ScriptedTransport::new().respond(200, PURGED);
    let client = client_of(config(&transport, &clock).requests_per_second(40).rate_limiter(limiter.clone()));
    clock.run(client.call(&purge())).unwrap();
    assert_eq!(limiter.asked.lock().unwrap()[0].3, 40);
}

#[test]
fn without_a_permit_the_call_fails_with_the_error_of_the_limiter() {
    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new();
    let limiter = Recording { fails_after: Some(0), ..Recording::default() };
    let error = error_of(&clock, client_of(config(&transport, &clock).rate_limiter(limiter)).call(&purge()));
    assert_eq!((error.kind(), error.attempts(), error.is_retryable()), (ErrorKind::Timeout, 0, true));
    assert_eq!(
        error.to_string(),
        "cdn.PurgeUrlsCache: the store of the rates refuses the password; help: set the password of the store"
    );
    assert!(transport.requests().is_empty());
}

#[test]
fn without_a_permit_for_a_retry_the_call_fails_with_the_error_of_the_attempt() {
    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new().respond_with(throttled());
    let limiter = Recording { fails_after: Some(1), ..Recording::default() };
    let error = error_of(&clock, client_of(config(&transport, &clock).rate_limiter(limiter)).call(&purge()));
    assert_eq!((error.kind(), error.attempts(), error.status()), (ErrorKind::Throttled, 1, Some(429)));
    let message = error.to_string();
    assert!(message.contains("no permit: the store of the rates refuses the password"), "{message}");
}

#[test]
fn a_call_waits_no_longer_than_its_permit_timeout_for_any_limiter() {
    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new();
    let client = client_of(config(&transport, &clock).rate_limiter(Closed));
    let error = error_of(&clock, client.call(&purge()).permit_timeout(Duration::from_secs(2)));
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 0));
    assert_eq!(clock.elapsed(), Duration::from_secs(2));
}

#[test]
fn configurations_can_share_a_limiter() {
    let clock = VirtualClock::at_unix(NOW);
    let transport = (0..3).fold(ScriptedTransport::new(), |transport, _| transport.respond(200, PURGED));
    let limiter: Arc<dyn RateLimiter> = Arc::new(LocalLimiter::new());
    let client = || {
        let settings = config(&transport, &clock).requests_per_second(1);
        client_of(settings.rate_limiter(Arc::clone(&limiter)))
    };
    for client in [client(), client(), client()] {
        clock.run(client.call(&purge())).unwrap();
    }
    assert_eq!(clock.elapsed(), Duration::from_millis(2_004));
}

#[test]
fn eight_shares_stay_within_the_rate_together() {
    let clock = VirtualClock::at_unix(NOW);
    let transport = (0..400).fold(ScriptedTransport::new(), |transport, _| transport.respond(200, PURGED));
    let clients: Vec<_> =
        (0..8).map(|_| client_of(config(&transport, &clock).rate_limiter(LocalLimiter::share_of(1, 8)))).collect();
    let calls = (0..400).map(|n| clients[n % 8].call(&purge()));
    assert!(clock.run_all(calls).iter().all(Result::is_ok));
    // 50 requests for each, at 2 per second.
    assert!((24..26).contains(&clock.elapsed().as_secs()), "{:?}", clock.elapsed());
}

#[test]
fn a_limiter_without_limits_is_rejected() {
    let clock = VirtualClock::at_unix(NOW);
    let settings = config(&ScriptedTransport::new(), &clock).rate_limiter(LocalLimiter::new()).without_limits();
    let error = settings.build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(
        error.to_string(),
        "`rate_limiter` has no effect together with `without_limits`; help: remove one of the two"
    );
}
