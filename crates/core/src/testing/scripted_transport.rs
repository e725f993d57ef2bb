//! A transport that answers from a script, and keeps what it was asked.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::http::{HttpRequest, HttpResponse, Transport, TransportError, TransportErrorKind};
use crate::time::{BoxFuture, Clock};

/// A transport that plays one step of its script for each request.
///
/// Clones share script and requests, so keep one and give the other to the configuration. A request beyond the end of the
/// script fails for good, so a script has a step for each attempt of a call, and not only for each call.
///
/// ```
/// use tencentcloud_core::testing::ScriptedTransport;
/// use tencentcloud_core::{TransportError, TransportErrorKind};
///
/// let transport = ScriptedTransport::new()
///     .fail(TransportError::new(TransportErrorKind::Connect, "connection refused"))
///     .answer(200, r#"{"Response":{"TaskId":"1"}}"#);
/// assert!(transport.requests().is_empty());
/// ```
#[derive(Clone, Debug, Default)]
pub struct ScriptedTransport(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    script: VecDeque<Step>,
    requests: Vec<HttpRequest>,
}

/// What happens to a request.
struct Step {
    /// How long it takes; forever if there is no outcome.
    delay: Option<BoxFuture<'static, ()>>,
    outcome: Option<Result<HttpResponse, TransportError>>,
}

impl ScriptedTransport {
    /// A transport without a script.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The next request is answered with a status and a JSON body.
    #[must_use]
    pub fn answer(self, status: u16, body: impl Into<Vec<u8>>) -> Self {
        self.respond(HttpResponse::new(status, body).with_header("Content-Type", "application/json"))
    }

    /// The next request is answered with a response.
    #[must_use]
    pub fn respond(self, response: HttpResponse) -> Self {
        self.then(Step { delay: None, outcome: Some(Ok(response)) })
    }

    /// The next request is answered with a response, but only after so long.
    #[must_use]
    pub fn respond_after(self, clock: &impl Clock, delay: Duration, response: HttpResponse) -> Self {
        self.then(Step { delay: Some(clock.sleep(delay)), outcome: Some(Ok(response)) })
    }

    /// The next request fails.
    #[must_use]
    pub fn fail(self, error: TransportError) -> Self {
        self.then(Step { delay: None, outcome: Some(Err(error)) })
    }

    /// The next request is never answered.
    #[must_use]
    pub fn hang(self) -> Self {
        self.then(Step { delay: None, outcome: None })
    }

    /// The requests so far, in the order they were sent.
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
                return Err(TransportError::new(TransportErrorKind::Unsendable, "the script has no further step"));
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

impl std::fmt::Debug for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Step").field("outcome", &self.outcome).finish_non_exhaustive()
    }
}
