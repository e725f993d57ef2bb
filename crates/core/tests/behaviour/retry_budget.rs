//! Tests how many retries the budget of a configuration allows, and what refills it.

use tencentcloud_core::http::{TransportError, TransportErrorKind};
use tencentcloud_core::{Client, ErrorKind};

use crate::harness::{Harness, begin, refusal};
use crate::sample::{Cdn, PURGED, error_of, purge};

/// Makes the given number of calls, which all fail, and returns the attempts of each.
fn attempts_of(harness: &Harness, client: &Client<Cdn>, calls: usize) -> Vec<u32> {
    let call = || client.call(&purge()).repeatable(true);
    (0..calls).map(|_| error_of(&harness.clock, call()).attempts()).collect()
}

#[test]
fn after_35_retries_calls_are_sent_once() {
    let harness = Harness::failing(100, TransportErrorKind::Send);
    let client = harness.client();
    let attempts = attempts_of(&harness, &client, 20);
    assert_eq!(attempts, [vec![3; 17], vec![2], vec![1; 2]].concat());

    let error = error_of(&harness.clock, client.call(&purge()).repeatable(true));
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Interrupted, 1));
    assert_eq!(
        error.to_string(),
        "cdn.PurgeUrlsCache: the connection broke before a response arrived: cut (host cdn.tencentcloudapi.com); \
         not sent again: the retry budget is used up"
    );
}

#[test]
fn throttled_calls_have_100_retries() {
    let harness = Harness::refusing(&["RequestLimitExceeded"; 200]);
    let attempts = attempts_of(&harness, &harness.client(), 15);
    // Each call has time for 8 retries.
    assert_eq!(attempts, [vec![9; 12], vec![5], vec![1; 2]].concat());
}

#[test]
fn calls_without_a_connection_have_5000_retries() {
    let harness = Harness::failing(6_000, TransportErrorKind::Connect);
    let attempts = attempts_of(&harness, &harness.client(), 211);
    // Each call has time for 24 retries.
    assert_eq!(attempts, [vec![25; 208], vec![9], vec![1; 2]].concat());
}

#[test]
fn all_clients_of_a_configuration_share_a_budget() {
    let harness = Harness::failing(200, TransportErrorKind::Send);
    let config = harness.config().build().unwrap();
    let [one, other] = [(); 2].map(|()| Client::<Cdn>::new(&config.clone()));
    assert_eq!(attempts_of(&harness, &one, 18).iter().sum::<u32>(), 18 + 35);
    assert_eq!(attempts_of(&harness, &other.clone(), 1), [1]);
    assert_eq!(attempts_of(&harness, &harness.client(), 1), [3], "another configuration has a budget of its own");
}

#[test]
fn successes_refill_the_budget() {
    let harness = Harness::failing(53, TransportErrorKind::Send);
    let client = harness.client();
    attempts_of(&harness, &client, 18);

    // Ten tokens are left, and a retry takes 14. The fourth success makes it 14, and then another
    // 14 do.
    for (successes, attempts) in [(3, 1), (1, 2), (13, 1), (1, 2)] {
        for _ in 0..successes {
            harness.script(|script| script.respond(200, PURGED));
            harness.clock.run(client.call(&purge()).into_future()).unwrap();
        }
        for _ in 0..attempts {
            harness.script(|script| script.fail(TransportError::new(TransportErrorKind::Send, "cut")));
        }
        assert_eq!(attempts_of(&harness, &client, 1), [attempts], "after {successes} more successes");
    }
}

#[test]
fn a_retry_that_helps_costs_nothing() {
    let harness = Harness::new();
    let client = harness.client();
    for _ in 0..200 {
        harness.script(|script| script.respond(429, "").respond(200, PURGED));
        harness.clock.run(client.call(&purge()).into_future()).unwrap();
    }
    assert_eq!(harness.script.requests().len(), 400);
}

#[test]
fn a_request_that_was_rejected_for_its_content_counts_as_a_success() {
    let harness = Harness::new();
    let client = harness.client();
    for _ in 0..200 {
        harness.script(|script| script.respond(429, "").respond(200, refusal("InvalidParameter")));
        assert_eq!(error_of(&harness.clock, client.call(&purge())).attempts(), 2);
    }
}

#[test]
fn a_call_that_is_dropped_during_a_wait_returns_its_tokens() {
    let harness = Harness::failing(300, TransportErrorKind::Send);
    let client = harness.client();
    for _ in 0..100 {
        let mut call = client.call(&purge()).repeatable(true).into_future();
        begin(&mut call);
    }
    assert_eq!(attempts_of(&harness, &client, 1), [3]);
}
