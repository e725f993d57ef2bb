//! Decides what a failed request means for its targets and for the rest of a job.

use crate::error::{About, Error, ErrorKind};

/// Code of a request whose body is too large for the service.
const BODY_TOO_LARGE: &str = "RequestSizeLimitExceeded";

/// What a failed request means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The request contains too many targets, or is too long. Smaller ones may succeed.
    Split,
    /// The service rejected the request because of a target, and does not say which.
    Isolate,
    /// The request may have been carried out.
    Unknown,
    /// The request was not carried out, for a cause that may be transient.
    NotTried,
    /// The request was not carried out, and no other one will be today, or as things are.
    Stop,
}

/// What the error of a request means. The call has already retried what may be retried.
///
/// The request must not be repeatable: the error of a repeated request does not say what became of
/// the first one.
pub(super) fn verdict(error: &Error) -> Verdict {
    let is_unsent = error.attempts() == 0;
    match error.kind() {
        // Nothing was sent, because of the configuration or the program.
        ErrorKind::InvalidRequest if is_unsent => Verdict::Stop,
        ErrorKind::Timeout if is_unsent => Verdict::NotTried,
        ErrorKind::Connect | ErrorKind::Throttled => Verdict::NotTried,
        ErrorKind::Credentials | ErrorKind::Quota | ErrorKind::ClockSkew | ErrorKind::Auth => Verdict::Stop,
        ErrorKind::BatchTooLarge => Verdict::Split,
        ErrorKind::Permission | ErrorKind::NotFound | ErrorKind::Rejected => of_rejection(error),
        // Nothing was sent by the last attempt, and only what was not carried out is sent again.
        ErrorKind::InvalidRequest => Verdict::Isolate,
        // The last two are about a response that is not one of the action. It may follow a request
        // that was carried out.
        ErrorKind::Timeout
        | ErrorKind::Interrupted
        | ErrorKind::Server
        | ErrorKind::Decode
        | ErrorKind::PartialFailure => Verdict::Unknown,
    }
}

/// What a rejection means, by what is known of its code.
fn of_rejection(error: &Error) -> Verdict {
    match error.about() {
        _ if error.may_have_been_carried_out() => Verdict::Unknown,
        _ if error.code() == Some(BODY_TOO_LARGE) => Verdict::Split,
        Some(About::Target) => Verdict::Isolate,
        Some(About::Request) => Verdict::Stop,
        None if error.kind() == ErrorKind::Permission => Verdict::Stop,
        // Nothing is known of the code, not even that nothing was carried out.
        None => Verdict::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{ActionName, Circumstances, CodeFacts};

    const KNOWN: [CodeFacts; 2] = [
        CodeFacts::new("UnauthorizedOperation.CdnHostUnauthorized", ErrorKind::Permission).about_a_target(),
        CodeFacts::new("ResourceNotFound.CdnUserNotExists", ErrorKind::NotFound).about_the_request(),
    ];

    fn after(attempts: u32, error: Error) -> Error {
        let action = ActionName { service: "cdn".into(), version: "1".into(), action: "Purge".into() };
        error.in_call(&Circumstances { action: &action, repeatable: false, attempts })
    }

    #[test]
    fn each_code_has_one_verdict() {
        let cases = [
            ("LimitExceeded.CdnPurgeUrlExceedDayLimit", Verdict::Stop),
            ("LimitExceeded.BatchQuota", Verdict::Split),
            ("RequestSizeLimitExceeded", Verdict::Split),
            ("RequestLimitExceeded", Verdict::NotTried),
            ("LimitExceeded.CdnHostOpTooOften", Verdict::NotTried),
            ("FailedOperation.RequestLimitExceeded", Verdict::NotTried),
            ("AuthFailure.SecretIdNotFound", Verdict::Stop),
            ("AuthFailure.SignatureExpire", Verdict::Stop),
            ("UnauthorizedOperation.CdnCamUnauthorized", Verdict::Stop),
            ("InvalidAction", Verdict::Stop),
            ("ActionOffline", Verdict::Stop),
            ("ResourceNotFound.CdnHostNotExists", Verdict::Isolate),
            ("InvalidParameter.CdnParamError", Verdict::Isolate),
            ("UnauthorizedOperation.CdnHostUnauthorized", Verdict::Isolate),
            ("ResourceNotFound.CdnUserNotExists", Verdict::Stop),
            ("MissingParameter", Verdict::Stop),
            ("UnsupportedRegion.New", Verdict::Stop),
            ("FailedOperation", Verdict::Unknown),
            ("FailedOperation.New", Verdict::Unknown),
            ("ResponseSizeLimitExceeded", Verdict::Unknown),
            ("SomethingNew", Verdict::Unknown),
            ("InternalError.CdnSystemError", Verdict::Unknown),
            ("ServiceUnavailable", Verdict::Unknown),
        ];
        for (code, expected) in cases {
            let error = after(1, Error::service(&KNOWN, code.to_owned(), String::new()));
            assert_eq!(verdict(&error), expected, "{code}");
        }
    }

    #[test]
    fn a_request_that_was_not_sent_is_not_unknown() {
        let cases = [
            (ErrorKind::Timeout, Verdict::NotTried, Verdict::Unknown),
            (ErrorKind::InvalidRequest, Verdict::Stop, Verdict::Isolate),
            (ErrorKind::Credentials, Verdict::Stop, Verdict::Stop),
            (ErrorKind::Connect, Verdict::NotTried, Verdict::NotTried),
            (ErrorKind::Interrupted, Verdict::Unknown, Verdict::Unknown),
            (ErrorKind::Decode, Verdict::Unknown, Verdict::Unknown),
        ];
        for (kind, unsent, sent) in cases {
            let found = [0, 1].map(|attempts| verdict(&after(attempts, Error::new(kind, ""))));
            assert_eq!(found, [unsent, sent], "{kind}");
        }
    }
}
