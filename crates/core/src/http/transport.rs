//! Defines the transport trait: it sends one request and returns the whole response.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use bytes::Bytes;
use http::header::{HOST, HeaderMap, HeaderName, HeaderValue};

use super::headers::Headers;
use crate::error::{Error, TransportError};
use crate::time::BoxFuture;

/// Sends a request and returns the whole response.
///
/// By default, the transport of a [`Config`](crate::config::Config) speaks HTTP/1.1 over TLS. A
/// transport of your own can use another HTTP client, or need no network, like `ScriptedTransport`
/// of the feature `testing`. A program that has one needs none of the features of the default
/// transport.
///
/// A transport sends the request once, exactly as it is. It does not change the signed headers,
/// follow redirects or retry. It needs no timeout: its future is dropped when the attempt's timeout
/// has passed.
pub trait Transport: Send + Sync {
    /// Sends `request`. A response with any status is a success.
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>>;
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        (**self).send(request)
    }
}

/// A request: a signed one to the service, or a `GET` to the metadata server of the machine.
#[derive(Clone)]
pub struct HttpRequest {
    pub(crate) method: &'static str,
    pub(crate) url: String,
    pub(crate) headers: Headers,
    pub(crate) body: Bytes,
    pub(crate) max_response_bytes: usize,
    pub(crate) progress: Progress,
}

/// Whether a connection has taken a request. Until then, certainly nothing of it was sent. Clones
/// of a request share this.
///
/// Only the default transport records it. With another one, a request counts as sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Progress(Arc<AtomicU8>);

/// Values of [`Progress`]. Zero is that of a request of which nothing is known.
const WAITING: u8 = 1;
#[cfg(feature = "rustls-no-provider")]
const HANDED_OVER: u8 = 2;
const CANCELLED: u8 = 3;

impl Progress {
    /// Records that the request waits for a connection. A request that was sent before stays sent.
    #[cfg(feature = "rustls-no-provider")]
    pub(crate) fn begin(&self) {
        self.change(0, WAITING);
    }

    /// Records that a connection takes the request. False if it was cancelled: then it must not be
    /// sent.
    #[cfg(feature = "rustls-no-provider")]
    pub(crate) fn hand_over(&self) -> bool {
        self.change(WAITING, HANDED_OVER) || self.0.load(Ordering::SeqCst) != CANCELLED
    }

    /// Cancels the request, unless it may have been sent. Returns whether it certainly was not
    /// and will not be sent.
    pub(crate) fn cancel(&self) -> bool {
        self.change(WAITING, CANCELLED) || self.0.load(Ordering::SeqCst) == CANCELLED
    }

    fn change(&self, from: u8, to: u8) -> bool {
        self.0.compare_exchange(from, to, Ordering::SeqCst, Ordering::SeqCst).is_ok()
    }
}

impl HttpRequest {
    /// Creates a `GET` request without a signature.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::error::ErrorKind::InvalidRequest) if `host` is not a
    /// valid header value.
    pub(crate) fn get(url: String, host: &str, max_response_bytes: usize) -> Result<Self, Error> {
        let mut headers = Headers::with_capacity(1);
        headers.put_text(&HOST, host.to_owned())?;
        Ok(Self { method: "GET", url, headers, body: Bytes::new(), max_response_bytes, progress: Progress::default() })
    }

    /// The method: `POST`, or `GET` for a request without a body.
    #[must_use]
    pub fn method(&self) -> &str {
        self.method
    }

    /// The URL: scheme, host, port if it is not the scheme's default, path, and query of a `GET`.
    /// The path is `/` for the service.
    ///
    /// With signature V1, the query contains the signature and the token. Log only the part before
    /// `?`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The headers, with their names in lower case. `Host` is one of them, and so is
    /// `Authorization` unless the signature is in the query or the body.
    ///
    /// Send them unchanged: they are signed.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter()
    }

    /// The value of a header. The case of the name is ignored.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)
    }

    /// The body.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Maximum size of the response body, in bytes. A larger one is an error
    /// [`TransportErrorKind::TooLarge`](super::TransportErrorKind::TooLarge).
    #[must_use]
    pub fn max_response_bytes(&self) -> usize {
        self.max_response_bytes
    }
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The query may contain a token.
        let url = self.url.split('?').next().unwrap_or_default();
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("url", &url)
            .field("headers", &self.headers)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}

/// A complete response.
#[derive(Clone)]
pub struct HttpResponse {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

// Without the body: the responses of some sources of credentials contain them.
impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpResponse")
            .field("status", &self.status)
            .field("headers", &self.headers.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}

impl HttpResponse {
    /// Creates a response without headers.
    #[must_use]
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: HeaderMap::new(), body: body.into() }
    }

    /// Adds a header. A header that is not valid HTTP is ignored.
    #[must_use]
    pub fn with_header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        if let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(name.as_ref().as_bytes()), HeaderValue::from_str(value.as_ref()))
        {
            self.headers.append(name, value);
        }
        self
    }

    /// Replaces all headers.
    #[cfg(feature = "rustls-no-provider")]
    pub(crate) fn with_headers(self, headers: HeaderMap) -> Self {
        Self { headers, ..self }
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The value of a header, if it is UTF-8. The case of the name is ignored. If the header occurs
    /// more than once, it is the first value.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| str::from_utf8(value.as_bytes()).ok())
    }

    /// The body.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Takes the body out.
    pub(crate) fn take_body(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_that_may_have_been_sent_is_not_cancelled() {
        let progress = Progress::default();
        assert!(!progress.cancel(), "another transport may have sent it");
        progress.begin();
        assert!(progress.hand_over() && !progress.cancel());
        progress.begin();
        assert!(progress.hand_over() && !progress.cancel(), "it was sent before");

        let progress = Progress::default();
        progress.begin();
        assert!(progress.cancel() && progress.cancel() && !progress.hand_over());
    }

    #[test]
    fn an_invalid_header_of_a_response_is_ignored() {
        let response = HttpResponse::new(200, "")
            .with_header("Date", "today")
            .with_header("da te", "never")
            .with_header("age", "1\r\n2")
            .with_header("", "nameless");
        assert_eq!(response.header("DATE"), Some("today"));
        assert_eq!((response.header("age"), response.header("da te"), response.header("")), (None, None, None));
    }

    #[test]
    fn the_first_value_of_a_repeated_header_counts() {
        let response = HttpResponse::new(200, "").with_header("date", "one").with_header("Date", "two");
        assert_eq!(response.header("date"), Some("one"));
    }

    #[test]
    fn a_header_that_is_not_utf_8_has_no_value() {
        let latin = HeaderValue::from_bytes(b"caf\xe9").unwrap();
        let response = HttpResponse::new(200, "").with_headers(HeaderMap::from_iter([(HOST, latin)]));
        assert_eq!(response.header("host"), None);
    }
}
