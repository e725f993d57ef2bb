//! Describes what is wrong with an endpoint, and what to write instead.

use crate::error::{Error, ErrorKind, Truncated, without_secrets};

/// What is wrong with an endpoint, and what to write instead.
pub(super) struct Problem {
    claim: &'static str,
    help: &'static str,
}

impl Problem {
    pub(super) fn new(claim: &'static str, help: &'static str) -> Self {
        Self { claim, help }
    }

    /// The error for an endpoint with this problem.
    pub(super) fn about(&self, endpoint: &str) -> Error {
        let message = format!("the endpoint `{}` {}", Truncated(without_secrets(endpoint)), self.claim);
        Error::new(ErrorKind::InvalidRequest, message).with_hint(self.help)
    }
}
