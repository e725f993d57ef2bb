//! Decides what must happen before a failed request may be sent again.

use super::{Error, ErrorKind};

/// Returned for a token that has expired or belongs to another secret id.
const TOKEN_FAILURE: &str = "AuthFailure.TokenFailure";

/// What must happen before a request is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// Wait.
    Wait(RetryReason),
    /// Sign again, with the server's time that the response has shown.
    ServerTime,
    /// Obtain other credentials.
    Refresh,
}

/// Why a request is sent again after a wait. It decides how long the wait is, and what the retry
/// costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryReason {
    /// The service, or a connection to it, failed.
    Failure,
    /// There was no connection.
    NoConnection,
    /// The account sends too many requests.
    Throttled,
}

impl ErrorKind {
    /// What makes another attempt worthwhile. `None` if nothing does. The result is the same for
    /// every attempt of a call.
    pub(crate) fn remedy(self, code: Option<&str>, repeatable: bool) -> Option<Remedy> {
        match self {
            // The request never arrived.
            Self::Connect => Some(Remedy::Wait(RetryReason::NoConnection)),
            // The service rejected the request before it was carried out.
            Self::Throttled => Some(Remedy::Wait(RetryReason::Throttled)),
            // The request may have arrived, and the action may have been carried out.
            Self::Timeout | Self::Interrupted | Self::Server => {
                repeatable.then_some(Remedy::Wait(RetryReason::Failure))
            }
            // The service rejected the request, and will reject it again unless something changes.
            Self::ClockSkew => Some(Remedy::ServerTime),
            Self::Auth if code == Some(TOKEN_FAILURE) => Some(Remedy::Refresh),
            Self::InvalidRequest
            | Self::Credentials
            | Self::Quota
            | Self::BatchTooLarge
            | Self::Auth
            | Self::Permission
            | Self::NotFound
            | Self::Rejected
            | Self::PartialFailure
            | Self::Decode => None,
        }
    }
}

impl Error {
    /// What makes another attempt worthwhile. `None` if nothing does.
    pub(crate) fn remedy(&self, repeatable: bool) -> Option<Remedy> {
        let is_permanent = self.kind() == ErrorKind::Connect && !self.0.transient;
        self.kind().remedy(self.code(), repeatable).filter(|_| !is_permanent)
    }

    /// Whether the transport refused the request, so nothing was sent.
    pub(crate) fn was_refused_by_transport(&self) -> bool {
        // If the service rejects an invalid request, the error has a code.
        self.kind() == ErrorKind::InvalidRequest && self.code().is_none()
    }
}
