//! Test harness: a client over a scripted transport that records when each attempt ran.

use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};
use std::time::{Duration, UNIX_EPOCH};

use tencentcloud_core::http::{HttpRequest, HttpResponse, Transport, TransportError, TransportErrorKind};
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::time::Clock;
use tencentcloud_core::{BoxFuture, Client, ConfigBuilder};

use crate::sample::{self, Cdn, NOW};

/// A clock that starts at [`NOW`], a scripted transport, and the times of each attempt.
pub(crate) struct Harness {
    pub(crate) clock: VirtualClock,
    pub(crate) script: ScriptedTransport,
    attempts: Arc<Mutex<Vec<Attempt>>>,
}

/// The begin and the end of an attempt, since [`NOW`].
#[derive(Clone, Copy)]
struct Attempt {
    begin: Duration,
    end: Duration,
}

impl Harness {
    pub(crate) fn new() -> Self {
        let clock = VirtualClock::at_unix(NOW);
        Self { clock, script: ScriptedTransport::new(), attempts: Arc::default() }
    }

    /// A harness whose service returns these error codes, one after the other.
    pub(crate) fn refusing(codes: &[&str]) -> Self {
        let harness = Self::new();
        for code in codes {
            harness.script(|script| script.respond(200, refusal(code)));
        }
        harness
    }

    /// A harness whose first `times` attempts fail with an error of the transport.
    pub(crate) fn failing(times: usize, kind: TransportErrorKind) -> Self {
        let harness = Self::new();
        for _ in 0..times {
            harness.script(|script| script.fail(TransportError::new(kind, "cut")));
        }
        harness
    }

    /// Adds steps to the script.
    pub(crate) fn script(&self, steps: impl FnOnce(ScriptedTransport) -> ScriptedTransport) {
        // The script is shared by its clones.
        drop(steps(self.script.clone()));
    }

    /// A configuration of the harness. It has no rate limit, so every recorded wait is one before a
    /// retry.
    pub(crate) fn config(&self) -> ConfigBuilder {
        let timed =
            Timed { script: self.script.clone(), clock: self.clock.clone(), attempts: Arc::clone(&self.attempts) };
        sample::config(&self.script, &self.clock).transport(timed).without_limits()
    }

    pub(crate) fn client(&self) -> Client<Cdn> {
        Client::new(&self.config().build().unwrap())
    }

    /// The waits between consecutive attempts, in milliseconds.
    pub(crate) fn waits(&self) -> Vec<u128> {
        let attempts = self.attempts.lock().unwrap();
        attempts.windows(2).map(|pair| (pair[1].begin - pair[0].end).as_millis()).collect()
    }

    /// Number of requests that were sent.
    pub(crate) fn sent(&self) -> usize {
        self.attempts.lock().unwrap().len()
    }

    /// Clears the recorded attempts.
    pub(crate) fn reset(&self) {
        self.attempts.lock().unwrap().clear();
    }

    /// Time since [`NOW`].
    pub(crate) fn elapsed(&self) -> Duration {
        since_now(&self.clock)
    }
}

/// Polls a call once, and checks that it is pending.
pub(crate) fn begin<T>(call: &mut BoxFuture<'_, T>) {
    assert!(call.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
}

/// The body of a response with an error code.
pub(crate) fn refusal(code: &str) -> String {
    format!(r#"{{"Response":{{"Error":{{"Code":"{code}","Message":"no"}},"RequestId":"r"}}}}"#)
}

fn since_now(clock: &VirtualClock) -> Duration {
    clock.now().duration_since(UNIX_EPOCH + Duration::from_secs(NOW)).unwrap()
}

struct Timed {
    script: ScriptedTransport,
    clock: VirtualClock,
    attempts: Arc<Mutex<Vec<Attempt>>>,
}

impl Transport for Timed {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let mut running = RunningAttempt { timed: self, begin: since_now(&self.clock), is_sent: true };
            let outcome = self.script.send(request).await;
            running.is_sent = !matches!(&outcome, Err(error) if error.kind() == TransportErrorKind::Unsendable);
            outcome
        })
    }
}

/// An attempt in progress; it ends with a response, or when it is dropped.
struct RunningAttempt<'a> {
    timed: &'a Timed,
    begin: Duration,
    /// Whether the request was sent: one that the transport refuses is not an attempt.
    is_sent: bool,
}

impl Drop for RunningAttempt<'_> {
    fn drop(&mut self) {
        let end = since_now(&self.timed.clock);
        if self.is_sent {
            self.timed.attempts.lock().unwrap().push(Attempt { begin: self.begin, end });
        }
    }
}
