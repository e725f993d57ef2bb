//! A call on its way: attempts, and what comes between them, in the time that the call has.

use std::future::poll_fn;
use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use tracing::Instrument as _;

use crate::action::Operation;
use crate::answer::Answer;
use crate::attempt::{self, Terms};
use crate::backoff::{self, Pace};
use crate::budget::{self, Cost, Withdrawal};
use crate::client::Service;
use crate::deadline::Deadline;
use crate::limiter::Turn;
use crate::retry::{Remedy, Rules, Tried};
use crate::skew::Correction;
use crate::watch::CallWatch;
use crate::{Config, Credentials, Error, ErrorKind, signed, trace};

/// How a call is made, apart from what it says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    /// How long it may take in all.
    pub(crate) timeout: Duration,
    /// How long one attempt may take.
    pub(crate) attempt_timeout: Duration,
    /// How often it may be sent, and what for.
    pub(crate) rules: Rules,
}

impl Options {
    /// Those of a call that says nothing else.
    pub(crate) fn of(config: &Config, operation: &Operation) -> Self {
        let rules = Rules { max_attempts: config.max_attempts(), repeatable: operation.repeatable };
        Self { timeout: config.call_timeout(), attempt_timeout: config.attempt_timeout(), rules }
    }
}

/// Sends a body until there is an answer or no point in sending it again; also returns the watch, which is told what the
/// answer comes to.
pub(crate) async fn send<'a>(
    service: &'a Service,
    operation: &'a Operation,
    body: Result<Bytes, Error>,
    options: &Options,
) -> Result<(Answer, CallWatch<'a>), Error> {
    let deadline = Deadline::new(service.config.clock(), options.timeout);
    let watch = CallWatch::begin(service, operation, options.rules.repeatable, deadline.begin());
    let body = match body {
        Ok(body) => body,
        Err(error) => return Err(watch.failed(error)),
    };
    let span = watch.span().clone();
    let mut sending = Sending { service, operation, body: &body, options, deadline, watch, tried: Tried::default() };
    let outcome = sending.answer().instrument(span).await;
    let watch = sending.watch;
    match outcome {
        Ok(answer) => {
            trace::answered(watch.span(), &answer);
            Ok((answer, watch))
        }
        Err(error) => Err(watch.failed(error)),
    }
}

/// A call that is being sent.
struct Sending<'a, 'b> {
    service: &'a Service,
    operation: &'a Operation,
    body: &'b Bytes,
    options: &'b Options,
    deadline: Deadline<'a>,
    watch: CallWatch<'a>,
    tried: Tried,
}

/// An attempt that is to follow another one.
struct Next<'a> {
    /// Why the one before failed.
    failed: Error,
    /// What to sign with, if the provider was asked already.
    credentials: Option<Credentials>,
    withdrawal: Withdrawal<'a>,
}

impl<'a> Sending<'a, '_> {
    async fn answer(&mut self) -> Result<Answer, Error> {
        let config = &self.service.config;
        self.check()?;
        let (mut failed, mut fresh, mut withdrawal) = (None, None, None);
        loop {
            let credentials = match fresh {
                Some(credentials) => credentials,
                None => match self.deadline.limit(config.credentials().credentials()).await {
                    Some(Ok(credentials)) => credentials,
                    Some(Err(failure)) => return Err(no_credentials(failed, failure)),
                    None => return Err(self.no_credentials_in_time(failed)),
                },
            };
            let Some(turn) = self.turn(&credentials).await else { return Err(self.no_turn_in_time(failed)) };
            // A turn that comes at the last moment is none: what is sent now would not be waited for.
            if self.deadline.is_over().await {
                turn.not_sent();
                return Err(self.no_turn_in_time(failed));
            }
            let cost = withdrawal.map_or_else(Cost::default, Withdrawal::spend);
            let correction = config.skew().correction();
            let Some(outcome) = self.attempt(&credentials, correction).await else { return Err(self.cut_off(failed)) };
            turn.came_to(outcome.as_ref().err());
            let error = match outcome {
                Ok(answer) => {
                    config.budget().succeeded(cost);
                    return Ok(answer);
                }
                Err(error) => error,
            };
            let next = self.next(error, &credentials, correction, cost).await?;
            (failed, fresh, withdrawal) = (Some(next.failed), next.credentials, Some(next.withdrawal));
        }
    }

    /// Refuses a call that could only fail, perhaps after something was sent.
    fn check(&self) -> Result<(), Error> {
        // What is left of somebody else's deadline, as a rule. A purge that is sent and not waited for is no answer to that.
        let no_time = |whose| Error::new(ErrorKind::Timeout, format!("{whose} has no time: its timeout is 0"));
        if self.options.timeout.is_zero() {
            return Err(no_time("the call").with_hint("call while there is time left, and set `timeout` to that"));
        }
        if self.options.attempt_timeout.is_zero() {
            return Err(no_time("an attempt").with_hint("set a longer `attempt_timeout`, or none"));
        }
        signed::check(&self.service.config, self.body)?;
        self.service.config.clock().check()
    }

    /// Waits for a turn; `None` if the time was up before that.
    async fn turn(&mut self, credentials: &Credentials) -> Option<Turn<'a>> {
        let Self { service, operation, deadline, watch, .. } = self;
        let config = &service.config;
        let mut turn = pin!(config.limiters().turn(config.clock(), credentials, operation));
        let turn = poll_fn(|context| {
            let progress = turn.as_mut().poll(context);
            if progress.is_pending() {
                watch.waits();
            }
            progress
        });
        let turn = deadline.limit(turn).await;
        watch.waits_no_more();
        turn
    }

    /// Signs for the corrected time and sends once; `None` if the call's time was up before there was an answer.
    async fn attempt(&mut self, credentials: &Credentials, correction: Correction) -> Option<Result<Answer, Error>> {
        let Self { service, operation, body, options, .. } = *self;
        let request = match signed::request(service, operation, credentials, body, correction) {
            Ok(request) => request,
            // It is not an attempt, for nothing was sent.
            Err(error) => return Some(Err(error)),
        };
        let number = self.tried.attempts + 1;
        self.count(number);
        let terms = Terms { number, timeout: options.attempt_timeout, correction };
        let outcome = attempt::attempt(service, operation, request, terms, &mut self.deadline).await;
        if matches!(&outcome, Some(Err(error)) if error.kind() == ErrorKind::InvalidRequest && error.code().is_none()) {
            // The transport cannot send it.
            self.count(number - 1);
        }
        outcome
    }

    fn count(&mut self, attempts: u32) {
        self.tried.attempts = attempts;
        self.watch.attempts = attempts;
    }

    /// Does what has to be done before the next attempt, if there is to be one.
    async fn next(
        &mut self,
        error: Error,
        credentials: &Credentials,
        signed_with: Correction,
        cost: Cost,
    ) -> Result<Next<'a>, Error> {
        let config = &self.service.config;
        let Some(remedy) = Remedy::after(error.kind(), error.code(), self.options.rules, self.tried) else {
            if budget::is_healthy(error.kind()) {
                config.budget().succeeded(cost);
            }
            return Err(error);
        };
        match remedy {
            Remedy::Pause(pace) => {
                let pause = backoff::pause(pace, self.tried.attempts, config.chance());
                self.pause(error, pace, pause).await
            }
            Remedy::ServerTime => {
                self.tried.server_time = true;
                if !config.skew().correction().differs(signed_with) {
                    return Err(error.given_up("the answer does not say what time it is"));
                }
                self.pause(error, Pace::Usual, Duration::ZERO).await
            }
            Remedy::Refresh => {
                self.tried.refresh = true;
                let fresh = match self.deadline.limit(config.credentials().refresh(credentials)).await {
                    Some(Ok(Some(fresh))) => fresh,
                    Some(Ok(None)) => return Err(error),
                    Some(Err(failure)) => return Err(no_credentials(Some(error), failure)),
                    None => return Err(self.no_credentials_in_time(Some(error))),
                };
                let next = self.pause(error, Pace::Usual, Duration::ZERO).await?;
                Ok(Next { credentials: Some(fresh), ..next })
            }
        }
    }

    /// Waits, if the call has the time for it and the budget the tokens.
    async fn pause(&mut self, error: Error, pace: Pace, pause: Duration) -> Result<Next<'a>, Error> {
        let (left, time) = (self.deadline.left(), self.deadline.time());
        if pause >= left {
            return Err(error.given_up(format!("{pause:.1?} to wait, {left:.1?} left of the call's {time:?}")));
        }
        let Some(withdrawal) = self.service.config.budget().withdraw(pace) else {
            return Err(error.given_up("the retry budget is used up"));
        };
        if !pause.is_zero() && self.deadline.limit(self.service.config.clock().sleep(pause)).await.is_none() {
            return Err(error.given_up(format!("the call's {time:?} are over")));
        }
        Ok(Next { failed: error, credentials: None, withdrawal })
    }

    /// The error for a call whose time was up before there were credentials: the last one's, because nothing was sent since.
    fn no_credentials_in_time(&self, failed: Option<Error>) -> Error {
        let time = self.deadline.time();
        match failed {
            Some(error) => error.given_up(format!("no credentials within the call's {time:?}")),
            None => Error::new(
                ErrorKind::Timeout,
                format!("no credentials within {time:?}, which the call may take in all"),
            ),
        }
    }

    /// The error for a call whose time was up before it was its turn: the last one's, because nothing was sent since.
    fn no_turn_in_time(&self, failed: Option<Error>) -> Error {
        let time = self.deadline.time();
        let rate = self.service.config.limiters().requests_per_second(self.operation).unwrap_or_default();
        let limit = format!("the client's own rate limit (at most {rate} requests a second)");
        match failed {
            Some(error) => error.given_up(format!("{limit} left no room within the call's {time:?}")),
            None => Error::new(ErrorKind::Timeout, format!("waited for {limit} until the call's {time:?} were over"))
                .with_hint("make fewer calls at once, or give each more time"),
        }
    }

    /// The error for a call whose time was up during an attempt.
    fn cut_off(&self, failed: Option<Error>) -> Error {
        let message = format!("no answer within {:?}, which the call may take in all", self.deadline.time());
        let error = Error::new(ErrorKind::Timeout, message).with_host(&self.service.origin.authority);
        match failed {
            Some(before) => error.with_source(before),
            None => error,
        }
    }
}

/// The error for a call for which there are no credentials: the last one's, if it was sent before.
fn no_credentials(failed: Option<Error>, failure: Error) -> Error {
    match failed {
        Some(error) => error.given_up_without_credentials(failure),
        None => failure,
    }
}
