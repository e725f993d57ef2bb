//! Creates the errors of a call that stops before an attempt, or during one.

use super::send::CallInProgress;
use crate::error::{Error, ErrorKind};

impl CallInProgress<'_, '_> {
    /// Returns the error of a call that has no time for an attempt: the error of the previous
    /// attempt with a note, or a timeout if there was no attempt.
    pub(super) fn no_time_for_attempt(&mut self, why: String) -> Error {
        match self.last_error.take() {
            Some(error) => error.not_retried_because(why),
            None => Error::new(ErrorKind::Timeout, why),
        }
    }

    /// Returns the error of a call that cannot obtain what an attempt needs, which is "credentials"
    /// or a "permit": the error of the previous attempt with a note, or the failure itself if there
    /// was no attempt.
    pub(super) fn no_attempt_without(&mut self, needed: &str, failure: Error) -> Error {
        match self.last_error.take() {
            Some(error) => error.not_retried_without(needed, failure),
            None => failure,
        }
    }

    /// Returns the error of a call that has waited too long for permits.
    pub(super) fn no_permit_in_time(&mut self, requests_per_second: u32) -> Error {
        let timeout = self.options.permit_timeout;
        let why =
            format!("no permit of the client's own rate limit of {requests_per_second} requests/s within {timeout:?}");
        let is_first = self.last_error.is_none();
        let error = self.no_time_for_attempt(why);
        if is_first {
            error.with_hint("make fewer calls at once, or raise the timeout with `permit_timeout`")
        } else {
            error
        }
    }

    /// Returns the error for a deadline that passed during an attempt: a timeout, whose source is
    /// the error of the previous attempt.
    pub(super) fn no_response_in_time(&mut self) -> Error {
        let message = format!("no response within the call's timeout of {:?}", self.deadline.timeout());
        let error = Error::new(ErrorKind::Timeout, message).with_host(&self.prepared.origin.authority);
        match self.last_error.take() {
            Some(previous) => error.with_source(previous),
            None => error,
        }
    }

    /// Says that the deadline passed while credentials were obtained.
    pub(super) fn why_credentials_timed_out(&self) -> String {
        format!("no credentials within the call's timeout of {:?}", self.deadline.timeout())
    }

    /// Says that the deadline passed before the next attempt.
    pub(super) fn why_timed_out(&self) -> String {
        format!("the call's timeout of {:?} has passed", self.deadline.timeout())
    }
}
