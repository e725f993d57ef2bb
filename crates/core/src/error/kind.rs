//! Classifies failures by what a program can do about them.

use std::fmt;

/// Codes of rate limits whose first segment says otherwise. Each comment names the products that
/// list the code, and gives its meaning where that is known.
const RATE_LIMITS: [&str; 6] = [
    // cdn: too many actions on one domain name.
    "LimitExceeded.CdnHostOpTooOften",
    // teo, live and ssl: the API rate limit is reached.
    "LimitExceeded.RateLimitExceeded",
    // apigateway.
    "LimitExceeded.RequestLimitExceeded",
    // mongodb.
    "LimitExceeded.TooManyRequests",
    // faceid and iai.
    "FailedOperation.RequestLimitExceeded",
    // cdn: "too many calling attempts".
    "UnauthorizedOperation.OperationTooOften",
];

/// Ends of the codes `LimitExceeded.…` that are about the number of items in one request. cdn has
/// `CdnPurgeUrlExceedBatchLimit` and others like it, and teo has `BatchQuota`.
const BATCH_LIMITS: [&str; 2] = ["BatchQuota", "ExceedBatchLimit"];

/// The kind of failure that an [`Error`](super::Error) is. It decides what a program can do about
/// it.
///
/// A product states the kind of each code that it documents. Any other code has the kind that
/// [`ErrorKind::from_code`] derives from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request or the configuration is invalid. Nothing was sent.
    InvalidRequest,
    /// Credentials are missing or malformed, or could not be obtained. The request was not sent.
    Credentials,
    /// No connection could be opened. The request never reached the service.
    Connect,
    /// No response arrived in time. The request may have arrived, unless no attempt was made.
    Timeout,
    /// The connection broke after the request was sent, or the response is not valid HTTP. The
    /// request may have arrived.
    Interrupted,
    /// Too many requests in a short time. This one was rejected before it was carried out.
    Throttled,
    /// A quota of the account is used up, such as that of a day. Waiting for a moment does not
    /// help.
    Quota,
    /// The request contains more items than one request may. Split it into several requests.
    BatchTooLarge,
    /// The clock of this machine is more than five minutes off from the server's.
    ClockSkew,
    /// The service rejected the credentials or the signature.
    Auth,
    /// The account lacks the permission for the action.
    Permission,
    /// The resource, action or product that the request names does not exist.
    NotFound,
    /// The service understood the request and rejected it.
    Rejected,
    /// The action was carried out, but some of its targets failed. Only the conversion of a
    /// response into a result returns it; the call itself succeeded.
    PartialFailure,
    /// The service failed. The action may have been carried out.
    Server,
    /// The response is not one that the action documents.
    Decode,
}

impl ErrorKind {
    /// Derives the kind of a code that no product documents, usually from its first segment.
    ///
    /// The first segment is compared as a whole: `LimitExceeded` is a quota, and
    /// `RequestLimitExceeded` a rate. Known codes are exceptions: `LimitExceeded.RateLimitExceeded`
    /// is a rate, and `LimitExceeded.BatchQuota` is about the size of a batch.
    ///
    /// ```
    /// use tencentcloud_core::ErrorKind;
    ///
    /// assert_eq!(ErrorKind::from_code("LimitExceeded.SomethingNew"), ErrorKind::Quota);
    /// assert_eq!(ErrorKind::from_code("RequestLimitExceeded.SomethingNew"), ErrorKind::Throttled);
    /// assert_eq!(ErrorKind::from_code("LimitExceeded.RateLimitExceeded"), ErrorKind::Throttled);
    /// assert_eq!(ErrorKind::from_code("LimitExceeded.BatchQuota"), ErrorKind::BatchTooLarge);
    /// ```
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        match code {
            "AuthFailure.SignatureExpire" => return Self::ClockSkew,
            // The service knows the caller, and the caller lacks the permission.
            "AuthFailure.UnauthorizedOperation" => return Self::Permission,
            code if RATE_LIMITS.contains(&code) => return Self::Throttled,
            _ => {}
        }
        match code.split('.').next().unwrap_or(code) {
            "RequestLimitExceeded" => Self::Throttled,
            "LimitExceeded" if BATCH_LIMITS.iter().any(|end| code.ends_with(end)) => Self::BatchTooLarge,
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

    /// Every kind.
    pub(crate) const ALL: [Self; 16] = [
        Self::InvalidRequest,
        Self::Credentials,
        Self::Connect,
        Self::Timeout,
        Self::Interrupted,
        Self::Throttled,
        Self::Quota,
        Self::BatchTooLarge,
        Self::ClockSkew,
        Self::Auth,
        Self::Permission,
        Self::NotFound,
        Self::Rejected,
        Self::PartialFailure,
        Self::Server,
        Self::Decode,
    ];

    /// The kind with a name that [`as_str`](Self::as_str) returned.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// The name of the kind in `snake_case`, for metrics and logs.
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
            Self::BatchTooLarge => "batch_too_large",
            Self::ClockSkew => "clock_skew",
            Self::Auth => "auth",
            Self::Permission => "permission",
            Self::NotFound => "not_found",
            Self::Rejected => "rejected",
            Self::PartialFailure => "partial_failure",
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
    fn a_rate_limit_is_throttled_whatever_its_first_segment() {
        for code in RATE_LIMITS {
            assert_eq!(ErrorKind::from_code(code), ErrorKind::Throttled, "{code}");
        }
        // Similar codes are not on the list.
        assert_eq!(ErrorKind::from_code("LimitExceeded.RateLimit"), ErrorKind::Quota);
        assert_eq!(ErrorKind::from_code("FailedOperation"), ErrorKind::Rejected);
    }

    #[test]
    fn the_first_segment_is_compared_as_a_whole() {
        let cases = [
            ("LimitExceeded", ErrorKind::Quota),
            ("LimitExceeded.DailyQuota", ErrorKind::Quota),
            ("LimitExceeded.CdnPurgePathExceedDayLimit", ErrorKind::Quota),
            ("LimitExceeded.BatchQuota", ErrorKind::BatchTooLarge),
            ("LimitExceeded.CdnPushExceedBatchLimit", ErrorKind::BatchTooLarge),
            ("InvalidParameter.ExceedBatchLimit", ErrorKind::Rejected),
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
