//! Says what to do about an error without a code, by its kind.

use super::ErrorKind;

/// The hint for an error without a code that ended a call: imperative, lower case, no full stop.
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
