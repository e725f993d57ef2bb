//! Says what to do about an error: by its code, unless the product does so itself, or by its kind.

use super::ErrorKind;

/// The hint for a code that every product may return: imperative, lower case, no full stop.
pub(super) fn for_code(code: &str) -> Option<&'static str> {
    let hint = match code {
        "AuthFailure.SecretIdNotFound" => {
            "check that the secret id is complete and without white space, and that the key is enabled in the console"
        }
        "AuthFailure.InvalidSecretId" => "use the secret id of an API key of Tencent Cloud",
        "AuthFailure.SignatureFailure" => {
            "check the secret key, and that no proxy rewrites the host, the content type or the body"
        }
        "AuthFailure.SignatureExpire" => {
            "set the clock of this machine: it is more than five minutes off from the server's"
        }
        "AuthFailure.TokenFailure" => {
            "get new temporary credentials: the token has expired, or belongs to another secret id"
        }
        "AuthFailure.UnauthorizedOperation" | "UnauthorizedOperation" => {
            "allow the action to this user in Cloud Access Management"
        }
        "NoSuchProduct" | "NoSuchVersion" => "check the endpoint: its host serves another product or site",
        "RequestSizeLimitExceeded" => "split the request",
        "ResponseSizeLimitExceeded" => "ask for less at once",
        _ => return None,
    };
    Some(hint)
}

/// The hint for an error without a code that ended a call.
pub(super) fn for_kind(kind: ErrorKind) -> Option<&'static str> {
    match kind {
        ErrorKind::Timeout => Some("raise the timeout, or check any proxy or gateway in between"),
        // The service's own errors have a code, so this one is a page of a proxy or gateway.
        ErrorKind::Server => Some("check any gateway or proxy in between: this response is not from the service"),
        ErrorKind::Throttled => {
            Some("call less often, or lower `requests_per_second`: a gateway in between rejected this")
        }
        _ => None,
    }
}
