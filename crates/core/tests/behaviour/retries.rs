//! Tests which requests are sent again, how often, and after which waits.

use std::error::Error as _;
use std::time::Duration;

use tencentcloud_core::http::{HttpResponse, TransportError, TransportErrorKind};
use tencentcloud_core::testing::ScriptedTransport;
use tencentcloud_core::{Client, ErrorKind, GenericClient};

use crate::harness::{Harness, begin, refusal};
use crate::sample::{Cdn, Describe, PURGED, error_of, purge};

/// A harness whose transport finds no connection for some time, and then a service that responds.
fn network_that_is_up_after(outage: Duration) -> Harness {
    let harness = Harness::new();
    // The attempts of a call that has enough time, in milliseconds: the waits are 60% of their
    // bounds.
    let bounds = std::iter::successors(Some(100_u128), |bound| Some((2 * bound).min(5_000)));
    let times = bounds.scan(0, |now, bound| Some(std::mem::replace(now, *now + bound * 6 / 10)));
    for _ in times.take_while(|at| *at < outage.as_millis()) {
        harness.script(|script| script.fail(TransportError::new(TransportErrorKind::Connect, "cut")));
    }
    harness.script(|script| script.respond(200, PURGED));
    harness
}

#[test]
fn a_request_that_never_arrived_is_sent_again_until_there_is_a_connection() {
    for (outage, sent, elapsed) in [(0, 1, 0), (1_500, 6, 1_860), (5_000, 8, 6_780), (50_000, 23, 51_780)] {
        for max_attempts in [1, 3, 100] {
            let harness = network_that_is_up_after(Duration::from_millis(outage));
            let call = harness.client().call(&purge()).max_attempts(max_attempts);
            harness.clock.run(call.into_future()).unwrap();
            assert_eq!((harness.sent(), harness.elapsed().as_millis()), (sent, elapsed), "{outage} {max_attempts}");
        }
    }
}

#[test]
fn a_request_that_never_arrives_fails_shortly_before_the_calls_timeout() {
    let harness = Harness::failing(100, TransportErrorKind::Connect);
    let error = error_of(&harness.clock, harness.client().call(&purge()));
    assert_eq!((error.kind(), error.attempts(), error.is_retryable()), (ErrorKind::Connect, 25, true));
    assert_eq!(harness.waits()[..7], [60, 120, 240, 480, 960, 1_920, 3_000]);
    assert_eq!(harness.elapsed(), Duration::from_millis(57_780));
    assert_eq!(
        error.to_string(),
        "cdn.PurgeUrlsCache: no connection: cut (host cdn.tencentcloudapi.com, after 25 attempts); \
         not sent again: next attempt due in 3.0s, but the call times out in 2.2s"
    );
}

#[test]
fn a_request_that_never_arrives_for_a_permanent_cause_is_sent_once() {
    let harness = Harness::new();
    let error = TransportError::new(TransportErrorKind::Connect, "no such host").permanent();
    harness.script(|script| script.fail(error));
    let error = error_of(&harness.clock, harness.client().call(&Describe {}));
    assert_eq!((error.kind(), error.attempts(), error.is_retryable()), (ErrorKind::Connect, 1, false));
    assert_eq!(error.to_string(), "cdn.DescribePurgeTasks: no connection: no such host (host cdn.tencentcloudapi.com)");
}

#[test]
fn a_throttled_request_is_sent_again_after_longer_waits_until_the_calls_timeout() {
    let harness = Harness::refusing(&["RequestLimitExceeded", "UnauthorizedOperation.OperationTooOften"]);
    harness.script(|script| script.respond(200, PURGED));
    let response = harness.clock.run(harness.client().call(&purge()).max_attempts(1).into_future()).unwrap();
    assert_eq!(response.task_id, "task-1");
    assert_eq!(harness.waits(), [600, 1_200]);

    let harness = Harness::refusing(&["RequestLimitExceeded"; 100]);
    let error = error_of(&harness.clock, harness.client().call(&purge()));
    assert_eq!((error.kind(), error.attempts(), error.is_retryable()), (ErrorKind::Throttled, 9, true));
    assert_eq!(harness.waits(), [600, 1_200, 2_400, 4_800, 9_600, 12_000, 12_000, 12_000]);
}

#[test]
fn a_response_decides_when_the_request_is_sent_again() {
    let throttled = || HttpResponse::new(200, refusal("RequestLimitExceeded"));
    let harness = Harness::new();
    harness.script(|script| {
        let script = script.respond_with(throttled().with_header("Retry-After", "20")).respond_with(throttled());
        script.respond_with(throttled().with_header("Retry-After", "60"))
    });
    let error = error_of(&harness.clock, harness.client().call(&purge()));
    assert_eq!(harness.waits(), [20_600, 1_200]);
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Throttled, 3));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(60)));
    assert!(
        error.to_string().contains("not sent again: next attempt due in 60.6s, but the call times out in 38.2s"),
        "{error}"
    );
}

#[test]
fn waits_are_random_from_a_fifth_of_a_bound_that_doubles_to_all_of_it() {
    for (jitter, waits) in
        [(0.0, [200, 400, 800, 1_600, 3_200, 4_000]), (0.999_999, [999, 1_999, 3_999, 7_999, 15_999, 19_999])]
    {
        let harness = Harness::refusing(&["RequestLimitExceeded"; 6]);
        harness.script(|script| script.respond(200, PURGED));
        let config = harness.config().jitter(move || jitter).build().unwrap();
        let call = Client::<Cdn>::new(&config).call(&purge()).timeout(Duration::MAX);
        harness.clock.run(call.into_future()).unwrap();
        assert_eq!(harness.waits(), waits);
    }
}

#[test]
fn without_retries_a_request_is_sent_once() {
    let calls = |client: &Client<Cdn>| [client.call(&purge()), client.call(&purge()).without_retries()];
    for code in ["RequestLimitExceeded", "InternalError", "AuthFailure.SignatureExpire"] {
        let harness = Harness::refusing(&[code; 9]);
        let [_, call] = calls(&harness.client());
        assert_eq!(error_of(&harness.clock, call.repeatable(true)).attempts(), 1, "{code}");
    }
    let harness = Harness::failing(9, TransportErrorKind::Connect);
    let client = Client::<Cdn>::new(&harness.config().without_retries().build().unwrap());
    for call in calls(&client) {
        assert_eq!(error_of(&harness.clock, call).attempts(), 1);
    }
    assert_eq!(harness.elapsed(), Duration::ZERO);
}

#[test]
fn a_purge_that_may_have_arrived_is_not_sent_twice() {
    for kind in [TransportErrorKind::Send, TransportErrorKind::Read, TransportErrorKind::Timeout] {
        let harness = Harness::failing(9, kind);
        assert_eq!(error_of(&harness.clock, harness.client().call(&purge())).attempts(), 1, "{kind:?}");
        let harness = Harness::failing(9, kind);
        assert_eq!(error_of(&harness.clock, harness.client().call(&Describe {})).attempts(), 3, "{kind:?}");
    }
    for code in ["InternalError", "InvalidParameter.CdnInterfaceError"] {
        let harness = Harness::refusing(&[code; 3]);
        assert_eq!(error_of(&harness.clock, harness.client().call(&purge())).attempts(), 1, "{code}");
        let harness = Harness::refusing(&[code; 3]);
        assert_eq!(error_of(&harness.clock, harness.client().call(&Describe {})).attempts(), 3, "{code}");
        assert_eq!(harness.waits(), [30, 60]);
    }
}

#[test]
fn a_call_may_override_repeatable_and_max_attempts() {
    let harness = Harness::failing(9, TransportErrorKind::Read);
    let error = error_of(&harness.clock, harness.client().call(&purge()).repeatable(true));
    assert_eq!((error.attempts(), error.is_retryable()), (3, true));
    let error = error_of(&harness.clock, harness.client().call(&Describe {}).repeatable(false));
    assert_eq!((error.attempts(), error.is_retryable()), (1, false));

    let harness = Harness::failing(20, TransportErrorKind::Read);
    for (attempts, sent) in [(0, 1), (1, 1), (2, 2), (7, 7)] {
        let call = harness.client().call(&Describe {}).max_attempts(attempts);
        assert_eq!(error_of(&harness.clock, call).attempts(), sent);
    }
    let config = harness.config().max_attempts(5).build().unwrap();
    assert_eq!(error_of(&harness.clock, Client::<Cdn>::new(&config).call(&Describe {})).attempts(), 5);
}

#[test]
fn a_configuration_may_decide_for_all_calls_whether_they_may_be_repeated() {
    let attempts = |repeatable| {
        let harness = Harness::failing(20, TransportErrorKind::Read);
        let config = harness.config().repeatable(repeatable).build().unwrap();
        let (client, generic) = (Client::<Cdn>::new(&config), GenericClient::new(&config));
        let by_name = generic.call_json("cdn", "2018-06-06", "PurgeUrlsCache", "{}");
        [
            error_of(&harness.clock, client.call(&purge())).attempts(),
            error_of(&harness.clock, client.call(&Describe {})).attempts(),
            harness.clock.run(by_name).unwrap_err().attempts(),
            error_of(&harness.clock, client.call(&purge()).repeatable(!repeatable)).attempts(),
        ]
    };
    assert_eq!(attempts(true), [3, 3, 3, 1]);
    assert_eq!(attempts(false), [1, 1, 1, 3]);
}

#[test]
fn a_request_that_was_rejected_for_its_content_is_not_sent_again() {
    for code in ["LimitExceeded", "AuthFailure.SignatureFailure", "UnauthorizedOperation", "InvalidParameter"] {
        let harness = Harness::refusing(&[code]);
        assert_eq!(error_of(&harness.clock, harness.client().call(&Describe {})).attempts(), 1, "{code}");
    }
}

#[test]
fn every_attempt_is_signed_again() {
    let harness = Harness::refusing(&["RequestLimitExceeded"; 2]);
    harness.script(|script| script.respond(200, PURGED));
    harness.clock.run(harness.client().call(&purge()).into_future()).unwrap();
    let requests = harness.script.requests();
    let times: Vec<_> = requests.iter().map(|request| request.header("X-TC-Timestamp").unwrap()).collect();
    assert_eq!(times, ["1700000000", "1700000000", "1700000001"]);
    assert_ne!(requests[0].header("Authorization"), requests[2].header("Authorization"));
    assert!(requests.iter().all(|request| request.body() == requests[0].body()));
}

#[test]
fn a_call_succeeds_after_four_different_failures() {
    let harness = Harness::failing(1, TransportErrorKind::Connect);
    harness.script(|script| {
        script.hang().respond(503, "<html>").respond(200, refusal("RequestLimitExceeded")).respond(200, PURGED)
    });
    let call = harness.client().call(&purge()).repeatable(true).attempt_timeout(Duration::from_secs(2));
    assert!(harness.clock.run(call.into_future()).is_ok());
    assert_eq!(harness.waits(), [60, 30, 60, 600]);
    assert_eq!(harness.elapsed(), Duration::from_millis(60 + 2_000 + 30 + 60 + 600));
}

#[test]
fn a_wait_that_does_not_fit_the_timeout_is_not_begun() {
    let harness = Harness::refusing(&["RequestLimitExceeded"; 3]);
    let error = error_of(&harness.clock, harness.client().call(&purge()).timeout(Duration::from_secs(1)));
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Throttled, 2));
    // The call fails at once, not when its timeout passes.
    assert_eq!(harness.elapsed(), Duration::from_millis(600));
    assert_eq!(
        error.to_string(),
        "cdn.PurgeUrlsCache: RequestLimitExceeded: no (request id r, after 2 attempts); \
         not sent again: next attempt due in 1.2s, but the call times out in 400.0ms; \
         help: lower the total rate of all programs that use this account"
    );
}

#[test]
fn a_call_that_times_out_keeps_the_earlier_failure_as_its_source() {
    let harness = Harness::refusing(&["RequestLimitExceeded"]);
    harness.script(ScriptedTransport::hang);
    let error = error_of(&harness.clock, harness.client().call(&purge()).timeout(Duration::from_secs(4)));
    assert_eq!((error.kind(), error.attempts(), harness.elapsed()), (ErrorKind::Timeout, 2, Duration::from_secs(4)));
    assert_eq!(
        error.to_string(),
        "cdn.PurgeUrlsCache: no response within the call's timeout of 4s \
         (host cdn.tencentcloudapi.com, after 2 attempts); not sent again: it may have been carried out; \
         help: check whether it was, or allow sending it twice with `.repeatable(true)`"
    );
    assert!(error.source().unwrap().to_string().contains("RequestLimitExceeded"), "{error:?}");
    assert!(!error.is_retryable(), "it may have arrived");
}

#[test]
fn a_call_that_is_dropped_during_a_wait_sends_nothing_more() {
    let harness = Harness::refusing(&["RequestLimitExceeded"; 2]);
    let mut call = harness.client().call(&purge()).into_future();
    begin(&mut call);
    drop(call);
    harness.clock.advance(Duration::from_secs(60));
    assert_eq!(harness.script.requests().len(), 1);
}
