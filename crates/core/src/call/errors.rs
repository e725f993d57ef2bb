//! Creates the errors of a call that ends without the result of its latest attempt.

use super::send::CallInProgress;
use crate::error::{Error, ErrorKind};

impl CallInProgress<'_, '_> {
    /// Returns the error of a call that stops before an attempt: that of the attempt before, with a
    /// note, or a timeout if there was none.
    pub(super) fn not_retried_or_timeout(&mut self, why: String) -> Error {
        match self.last_error.take() {
            Some(error) => error.not_retried_because(why),
            None => Error::new(ErrorKind::Timeout, why),
        }
    }

    /// Returns the error of a call without credentials: that of the attempt before, with a note, or
    /// the provider's if there was none.
    pub(super) fn no_credentials(&mut self, failure: Error) -> Error {
        match self.last_error.take() {
            Some(error) => error.not_retried_without("credentials", failure),
            None => failure,
        }
    }

    /// Returns the error of a call whose rate limiter issues no permit: that of the attempt before,
    /// with a note, or the limiter's if there was none.
    pub(super) fn no_permit(&mut self, failure: Error) -> Error {
        match self.last_error.take() {
            Some(error) => error.not_retried_without("permit", failure),
            None => failure,
        }
    }

    /// Returns the error of a call that has waited too long for permits.
    pub(super) fn no_permit_in_time(&mut self, requests_per_second: u32) -> Error {
        let timeout = self.limits.permit_timeout;
        let why =
            format!("no permit of the client's own rate limit of {requests_per_second} requests/s within {timeout:?}");
        let is_first = self.last_error.is_none();
        let error = self.not_retried_or_timeout(why);
        if is_first {
            error.with_hint("make fewer calls at once, or raise the timeout with `permit_timeout`")
        } else {
            error
        }
    }

    /// Returns the error for a deadline that passed during an attempt: a timeout, whose source is
    /// the error of the attempt before.
    pub(super) fn no_response_in_time(&mut self) -> Error {
        let message = format!("no response within the call's timeout of {:?}", self.deadline.timeout());
        let error = Error::new(ErrorKind::Timeout, message).with_host(&self.prepared.origin.authority);
        match self.last_error.take() {
            Some(before) => error.with_source(before),
            None => error,
        }
    }

    /// Says that the deadline passed while credentials were obtained.
    pub(super) fn why_no_credentials(&self) -> String {
        format!("no credentials within the call's timeout of {:?}", self.deadline.timeout())
    }

    /// Says that the deadline passed before the next attempt.
    pub(super) fn why_timed_out(&self) -> String {
        format!("the call's timeout of {:?} has passed", self.deadline.timeout())
    }
}
