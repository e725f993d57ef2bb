//! Tests the spans and events of a call. Their names follow OpenTelemetry's conventions.

use std::time::Duration;

use tencentcloud_core::credentials::{ProvideCredentials, ProviderContext};
use tencentcloud_core::http::{HttpResponse, TransportError, TransportErrorKind};
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{BoxFuture, Client, Credentials, Error, GenericClient};
use tracing::Level;

use crate::harness::{begin, refusal};
use crate::recorder::{Fields, Recorder, Seen};
use crate::sample::{Cdn, NOW, PURGED, Purge, client, config, purge};

/// Records a purge over this transport.
fn record_purge(transport: &ScriptedTransport) -> Recorder {
    let clock = VirtualClock::at_unix(NOW);
    let recorder = Recorder::default();
    let client = client(transport, &clock);
    recorder.watch(|| drop(clock.run(client.call(&purge()).into_future())));
    recorder
}

/// The events with this message.
fn events(recorder: &Recorder, message: &str) -> Vec<Seen> {
    recorder.events().into_iter().filter(|event| event.fields["message"] == message).collect()
}

fn fields<const N: usize>(fields: [(&str, &str); N]) -> Fields {
    fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

#[test]
fn a_call_is_a_span() {
    let recorder = record_purge(&ScriptedTransport::new().respond(200, PURGED));
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
        ("tencentcloud.wait_ms", "0"),
        ("tencentcloud.request_id", "request-1"),
    ]);
    assert_eq!(span.fields, expected);
}

#[test]
fn a_successful_call_is_one_event_at_info() {
    let recorder = record_purge(&ScriptedTransport::new().respond(200, PURGED));
    let at_info: Vec<_> = recorder.events().into_iter().filter(|event| event.level <= Level::INFO).collect();
    let [event] = at_info.try_into().unwrap();
    assert_eq!((event.level, event.inside), (Level::INFO, None));
    let expected = fields([
        ("message", "call succeeded"),
        ("rpc.method", "cdn/PurgeUrlsCache"),
        ("tencentcloud.request_id", "request-1"),
        ("tencentcloud.attempts", "1"),
        ("tencentcloud.wait_ms", "0"),
        ("tencentcloud.duration_ms", "0"),
    ]);
    assert_eq!(event.fields, expected);
}

#[test]
fn the_end_of_a_call_is_an_event_in_the_span_of_the_caller() {
    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new().respond(200, PURGED).respond(200, "<html>");
    let client = client(&transport, &clock);
    let recorder = Recorder::default();
    recorder.watch(|| {
        let job = tracing::info_span!("job").entered();
        drop(clock.run(client.call(&purge())));
        drop(clock.run(client.call(&purge())));
        drop(job);
    });
    let ends: Vec<_> = recorder.events().into_iter().filter(|event| event.level <= Level::INFO).collect();
    let inside: Vec<_> = ends.iter().map(|event| (&*event.fields["message"], event.inside.as_deref())).collect();
    assert_eq!(inside, [("call succeeded", Some("job")), ("call failed", Some("job"))]);
}

#[test]
fn an_attempt_is_an_event_in_the_span_of_its_call() {
    let clock = VirtualClock::at_unix(NOW);
    let response = HttpResponse::new(200, PURGED);
    let transport = ScriptedTransport::new().respond_after(&clock, Duration::from_millis(1_500), response);
    let recorder = Recorder::default();
    recorder.watch(|| clock.run(client(&transport, &clock).call(&purge()).into_future())).unwrap();
    let [event] = events(&recorder, "attempt").try_into().unwrap();
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
fn a_failure_has_the_services_code_as_its_type() {
    let refusal = refusal("LimitExceeded.CdnPurgeUrlExceedDayLimit");
    let recorder = record_purge(&ScriptedTransport::new().respond(200, refusal));
    let [span] = recorder.spans().try_into().unwrap();
    let [event] = events(&recorder, "attempt").try_into().unwrap();
    for fields in [&span.fields, &event.fields] {
        assert_eq!(fields["error.type"], "LimitExceeded.CdnPurgeUrlExceedDayLimit");
        assert_eq!(fields["rpc.response.status_code"], "LimitExceeded.CdnPurgeUrlExceedDayLimit");
        assert_eq!(fields["tencentcloud.request_id"], "r");
    }
    assert_eq!(span.fields["otel.status_code"], "ERROR");
    assert_eq!(event.fields["tencentcloud.outcome"], "failure");
    assert_eq!(
        event.fields["error.message"],
        "cdn.PurgeUrlsCache: LimitExceeded.CdnPurgeUrlExceedDayLimit: no (request id r); \
         help: wait until tomorrow"
    );
}

#[test]
fn each_attempt_is_an_event_and_the_span_has_their_number() {
    let refused = || TransportError::new(TransportErrorKind::Connect, "connection refused");
    let recorder = record_purge(&ScriptedTransport::new().fail(refused()).fail(refused()).respond(200, PURGED));
    let attempts = events(&recorder, "attempt");
    let resends: Vec<_> = attempts.iter().map(|event| event.fields.get("http.request.resend_count").cloned()).collect();
    assert_eq!(resends, [None, Some("1".to_owned()), Some("2".to_owned())]);
    let outcomes: Vec<_> = attempts.iter().map(|event| event.fields["tencentcloud.outcome"].clone()).collect();
    assert_eq!(outcomes, ["failure", "failure", "success"]);
    assert_eq!(attempts[0].fields["error.type"], "connect");
    let [span] = recorder.spans().try_into().unwrap();
    assert_eq!(span.fields["tencentcloud.attempts"], "3");
    assert!(!span.fields.contains_key("error.type"), "{span:?}");
}

#[test]
fn an_attempt_that_the_calls_timeout_ends_is_abandoned() {
    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new().hang();
    let config = config(&transport, &clock).call_timeout(Duration::from_secs(2)).build().unwrap();
    let recorder = Recorder::default();
    let client = Client::<Cdn>::new(&config);
    recorder.watch(|| clock.run(client.call(&purge()).into_future())).unwrap_err();
    let [event] = events(&recorder, "attempt").try_into().unwrap();
    assert_eq!(event.fields["tencentcloud.outcome"], "abandoned");
    assert_eq!(event.fields["tencentcloud.duration_ms"], "2000");
    assert_eq!(recorder.spans()[0].fields["error.type"], "timeout");
}

#[test]
fn a_response_that_does_not_fit_fails_the_span() {
    let recorder = record_purge(&ScriptedTransport::new().respond(200, r#"{"Response":{"RequestId":"r-3"}}"#));
    let [span] = recorder.spans().try_into().unwrap();
    assert_eq!((&*span.fields["error.type"], &*span.fields["otel.status_code"]), ("decode", "ERROR"));
    assert_eq!(span.fields["tencentcloud.request_id"], "r-3");
    let [attempt] = events(&recorder, "attempt").try_into().unwrap();
    assert_eq!(attempt.fields["tencentcloud.outcome"], "success", "the service accepted the request");
    let [event] = events(&recorder, "call failed").try_into().unwrap();
    let expected = fields([
        ("message", "call failed"),
        ("rpc.method", "cdn/PurgeUrlsCache"),
        ("error.type", "decode"),
        ("http.response.status_code", "200"),
        ("tencentcloud.request_id", "r-3"),
        ("tencentcloud.attempts", "1"),
        ("tencentcloud.wait_ms", "0"),
        ("tencentcloud.duration_ms", "0"),
    ]);
    assert_eq!(event.fields, expected, "no part of the response is logged");
}

#[test]
fn a_call_that_failed_is_one_warning_with_its_error_on_one_line() {
    let refused = || TransportError::new(TransportErrorKind::Connect, "connection refused");
    let transport = (0..30).fold(ScriptedTransport::new(), |transport, _| transport.fail(refused()));
    let recorder = record_purge(&transport);
    let warnings: Vec<_> = recorder.events().into_iter().filter(|event| event.level <= Level::WARN).collect();
    let [event] = warnings.try_into().unwrap();
    assert_eq!((event.level, event.inside.as_deref()), (Level::WARN, None));
    let line = &event.fields["error.message"];
    assert!(line.starts_with("cdn.PurgeUrlsCache: no connection: connection refused"), "{line}");
    assert!(line.contains("after 25 attempts"), "{line}");
    let values_with_the_error = event.fields.values().filter(|value| value.contains("connection refused"));
    assert_eq!(values_with_the_error.count(), 1, "{event:?}");
    assert!(event.fields.values().map(String::len).sum::<usize>() < 350, "{event:?}");
    let [span] = recorder.spans().try_into().unwrap();
    assert_eq!(&span.fields["error.message"], line);
    for (name, value) in [
        ("message", "call failed"),
        ("rpc.method", "cdn/PurgeUrlsCache"),
        ("error.type", "connect"),
        ("tencentcloud.attempts", "25"),
    ] {
        assert_eq!(event.fields[name], value, "{name}");
    }
}

#[test]
fn a_call_that_fails_before_an_attempt_is_logged_too() {
    struct Broken;

    impl ProvideCredentials for Broken {
        fn credentials<'a>(&'a self, _: &'a ProviderContext) -> BoxFuture<'a, Result<Credentials, Error>> {
            Box::pin(async { Err(Error::credentials("the vault is sealed")) })
        }
    }

    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new();
    let broken = Client::<Cdn>::new(&config(&transport, &clock).credentials(Broken).build().unwrap());
    let fine = config(&transport, &clock).build().unwrap();
    let (client, generic) = (client(&transport, &clock), GenericClient::new(&fine));
    let recorder = Recorder::default();
    recorder.watch(|| {
        clock.run(broken.call(&purge()).into_future()).unwrap_err();
        clock.run(client.call(&Purge { urls: Vec::new() }).into_future()).unwrap_err();
        clock.run(client.call(&purge()).timeout(Duration::ZERO).into_future()).unwrap_err();
        clock.run(generic.call_json("vod", "2018-07-17", "DeleteMedia", "[]").into_future()).unwrap_err();
        clock.run(generic.call_json("a\nb", "2018-07-17", "DeleteMedia", "{}").into_future()).unwrap_err();
    });
    let logged: Vec<_> = recorder
        .events()
        .iter()
        .map(|event| (event.level, event.fields.get("rpc.method").cloned(), event.fields["error.type"].clone()))
        .collect();
    let purge = Some("cdn/PurgeUrlsCache".to_owned());
    let expected = [
        (Level::WARN, purge.clone(), "credentials"),
        (Level::WARN, purge.clone(), "invalid_request"),
        (Level::WARN, purge, "timeout"),
        (Level::WARN, Some("vod/DeleteMedia".to_owned()), "invalid_request"),
        (Level::WARN, None, "invalid_request"),
    ];
    assert_eq!(logged, expected.map(|(level, method, error)| (level, method, error.to_owned())));
    assert_eq!(recorder.events()[4].fields["error.message"].lines().count(), 1);
    assert_eq!(recorder.spans().len(), 4, "a call to an invalid service has no span");
}

#[test]
fn the_wait_for_permits_is_logged() {
    let clock = VirtualClock::at_unix(NOW);
    let refused = || TransportError::new(TransportErrorKind::Connect, "connection refused");
    let transport = ScriptedTransport::new().respond(200, PURGED).fail(refused()).respond(200, PURGED);
    let builder = config(&transport, &clock).requests_per_second(1).jitter(|| 0.0);
    let client = Client::<Cdn>::new(&builder.build().unwrap());
    let recorder = Recorder::default();
    recorder.watch(|| {
        for _ in 0..2 {
            clock.run(client.call(&purge()).into_future()).unwrap();
        }
        clock.run(client.call(&purge()).permit_timeout(Duration::from_millis(300)).into_future()).unwrap_err();
        let mut dropped = client.call(&purge()).into_future();
        begin(&mut dropped);
        clock.advance(Duration::from_millis(200));
        drop(dropped);
    });
    let waits: Vec<_> = recorder.spans().iter().map(|span| span.fields["tencentcloud.wait_ms"].clone()).collect();
    assert_eq!(waits, ["0", "1984", "300", "200"]);
    let [event] = events(&recorder, "call failed").try_into().unwrap();
    assert_eq!(event.fields["tencentcloud.wait_ms"], "300");
}

#[test]
fn a_call_that_is_dropped_is_not_a_failure() {
    let clock = VirtualClock::at_unix(NOW);
    let client = client(&ScriptedTransport::new().hang(), &clock);
    let recorder = Recorder::default();
    recorder.watch(|| {
        let mut call = client.call(&purge()).into_future();
        begin(&mut call);
        drop(call);
        drop(client.call(&purge()).into_future());
    });
    let [span] = recorder.spans().try_into().unwrap();
    assert_eq!(span.fields["tencentcloud.attempts"], "1");
    assert!(!span.fields.contains_key("otel.status_code"), "{span:?}");
    let levels: Vec<_> = recorder.events().iter().map(|event| event.level).collect();
    assert_eq!(levels, [Level::DEBUG]);
}

#[test]
fn a_wrong_clock_is_logged_once_and_again_when_it_has_been_corrected() {
    const DATE: &str = "Tue, 14 Nov 2023 22:13:20 GMT";
    let response = || HttpResponse::new(200, PURGED).with_header("Date", DATE);
    let clock = VirtualClock::at_unix(NOW - 600);
    let transport = (0..6).fold(ScriptedTransport::new(), |transport, _| transport.respond_with(response()));
    let client = Client::<Cdn>::new(&config(&transport, &clock).without_limits().build().unwrap());
    let recorder = Recorder::default();
    recorder.watch(|| {
        for seconds in [0, 30, 0, 570, 10, 10] {
            clock.advance(Duration::from_secs(seconds));
            clock.run(client.call(&purge()).into_future()).unwrap();
        }
    });
    let warnings: Vec<_> = recorder.events().into_iter().filter(|event| event.level == Level::WARN).collect();
    let logged: Vec<_> = warnings
        .iter()
        .map(|event| (&*event.fields["message"], &*event.fields["tencentcloud.clock_behind_ms"]))
        .collect();
    assert_eq!(
        logged,
        [
            ("this machine's clock is wrong; requests are signed with the server's time", "600000"),
            ("this machine's clock is right again; requests are signed with its time", "0"),
        ]
    );
}
