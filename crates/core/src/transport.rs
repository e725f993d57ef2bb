//! The seam for HTTP: one request in, one whole response out.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use zeroize::Zeroize as _;

use crate::BoxFuture;

/// Sends a request and returns the whole response.
///
/// The transport of a [`Config`](crate::Config) speaks HTTP/1.1 over TLS; another one can be given to the configuration, to
/// go through something else or to test without a network, as `ScriptedTransport` behind the feature `testing` does.
///
/// A transport sends what it is given, byte for byte and once: it adds nothing to the signed headers, follows no redirect,
/// and repeats nothing. How long it may take is not its concern, it is dropped when the time is up.
pub trait Transport: Send + Sync {
    /// Sends `request`.
    ///
    /// A response of any status is a success here.
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>>;
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        (**self).send(request)
    }
}

/// A request: a signed `POST` to the service, or a `GET` to the metadata of the machine.
#[derive(Clone)]
pub struct HttpRequest {
    pub(crate) method: &'static str,
    pub(crate) url: String,
    pub(crate) headers: Vec<Header>,
    pub(crate) body: Bytes,
    pub(crate) max_response_bytes: usize,
}

/// A header of a request; its value is wiped when dropped unless it is a constant, because some of them are secrets.
#[derive(Clone)]
pub(crate) struct Header {
    pub(crate) name: Cow<'static, str>,
    value: Cow<'static, str>,
}

impl Header {
    /// A header; its name in lower case.
    pub(crate) fn new(name: impl Into<Cow<'static, str>>, value: impl Into<Cow<'static, str>>) -> Self {
        Self { name: name.into(), value: value.into() }
    }

    /// The value, for signing and sending only.
    pub(crate) fn value(&self) -> &str {
        &self.value
    }

    /// The value if it is a constant, which need not be copied.
    pub(crate) fn constant(&self) -> Option<&'static str> {
        match self.value {
            Cow::Borrowed(value) => Some(value),
            Cow::Owned(_) => None,
        }
    }

    /// What may be printed of the value.
    fn printable(&self) -> &str {
        if self.is_public() { &self.value } else { "***" }
    }

    /// Whether the value may be printed: those that the service needs and that hold no secret. What else there is an
    /// interceptor has added, and it may be a token of a gateway.
    pub(crate) fn is_public(&self) -> bool {
        matches!(
            &*self.name,
            "content-type"
                | "host"
                | "x-tc-action"
                | "x-tc-language"
                | "x-tc-region"
                | "x-tc-requestclient"
                | "x-tc-timestamp"
                | "x-tc-traceid"
                | "x-tc-version"
        )
    }
}

impl Drop for Header {
    fn drop(&mut self) {
        if let Cow::Owned(value) = &mut self.value {
            value.zeroize();
        }
    }
}

impl HttpRequest {
    /// A `GET` request, which is not signed.
    pub(crate) fn get(url: String, host: &str, max_response_bytes: usize) -> Self {
        let headers = vec![Header::new("host", host.to_owned())];
        Self { method: "GET", url, headers, body: Bytes::new(), max_response_bytes }
    }

    /// How to send it: `POST`, or `GET` if it has no body.
    #[must_use]
    pub fn method(&self) -> &str {
        self.method
    }

    /// Where to send it: scheme, host, the port if it is not the scheme's own, and the path, which is `/` for the service.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The headers, `Host` and `Authorization` among them, names in lower case.
    ///
    /// They must be sent as they are: the signature holds for these.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter().map(|header| (&*header.name, header.value()))
    }

    /// The value of a header; the case of the name does not matter.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The body to send.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// How many bytes of a response are read before it is refused with [`TransportErrorKind::TooLarge`].
    #[must_use]
    pub fn max_response_bytes(&self) -> usize {
        self.max_response_bytes
    }
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers = self.headers.iter().map(|header| (&*header.name, header.printable()));
        // The query may hold a token.
        let url = self.url.split('?').next().unwrap_or_default();
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("url", &url)
            .field("headers", &headers.collect::<Vec<_>>())
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}

/// A whole response.
#[derive(Clone)]
pub struct HttpResponse {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

// Not the body: where credentials come from, it holds them.
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
    /// A response without headers.
    #[must_use]
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: HeaderMap::new(), body: body.into() }
    }

    /// Adds a header, unless it is one that HTTP does not allow.
    #[must_use]
    pub fn with_header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        if let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(name.as_ref().as_bytes()), HeaderValue::from_str(value.as_ref()))
        {
            self.headers.append(name, value);
        }
        self
    }

    /// Has these headers, and no others.
    pub(crate) fn with_headers(self, headers: HeaderMap) -> Self {
        Self { headers, ..self }
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The value of a header, if it is UTF-8; the case of the name does not matter.
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

/// How far a request got that has no response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The request cannot be sent as it is, or not from here: trying again does not help.
    Unsendable,
    /// There was no connection: nothing of the request was sent.
    Connect,
    /// The connection broke while the request was sent, or before an answer came.
    Send,
    /// The connection broke while the response was read.
    Read,
    /// The response is larger than [`HttpRequest::max_response_bytes`].
    TooLarge,
    /// No response in the time that the transport allows.
    Timeout,
}

/// Why a request has no response.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl TransportError {
    /// An error without a source; the message is printed, so it must hold nothing secret.
    #[must_use]
    pub fn new(kind: TransportErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    /// Adds the error that caused this one.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// How far the request got.
    #[must_use]
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stage = match self.kind {
            TransportErrorKind::Unsendable => "the request cannot be sent",
            TransportErrorKind::Connect => "no connection",
            TransportErrorKind::Send => "the connection broke before an answer came",
            TransportErrorKind::Read => "the connection broke while the answer was read",
            TransportErrorKind::TooLarge => "the answer is too large",
            TransportErrorKind::Timeout => "no answer in time",
        };
        write!(f, "{stage}: {}", self.message)
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
