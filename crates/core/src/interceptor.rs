//! The hooks around each attempt: for headers and metrics of a user's own.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderName;

use crate::action::Operation;
use crate::{Error, ErrorKind, HttpRequest};

/// What the service logs a request by: the one header of its own that an interceptor may set, and the one value that is
/// printed of those that it sets.
const TRACE_ID: &str = "x-tc-traceid";

/// Watches every attempt of every call, and may add headers to it.
///
/// The hooks run where the call runs, so they should do little and not block; a panic in one goes through the call. Of
/// several interceptors of a [`Config`](crate::Config), the first that was added is the first before an attempt and the last
/// after it.
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use tencentcloud_core::{Attempt, AttemptEnd, AttemptHeaders, AttemptResult, ErrorKind, Interceptor};
///
/// #[derive(Default)]
/// struct Metrics {
///     throttled: AtomicU64,
/// }
///
/// impl Interceptor for Metrics {
///     fn before_attempt(&self, attempt: &Attempt<'_>, headers: &mut AttemptHeaders<'_>) {
///         // Only a name or a value that cannot be sent, or a header of the service, is refused.
///         headers.set("x-caller", "deploy").ok();
///     }
///
///     fn after_attempt(&self, attempt: &Attempt<'_>, end: &AttemptEnd<'_>) {
///         // Not by the status: the service refuses with 200 as a rule.
///         if matches!(end.result(), AttemptResult::Failure(error) if error.kind() == ErrorKind::Throttled) {
///             self.throttled.fetch_add(1, Ordering::Relaxed);
///         }
///         println!("{} took {:?} for attempt {}", attempt.action(), end.duration(), attempt.number());
///     }
/// }
/// ```
pub trait Interceptor: Send + Sync {
    /// Called when an attempt is signed, just before it is sent.
    fn before_attempt(&self, attempt: &Attempt<'_>, headers: &mut AttemptHeaders<'_>) {
        let _ = (attempt, headers);
    }

    /// Called when an attempt is over: once for each call of [`before_attempt`](Self::before_attempt), also if the call is
    /// dropped meanwhile.
    fn after_attempt(&self, attempt: &Attempt<'_>, end: &AttemptEnd<'_>) {
        let _ = (attempt, end);
    }
}

impl<I: Interceptor + ?Sized> Interceptor for Arc<I> {
    fn before_attempt(&self, attempt: &Attempt<'_>, headers: &mut AttemptHeaders<'_>) {
        (**self).before_attempt(attempt, headers);
    }

    fn after_attempt(&self, attempt: &Attempt<'_>, end: &AttemptEnd<'_>) {
        (**self).after_attempt(attempt, end);
    }
}

/// Which attempt of which call.
#[derive(Clone, Copy)]
pub struct Attempt<'a> {
    pub(crate) operation: &'a Operation,
    pub(crate) host: &'a str,
    pub(crate) method: &'static str,
    pub(crate) number: u32,
}

impl<'a> Attempt<'a> {
    /// The service of the action, such as `cdn`.
    #[must_use]
    pub fn service(&self) -> &'a str {
        &self.operation.service
    }

    /// The version of the service's API, such as `2018-06-06`.
    #[must_use]
    pub fn version(&self) -> &'a str {
        &self.operation.version
    }

    /// The name of the action, such as `PurgeUrlsCache`.
    #[must_use]
    pub fn action(&self) -> &'a str {
        &self.operation.action
    }

    /// The host that it is sent to, with its port if it has one of its own.
    #[must_use]
    pub fn host(&self) -> &'a str {
        self.host
    }

    /// Which attempt of its call it is: 1 for the first.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }
}

impl fmt::Debug for Attempt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt")
            .field("operation", self.operation)
            .field("host", &self.host)
            .field("number", &self.number)
            .finish()
    }
}

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

/// How an attempt ended.
#[derive(Clone, Copy, Debug)]
pub struct AttemptEnd<'a> {
    pub(crate) result: AttemptResult<'a>,
    pub(crate) duration: Duration,
    pub(crate) status: Option<u16>,
    pub(crate) request_id: Option<&'a str>,
}

/// What an attempt came to.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum AttemptResult<'a> {
    /// The service did what it was asked.
    Success,
    /// It failed; the call may try again.
    Failure(&'a Error),
    /// The call was dropped, or its time was up, before the attempt had an end; it may have arrived.
    Abandoned,
}

impl<'a> AttemptEnd<'a> {
    /// What it came to.
    #[must_use]
    pub fn result(&self) -> AttemptResult<'a> {
        self.result
    }

    /// How long it took, from sending to the end of the answer, by the clock of the configuration.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// HTTP status of the answer, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// What the service calls the request, if it said.
    #[must_use]
    pub fn request_id(&self) -> Option<&'a str> {
        self.request_id
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
