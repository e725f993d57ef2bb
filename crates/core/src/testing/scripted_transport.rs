//! Plays scripted responses instead of sending requests, and records the requests.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::http::{HttpRequest, HttpResponse, Transport, TransportError, TransportErrorKind};
use crate::time::{BoxFuture, Clock};

/// A transport with a script: each request takes the next step of the script as its outcome.
///
/// Clones share the script and the requests: give one to the configuration, and keep the other.
///
/// A script needs one step per attempt, so a call that is retried needs more than one. After the
/// last step, a request fails with an error that is not retried.
///
/// ```
/// use tencentcloud_core::http::{TransportError, TransportErrorKind};
/// use tencentcloud_core::testing::ScriptedTransport;
///
/// let transport = ScriptedTransport::new()
///     .fail(TransportError::new(TransportErrorKind::Connect, "connection refused"))
///     .respond(200, r#"{"Response":{"TaskId":"1","RequestId":"2"}}"#);
/// assert!(transport.requests().is_empty());
/// ```
#[derive(Clone, Debug, Default)]
pub struct ScriptedTransport(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    script: VecDeque<Step>,
    requests: Vec<HttpRequest>,
}

/// The outcome of one request.
struct Step {
    delay: Option<BoxFuture<'static, ()>>,
    /// `None` if the request never completes.
    outcome: Option<Result<HttpResponse, TransportError>>,
}

impl ScriptedTransport {
    /// Creates a transport with an empty script.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a step: a response with this status and this JSON body.
    #[must_use]
    pub fn respond(self, status: u16, body: impl Into<Vec<u8>>) -> Self {
        self.respond_with(HttpResponse::new(status, body).with_header("Content-Type", "application/json"))
    }

    /// Adds a step: this response.
    #[must_use]
    pub fn respond_with(self, response: HttpResponse) -> Self {
        self.then(Step { delay: None, outcome: Some(Ok(response)) })
    }

    /// Adds a step: this response, after a delay on the given clock.
    #[must_use]
    pub fn respond_after(self, clock: &impl Clock, delay: Duration, response: HttpResponse) -> Self {
        self.then(Step { delay: Some(clock.sleep(delay)), outcome: Some(Ok(response)) })
    }

    /// Adds a step: this error instead of a response.
    #[must_use]
    pub fn fail(self, error: TransportError) -> Self {
        self.then(Step { delay: None, outcome: Some(Err(error)) })
    }

    /// Adds a step: neither a response nor an error, ever. The request ends when its timeout
    /// passes.
    #[must_use]
    pub fn hang(self) -> Self {
        self.then(Step { delay: None, outcome: None })
    }

    /// Returns the requests so far, in the order in which they were sent.
    #[must_use]
    pub fn requests(&self) -> Vec<HttpRequest> {
        self.state().requests.clone()
    }

    fn then(self, step: Step) -> Self {
        self.state().script.push_back(step);
        self
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for ScriptedTransport {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let step = {
                let mut state = self.state();
                state.requests.push(request);
                state.script.pop_front()
            };
            let Some(Step { delay, outcome }) = step else {
                let message = "the script of the transport has no more steps";
                return Err(TransportError::new(TransportErrorKind::Unsendable, message));
            };
            if let Some(delay) = delay {
                delay.await;
            }
            match outcome {
                Some(outcome) => outcome,
                None => std::future::pending().await,
            }
        })
    }
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Step").field("outcome", &self.outcome).finish_non_exhaustive()
    }
}
