//! What a call tells while it runs: the names are OpenTelemetry's.

use std::time::Duration;

use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{Client, HttpResponse, TransportError, TransportErrorKind};
use tracing::Level;

use crate::recorder::{Fields, Recorder};
use crate::sample::{Cdn, NOW, PURGED, client, config, purge};

/// What is told of a purge that meets these answers.
fn told(transport: &ScriptedTransport) -> Recorder {
    let clock = VirtualClock::at_unix(NOW);
    let recorder = Recorder::default();
    let client = client(transport, &clock);
    recorder.watch(|| drop(clock.run(client.call(purge()).into_future())));
    recorder
}

fn fields<const N: usize>(fields: [(&str, &str); N]) -> Fields {
    fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

#[test]
fn a_call_is_a_span() {
    let recorder = told(&ScriptedTransport::new().answer(200, PURGED));
    let [span] = recorder.spans().try_into().unwrap();
    assert_eq!((span.name.as_str(), span.level), ("tencentcloud.call", Level::INFO));
    let expected = fields([
        ("otel.name", "cdn/PurgeUrlsCache"),
        ("otel.kind", "client"),
        ("rpc.system.name", "tencentcloud"),
        ("rpc.method", "cdn/PurgeUrlsCache"),
        ("server.address", "cdn.tencentcloudapi.com"),
        ("server.port", "443"),
        ("tencentcloud.version", "2018-06-06"),
        ("tencentcloud.attempts", "1"),
        ("tencentcloud.request_id", "request-1"),
    ]);
    assert_eq!(span.fields, expected);
}

#[test]
fn an_attempt_is_an_event_in_the_span_of_its_call() {
    let clock = VirtualClock::at_unix(NOW);
    let response = HttpResponse::new(200, PURGED);
    let transport = ScriptedTransport::new().respond_after(&clock, Duration::from_millis(1_500), response);
    let recorder = Recorder::default();
    recorder.watch(|| clock.run(client(&transport, &clock).call(purge()).into_future())).unwrap();
    let [event] = recorder.events().try_into().unwrap();
    assert_eq!((event.level, event.inside.as_deref()), (Level::DEBUG, Some("tencentcloud.call")));
    let expected = fields([
        ("message", "attempt"),
        ("http.request.method", "POST"),
        ("http.response.status_code", "200"),
        ("server.address", "cdn.tencentcloudapi.com"),
        ("server.port", "443"),
        ("tencentcloud.outcome", "success"),
        ("tencentcloud.request_id", "request-1"),
        ("tencentcloud.duration_ms", "1500"),
    ]);
    assert_eq!(event.fields, expected);
}

#[test]
fn a_failure_has_its_type_and_the_services_code() {
    let refusal = r#"{"Response":{"Error":{"Code":"LimitExceeded.CdnPurgeUrlExceedDayLimit","Message":"too many"},"RequestId":"r-2"}}"#;
    let recorder = told(&ScriptedTransport::new().answer(200, refusal));
    let [span] = recorder.spans().try_into().unwrap();
    let [event] = recorder.events().try_into().unwrap();
    for fields in [&span.fields, &event.fields] {
        assert_eq!(fields["error.type"], "LimitExceeded.CdnPurgeUrlExceedDayLimit");
        assert_eq!(fields["rpc.response.status_code"], "LimitExceeded.CdnPurgeUrlExceedDayLimit");
        assert_eq!(fields["tencentcloud.request_id"], "r-2");
    }
    assert_eq!(span.fields["otel.status_code"], "ERROR");
    assert_eq!(event.fields["tencentcloud.outcome"], "failure");
    assert_eq!(
        event.fields["error.message"],
        "cdn.PurgeUrlsCache: LimitExceeded.CdnPurgeUrlExceedDayLimit: too many (request id r-2); help: wait until tomorrow"
    );
}

#[test]
fn each_attempt_has_its_event_and_the_span_has_their_number() {
    let refused = || TransportError::new(TransportErrorKind::Connect, "connection refused");
    let recorder = told(&ScriptedTransport::new().fail(refused()).fail(refused()).answer(200, PURGED));
    let resends: Vec<_> =
        recorder.events().iter().map(|event| event.fields.get("http.request.resend_count").cloned()).collect();
    assert_eq!(resends, [None, Some("1".to_owned()), Some("2".to_owned())]);
    let outcomes: Vec<_> = recorder.events().iter().map(|event| event.fields["tencentcloud.outcome"].clone()).collect();
    assert_eq!(outcomes, ["failure", "failure", "success"]);
    assert_eq!(recorder.events()[0].fields["error.type"], "connect");
    let [span] = recorder.spans().try_into().unwrap();
    assert_eq!(span.fields["tencentcloud.attempts"], "3");
    assert!(!span.fields.contains_key("error.type"), "{span:?}");
}

#[test]
fn an_attempt_that_the_calls_time_ends_is_abandoned() {
    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new().hang();
    let config = config(&transport, &clock).call_timeout(Duration::from_secs(2)).build().unwrap();
    let recorder = Recorder::default();
    let client = Client::<Cdn>::new(&config).unwrap();
    recorder.watch(|| clock.run(client.call(purge()).into_future())).unwrap_err();
    let [event] = recorder.events().try_into().unwrap();
    assert_eq!(event.fields["tencentcloud.outcome"], "abandoned");
    assert_eq!(event.fields["tencentcloud.duration_ms"], "2000");
    assert_eq!(recorder.spans()[0].fields["error.type"], "timeout");
}

#[test]
fn an_answer_that_does_not_fit_fails_the_span() {
    let recorder = told(&ScriptedTransport::new().answer(200, r#"{"Response":{"RequestId":"r-3"}}"#));
    let [span] = recorder.spans().try_into().unwrap();
    assert_eq!((&*span.fields["error.type"], &*span.fields["otel.status_code"]), ("decode", "ERROR"));
    assert_eq!(span.fields["tencentcloud.request_id"], "r-3");
}
