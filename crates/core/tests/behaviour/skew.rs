//! Checks that a wrong clock is corrected: requests are signed with the server's time.

use std::time::Duration;

use tencentcloud_core::http::HttpResponse;
use tencentcloud_core::testing::ScriptedTransport;
use tencentcloud_core::{Client, ErrorKind};

use crate::harness::{Harness, refusal};
use crate::sample::{Cdn, NOW, PURGED, error_of, purge};

/// Ten minutes after [`NOW`].
const LATER: &str = "Tue, 14 Nov 2023 22:23:20 GMT";
const EXPIRED: &str = "AuthFailure.SignatureExpire";

fn dated(date: &str, body: impl Into<Vec<u8>>) -> HttpResponse {
    HttpResponse::new(200, body).with_header("Date", date)
}

/// The times that requests were signed with, in seconds since [`NOW`].
fn signed(script: &ScriptedTransport) -> Vec<i64> {
    let seconds = |text: &str| text.parse::<i64>().unwrap() - NOW.cast_signed();
    script.requests().iter().map(|request| seconds(request.header("X-TC-Timestamp").unwrap())).collect()
}

fn expired(message: &str) -> String {
    refusal(EXPIRED).replace(r#""no""#, &format!(r#""{message}""#))
}

#[test]
fn every_response_corrects_the_time_of_the_next_request() {
    let harness = Harness::new();
    let client = harness.client();
    harness.script(|script| {
        script
            .respond_with(dated(LATER, PURGED))
            .respond_with(dated(LATER, refusal("InvalidParameter")))
            .respond(200, PURGED)
    });
    harness.clock.run(client.call(&purge()).into_future()).unwrap();
    harness.clock.advance(Duration::from_secs(100));
    error_of(&harness.clock, client.call(&purge()));
    harness.clock.run(client.call(&purge()).into_future()).unwrap();
    // The server is 600 s ahead at first. Its second response has the same date 100 s later: 500 s.
    assert_eq!(signed(&harness.script), [0, 700, 600]);
    let last = harness.script.requests().pop().unwrap();
    assert!(last.header("Authorization").unwrap().contains("/2023-11-14/cdn/"));
}

#[test]
fn a_retry_after_an_expired_signature_is_signed_with_the_server_s_time() {
    let harness = Harness::new();
    harness.script(|script| script.respond_with(dated(LATER, refusal(EXPIRED))).respond(200, PURGED));
    harness.clock.run(harness.client().call(&purge()).into_future()).unwrap();
    assert_eq!((signed(&harness.script), harness.waits()), (vec![0, 600], vec![0]));
}

#[test]
fn the_server_s_time_is_that_of_the_middle_of_the_exchange() {
    let harness = Harness::new();
    let response = dated(LATER, refusal(EXPIRED));
    harness
        .script(|script| script.respond_after(&harness.clock, Duration::from_secs(8), response).respond(200, PURGED));
    harness.clock.run(harness.client().call(&purge()).into_future()).unwrap();
    // The exchange took 8 s, so the header was written 4 s before its end.
    assert_eq!(signed(&harness.script), [0, 600 + 4]);
}

#[test]
fn a_clock_that_is_ahead_is_corrected_too() {
    let harness = Harness::new();
    harness.clock.advance(Duration::from_secs(86_400));
    harness.script(|script| script.respond_with(dated(LATER, refusal(EXPIRED))).respond(200, PURGED));
    harness.clock.run(harness.client().call(&purge()).into_future()).unwrap();
    assert_eq!(signed(&harness.script), [86_400, 600]);
    let requests = harness.script.requests();
    let days = ["/2023-11-15/", "/2023-11-14/"];
    for (request, day) in requests.iter().zip(days) {
        assert!(request.header("Authorization").unwrap().contains(day), "{day}");
    }
}

#[test]
fn the_message_is_used_if_the_header_does_not_help() {
    let message = "Signature expired. Reduce the deviation between `Timestamp` and the server time 1700000900.";
    for date in ["", "yesterday", "Tue, 14 Nov 2023 22:13:20 GMT"] {
        let harness = Harness::new();
        harness.script(|script| script.respond_with(dated(date, expired(message))).respond(200, PURGED));
        harness.clock.run(harness.client().call(&purge()).into_future()).unwrap();
        assert_eq!(signed(&harness.script), [0, 900], "{date}");
    }
}

#[test]
fn without_the_server_s_time_the_call_is_not_retried() {
    let harness = Harness::refusing(&[EXPIRED; 2]);
    let error = error_of(&harness.clock, harness.client().call(&purge()));
    assert_eq!((error.kind(), error.attempts(), error.is_retryable()), (ErrorKind::ClockSkew, 1, false));
    assert!(
        error.to_string().contains(
            "; not sent again: the server's time is unknown, or is the time that the request was signed with; \
             help: correct"
        ),
        "{error}"
    );
}

#[test]
fn an_expired_signature_is_retried_once() {
    let harness = Harness::new();
    let even_later = "Tue, 14 Nov 2023 23:23:20 GMT";
    harness.script(|script| {
        script.respond_with(dated(LATER, refusal(EXPIRED))).respond_with(dated(even_later, refusal(EXPIRED)))
    });
    let error = error_of(&harness.clock, harness.client().call(&purge()));
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::ClockSkew, 2));
    assert_eq!(signed(&harness.script), [0, 600]);
}

#[test]
fn a_difference_of_up_to_a_minute_is_not_corrected() {
    let harness = Harness::new();
    let client = harness.client();
    for date in
        ["Tue, 14 Nov 2023 22:14:20 GMT", LATER, "Tue, 14 Nov 2023 22:13:20 GMT", "Tue, 14 Nov 2023 22:12:20 GMT"]
    {
        harness.script(|script| script.respond_with(dated(date, PURGED)));
        harness.clock.run(client.call(&purge()).into_future()).unwrap();
    }
    harness.script(|script| script.respond(200, PURGED));
    harness.clock.run(client.call(&purge()).into_future()).unwrap();
    assert_eq!(signed(&harness.script), [0, 0, 600, 0, 0]);
}

#[test]
fn pages_and_cached_responses_do_not_correct_the_time() {
    let harness = Harness::new();
    let client = harness.client();
    let portal = HttpResponse::new(200, "<html>").with_header("Date", LATER);
    let cached = dated(LATER, PURGED).with_header("Age", "600");
    harness.script(|script| script.respond_with(portal).respond_with(cached).respond(200, PURGED));
    error_of(&harness.clock, client.call(&purge()));
    for _ in 0..2 {
        harness.clock.run(client.call(&purge()).into_future()).unwrap();
    }
    assert_eq!(signed(&harness.script), [0, 0, 0]);
}

#[test]
fn all_clients_of_a_configuration_share_the_correction() {
    let harness = Harness::new();
    let config = harness.config().build().unwrap();
    harness.script(|script| script.respond_with(dated(LATER, PURGED)).respond(200, PURGED));
    for _ in 0..2 {
        harness.clock.run(Client::<Cdn>::new(&config).call(&purge()).into_future()).unwrap();
    }
    assert_eq!(signed(&harness.script), [0, 600]);
}
