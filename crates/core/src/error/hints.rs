//! Says what to do about the codes that every product may return, unless the product says it itself, and about the kinds
//! of failure that have no code.

use super::ErrorKind;

/// Imperative, lower case, no full stop: a hint follows `help:` in a log line.
pub(super) fn for_code(code: &str) -> Option<&'static str> {
    let hint = match code {
        "AuthFailure.SecretIdNotFound" => {
            "check that the secret id is whole and without white space, and that the key is enabled in the console"
        }
        "AuthFailure.InvalidSecretId" => "use the secret id of an API key of Tencent Cloud",
        "AuthFailure.SignatureFailure" => {
            "check the secret key, and that no proxy rewrites the host, the content type or the body"
        }
        "AuthFailure.SignatureExpire" => {
            "set the clock of this machine: it is more than five minutes from the server's"
        }
        "AuthFailure.TokenFailure" => {
            "get new temporary credentials: a token ends with them, and belongs to their secret id only"
        }
        "AuthFailure.UnauthorizedOperation" | "UnauthorizedOperation" => {
            "allow the action to this user in Cloud Access Management"
        }
        "NoSuchProduct" | "NoSuchVersion" => "check the endpoint: its host answers for another product or site",
        "RequestSizeLimitExceeded" => "split the request",
        "ResponseSizeLimitExceeded" => "ask for less at once",
        _ => return None,
    };
    Some(hint)
}

/// What to do about a kind of failure that says nothing itself, when a call has ended with it.
pub(super) fn for_kind(kind: ErrorKind) -> Option<&'static str> {
    match kind {
        ErrorKind::Timeout => Some("allow it more time, or check what stands between"),
        // Without a code it is a page, and not an answer.
        ErrorKind::Server => Some("check what stands between, such as a gateway: the service did not write this"),
        ErrorKind::Throttled => Some("call less often, or lower `requests_per_second`: something between refused this"),
        _ => None,
    }
}
