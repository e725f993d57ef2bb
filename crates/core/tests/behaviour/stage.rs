//! A client on a stage: it plays a script, and what it does is timed.

use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};
use std::time::{Duration, UNIX_EPOCH};

use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{
    BoxFuture, Client, Clock, ConfigBuilder, HttpRequest, HttpResponse, Transport, TransportError, TransportErrorKind,
};

use crate::sample::{self, Cdn, NOW};

/// A clock that stands at [`NOW`] at first, a script, and when each attempt began and ended.
pub(crate) struct Stage {
    pub(crate) clock: VirtualClock,
    pub(crate) script: ScriptedTransport,
    attempts: Arc<Mutex<Vec<Attempt>>>,
}

/// When an attempt began and ended, from [`NOW`] on.
#[derive(Clone, Copy)]
struct Attempt {
    begin: Duration,
    end: Duration,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let clock = VirtualClock::at_unix(NOW);
        Self { clock, script: ScriptedTransport::new(), attempts: Arc::default() }
    }

    /// A stage on which the service refuses with these codes, one after the other.
    pub(crate) fn refusing(codes: &[&str]) -> Self {
        let stage = Self::new();
        for code in codes {
            stage.plays(|script| script.answer(200, refusal(code)));
        }
        stage
    }

    /// A stage on which so many attempts fail so.
    pub(crate) fn failing(times: usize, kind: TransportErrorKind) -> Self {
        let stage = Self::new();
        for _ in 0..times {
            stage.plays(|script| script.fail(TransportError::new(kind, "cut")));
        }
        stage
    }

    /// Adds steps to the script.
    pub(crate) fn plays(&self, steps: impl FnOnce(ScriptedTransport) -> ScriptedTransport) {
        // The script is shared by its clones.
        drop(steps(self.script.clone()));
    }

    /// A configuration for the stage, whose waits are not those for turns.
    pub(crate) fn config(&self) -> ConfigBuilder {
        let timed =
            Timed { script: self.script.clone(), clock: self.clock.clone(), attempts: Arc::clone(&self.attempts) };
        sample::config(&self.script, &self.clock).transport(timed).without_limits()
    }

    pub(crate) fn client(&self) -> Client<Cdn> {
        Client::new(&self.config().build().unwrap())
    }

    /// How long each attempt waited after the one before, in milliseconds.
    pub(crate) fn waits(&self) -> Vec<u128> {
        let attempts = self.attempts.lock().unwrap();
        attempts.windows(2).map(|pair| (pair[1].begin - pair[0].end).as_millis()).collect()
    }

    /// How often something was sent.
    pub(crate) fn sent(&self) -> usize {
        self.attempts.lock().unwrap().len()
    }

    /// Forgets what was sent so far.
    pub(crate) fn forget(&self) {
        self.attempts.lock().unwrap().clear();
    }

    /// How long it is since [`NOW`].
    pub(crate) fn elapsed(&self) -> Duration {
        since_now(&self.clock)
    }
}

/// Polls a call once: it begins, and waits for something.
pub(crate) fn begin<T>(call: &mut BoxFuture<'_, T>) {
    assert!(call.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
}

/// What the service refuses with.
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
            let mut running = Running { timed: self, begin: since_now(&self.clock), is_sent: true };
            let outcome = self.script.send(request).await;
            running.is_sent = !matches!(&outcome, Err(error) if error.kind() == TransportErrorKind::Unsendable);
            outcome
        })
    }
}

/// An attempt that is running; it ends with an answer, or by being given up.
struct Running<'a> {
    timed: &'a Timed,
    begin: Duration,
    /// Whether it left: what a transport cannot send is no attempt.
    is_sent: bool,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let end = since_now(&self.timed.clock);
        if self.is_sent {
            self.timed.attempts.lock().unwrap().push(Attempt { begin: self.begin, end });
        }
    }
}
