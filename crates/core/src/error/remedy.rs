//! Decides what has to happen before a request that failed may be sent again.

use super::ErrorKind;

/// Returned for a token that has expired or belongs to another secret id.
const TOKEN_FAILURE: &str = "AuthFailure.TokenFailure";

/// What has to happen before a request is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// Wait.
    Pause(Pace),
    /// Learn the server's time, and sign with it.
    ServerTime,
    /// Obtain other credentials.
    Refresh,
}

/// How fast the waits between attempts grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// From 50 ms.
    Usual,
    /// From 1 s: the account sends too many requests.
    Throttled,
}

impl ErrorKind {
    /// What makes another attempt worthwhile, or `None` if nothing does. It is the same for every attempt of a call.
    pub(crate) fn remedy(self, code: Option<&str>, repeatable: bool) -> Option<Remedy> {
        match self {
            // The request never arrived.
            Self::Connect => Some(Remedy::Pause(Pace::Usual)),
            // The service refused the request before running it.
            Self::Throttled => Some(Remedy::Pause(Pace::Throttled)),
            // The request may have arrived, and may have run.
            Self::Timeout | Self::Interrupted | Self::Server => repeatable.then_some(Remedy::Pause(Pace::Usual)),
            // The service refused the request before running it, and will refuse it again unless something changes.
            Self::ClockSkew => Some(Remedy::ServerTime),
            Self::Auth if code == Some(TOKEN_FAILURE) => Some(Remedy::Refresh),
            Self::InvalidRequest
            | Self::Credentials
            | Self::Quota
            | Self::Auth
            | Self::Permission
            | Self::NotFound
            | Self::Rejected
            | Self::Decode => None,
        }
    }
}
