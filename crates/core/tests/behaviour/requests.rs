//! Tests the request that a call sends.

use std::time::Duration;

use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};

use crate::sample::{NOW, PURGED, client, outcome, purge};

#[test]
fn a_call_is_sent_as_the_official_sdk_would_sign_it() {
    let transport = ScriptedTransport::new().respond(200, PURGED);
    outcome(&transport, &purge()).unwrap();

    let [request] = transport.requests().try_into().unwrap();
    assert_eq!(request.url(), "https://cdn.tencentcloudapi.com/");
    assert_eq!(request.body(), br#"{"Urls":["http://www.example.com/1.jpg"]}"#);
    let expected = [
        (
            "authorization",
            "TC3-HMAC-SHA256 Credential=AKIDvector0000000000000000000000000001/2023-11-14/cdn/tc3_request, \
             SignedHeaders=content-type;host, \
             Signature=59ccd1bf03e463022e179c5350596dc88218f03ccbbf41ef7a145fa48bb09102",
        ),
        ("content-type", "application/json"),
        ("host", "cdn.tencentcloudapi.com"),
        ("x-tc-action", "PurgeUrlsCache"),
        ("x-tc-version", "2018-06-06"),
        ("x-tc-timestamp", "1700000000"),
        ("x-tc-requestclient", concat!("tencentcloud-rust_", env!("CARGO_PKG_VERSION"))),
    ];
    assert_eq!(request.headers().collect::<Vec<_>>(), expected);
}

#[test]
fn a_call_is_signed_for_the_time_at_which_it_is_sent() {
    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new().respond(200, PURGED).respond(200, PURGED);
    let client = client(&transport, &clock);

    let prepared = client.call(&purge());
    clock.advance(Duration::from_secs(86_400));
    clock.run(prepared.into_future()).unwrap();
    clock.run(client.call(&purge()).into_future()).unwrap();

    for request in transport.requests() {
        assert_eq!(request.header("X-TC-Timestamp"), Some("1700086400"));
        assert!(request.header("Authorization").unwrap().contains("/2023-11-15/cdn/tc3_request"));
    }
}

#[test]
fn nothing_is_sent_before_a_call_is_awaited() {
    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new();
    drop(client(&transport, &clock).call(&purge()));
    drop(client(&transport, &clock).call(&purge()).into_future());
    assert!(transport.requests().is_empty());
}
