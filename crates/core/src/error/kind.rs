//! What kind of failure an error is, which decides what can be done about it.

use std::fmt;

/// What kind of failure an [`Error`](crate::error::Error) is.
///
/// The kind of a service error comes from what the product says about its code, and from [`ErrorKind::from_code`] for a
/// code that the product does not document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request or the configuration is wrong; found before anything was sent.
    InvalidRequest,
    /// Credentials are missing, malformed, or could not be obtained; found before anything of the action was sent.
    Credentials,
    /// No connection: the request never reached the service.
    Connect,
    /// No answer in time; the request may have arrived, unless no attempt was made.
    Timeout,
    /// The connection broke after the request was sent; it may have arrived.
    Interrupted,
    /// Too many requests in a short time; this one was refused before it ran.
    Throttled,
    /// A quota of the account is used up; waiting a moment does not help.
    Quota,
    /// The clock of this machine is more than five minutes from the server's.
    ClockSkew,
    /// The service does not accept the credentials or the signature.
    Auth,
    /// The account may not do this.
    Permission,
    /// What the request names does not exist.
    NotFound,
    /// The service understood the request and refused it.
    Rejected,
    /// The service failed; whether the request took effect is unknown.
    Server,
    /// Something answered, but not with what the action documents.
    Decode,
}

impl ErrorKind {
    /// Kind of a service code about which nothing else is known.
    ///
    /// The first segment is compared as a whole: `LimitExceeded` is a quota, `RequestLimitExceeded` a rate.
    ///
    /// ```
    /// use tencentcloud_core::ErrorKind;
    ///
    /// assert_eq!(ErrorKind::from_code("LimitExceeded.SomethingNew"), ErrorKind::Quota);
    /// assert_eq!(ErrorKind::from_code("RequestLimitExceeded.SomethingNew"), ErrorKind::Throttled);
    /// ```
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        match code {
            "AuthFailure.SignatureExpire" => return Self::ClockSkew,
            // Who is calling is known, and may not.
            "AuthFailure.UnauthorizedOperation" => return Self::Permission,
            // A rate limit, whatever its first segment says: "too many calling attempts".
            "UnauthorizedOperation.OperationTooOften" => return Self::Throttled,
            _ => {}
        }
        match code.split('.').next().unwrap_or(code) {
            "RequestLimitExceeded" => Self::Throttled,
            "LimitExceeded" => Self::Quota,
            "AuthFailure" => Self::Auth,
            "UnauthorizedOperation" | "IpInBlacklist" | "IpNotInWhitelist" => Self::Permission,
            "ResourceNotFound" | "ActionOffline" | "InvalidAction" | "NoSuchProduct" | "NoSuchVersion" => {
                Self::NotFound
            }
            "InternalError" | "ServiceUnavailable" => Self::Server,
            _ => Self::Rejected,
        }
    }

    /// The kind as a word in `snake_case`, for metrics and logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::Credentials => "credentials",
            Self::Connect => "connect",
            Self::Timeout => "timeout",
            Self::Interrupted => "interrupted",
            Self::Throttled => "throttled",
            Self::Quota => "quota",
            Self::ClockSkew => "clock_skew",
            Self::Auth => "auth",
            Self::Permission => "permission",
            Self::NotFound => "not_found",
            Self::Rejected => "rejected",
            Self::Server => "server",
            Self::Decode => "decode",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_segment_is_compared_whole() {
        let cases = [
            ("LimitExceeded", ErrorKind::Quota),
            ("LimitExceeded.DailyQuota", ErrorKind::Quota),
            ("RequestLimitExceeded", ErrorKind::Throttled),
            ("RequestLimitExceeded.UinLimitExceeded", ErrorKind::Throttled),
            ("RequestSizeLimitExceeded", ErrorKind::Rejected),
            ("ResponseSizeLimitExceeded", ErrorKind::Rejected),
            ("LimitExceededX.DailyQuota", ErrorKind::Rejected),
            ("AuthFailure.SignatureFailure", ErrorKind::Auth),
            ("AuthFailure.SignatureExpire", ErrorKind::ClockSkew),
            ("AuthFailure.SignatureExpired", ErrorKind::Auth),
            ("AuthFailure.UnauthorizedOperation", ErrorKind::Permission),
            ("UnauthorizedOperation", ErrorKind::Permission),
            ("NoSuchVersion", ErrorKind::NotFound),
            ("UnauthorizedOperation.OperationTooOften", ErrorKind::Throttled),
            ("ResourceNotFound.CdnHostNotExists", ErrorKind::NotFound),
            ("ResourceUnavailable.CdnHostIsNotOnline", ErrorKind::Rejected),
            ("InternalError.CdnSystemError", ErrorKind::Server),
            ("ServiceUnavailable", ErrorKind::Server),
            ("InvalidParameter.CdnParamError", ErrorKind::Rejected),
            ("SomethingNew", ErrorKind::Rejected),
            ("", ErrorKind::Rejected),
        ];
        for (code, kind) in cases {
            assert_eq!(ErrorKind::from_code(code), kind, "{code}");
        }
    }
}
