//! Runs the retry loop: attempts, and what happens between them, within the call's deadline.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use tracing::Instrument as _;

use super::attempt::{AttemptContext, attempt};
use super::options::{CallOptions, ResolvedOptions};
use super::prepare_retry::Retry;
use super::send_gate::SendGate;
use super::service::Service;
use crate::action::ActionFacts;
use crate::credentials::Credentials;
use crate::error::{Error, ErrorKind};
use crate::limiter::{Outcome, Permit, PermitRequest};
use crate::observe::CallRecorder;
use crate::request::{self, Prepared, Signer};
use crate::response::RawResponse;
use crate::retry::{Cost, Tried, Withdrawal, next_remedy};
use crate::time::{Correction, Deadline, within};

/// Sends a request until there is a response, or until no further attempt is allowed. The recorder
/// is returned with the response, because the call may still fail when the response is decoded.
///
/// `gate` holds the request of each attempt back. It also records whether a request may have been
/// sent: its owner can see that even after the future was dropped.
pub(super) async fn send<'a>(
    service: &'a Service,
    action: &'a ActionFacts,
    body: Result<Bytes, Error>,
    options: CallOptions,
    gate: &SendGate,
) -> Result<(RawResponse, CallRecorder<'a>), Error> {
    let options = options.resolve(&service.config, action);
    let deadline = Deadline::new(service.config.clock(), options.timeout);
    let origin = service.prepared.as_ref().ok().map(|prepared| &prepared.origin);
    let repeatable = options.rules.repeatable;
    let recorder = CallRecorder::start(service.observers(), &action.name, origin, repeatable, deadline.begin());
    let prepared = service.prepared.as_ref().map_err(|invalid| invalid.clone().into());
    let (prepared, body) = match prepared.and_then(|prepared| Ok((prepared, body?))) {
        Ok(parts) => parts,
        Err(error) => return Err(recorder.fail(error)),
    };
    let span = recorder.span().clone();
    let mut call = CallInProgress {
        service,
        prepared,
        action,
        body: &body,
        gate,
        options,
        deadline,
        permit_wait_left: options.permit_timeout,
        recorder,
        tried: Tried::default(),
        last_error: None,
    };
    let outcome = call.run().instrument(span).await;
    let mut recorder = call.recorder;
    match outcome {
        Ok(response) => {
            recorder.response_received(&response);
            Ok((response, recorder))
        }
        Err(error) => Err(recorder.fail(error)),
    }
}

/// A call that is being made.
pub(super) struct CallInProgress<'a, 'b> {
    pub(super) service: &'a Service,
    pub(super) prepared: &'a Prepared,
    action: &'a ActionFacts,
    body: &'b Bytes,
    /// See [`send`].
    gate: &'b SendGate,
    pub(super) options: ResolvedOptions,
    pub(super) deadline: Deadline<'a>,
    /// Time that the call may still wait for permits.
    permit_wait_left: Duration,
    recorder: CallRecorder<'a>,
    pub(super) tried: Tried,
    /// Why the latest attempt failed.
    pub(super) last_error: Option<Error>,
}

impl<'a> CallInProgress<'a, '_> {
    async fn run(&mut self) -> Result<RawResponse, Error> {
        self.check()?;
        let config = &self.service.config;
        let mut retry: Option<Retry<'a>> = None;
        loop {
            let (fresh, withdrawal) = match retry {
                Some(Retry { credentials, withdrawal }) => (credentials, Some(withdrawal)),
                None => (None, None),
            };
            let credentials = match fresh {
                Some(credentials) => credentials,
                None => self.credentials().await?,
            };
            let permit = self.permit(&credentials).await?;
            // A step that is ready at the moment of the deadline still succeeds, so the deadline
            // may have passed. Then nothing is sent.
            if self.deadline.has_passed().await {
                permit.finish();
                return Err(self.no_time_for_attempt(self.why_timed_out()));
            }
            // A call that sends targets for a job waits here: the job records the request, or
            // refuses it. Any other call passes at once.
            if let Err(error) = self.gate.wait().await {
                permit.finish();
                return Err(error);
            }
            // A retry is made now, so its tokens are spent. The first attempt costs nothing.
            let cost = withdrawal.map_or_else(Cost::default, Withdrawal::spend);
            let correction = config.skew().correction();
            let Some(outcome) = self.sign_and_attempt(&credentials, correction).await else {
                // The request may still arrive.
                permit.report(Outcome::Unknown);
                return Err(self.no_response_in_time());
            };
            permit.report(Outcome::of_attempt(outcome.as_ref().err()));
            config.budget().record_outcome(outcome.as_ref().err().map(Error::kind), cost);
            let error = match outcome {
                Ok(response) => return Ok(response),
                Err(error) => error,
            };
            self.tried.record_failure(error.kind());
            let Some(remedy) = next_remedy(&error, self.options.rules, self.tried) else { return Err(error) };
            retry = Some(self.prepare_retry(error, remedy, &credentials, correction).await?);
        }
    }

    /// Refuses a call that can only fail, before anything is sent.
    fn check(&self) -> Result<(), Error> {
        // A timeout of 0 is usually what is left of the caller's own deadline. Sending a purge and
        // not waiting for its response would be worse than failing.
        let no_time = |what| Error::new(ErrorKind::Timeout, format!("the timeout of {what} is 0"));
        if self.options.timeout.is_zero() {
            return Err(no_time("the call")
                .with_hint("set `timeout` to the time that is left, and do not call when none is left"));
        }
        if self.options.attempt_timeout.is_zero() {
            return Err(no_time("an attempt").with_hint("set a longer `attempt_timeout`, or none"));
        }
        request::check_size(self.service.config.request_settings(), self.body)?;
        self.service.config.clock().check()
    }

    async fn credentials(&mut self) -> Result<Credentials, Error> {
        let Service { config, provider_context, .. } = self.service;
        match self.deadline.limit(config.credentials().credentials(provider_context)).await {
            Some(Ok(credentials)) => Ok(credentials),
            Some(Err(failure)) => Err(self.no_attempt_without("credentials", failure)),
            None => Err(self.no_time_for_attempt(self.why_credentials_timed_out())),
        }
    }

    /// Waits for a permit of the rate limiter, at most for the rest of the call's permit timeout.
    /// The wait does not count against the deadline. The permit may borrow from `credentials`: the
    /// limiter gets the secret id as the account, unless they are temporary.
    async fn permit<'c>(&mut self, credentials: &'c Credentials) -> Result<Permit<'c>, Error>
    where
        'a: 'c,
    {
        let Self { service, action, deadline, recorder, permit_wait_left, .. } = self;
        let (config, clock) = (&service.config, service.config.clock());
        let Some(rate) = config.rate_limit().limit(action.requests_per_second) else { return Ok(Permit::unlimited()) };
        let request = PermitRequest::of_attempt(clock, credentials, action, rate, *permit_wait_left);
        let mut acquire = pin!(config.limiter().acquire(request));
        // Usually there is a permit at once, and no time is measured.
        let result = match poll_fn(|context| Poll::Ready(acquire.as_mut().poll(context))).await {
            Poll::Ready(result) => Some(result),
            Poll::Pending => {
                let remaining = deadline.remaining();
                recorder.wait_started();
                let result = within(clock, *permit_wait_left, acquire).await;
                *permit_wait_left = permit_wait_left.saturating_sub(recorder.wait_ended());
                deadline.restart(remaining);
                result
            }
        };
        match result {
            Some(result) => result.map_err(|failure| self.no_attempt_without("permit", failure)),
            None => Err(self.no_permit_in_time(rate)),
        }
    }

    /// Signs with the corrected time and sends once; `None` if the deadline passed before there was
    /// a response, and the request may have been sent.
    async fn sign_and_attempt(
        &mut self,
        credentials: &Credentials,
        correction: Correction,
    ) -> Option<Result<RawResponse, Error>> {
        let Self { service, prepared, action, body, .. } = *self;
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
        // Counted before it is sent: if the call is dropped meanwhile, its recorder reports it.
        self.recorder.attempts += 1;
        self.gate.set_may_have_been_sent();
        let (number, timeout, origin) = (self.recorder.attempts, self.options.attempt_timeout, &prepared.origin);
        let context = AttemptContext { service, origin, action, number, timeout, correction };
        let outcome = attempt(context, request, &mut self.deadline).await;
        if matches!(&outcome, Some(Err(error)) if error.was_refused_by_transport()) {
            self.recorder.attempts -= 1;
        }
        outcome
    }
}
