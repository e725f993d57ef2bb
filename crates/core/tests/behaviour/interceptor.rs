//! The hooks around each attempt.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{
    Attempt, AttemptEnd, AttemptHeaders, AttemptResult, Client, ErrorKind, HttpResponse, Interceptor, TransportError,
    TransportErrorKind,
};

use crate::sample::{Cdn, NOW, PURGED, config, purge};

/// Writes down what it is told, and calls itself by a name.
#[derive(Clone)]
struct Diary {
    name: &'static str,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Diary {
    fn new(name: &'static str) -> Self {
        Self { name, lines: Arc::default() }
    }

    /// Another one that writes into the same book.
    fn beside(&self, name: &'static str) -> Self {
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

#[test]
fn the_first_that_was_added_is_the_first_before_and_the_last_after() {
    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new().answer(200, PURGED);
    let outer = Diary::new("outer");
    let config =
        config(&transport, &clock).interceptor(outer.clone()).interceptor(outer.beside("inner")).build().unwrap();
    clock.run(Client::<Cdn>::new(&config).unwrap().call(purge()).into_future()).unwrap();
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
    assert_eq!(last, [("x-last", "inner")], "a header is there once");
}

#[test]
fn each_attempt_is_seen_with_what_it_came_to() {
    let clock = VirtualClock::at_unix(NOW);
    let throttled = r#"{"Response":{"Error":{"Code":"RequestLimitExceeded","Message":""},"RequestId":"r-2"}}"#;
    let transport = ScriptedTransport::new()
        .fail(TransportError::new(TransportErrorKind::Connect, "refused"))
        .respond_after(&clock, Duration::from_millis(250), HttpResponse::new(429, throttled))
        .answer(200, PURGED);
    let diary = Diary::new("diary");
    let config = config(&transport, &clock).interceptor(Arc::new(diary.clone())).build().unwrap();
    clock.run(Client::<Cdn>::new(&config).unwrap().call(purge()).into_future()).unwrap();
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
fn an_attempt_that_is_cut_off_or_dropped_is_over_as_well() {
    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new().hang().hang();
    let diary = Diary::new("diary");
    let config = config(&transport, &clock).interceptor(diary.clone()).build().unwrap();
    let client = Client::<Cdn>::new(&config).unwrap();
    let error = clock.run(client.call(purge()).timeout(Duration::from_secs(2)).into_future()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);

    clock.run(async {
        let mut call = client.call(purge()).into_future();
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
fn what_an_interceptor_adds_is_sent_unsigned_and_not_printed() {
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
    let transport = ScriptedTransport::new().answer(200, PURGED).answer(200, PURGED);
    for config in [config(&transport, &clock), config(&transport, &clock).interceptor(Gateway)] {
        let client = Client::<Cdn>::new(&config.build().unwrap()).unwrap();
        clock.run(client.call(purge()).into_future()).unwrap();
    }
    let [without, with] = transport.requests().try_into().unwrap();
    assert_eq!(with.header("x-gateway-key"), Some("hidden-key"));
    assert_eq!(with.header("authorization"), without.header("authorization"));
    assert_eq!(with.header("x-tc-action"), Some("PurgeUrlsCache"));
    let printed = format!("{with:?}");
    assert!(printed.contains(r#"("x-gateway-key", "***")"#) && !printed.contains("hidden"), "{printed}");
}
