//! Reports a call and its attempts to the interceptors and to `tracing`, however they end.

use std::time::{Duration, SystemTime};

use tracing::Span;

use super::events;
use super::headers::AttemptHeaders;
use super::interceptor::{Attempt, AttemptEnd, AttemptResult, CallEnd, CallResult, Interceptor};
use crate::endpoint::Origin;
use crate::error::{ActionName, Circumstances, Error};
use crate::http::HttpRequest;
use crate::response::RawResponse;
use crate::time::Clock;

/// The interceptors to notify, and the clock that measures durations.
#[derive(Clone, Copy)]
pub(crate) struct Observers<'a> {
    pub(crate) interceptors: &'a [Box<dyn Interceptor>],
    pub(crate) clock: &'a dyn Clock,
}

/// Records one call. Dropped before the call ended, it reports the call as abandoned.
pub(crate) struct CallRecorder<'a> {
    observers: Observers<'a>,
    action: &'a ActionName,
    repeatable: bool,
    span: Span,
    begin: SystemTime,
    /// Number of requests that were sent.
    pub(crate) attempts: u32,
    /// Time spent in completed waits for permits of the rate limiter.
    waited: Duration,
    /// Start of the current wait for a permit. A call that gets its permit at once does not read
    /// the clock for it.
    waiting_since: Option<SystemTime>,
    /// The request id of the response, if something records it.
    request_id: Option<String>,
    is_over: bool,
}

impl<'a> CallRecorder<'a> {
    /// Starts recording a call to `origin`, which is `None` if the call has no valid destination.
    pub(crate) fn start(
        observers: Observers<'a>,
        action: &'a ActionName,
        origin: Option<&Origin>,
        repeatable: bool,
        begin: SystemTime,
    ) -> Self {
        let span = origin.map_or_else(Span::none, |origin| events::call_span(action, origin));
        let (attempts, waited, waiting_since, request_id) = (0, Duration::ZERO, None, None);
        Self { observers, action, repeatable, span, begin, attempts, waited, waiting_since, request_id, is_over: false }
    }

    pub(crate) fn span(&self) -> &Span {
        &self.span
    }

    /// Starts measuring the wait for a permit.
    pub(crate) fn wait_started(&mut self) {
        self.waiting_since = Some(self.observers.clock.now());
    }

    /// Stops measuring the wait for a permit, and returns how long it took.
    pub(crate) fn wait_ended(&mut self) -> Duration {
        let waited = self.current_wait();
        self.waited = self.waited.saturating_add(waited);
        self.waiting_since = None;
        waited
    }

    /// Keeps the request id of the response, which may still fail to be decoded.
    pub(crate) fn response_received(&mut self, response: &RawResponse) {
        if !self.span.is_disabled() {
            self.request_id = response.request_id().map(str::to_owned);
        }
    }

    /// Ends the call with its result, and returns it with the error completed.
    pub(crate) fn end<T>(mut self, result: Result<T, Error>) -> Result<T, Error> {
        self.is_over = true;
        match result {
            Ok(response) => {
                self.report(CallResult::Success);
                Ok(response)
            }
            Err(error) => {
                let Self { action, repeatable, attempts, .. } = self;
                let error = error.in_call(&Circumstances { action, repeatable, attempts });
                self.report(CallResult::Failure(&error));
                Err(error)
            }
        }
    }

    /// Ends the call with an error, and returns the error completed.
    pub(crate) fn fail(self, error: Error) -> Error {
        match self.end::<Error>(Err(error)) {
            Ok(error) | Err(error) => error,
        }
    }

    /// How long the call has been waiting for a permit by now; zero if it does not wait.
    fn current_wait(&self) -> Duration {
        self.waiting_since.map(|since| elapsed(since, self.observers.clock.now())).unwrap_or_default()
    }

    fn report(&self, result: CallResult<'_>) {
        let Observers { interceptors, clock } = self.observers;
        if self.span.is_disabled() && interceptors.is_empty() && !matches!(result, CallResult::Failure(_)) {
            return;
        }
        let Self { action, attempts, .. } = *self;
        let duration = elapsed(self.begin, clock.now());
        let end =
            CallEnd { action, result, duration, waited: self.waited.saturating_add(self.current_wait()), attempts };
        let request_id = match result {
            CallResult::Failure(error) => error.request_id(),
            _ => self.request_id.as_deref(),
        };
        events::complete_span(&self.span, &end, request_id);
        events::call_ended(&end, request_id);
        self.span.in_scope(|| {
            for interceptor in interceptors.iter().rev() {
                interceptor.after_call(&end);
            }
        });
    }
}

impl Drop for CallRecorder<'_> {
    fn drop(&mut self) {
        // During a panic nothing is reported: a second panic, in an interceptor, would abort the
        // process.
        if !self.is_over && !std::thread::panicking() {
            self.report(CallResult::Abandoned);
        }
    }
}

/// Records one attempt. Dropped before the attempt ended, it reports the attempt as abandoned.
pub(crate) struct AttemptRecorder<'a> {
    observers: Observers<'a>,
    attempt: Attempt<'a>,
    origin: &'a Origin,
    /// When the request was sent.
    pub(crate) begin: SystemTime,
    is_over: bool,
}

impl<'a> AttemptRecorder<'a> {
    /// Calls the hooks before the attempt.
    pub(crate) fn start(
        observers: Observers<'a>,
        attempt: Attempt<'a>,
        origin: &'a Origin,
        request: &mut HttpRequest,
    ) -> Self {
        for interceptor in observers.interceptors {
            interceptor.before_attempt(&attempt, &mut AttemptHeaders(request));
        }
        Self { observers, attempt, origin, begin: observers.clock.now(), is_over: false }
    }

    /// Calls the hooks after an attempt that ended at `end`.
    pub(crate) fn end(mut self, outcome: &Result<RawResponse, Error>, end: SystemTime) {
        self.is_over = true;
        match outcome {
            Ok(response) => self.report(end, AttemptResult::Success, Some(response.status()), response.request_id()),
            Err(error) => self.report(end, AttemptResult::Failure(error), error.status(), error.request_id()),
        }
    }

    fn report(&self, end: SystemTime, result: AttemptResult<'_>, status: Option<u16>, request_id: Option<&str>) {
        let end = AttemptEnd { result, duration: elapsed(self.begin, end), status, request_id };
        events::attempt(self.origin, &self.attempt, &end);
        for interceptor in self.observers.interceptors.iter().rev() {
            interceptor.after_attempt(&self.attempt, &end);
        }
    }
}

impl Drop for AttemptRecorder<'_> {
    fn drop(&mut self) {
        // As above: a second panic would abort the process.
        if !self.is_over && !std::thread::panicking() {
            self.report(self.observers.clock.now(), AttemptResult::Abandoned, None, None);
        }
    }
}

/// The time between two readings of the clock; zero if the clock was set back in between.
fn elapsed(begin: SystemTime, end: SystemTime) -> Duration {
    end.duration_since(begin).unwrap_or_default()
}
