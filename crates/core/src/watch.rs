//! Watching a call and its attempts: the hooks of the interceptors, and what is told of both.

use std::time::{Duration, SystemTime};

use tracing::Span;

use crate::action::Operation;
use crate::answer::Answer;
use crate::client::Service;
use crate::interceptor::{Attempt, AttemptEnd, AttemptHeaders, AttemptResult, CallEnd, CallResult};
use crate::{Config, Error, HttpRequest, trace};

/// A call that is being made; dropped early, it was abandoned.
pub(crate) struct CallWatch<'a> {
    config: &'a Config,
    operation: &'a Operation,
    span: Span,
    repeatable: bool,
    begin: SystemTime,
    /// How often something was sent.
    pub(crate) attempts: u32,
    /// How long it waited for turns that it had, or was too late for.
    waited: Duration,
    /// Since when it waits for another one: a call whose turn it is at once does not ask what time it is.
    waits_since: Option<SystemTime>,
    over: bool,
}

impl<'a> CallWatch<'a> {
    /// A call that begins now, and may be `repeatable` when it might already have arrived.
    pub(crate) fn begin(service: &'a Service, operation: &'a Operation, repeatable: bool, now: SystemTime) -> Self {
        Self::new(&service.config, operation, trace::call(service, operation), repeatable, now)
    }

    /// Tells of a call by names that was refused because of what it says, for which there is no service; returns its error.
    pub(crate) fn refused(config: &'a Config, operation: &'a Operation, error: Error) -> Error {
        Self::new(config, operation, Span::none(), false, config.clock().now()).failed(error)
    }

    fn new(config: &'a Config, operation: &'a Operation, span: Span, repeatable: bool, begin: SystemTime) -> Self {
        let (attempts, waited, waits_since) = (0, Duration::ZERO, None);
        Self { config, operation, span, repeatable, begin, attempts, waited, waits_since, over: false }
    }

    /// The span of the call.
    pub(crate) fn span(&self) -> &Span {
        &self.span
    }

    /// It is not the call's turn.
    pub(crate) fn waits(&mut self) {
        self.waits_since.get_or_insert_with(|| self.config.clock().now());
    }

    /// It is the call's turn, or too late for it.
    pub(crate) fn waits_no_more(&mut self) {
        self.waited = self.waited();
        self.waits_since = None;
    }

    /// Ends the call with its response, if the answer is one.
    pub(crate) fn end<T>(self, response: Result<T, Error>) -> Result<T, Error> {
        match response {
            Ok(response) => {
                self.succeeded();
                Ok(response)
            }
            Err(error) => Err(self.failed(error)),
        }
    }

    /// Ends the call with an error, which it completes.
    pub(crate) fn failed(mut self, error: Error) -> Error {
        let error = error.during(self.operation).repeatable(self.repeatable).after(self.attempts);
        self.over = true;
        self.tell(CallResult::Failure(&error));
        error
    }

    fn succeeded(mut self) {
        self.over = true;
        self.tell(CallResult::Success);
    }

    fn waited(&self) -> Duration {
        self.waited
            .saturating_add(self.waits_since.map(|begin| since(begin, self.config.clock().now())).unwrap_or_default())
    }

    fn tell(&self, result: CallResult<'_>) {
        let interceptors = self.config.interceptors();
        if self.span.is_disabled() && interceptors.is_empty() && !matches!(result, CallResult::Failure(_)) {
            return;
        }
        let Self { operation, attempts, .. } = *self;
        let duration = since(self.begin, self.config.clock().now());
        let end = CallEnd { operation, result, duration, waited: self.waited(), attempts };
        self.span.in_scope(|| {
            trace::call_ended(&self.span, &end);
            for interceptor in interceptors.iter().rev() {
                interceptor.after_call(&end);
            }
        });
    }
}

impl Drop for CallWatch<'_> {
    fn drop(&mut self) {
        if !self.over && !std::thread::panicking() {
            self.tell(CallResult::Abandoned);
        }
    }
}

/// An attempt that is being made; dropped early, it was abandoned.
pub(crate) struct Watch<'a> {
    service: &'a Service,
    attempt: Attempt<'a>,
    /// When it was sent.
    pub(crate) begin: SystemTime,
    over: bool,
}

impl<'a> Watch<'a> {
    /// Calls the hooks before the attempt.
    pub(crate) fn begin(service: &'a Service, attempt: Attempt<'a>, request: &mut HttpRequest) -> Self {
        for interceptor in service.config.interceptors() {
            interceptor.before_attempt(&attempt, &mut AttemptHeaders(request));
        }
        Self { service, attempt, begin: service.config.clock().now(), over: false }
    }

    /// Calls the hooks after the attempt, whose answer was there then.
    pub(crate) fn end(mut self, outcome: &Result<Answer, Error>, then: SystemTime) {
        self.over = true;
        match outcome {
            Ok(answer) => self.tell(then, AttemptResult::Success, Some(answer.status()), answer.request_id()),
            Err(error) => self.tell(then, AttemptResult::Failure(error), error.status(), error.request_id()),
        }
    }

    fn tell(&self, then: SystemTime, result: AttemptResult<'_>, status: Option<u16>, request_id: Option<&str>) {
        let duration = since(self.begin, then);
        let end = AttemptEnd { result, duration, status, request_id };
        trace::attempt(self.service, &self.attempt, &end);
        for interceptor in self.service.config.interceptors().iter().rev() {
            interceptor.after_attempt(&self.attempt, &end);
        }
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        // A panic of the transport or of an interceptor is on its way out; another one would end the process.
        if !self.over && !std::thread::panicking() {
            self.tell(self.service.config.clock().now(), AttemptResult::Abandoned, None, None);
        }
    }
}

/// How long it took from one moment to the other; nothing if the time of day was set back meanwhile.
fn since(begin: SystemTime, then: SystemTime) -> Duration {
    then.duration_since(begin).unwrap_or_default()
}
