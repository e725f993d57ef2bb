//! Turns the error of a transport into the error of a call, and says what to do about it.

use std::borrow::Cow;

use crate::error::{Error, ErrorKind, TransportError, TransportErrorKind};

impl From<TransportError> for Error {
    fn from(mut error: TransportError) -> Self {
        let kind = match error.kind() {
            TransportErrorKind::Unsendable => ErrorKind::InvalidRequest,
            TransportErrorKind::Connect => ErrorKind::Connect,
            TransportErrorKind::Send | TransportErrorKind::Read | TransportErrorKind::NotHttp => ErrorKind::Interrupted,
            TransportErrorKind::Timeout => ErrorKind::Timeout,
            TransportErrorKind::TooLarge => ErrorKind::Decode,
        };
        let hint = error.take_hint().or_else(|| for_kind(error.kind()).map(Cow::Borrowed));
        let is_too_large = error.kind() == TransportErrorKind::TooLarge;
        let mut failure = Self::new(kind, error.without_hint()).with_source(error);
        if is_too_large {
            // The service responded, so it has probably carried the action out.
            failure = failure.that_may_have_been_carried_out();
        }
        match hint {
            Some(hint) => failure.with_hint(hint),
            None => failure,
        }
    }
}

/// The hint for an error of a transport that gives none.
fn for_kind(kind: TransportErrorKind) -> Option<&'static str> {
    match kind {
        TransportErrorKind::TooLarge => Some("ask for less at once, or raise `max_response_bytes`"),
        TransportErrorKind::NotHttp => Some(
            "check the host and the port, and any proxy or gateway in between: this response is not from the service",
        ),
        _ => None,
    }
}
