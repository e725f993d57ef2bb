//! Responds with any `Date` header and any time in a message: the next request is signed with the
//! local time, or with a time that the service's clock can show.
//!
//! The first line of an input is the header, and the rest is the message.

#![no_main]

use fuzz::{NOW, check_line, config};
use libfuzzer_sys::fuzz_target;
use serde_json::json;
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::GenericClient;
use tencentcloud_core::http::HttpResponse;

/// The times that a clock can show: from 2023, when this crate did not exist, to the last year with
/// four digits.
const POSSIBLE: std::ops::RangeInclusive<u64> = 1_672_531_199..=253_402_300_799;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let (date, message) = text.split_once('\n').unwrap_or((&text, ""));
    let refusal = json!({"Response": {
        "Error": {"Code": "AuthFailure.SignatureExpire", "Message": message}, "RequestId": "1",
    }});
    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new()
        .respond_with(HttpResponse::new(200, refusal.to_string()).with_header("Date", date))
        .respond_with(HttpResponse::new(200, refusal.to_string()).with_header("Date", date));
    let config = config(&transport, &clock).build().unwrap();
    let client = GenericClient::new(&config);
    let error = clock.run(client.call_json("cdn", "2018-06-06", "PurgeUrlsCache", "{}").into_future()).unwrap_err();
    check_line(&error);
    for request in transport.requests() {
        let signed: u64 = request.header("x-tc-timestamp").unwrap().parse().unwrap();
        assert!(signed == NOW || POSSIBLE.contains(&signed), "signed for {signed} after {date:?} and {message:?}");
    }
});
