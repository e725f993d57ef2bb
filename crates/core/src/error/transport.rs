//! Describes why a request has no response: the error of a transport.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

/// How far a request without a response got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The request cannot be sent. Nothing was sent, and another attempt does not help.
    Unsendable,
    /// No connection could be opened. Nothing was sent.
    Connect,
    /// The connection broke while the request was sent, or before a response arrived.
    Send,
    /// The connection broke while the response was read.
    Read,
    /// What arrived is not a response of HTTP/1.
    NotHttp,
    /// The response is larger than
    /// [`HttpRequest::max_response_bytes`](crate::http::HttpRequest::max_response_bytes).
    TooLarge,
    /// No response arrived within the transport's own timeout.
    Timeout,
}

/// Why a request has no response.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    message: String,
    is_permanent: bool,
    hint: Option<Cow<'static, str>>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl TransportError {
    /// Creates an error. The message is printed, so it must not contain a secret.
    #[must_use]
    pub fn new(kind: TransportErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), is_permanent: false, hint: None, source: None }
    }

    /// Sets the error that caused this one.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Sets the hint, which says what to do about the error: imperative, lower case, no full stop.
    /// It becomes the [`hint`](super::Error::hint) of the call's error.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Marks the cause as permanent, such as a host name that does not exist. A call does not retry
    /// an attempt that failed for a permanent cause, even if nothing was sent.
    #[must_use]
    pub fn permanent(mut self) -> Self {
        self.is_permanent = true;
        self
    }

    /// How far the request got.
    #[must_use]
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// Whether the cause is transient.
    pub(crate) fn is_transient(&self) -> bool {
        !self.is_permanent && !matches!(self.kind, TransportErrorKind::Unsendable | TransportErrorKind::TooLarge)
    }

    /// The displayed text without its hint.
    pub(crate) fn without_hint(&self) -> String {
        let stage = match self.kind {
            TransportErrorKind::Unsendable => "the request cannot be sent",
            TransportErrorKind::Connect => "no connection",
            TransportErrorKind::Send => "the connection broke before a response arrived",
            TransportErrorKind::Read => "the connection broke while the response was read",
            TransportErrorKind::NotHttp => "the response is not valid HTTP",
            TransportErrorKind::TooLarge => "the response is too large",
            TransportErrorKind::Timeout => "timeout: no response in time",
        };
        format!("{stage}: {}", self.message)
    }

    /// Takes the hint out.
    pub(crate) fn take_hint(&mut self) -> Option<Cow<'static, str>> {
        self.hint.take()
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.hint {
            Some(hint) => write!(f, "{}; help: {hint}", self.without_hint()),
            None => f.write_str(&self.without_hint()),
        }
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
