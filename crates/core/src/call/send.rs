//! Runs the retry loop: attempts and the waits between them, within the call's deadline.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use tracing::Instrument as _;

use super::attempt::{AttemptContext, attempt};
use super::options::{CallLimits, CallOptions};
use super::service::Service;
use crate::action::ActionFacts;
use crate::credentials::Credentials;
use crate::error::{Error, ErrorKind, Remedy, RetryReason};
use crate::limiter::Permit;
use crate::observe::CallRecorder;
use crate::request::{self, Prepared, Signer};
use crate::response::RawResponse;
use crate::retry::{Cost, Tried, Withdrawal, backoff, next_remedy, proves_service_works};
use crate::time::{Correction, Deadline, within};

/// Sends a request until there is a response, or until no further attempt is allowed. The recorder
/// is returned with the response, because the call may still fail when the response is decoded.
/// `sent` is set before the first attempt.
pub(super) async fn send<'a>(
    service: &'a Service,
    action: &'a ActionFacts,
    body: Result<Bytes, Error>,
    options: CallOptions,
    sent: &AtomicBool,
) -> Result<(RawResponse, CallRecorder<'a>), Error> {
    let limits = options.resolve(&service.config, action);
    let deadline = Deadline::new(service.config.clock(), limits.timeout);
    let origin = service.prepared.as_ref().ok().map(|prepared| &prepared.origin);
    let repeatable = limits.rules.repeatable;
    let recorder = CallRecorder::start(service.observers(), &action.name, origin, repeatable, deadline.begin());
    let prepared = service.prepared.as_ref().map_err(|invalid| invalid.clone().into());
    let (prepared, body) = match prepared.and_then(|prepared| Ok((prepared, body?))) {
        Ok(parts) => parts,
        Err(error) => return Err(recorder.fail(error)),
    };
    let span = recorder.span().clone();
    let tried = Tried::default();
    let mut sending =
        CallInProgress { service, prepared, action, body: &body, sent, limits, deadline, recorder, tried };
    let outcome = sending.run().instrument(span).await;
    let mut recorder = sending.recorder;
    match outcome {
        Ok(response) => {
            recorder.response_received(&response);
            Ok((response, recorder))
        }
        Err(error) => Err(recorder.fail(error)),
    }
}

/// A call that is being made.
struct CallInProgress<'a, 'b> {
    service: &'a Service,
    prepared: &'a Prepared,
    action: &'a ActionFacts,
    body: &'b Bytes,
    /// Whether a request is, or was, on its way.
    sent: &'b AtomicBool,
    limits: CallLimits,
    deadline: Deadline<'a>,
    recorder: CallRecorder<'a>,
    tried: Tried,
}

/// A retry that is allowed, and what it carries over from the attempt before.
struct Retry<'a> {
    /// Why the attempt before failed.
    error: Error,
    /// Credentials to sign with, if a refresh has already returned them.
    credentials: Option<Credentials>,
    /// Tokens of the retry budget, taken for this retry.
    withdrawal: Withdrawal<'a>,
}

impl Retry<'_> {
    /// Returns the error of the attempt before; `None` before the first attempt.
    fn last_error(retry: Option<Self>) -> Option<Error> {
        retry.map(|retry| retry.error)
    }

    /// Spends the tokens. Returns the error of the attempt before, and what the retry costs.
    fn spend(self) -> (Error, Cost) {
        (self.error, self.withdrawal.spend())
    }
}

impl<'a> CallInProgress<'a, '_> {
    async fn run(&mut self) -> Result<RawResponse, Error> {
        self.check()?;
        let (config, context) = (&self.service.config, &self.service.provider_context);
        let mut retry: Option<Retry<'a>> = None;
        loop {
            let fresh = retry.as_mut().and_then(|retry| retry.credentials.take());
            let credentials = match fresh {
                Some(credentials) => credentials,
                None => match self.deadline.limit(config.credentials().credentials(context)).await {
                    Some(Ok(credentials)) => credentials,
                    Some(Err(failure)) => return Err(no_credentials(Retry::last_error(retry), failure)),
                    None => return Err(self.no_credentials_in_time(Retry::last_error(retry))),
                },
            };
            let Some(permit) = self.permit(&credentials).await else {
                return Err(self.no_permit_in_time(Retry::last_error(retry)));
            };
            // A step that is ready at the moment of the deadline still succeeds, so the deadline
            // may have passed. Then end the permit, and send nothing.
            if self.deadline.has_passed().await {
                permit.finish();
                return Err(self.timed_out_unsent(Retry::last_error(retry)));
            }
            // The retry is made now, so its tokens are spent. The first attempt costs nothing.
            let (last, cost) = match retry.take().map(Retry::spend) {
                Some((error, cost)) => (Some(error), cost),
                None => (None, Cost::default()),
            };
            let correction = config.skew().correction();
            let Some(outcome) = self.attempt(&credentials, correction).await else {
                return Err(self.no_response_in_time(last));
            };
            permit.record_outcome(outcome.as_ref().err());
            match outcome {
                Ok(response) => {
                    config.budget().succeeded(cost);
                    return Ok(response);
                }
                Err(error) => retry = Some(self.plan_retry(error, &credentials, correction, cost).await?),
            }
        }
    }

    /// Refuses a call that can only fail, before anything is sent.
    fn check(&self) -> Result<(), Error> {
        // A timeout of 0 is usually what is left of the caller's own deadline. Sending a purge and
        // not waiting for its response would be worse than failing.
        let no_time = |what| Error::new(ErrorKind::Timeout, format!("the timeout of {what} is 0"));
        if self.limits.timeout.is_zero() {
            return Err(no_time("the call")
                .with_hint("set `timeout` to the time that is left, and do not call when none is left"));
        }
        if self.limits.attempt_timeout.is_zero() {
            return Err(no_time("an attempt").with_hint("set a longer `attempt_timeout`, or none"));
        }
        request::check(self.service.config.request_settings(), self.body)?;
        self.service.config.clock().check()
    }

    /// Waits for a permit of the rate limiter; `None` if there is none before the call's permit
    /// timeout. The wait does not count against the deadline.
    async fn permit(&mut self, credentials: &Credentials) -> Option<Permit<'a>> {
        let Self { service, action, deadline, recorder, limits, .. } = self;
        let (config, clock) = (&service.config, service.config.clock());
        let mut permit = pin!(config.limiters().acquire(clock, credentials, action));
        // Usually there is a permit at once, and no time is measured.
        if let Poll::Ready(permit) = poll_fn(|context| Poll::Ready(permit.as_mut().poll(context))).await {
            return Some(permit);
        }
        let remaining = deadline.remaining();
        recorder.wait_started();
        let permit = within(clock, limits.permit_timeout.saturating_sub(recorder.waited()), permit).await;
        recorder.wait_ended();
        deadline.restart(remaining);
        permit
    }

    /// Signs with the corrected time and sends once; `None` if the deadline passed before there was
    /// a response, and the request may have been sent.
    async fn attempt(
        &mut self,
        credentials: &Credentials,
        correction: Correction,
    ) -> Option<Result<RawResponse, Error>> {
        let Self { service, prepared, action, body, limits, .. } = *self;
        let config = &service.config;
        let signer = Signer {
            prepared,
            settings: config.request_settings(),
            action,
            credentials,
            now: correction.apply(config.clock().now()),
            #[cfg(feature = "legacy-signing")]
            random: config.jitter(),
        };
        let request = match signer.sign(body) {
            Ok(request) => request,
            // Nothing was sent, so this does not count as an attempt.
            Err(error) => return Some(Err(error)),
        };
        let number = self.tried.attempts + 1;
        self.set_attempts(number);
        self.sent.store(true, Ordering::Relaxed);
        let origin = &prepared.origin;
        let timeout = limits.attempt_timeout;
        let context = AttemptContext { service, origin, action, number, timeout, correction };
        let outcome = attempt(context, request, &mut self.deadline).await;
        if matches!(&outcome, Some(Err(error)) if error.kind() == ErrorKind::InvalidRequest && error.code().is_none()) {
            // The transport refused the request, so nothing was sent.
            self.set_attempts(number - 1);
        }
        outcome
    }

    fn set_attempts(&mut self, attempts: u32) {
        self.tried.attempts = attempts;
        self.recorder.attempts = attempts;
    }

    /// Decides whether a failed attempt is followed by another one, and prepares the next attempt.
    async fn plan_retry(
        &mut self,
        error: Error,
        credentials: &Credentials,
        signed_with: Correction,
        cost: Cost,
    ) -> Result<Retry<'a>, Error> {
        let config = &self.service.config;
        self.tried.failed(error.kind());
        let Some(remedy) = next_remedy(&error, self.limits.rules, self.tried) else {
            if proves_service_works(error.kind()) {
                config.budget().succeeded(cost);
            }
            return Err(error);
        };
        match remedy {
            Remedy::Wait(reason) => {
                let jitter = config.jitter();
                let pause = match error.retry_after() {
                    // Clients with the same `Retry-After` must not all return at once.
                    Some(retry_after) => retry_after.saturating_add(backoff(reason, 1, jitter)),
                    None => backoff(reason, self.tried.failures(reason), jitter),
                };
                self.wait_for_retry(error, reason, pause).await
            }
            Remedy::ServerTime => {
                self.tried.server_time = true;
                // A response with a time has changed the correction already.
                if !config.skew().correction().differs(signed_with) {
                    let why = "the server's time is unknown, or is the time that the request was signed with";
                    return Err(error.not_retried_because(why));
                }
                self.wait_for_retry(error, RetryReason::Failure, Duration::ZERO).await
            }
            Remedy::Refresh => {
                self.tried.refresh = true;
                let context = &self.service.provider_context;
                let fresh = match self.deadline.limit(config.credentials().refresh(credentials, context)).await {
                    Some(Ok(Some(fresh))) => fresh,
                    // There are no other credentials. The error already says why the call failed,
                    // so it gets no note.
                    Some(Ok(None)) => return Err(error),
                    Some(Err(failure)) => return Err(no_credentials(Some(error), failure)),
                    None => return Err(self.no_credentials_in_time(Some(error))),
                };
                let retry = self.wait_for_retry(error, RetryReason::Failure, Duration::ZERO).await?;
                Ok(Retry { credentials: Some(fresh), ..retry })
            }
        }
    }

    /// Waits before a retry. Returns the error instead if the deadline or the retry budget allows
    /// none.
    async fn wait_for_retry(&mut self, error: Error, reason: RetryReason, pause: Duration) -> Result<Retry<'a>, Error> {
        let left = self.deadline.remaining();
        if left.is_zero() {
            return Err(self.timed_out_unsent(Some(error)));
        }
        if pause >= left {
            let why = format!("next attempt due in {pause:.1?}, but the call times out in {left:.1?}");
            return Err(error.not_retried_because(why));
        }
        let Some(withdrawal) = self.service.config.budget().withdraw(reason) else {
            return Err(error.not_retried_because("the retry budget is used up"));
        };
        if !pause.is_zero() && self.deadline.limit(self.service.config.clock().sleep(pause)).await.is_none() {
            return Err(self.timed_out_unsent(Some(error)));
        }
        Ok(Retry { error, credentials: None, withdrawal })
    }

    /// Returns the error for a deadline that passed while credentials were obtained: the error of
    /// the last attempt with a note, or a timeout if there was no attempt.
    fn no_credentials_in_time(&self, last: Option<Error>) -> Error {
        let message = format!("no credentials within the call's timeout of {:?}", self.deadline.timeout());
        match last {
            Some(error) => error.not_retried_because(message),
            None => Error::new(ErrorKind::Timeout, message),
        }
    }

    /// Returns the error for a call that waited too long for permits: the error of the last attempt
    /// with a note, or a timeout if there was no attempt.
    fn no_permit_in_time(&self, last: Option<Error>) -> Error {
        let timeout = self.limits.permit_timeout;
        // There is a limit, or there would have been no wait.
        let rate = self.service.config.limiters().requests_per_second(self.action).unwrap_or_default();
        let message = format!("no permit of the client's own rate limit of {rate} requests/s within {timeout:?}");
        match last {
            Some(error) => error.not_retried_because(message),
            None => Error::new(ErrorKind::Timeout, message)
                .with_hint("make fewer calls at once, or raise the timeout with `permit_timeout`"),
        }
    }

    /// Returns the error for a deadline that passed before the next attempt: the error of the last
    /// attempt with a note, or a timeout if there was no attempt.
    fn timed_out_unsent(&self, last: Option<Error>) -> Error {
        let message = format!("the call's timeout of {:?} has passed", self.deadline.timeout());
        match last {
            Some(error) => error.not_retried_because(message),
            None => Error::new(ErrorKind::Timeout, message),
        }
    }

    /// Returns the error for a deadline that passed during an attempt: a timeout, whose source is
    /// the error of the attempt before.
    fn no_response_in_time(&self, last: Option<Error>) -> Error {
        let message = format!("no response within the call's timeout of {:?}", self.deadline.timeout());
        let error = Error::new(ErrorKind::Timeout, message).with_host(&self.prepared.origin.authority);
        match last {
            Some(before) => error.with_source(before),
            None => error,
        }
    }
}

/// Returns the error for a call without credentials: the error of the last attempt with a note, or
/// the provider's if there was no attempt.
fn no_credentials(last: Option<Error>, failure: Error) -> Error {
    match last {
        Some(error) => error.not_retried_without_credentials(failure),
        None => failure,
    }
}
