//! Tests the hooks around each attempt and after each call.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tencentcloud_core::http::{HttpResponse, TransportError, TransportErrorKind};
use tencentcloud_core::observe::{
    Attempt, AttemptEnd, AttemptHeaders, AttemptResult, CallEnd, CallResult, Interceptor,
};
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{Client, ErrorKind, GenericClient};

use crate::harness::begin;
use crate::sample::{Cdn, NOW, PURGED, Purge, config, purge};

/// Records its hooks under a name.
#[derive(Clone)]
struct Diary {
    name: &'static str,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Diary {
    fn new(name: &'static str) -> Self {
        Self { name, lines: Arc::default() }
    }

    /// Another interceptor that appends to the same lines.
    fn with_same_lines(&self, name: &'static str) -> Self {
        Self { name, lines: Arc::clone(&self.lines) }
    }

    fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }
}

impl Interceptor for Diary {
    fn before_attempt(&self, attempt: &Attempt<'_>, headers: &mut AttemptHeaders<'_>) {
        headers.set(format!("X-{}", self.name), attempt.number().to_string()).unwrap();
        headers.set("x-last", self.name).unwrap();
        self.lines.lock().unwrap().push(format!("{} before {}", self.name, attempt.number()));
    }

    fn after_attempt(&self, attempt: &Attempt<'_>, end: &AttemptEnd<'_>) {
        let result = match end.result() {
            AttemptResult::Success => "success".to_owned(),
            AttemptResult::Failure(error) => error.kind().to_string(),
            AttemptResult::Abandoned => "abandoned".to_owned(),
            _ => unreachable!(),
        };
        let line = format!(
            "{} after {}: {result} in {:?}, {:?}, {:?}",
            self.name,
            attempt.number(),
            end.duration(),
            end.status(),
            end.request_id()
        );
        self.lines.lock().unwrap().push(line);
    }
}

/// Records the ends of calls, and nothing else.
#[derive(Default)]
struct Endings(Mutex<Vec<String>>);

impl Endings {
    fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

impl Interceptor for Endings {
    fn after_call(&self, end: &CallEnd<'_>) {
        let result = match end.result() {
            CallResult::Success => "success".to_owned(),
            CallResult::Failure(error) => format!("{} {}", error.kind(), error.attempts()),
            CallResult::Abandoned => "abandoned".to_owned(),
            _ => unreachable!(),
        };
        let line = format!(
            "{}/{}: {result}, sent {}, {:?} of which {:?} waiting",
            end.service(),
            end.action(),
            end.attempts(),
            end.duration(),
            end.waited()
        );
        self.0.lock().unwrap().push(line);
    }
}

#[test]
fn the_first_interceptor_runs_first_before_an_attempt_and_last_after_it() {
    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new().respond(200, PURGED);
    let outer = Diary::new("outer");
    let config = config(&transport, &clock)
        .interceptor(outer.clone())
        .interceptor(outer.with_same_lines("inner"))
        .build()
        .unwrap();
    clock.run(Client::<Cdn>::new(&config).call(&purge()).into_future()).unwrap();
    assert_eq!(
        outer.lines(),
        [
            "outer before 1",
            "inner before 1",
            r#"inner after 1: success in 0ns, Some(200), Some("request-1")"#,
            r#"outer after 1: success in 0ns, Some(200), Some("request-1")"#,
        ]
    );
    let [request] = transport.requests().try_into().unwrap();
    assert_eq!((request.header("x-outer"), request.header("X-Inner")), (Some("1"), Some("1")));
    let last: Vec<_> = request.headers().filter(|(name, _)| *name == "x-last").collect();
    assert_eq!(last, [("x-last", "inner")], "there is one header of a name");
}

#[test]
fn each_attempt_is_reported_with_its_result() {
    let clock = VirtualClock::at_unix(NOW);
    let throttled = r#"{"Response":{"Error":{"Code":"RequestLimitExceeded","Message":""},"RequestId":"r-2"}}"#;
    let transport = ScriptedTransport::new()
        .fail(TransportError::new(TransportErrorKind::Connect, "refused"))
        .respond_after(&clock, Duration::from_millis(250), HttpResponse::new(429, throttled))
        .respond(200, PURGED);
    let diary = Diary::new("diary");
    let config = config(&transport, &clock).interceptor(Arc::new(diary.clone())).build().unwrap();
    clock.run(Client::<Cdn>::new(&config).call(&purge()).into_future()).unwrap();
    assert_eq!(
        diary.lines(),
        [
            "diary before 1",
            "diary after 1: connect in 0ns, None, None",
            "diary before 2",
            r#"diary after 2: throttled in 250ms, Some(429), Some("r-2")"#,
            "diary before 3",
            r#"diary after 3: success in 0ns, Some(200), Some("request-1")"#,
        ]
    );
    let numbers: Vec<_> =
        transport.requests().iter().map(|request| request.header("x-diary").unwrap().to_owned()).collect();
    assert_eq!(numbers, ["1", "2", "3"]);
}

#[test]
fn an_attempt_that_times_out_or_is_dropped_ends_too() {
    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new().hang().hang();
    let diary = Diary::new("diary");
    let config = config(&transport, &clock).interceptor(diary.clone()).build().unwrap();
    let client = Client::<Cdn>::new(&config);
    let error = clock.run(client.call(&purge()).timeout(Duration::from_secs(2)).into_future()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);

    clock.run(async {
        let mut call = client.call(&purge()).into_future();
        std::future::poll_fn(|context| {
            assert!(call.as_mut().poll(context).is_pending());
            std::task::Poll::Ready(())
        })
        .await;
    });
    assert_eq!(
        diary.lines(),
        [
            "diary before 1",
            "diary after 1: abandoned in 2s, None, None",
            "diary before 1",
            "diary after 1: abandoned in 0ns, None, None",
        ]
    );
}

#[test]
fn a_header_of_an_interceptor_is_sent_unsigned_and_not_printed() {
    struct Gateway;

    impl Interceptor for Gateway {
        fn before_attempt(&self, attempt: &Attempt<'_>, headers: &mut AttemptHeaders<'_>) {
            headers.set("X-Gateway-Key", "hidden-key").unwrap();
            assert!(!format!("{attempt:?} {headers:?}").contains("hidden"));
            for (name, value) in [("Authorization", "none"), ("x-tc-action", "Other"), ("x-a", "b\r\nc: hidden-d")] {
                let error = headers.set(name, value).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::InvalidRequest);
                assert!(!error.to_string().contains("hidden"), "{error}");
            }
        }
    }

    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new().respond(200, PURGED).respond(200, PURGED);
    for config in [config(&transport, &clock), config(&transport, &clock).interceptor(Gateway)] {
        let client = Client::<Cdn>::new(&config.build().unwrap());
        clock.run(client.call(&purge()).into_future()).unwrap();
    }
    let [without, with] = transport.requests().try_into().unwrap();
    assert_eq!(with.header("x-gateway-key"), Some("hidden-key"));
    assert_eq!(with.header("authorization"), without.header("authorization"));
    assert_eq!(with.header("x-tc-action"), Some("PurgeUrlsCache"));
    let printed = format!("{with:?}");
    assert!(printed.contains(r#"("x-gateway-key", "***")"#) && !printed.contains("hidden"), "{printed}");
}

#[test]
fn every_call_that_is_awaited_is_reported_once() {
    let clock = VirtualClock::at_unix(NOW);
    let refused = TransportError::new(TransportErrorKind::Connect, "refused");
    let transport = ScriptedTransport::new()
        .respond(200, PURGED)
        .respond(200, r#"{"Response":{"RequestId":"r-2"}}"#)
        .fail(refused)
        .respond_after(&clock, Duration::from_millis(250), HttpResponse::new(200, PURGED))
        .hang();
    let endings = Arc::new(Endings::default());
    let config = config(&transport, &clock).requests_per_second(1).interceptor(Arc::clone(&endings)).build().unwrap();
    let client = Client::<Cdn>::new(&config);
    let generic = GenericClient::new(&config);
    clock.run(client.call(&purge()).into_future()).unwrap();
    clock.run(client.call(&purge()).into_future()).unwrap_err();
    clock.run(client.call(&purge()).into_future()).unwrap();
    clock.run(client.call(&purge()).permit_timeout(Duration::from_millis(300)).into_future()).unwrap_err();
    clock.run(client.call(&Purge { urls: Vec::new() }).into_future()).unwrap_err();
    clock.run(generic.call_json("VOD", "2018-07-17", "DeleteMedia", "{}").into_future()).unwrap_err();
    let mut dropped = client.call(&purge()).into_future();
    begin(&mut dropped);
    clock.advance(Duration::from_secs(1));
    drop(dropped);
    drop(client.call(&purge()).into_future());
    assert_eq!(
        endings.lines(),
        [
            "cdn/PurgeUrlsCache: success, sent 1, 0ns of which 0ns waiting",
            "cdn/PurgeUrlsCache: decode 1, sent 1, 1.002s of which 1.002s waiting",
            "cdn/PurgeUrlsCache: success, sent 2, 2.254s of which 1.944s waiting",
            "cdn/PurgeUrlsCache: timeout 0, sent 0, 300ms of which 300ms waiting",
            "cdn/PurgeUrlsCache: invalid_request 0, sent 0, 0ns of which 0ns waiting",
            "VOD/DeleteMedia: invalid_request 0, sent 0, 0ns of which 0ns waiting",
            "cdn/PurgeUrlsCache: abandoned, sent 0, 1s of which 1s waiting",
        ]
    );
}

#[test]
fn the_end_of_a_call_is_its_last_hook() {
    struct Both(Diary);

    impl Interceptor for Both {
        fn before_attempt(&self, attempt: &Attempt<'_>, headers: &mut AttemptHeaders<'_>) {
            self.0.before_attempt(attempt, headers);
        }

        fn after_attempt(&self, _: &Attempt<'_>, end: &AttemptEnd<'_>) {
            self.0.lines.lock().unwrap().push(format!("{} after {:?}", self.0.name, end.result()));
        }

        fn after_call(&self, end: &CallEnd<'_>) {
            self.0.lines.lock().unwrap().push(format!("{} over {:?}", self.0.name, end.result()));
        }
    }

    let clock = VirtualClock::at_unix(NOW);
    let diary = Diary::new("outer");
    let (outer, inner) = (Both(diary.clone()), Both(diary.with_same_lines("inner")));
    let config = config(&ScriptedTransport::new().hang(), &clock).interceptor(outer).interceptor(inner);
    let mut call = Client::<Cdn>::new(&config.build().unwrap()).call(&purge()).into_future();
    begin(&mut call);
    drop(call);
    assert_eq!(
        diary.lines(),
        [
            "outer before 1",
            "inner before 1",
            "inner after Abandoned",
            "outer after Abandoned",
            "inner over Abandoned",
            "outer over Abandoned",
        ]
    );
}
