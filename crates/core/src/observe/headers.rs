//! Lets an interceptor add headers to a request, except those that the client or HTTP needs.

use std::fmt;

use http::header::HeaderName;

use crate::error::{Error, ErrorKind};
use crate::http::HttpRequest;

/// The trace id under which the service logs a request. It is the only header of the service that
/// an interceptor may set, and the only header of an interceptor whose value is printed.
const TRACE_ID: &str = "x-tc-traceid";

/// The headers of a request that is about to be sent.
pub struct AttemptHeaders<'a>(pub(crate) &'a mut HttpRequest);

impl AttemptHeaders<'_> {
    /// Sets a header, which is not signed. It replaces a header of the same name that was set
    /// before.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] if the name or the value cannot be sent, or if the client or
    /// HTTP itself sets the header: `Authorization`, `Content-Type`, `Host`, `X-TC-*` except
    /// `X-TC-TraceId`, and headers about the connection, the length or the encoding.
    pub fn set(&mut self, name: impl AsRef<str>, value: impl Into<String>) -> Result<(), Error> {
        let name = name.as_ref().to_ascii_lowercase();
        let value = value.into();
        // Without the value, which may be a token of a gateway.
        let refused = |problem| Error::new(ErrorKind::InvalidRequest, format!("the header {name:?} {problem}"));
        if let Some(problem) = problem(&name, &value) {
            return Err(refused(problem));
        }
        let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_| refused("does not have a valid name"))?;
        if name == TRACE_ID {
            self.0.headers.put_text(&header, value)
        } else {
            self.0.headers.put_secret(&header, value)
        }
    }
}

impl fmt::Debug for AttemptHeaders<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.0, f)
    }
}

/// Returns why a header cannot be added. The name is in lower case.
fn problem(name: &str, value: &str) -> Option<&'static str> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(is_token) {
        return Some("does not have a valid name");
    }
    if is_taken(name) {
        return Some("is set by the client");
    }
    if !value.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Some("has a value that is not printable ASCII");
    }
    None
}

/// Whether the header is signed, belongs to the service, or describes the message or the
/// connection.
fn is_taken(name: &str) -> bool {
    match name {
        TRACE_ID => false,
        // The signature, and what it signs.
        "authorization" | "content-type" | "host" => true,
        // They say where a message ends. A wrong value would also break the next message on the
        // connection.
        "connection" | "content-encoding" | "content-length" | "expect" | "keep-alive" | "te" | "trailer"
        | "transfer-encoding" | "upgrade" => true,
        // The client reads bodies that are neither compressed nor partial.
        "accept-encoding" | "range" => true,
        _ => name.starts_with("x-tc-") || name.starts_with("proxy-"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_the_client_and_of_http_cannot_be_set() {
        for name in [
            "authorization",
            "content-type",
            "host",
            "x-tc-action",
            "x-tc-token",
            "x-tc-new",
            "content-length",
            "transfer-encoding",
            "connection",
            "proxy-authorization",
            "accept-encoding",
        ] {
            assert_eq!(problem(name, "value"), Some("is set by the client"), "{name}");
        }
        for name in ["traceparent", "x-caller", "x-tc-traceid", "cookie", "user-agent"] {
            assert_eq!(problem(name, "value"), None, "{name}");
        }
    }

    #[test]
    fn a_name_or_a_value_that_cannot_be_sent_is_refused() {
        for name in ["", "a b", "a:", "ä", "a\r\nb", "a\0"] {
            assert_eq!(problem(name, "value"), Some("does not have a valid name"), "{name:?}");
        }
        for value in ["a\r\nb: c", "ä", "\0", "\t"] {
            assert_eq!(problem("x-caller", value), Some("has a value that is not printable ASCII"), "{value:?}");
        }
        assert_eq!(problem("x-caller", ""), None);
    }
}
