//! Watching an attempt: the hooks of the interceptors, before and after it.

use std::time::SystemTime;

use crate::answer::Answer;
use crate::client::Service;
use crate::interceptor::{Attempt, AttemptEnd, AttemptHeaders, AttemptResult};
use crate::{Error, HttpRequest, trace};

/// An attempt that is being made; dropped early, it was abandoned.
pub(crate) struct Watch<'a> {
    service: &'a Service,
    attempt: Attempt<'a>,
    begin: SystemTime,
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

    /// Calls the hooks after the attempt.
    pub(crate) fn end(mut self, outcome: &Result<Answer, Error>) {
        self.over = true;
        match outcome {
            Ok(answer) => self.tell(AttemptResult::Success, Some(answer.status()), answer.request_id()),
            Err(error) => self.tell(AttemptResult::Failure(error), error.status(), error.request_id()),
        }
    }

    fn tell(&self, result: AttemptResult<'_>, status: Option<u16>, request_id: Option<&str>) {
        // A time of day that was set back makes it 0.
        let duration = self.service.config.clock().now().duration_since(self.begin).unwrap_or_default();
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
            self.tell(AttemptResult::Abandoned, None, None);
        }
    }
}
