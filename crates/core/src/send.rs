//! A call on its way: attempts, and what comes between them, in the time that the call has.

use std::time::Duration;

use bytes::Bytes;
use tracing::{Instrument as _, Span};

use crate::action::Operation;
use crate::answer::Answer;
use crate::attempt::{self, Terms};
use crate::backoff::{self, Pace};
use crate::budget::{self, Cost, Withdrawal};
use crate::client::Service;
use crate::deadline::Deadline;
use crate::retry::{Remedy, Rules, Tried};
use crate::skew::Correction;
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

/// Sends a body until there is an answer or no point in sending it again, and tells the span; also says how many attempts it
/// took.
pub(crate) async fn send(
    service: &Service,
    operation: &Operation,
    body: &Bytes,
    options: &Options,
    span: &Span,
) -> Result<(Answer, u32), Error> {
    let deadline = Deadline::new(service.config.clock(), options.timeout);
    let mut sending = Sending { service, operation, body, options, deadline, tried: Tried::default() };
    let outcome = sending.answer().instrument(span.clone()).await;
    let attempts = sending.tried.attempts;
    trace::answered(span, attempts, &outcome);
    match outcome {
        Ok(answer) => Ok((answer, attempts)),
        Err(error) => Err(error.during(operation).repeatable(options.rules.repeatable).after(attempts)),
    }
}

/// A call that is being sent.
struct Sending<'a> {
    service: &'a Service,
    operation: &'a Operation,
    body: &'a Bytes,
    options: &'a Options,
    deadline: Deadline<'a>,
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

impl<'a> Sending<'a> {
    async fn answer(&mut self) -> Result<Answer, Error> {
        let config = &self.service.config;
        if self.options.timeout.is_zero() {
            // What is left of somebody else's deadline, as a rule. A purge that is sent and not waited for is no answer to that.
            return Err(self.out_of_time(None, "attempt"));
        }
        let (mut failed, mut fresh, mut withdrawal) = (None, None, None);
        loop {
            let credentials = match fresh {
                Some(credentials) => credentials,
                None => match self.deadline.limit(config.credentials().credentials()).await {
                    Some(Ok(credentials)) => credentials,
                    Some(Err(failure)) => return Err(no_credentials(failed, failure)),
                    None => return Err(self.out_of_time(failed, "credentials")),
                },
            };
            let turn = config.limiters().turn(config.clock(), &credentials, self.operation);
            let Some(turn) = self.deadline.limit(turn).await else { return Err(self.out_of_time(failed, "turn")) };
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

    /// Signs for the corrected time and sends once; `None` if the call's time was up before there was an answer.
    async fn attempt(&mut self, credentials: &Credentials, correction: Correction) -> Option<Result<Answer, Error>> {
        let Self { service, operation, body, options, .. } = *self;
        let request = match signed::request(service, operation, credentials, body, correction) {
            Ok(request) => request,
            // It is not an attempt, for nothing was sent.
            Err(error) => return Some(Err(error)),
        };
        self.tried.attempts += 1;
        let terms = Terms { number: self.tried.attempts, timeout: options.attempt_timeout, correction };
        attempt::attempt(service, operation, request, terms, &mut self.deadline).await
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
                    None => return Err(self.out_of_time(Some(error), "credentials")),
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

    /// The error for a call whose time was up before its next attempt: the last one's, because nothing was sent since.
    fn out_of_time(&self, failed: Option<Error>, waiting_for: &str) -> Error {
        let time = self.deadline.time();
        match failed {
            Some(error) => error.given_up(format!("no {waiting_for} within the call's {time:?}")),
            None => {
                let message = format!("no {waiting_for} within {time:?}, which the call may take in all");
                let error = Error::new(ErrorKind::Timeout, message);
                match waiting_for {
                    "turn" => error.with_hint("make fewer calls at once, or give each more time"),
                    _ => error,
                }
            }
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
