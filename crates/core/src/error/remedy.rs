//! Decides what must happen before a failed request may be sent again.

use super::ErrorKind;

/// Returned for a token that has expired or belongs to another secret id.
const TOKEN_FAILURE: &str = "AuthFailure.TokenFailure";

/// What must happen before a request is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// Wait.
    Pause(Pace),
    /// Sign again, with the server's time that the response has shown.
    ServerTime,
    /// Obtain other credentials.
    Refresh,
}

/// Why the call waits between attempts. It decides how long the waits are, and what a retry costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// The service, or a connection to it, failed.
    Usual,
    /// There was no connection.
    Connect,
    /// The account sends too many requests.
    Throttled,
}

impl ErrorKind {
    /// What makes another attempt worthwhile. `None` if nothing does. The result is the same for
    /// every attempt of a call.
    pub(crate) fn remedy(self, code: Option<&str>, repeatable: bool) -> Option<Remedy> {
        match self {
            // The request never arrived.
            Self::Connect => Some(Remedy::Pause(Pace::Connect)),
            // The service rejected the request before it was carried out.
            Self::Throttled => Some(Remedy::Pause(Pace::Throttled)),
            // The request may have arrived, and the action may have been carried out.
            Self::Timeout | Self::Interrupted | Self::Server => repeatable.then_some(Remedy::Pause(Pace::Usual)),
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
