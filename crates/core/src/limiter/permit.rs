//! Allows one request, and reports its outcome to the limiter.

use std::fmt;
use std::time::Duration;

use super::local::Issued;
use crate::error::{Error, ErrorKind};

/// Allows its owner to send one request, now.
///
/// Dropping a permit reports [`Outcome::Unknown`].
#[must_use = "send the request at once, and report its outcome"]
pub struct Permit<'a>(Kind<'a>);

/// A permit of the default limiter is a kind of its own, so that it needs no memory on the heap.
enum Kind<'a> {
    Unlimited,
    Local(Issued<'a>),
    Custom(Callback<'a>),
}

/// What a limiter does with the outcome. It is called once.
struct Callback<'a>(Option<Box<dyn FnOnce(Outcome) + Send + 'a>>);

/// The outcome of the request that a permit allowed, as far as it concerns a limiter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The request cannot arrive any more: there is a response, or nothing was sent.
    Finished,
    /// There is no response. The request may have arrived, or may still arrive.
    Unknown,
    /// The service rejected the request because there were too many.
    Throttled {
        /// How long the response asks the client to wait, if it does.
        retry_after: Option<Duration>,
    },
}

impl<'a> Permit<'a> {
    /// A permit that calls `report` with the outcome of its request, once.
    pub fn new(report: impl FnOnce(Outcome) + Send + 'a) -> Self {
        Self(Kind::Custom(Callback(Some(Box::new(report)))))
    }

    /// A permit for a request without a limit, whose outcome has no effect.
    pub const fn unlimited() -> Self {
        Self(Kind::Unlimited)
    }

    pub(super) const fn local(issued: Issued<'a>) -> Self {
        Self(Kind::Local(issued))
    }

    /// Reports the outcome of the request. Calls do this themselves. A limiter does it for a permit
    /// that it has acquired from another limiter.
    pub fn report(self, outcome: Outcome) {
        match self.0 {
            Kind::Unlimited => {}
            Kind::Local(issued) => issued.record(outcome),
            Kind::Custom(mut callback) => callback.call(outcome),
        }
    }

    /// Reports that the request cannot arrive any more.
    pub(crate) fn finish(self) {
        self.report(Outcome::Finished);
    }
}

impl Outcome {
    /// The outcome of an attempt: success, or an error.
    pub(crate) fn of_attempt(error: Option<&Error>) -> Self {
        let Some(error) = error else { return Self::Finished };
        match error.kind() {
            ErrorKind::Throttled => Self::Throttled { retry_after: error.retry_after() },
            // Nothing was sent.
            ErrorKind::InvalidRequest | ErrorKind::Credentials | ErrorKind::Connect => Self::Finished,
            // No response could be read, so the request may still arrive, as far as is known.
            _ if error.status().is_none() => Self::Unknown,
            _ => Self::Finished,
        }
    }
}

impl Callback<'_> {
    fn call(&mut self, outcome: Outcome) {
        if let Some(report) = self.0.take() {
            report(outcome);
        }
    }
}

impl Drop for Callback<'_> {
    fn drop(&mut self) {
        self.call(Outcome::Unknown);
    }
}

impl fmt::Debug for Permit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit").finish_non_exhaustive()
    }
}
