//! Describes what is wrong with an endpoint, and what to write instead.

use crate::error::{Error, ErrorKind, Truncated, without_secrets};

/// What is wrong with an endpoint, and what to write instead.
pub(super) struct EndpointProblem {
    /// A verb phrase, whose subject is the endpoint.
    what: &'static str,
    help: &'static str,
}

impl EndpointProblem {
    pub(super) fn new(what: &'static str, help: &'static str) -> Self {
        Self { what, help }
    }

    /// The error for an endpoint with this problem.
    pub(super) fn about(&self, endpoint: &str) -> Error {
        let message = format!("the endpoint `{}` {}", Truncated(without_secrets(endpoint)), self.what);
        Error::new(ErrorKind::InvalidRequest, message).with_hint(self.help)
    }
}
