//! The headers that an interceptor may add to a request.

use std::fmt;

use reqwest::header::HeaderName;

use crate::error::{Error, ErrorKind};
use crate::http::HttpRequest;

/// What the service logs a request by: the one header of its own that an interceptor may set, and the one value that is
/// printed of those that it sets.
const TRACE_ID: &str = "x-tc-traceid";

/// The headers of a request that is about to be sent.
pub struct AttemptHeaders<'a>(pub(crate) &'a mut HttpRequest);

impl AttemptHeaders<'_> {
    /// Sets a header, which is not signed; one of the same name that was set before is replaced.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] if the name or the value cannot be sent, or the header is one that the client or HTTP
    /// itself answers for: `Authorization`, `Content-Type`, `Host`, `X-TC-*` except `X-TC-TraceId`, and those about the
    /// connection, the length or the encoding.
    pub fn set(&mut self, name: impl AsRef<str>, value: impl Into<String>) -> Result<(), Error> {
        let name = name.as_ref().to_ascii_lowercase();
        let value = value.into();
        // Not the value, which may be a token of a gateway.
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

/// What keeps a header from being added; its name is in lower case.
fn problem(name: &str, value: &str) -> Option<&'static str> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(is_token) {
        return Some("does not have a valid name");
    }
    if is_taken(name) {
        return Some("is not for an interceptor to set");
    }
    if !value.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Some("has a value that is not printable ASCII");
    }
    None
}

/// Whether the header is signed, the service's, or a matter of the connection.
fn is_taken(name: &str) -> bool {
    match name {
        TRACE_ID => false,
        // Signed, or about to be.
        "authorization" | "content-type" | "host" => true,
        // These say where a message ends, or whose it is to read; a client that got them wrong would break the next one.
        "connection" | "content-encoding" | "content-length" | "expect" | "keep-alive" | "te" | "trailer"
        | "transfer-encoding" | "upgrade" => true,
        // Answers are read as they come.
        "accept-encoding" | "range" => true,
        _ => name.starts_with("x-tc-") || name.starts_with("proxy-"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_others_are_not_for_an_interceptor() {
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
            assert_eq!(problem(name, "value"), Some("is not for an interceptor to set"), "{name}");
        }
        for name in ["traceparent", "x-caller", "x-tc-traceid", "cookie", "user-agent"] {
            assert_eq!(problem(name, "value"), None, "{name}");
        }
    }

    #[test]
    fn what_cannot_be_sent_is_refused() {
        for name in ["", "a b", "a:", "ä", "a\r\nb", "a\0"] {
            assert_eq!(problem(name, "value"), Some("does not have a valid name"), "{name:?}");
        }
        for value in ["a\r\nb: c", "ä", "\0", "\t"] {
            assert_eq!(problem("x-caller", value), Some("has a value that is not printable ASCII"), "{value:?}");
        }
        assert_eq!(problem("x-caller", ""), None);
    }
}
