//! Tests which requests are sent again, how often, and after which waits.

use std::error::Error as _;
use std::time::Duration;

use tencentcloud_core::http::TransportErrorKind;
use tencentcloud_core::testing::ScriptedTransport;
use tencentcloud_core::{Client, ErrorKind};

use crate::harness::{Harness, begin, refusal};
use crate::sample::{Cdn, Describe, PURGED, error_of, purge};

#[test]
fn a_request_that_never_arrived_is_sent_three_times_whatever_the_action() {
    let harness = Harness::failing(9, TransportErrorKind::Connect);
    let error = error_of(&harness.clock, harness.client().call(&purge()));
    assert_eq!((error.kind(), error.attempts(), harness.script.requests().len()), (ErrorKind::Connect, 3, 3));
    assert_eq!(harness.waits(), [25, 50]);
    assert_eq!(
        error.to_string(),
        "cdn.PurgeUrlsCache: no connection: cut (host cdn.tencentcloudapi.com, after 3 attempts)"
    );
}

#[test]
fn a_throttled_request_is_sent_again_after_longer_waits() {
    let harness = Harness::refusing(&["RequestLimitExceeded", "UnauthorizedOperation.OperationTooOften"]);
    harness.script(|script| script.respond(200, PURGED));
    let response = harness.clock.run(harness.client().call(&purge()).into_future()).unwrap();
    assert_eq!(response.task_id, "task-1");
    assert_eq!(harness.waits(), [500, 1_000]);
}

#[test]
fn waits_are_random_up_to_a_bound_that_doubles() {
    for (jitter, waits) in [(0.0, [0, 0, 0, 0, 0, 0]), (0.999, [999, 1_998, 3_996, 7_992, 15_984, 19_980])] {
        let harness = Harness::refusing(&["RequestLimitExceeded"; 7]);
        let config = harness.config().jitter(move || jitter).max_attempts(7).build().unwrap();
        let call = Client::<Cdn>::new(&config).call(&purge()).timeout(Duration::MAX);
        assert_eq!(error_of(&harness.clock, call).attempts(), 7);
        assert_eq!(harness.waits(), waits);
    }
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
        assert_eq!(harness.waits(), [25, 50]);
    }
}

#[test]
fn a_call_may_override_repeatable_and_max_attempts() {
    let harness = Harness::failing(9, TransportErrorKind::Read);
    let error = error_of(&harness.clock, harness.client().call(&purge()).repeatable(true));
    assert_eq!((error.attempts(), error.is_retryable()), (3, true));
    let error = error_of(&harness.clock, harness.client().call(&Describe {}).repeatable(false));
    assert_eq!((error.attempts(), error.is_retryable()), (1, false));

    let harness = Harness::failing(20, TransportErrorKind::Connect);
    for (attempts, sent) in [(0, 1), (1, 1), (2, 2), (7, 7)] {
        assert_eq!(error_of(&harness.clock, harness.client().call(&purge()).max_attempts(attempts)).attempts(), sent);
    }
    let config = harness.config().max_attempts(5).build().unwrap();
    assert_eq!(error_of(&harness.clock, Client::<Cdn>::new(&config).call(&purge())).attempts(), 5);
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
    let harness = Harness::refusing(&["RequestLimitExceeded"; 3]);
    error_of(&harness.clock, harness.client().call(&purge()).max_attempts(3));
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
    let call = harness.client().call(&purge()).repeatable(true).max_attempts(5).attempt_timeout(Duration::from_secs(2));
    assert!(harness.clock.run(call.into_future()).is_ok());
    assert_eq!(harness.waits(), [25, 50, 100, 4_000]);
    assert_eq!(harness.elapsed(), Duration::from_millis(25 + 2_000 + 50 + 100 + 4_000));
}

#[test]
fn a_wait_that_does_not_fit_the_timeout_is_not_begun() {
    let harness = Harness::refusing(&["RequestLimitExceeded"; 3]);
    let error = error_of(&harness.clock, harness.client().call(&purge()).timeout(Duration::from_secs(1)));
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Throttled, 2));
    // The call fails at once, not when its timeout passes.
    assert_eq!(harness.elapsed(), Duration::from_millis(500));
    assert_eq!(
        error.to_string(),
        "cdn.PurgeUrlsCache: RequestLimitExceeded: no (request id r, after 2 attempts); \
         not sent again: next attempt due in 1.0s, but the call times out in 500.0ms; \
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
