//! The one error of all products: what went wrong, where, and what to do about it.

mod hints;

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt::{self, Write as _};

use crate::action::Operation;
use crate::retry::Remedy;
use crate::{CodeFacts, ErrorCode, ErrorKind, TransportError, TransportErrorKind};

/// Why a call failed.
///
/// [`kind`](Error::kind) decides what can be done about it. Displayed, it is one line with everything a log needs: the
/// action, the service's code and message, the request id, the number of attempts, and what to do about it.
///
/// ```
/// use tencentcloud_core::{Error, ErrorKind};
///
/// fn is_final(error: &Error) -> bool {
///     !error.is_retryable() && error.kind() != ErrorKind::Quota
/// }
/// # assert!(is_final(&Error::credentials("none")));
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    code: Option<String>,
    request_id: Option<String>,
    host: Option<String>,
    operation: Option<Operation>,
    repeatable: bool,
    attempts: u32,
    /// Why it was not sent again, though it might have been.
    given_up: Option<Cow<'static, str>>,
    hint: Option<Cow<'static, str>>,
    answer: Option<Answered>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What is kept of an HTTP response.
#[derive(Debug, Default)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) content_type: Option<String>,
    /// First bytes of a body that is not what it should be.
    pub(crate) body_snippet: Option<String>,
}

impl Error {
    /// Credentials could not be obtained: for a [`ProvideCredentials`](crate::ProvideCredentials) of your own.
    ///
    /// The message is printed, so it must hold nothing secret.
    #[must_use]
    pub fn credentials(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Credentials, message)
    }

    /// Adds the error that caused this one.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Adds what to do about the error: imperative, lower case, no full stop.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The service's code, such as `LimitExceeded.CdnPurgeUrlExceedDayLimit`, if it was the service that refused.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The service's code as the enum of a product.
    #[must_use]
    pub fn code_as<C: ErrorCode>(&self) -> Option<C> {
        self.code().map(C::from)
    }

    /// What went wrong in a sentence; the service's own words if it was the service that refused, which it may change.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What the service calls the request, for a ticket; `None` if the request did not get that far.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// Host that the request was sent to, with its port if it has one of its own; `None` if nothing was to be sent.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        self.0.host.as_deref()
    }

    /// Name of the action; `None` if no action was involved, as when a configuration is built.
    #[must_use]
    pub fn action(&self) -> Option<&str> {
        self.0.operation.as_ref().map(|operation| &*operation.action)
    }

    /// How many times the request was signed and handed to the transport; 0 if it was refused before.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Whether sending the same request again may succeed, and does nothing twice that must not be done twice.
    ///
    /// True if the request was refused before it ran, or never arrived; and for an action that may be repeated also if it
    /// is unknown whether it ran.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self.kind() {
            // Nothing was sent, so nothing can have arrived.
            ErrorKind::Timeout if self.attempts() == 0 => true,
            kind => matches!(Remedy::of(kind, self.code(), self.0.repeatable), Some(Remedy::Pause(_))),
        }
    }

    /// What to do about it, if there is something to say.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// HTTP status of the response, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.answer.as_ref().map(|answer| answer.status)
    }

    /// `Content-Type` of the response, if there was one that said.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.0.answer.as_ref()?.content_type.as_deref()
    }

    /// The first bytes of a response that is not what the action documents, its control characters escaped.
    #[must_use]
    pub fn body_snippet(&self) -> Option<&str> {
        self.0.answer.as_ref()?.body_snippet.as_deref()
    }

    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            code: None,
            request_id: None,
            host: None,
            operation: None,
            repeatable: false,
            attempts: 0,
            given_up: None,
            hint: None,
            answer: None,
            source: None,
        }))
    }

    /// The service refused with a code.
    pub(crate) fn service(operation: &Operation, code: String, message: String) -> Self {
        let facts = operation.codes.iter().find(|facts| facts.code() == code);
        let kind = facts.map_or_else(|| ErrorKind::from_code(&code), CodeFacts::kind);
        let hint = facts.and_then(CodeFacts::hint_text).or_else(|| hints::for_code(&code));
        let mut error = Self::new(kind, message);
        error.0.code = Some(code);
        error.0.hint = hint.map(Cow::Borrowed);
        error
    }

    pub(crate) fn with_request_id(mut self, request_id: Option<String>) -> Self {
        self.0.request_id = request_id;
        self
    }

    pub(crate) fn with_host(mut self, host: &str) -> Self {
        self.0.host = Some(host.to_owned());
        self
    }

    pub(crate) fn with_answer(mut self, answer: Answered) -> Self {
        self.0.answer = Some(answer);
        self
    }

    pub(crate) fn after(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    /// Whether the call may be sent again when it might already have arrived.
    pub(crate) fn repeatable(mut self, repeatable: bool) -> Self {
        self.0.repeatable = repeatable;
        self
    }

    /// Adds why it is not sent again, though it might have been.
    pub(crate) fn given_up(mut self, why: impl Into<Cow<'static, str>>) -> Self {
        self.0.given_up = Some(why.into());
        self
    }

    /// Adds that it is not sent again because there are no credentials for it; the cause of the error itself is kept.
    pub(crate) fn given_up_without_credentials(self, failure: Self) -> Self {
        let error = self.given_up(format!("no credentials: {failure}"));
        if error.0.source.is_some() { error } else { error.with_source(failure) }
    }

    pub(crate) fn during(mut self, operation: &Operation) -> Self {
        self.0.operation = Some(operation.clone());
        self
    }
}

impl From<TransportError> for Error {
    fn from(error: TransportError) -> Self {
        let kind = match error.kind() {
            TransportErrorKind::Unsendable => ErrorKind::InvalidRequest,
            TransportErrorKind::Connect => ErrorKind::Connect,
            TransportErrorKind::Send | TransportErrorKind::Read => ErrorKind::Interrupted,
            TransportErrorKind::Timeout => ErrorKind::Timeout,
            TransportErrorKind::TooLarge => ErrorKind::Decode,
        };
        let hint = match error.kind() {
            TransportErrorKind::TooLarge => Some("ask for less at once, or raise `max_response_bytes`"),
            _ => None,
        };
        let mut error = Self::new(kind, error.to_string()).with_source(error);
        error.0.hint = hint.map(Cow::Borrowed);
        error
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The line that is displayed: this is what `main` prints of an error, and what `unwrap` does.
        write!(f, "{:?}: {self}", self.kind())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { operation, code, message, request_id, host, attempts, given_up, hint, .. } = &*self.0;
        if let Some(operation) = operation {
            write!(f, "{operation}: ")?;
        }
        if let Some(code) = code {
            write!(f, "{}", OneLine(code))?;
        }
        if !message.is_empty() {
            write!(f, "{}{}", if code.is_some() { ": " } else { "" }, OneLine(message))?;
        }
        // Where it happened: what the service refused is known by its request id, anything else by the host.
        let host = host.as_deref().filter(|_| code.is_none()).map(|host| format!("host {host}"));
        let request_id = request_id.as_deref().map(|id| format!("request id {}", OneLine(id)));
        let attempts = (*attempts > 1).then(|| format!("after {attempts} attempts"));
        let circumstances: Vec<String> = [host, request_id, attempts].into_iter().flatten().collect();
        if !circumstances.is_empty() {
            write!(f, " ({})", circumstances.join(", "))?;
        }
        given_up.iter().try_for_each(|why| write!(f, "; not sent again: {}", OneLine(why)))?;
        hint.iter().try_for_each(|hint| write!(f, "; help: {}", OneLine(hint)))
    }
}

/// Text of others, with what would break the line or redraw the terminal escaped as Rust escapes it.
pub(crate) struct OneLine<'a>(pub(crate) &'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => write!(f, "{}", c.escape_debug()),
            c => f.write_char(c),
        })
    }
}
