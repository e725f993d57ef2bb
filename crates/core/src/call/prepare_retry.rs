//! Prepares a retry: does what the next attempt needs, and waits until it may be made.

use std::time::Duration;

use super::send::CallInProgress;
use crate::credentials::Credentials;
use crate::error::{Error, Remedy, RetryReason};
use crate::retry::{Withdrawal, pause};
use crate::time::Correction;

/// A retry that may be made now.
pub(super) struct Retry<'a> {
    /// Credentials to sign with, if a refresh has just returned them.
    pub(super) credentials: Option<Credentials>,
    /// Tokens of the retry budget, taken for this retry.
    pub(super) withdrawal: Withdrawal<'a>,
}

impl<'a> CallInProgress<'a, '_> {
    /// Applies the remedy for a failed attempt, and waits. Returns the attempt's error instead if
    /// the remedy does not help, or if the deadline or the retry budget allows no retry.
    ///
    /// The attempt was signed with `credentials` and `correction`.
    pub(super) async fn prepare_retry(
        &mut self,
        error: Error,
        remedy: Remedy,
        credentials: &Credentials,
        correction: Correction,
    ) -> Result<Retry<'a>, Error> {
        let config = &self.service.config;
        let mut fresh = None;
        // A retry with another signature needs no wait. It costs as much as the retry of a failure,
        // because the service has processed the request.
        let (reason, pause) = match remedy {
            Remedy::Wait(reason) => {
                (reason, pause(reason, self.tried.failures(reason), error.retry_after(), config.jitter()))
            }
            Remedy::ServerTime => {
                self.tried.server_time = true;
                // If the response has shown the server's time, it has corrected the clock already.
                if !config.skew().correction().differs(correction) {
                    let why = "the server's time is unknown, or is the time that the request was signed with";
                    return Err(error.not_retried_because(why));
                }
                (RetryReason::Failure, Duration::ZERO)
            }
            Remedy::Refresh => {
                self.tried.refresh = true;
                let refresh = config.credentials().refresh(credentials, &self.service.provider_context);
                match self.deadline.limit(refresh).await {
                    Some(Ok(Some(credentials))) => fresh = Some(credentials),
                    // There are no other credentials. The error already says why the call failed,
                    // so it gets no note.
                    Some(Ok(None)) => return Err(error),
                    Some(Err(failure)) => return Err(error.not_retried_without("credentials", failure)),
                    None => return Err(error.not_retried_because(self.why_credentials_timed_out())),
                }
                (RetryReason::Failure, Duration::ZERO)
            }
        };

        let left = self.deadline.remaining();
        if left.is_zero() {
            return Err(error.not_retried_because(self.why_timed_out()));
        }
        if pause >= left {
            let why = format!("next attempt due in {pause:.1?}, but the call times out in {left:.1?}");
            return Err(error.not_retried_because(why));
        }
        let Some(withdrawal) = config.budget().withdraw(reason) else {
            return Err(error.not_retried_because("the retry budget is used up"));
        };
        if !pause.is_zero() && self.deadline.limit(config.clock().sleep(pause)).await.is_none() {
            return Err(error.not_retried_because(self.why_timed_out()));
        }
        self.last_error = Some(error);
        Ok(Retry { credentials: fresh, withdrawal })
    }
}
