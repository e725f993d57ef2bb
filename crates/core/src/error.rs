//! The one error of all products: what went wrong, where, and what to do about it.

mod hints;

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::iter;

use crate::action::Operation;
use crate::endpoint::is_name;
use crate::retry::Remedy;
use crate::text::OneLine;
use crate::{CodeFacts, ErrorCode, ErrorKind, TransportError, TransportErrorKind};

/// Why a call failed.
///
/// [`kind`](Error::kind) decides what can be done about it. Displayed, it is one line with everything a log needs: the
/// action, the service's code and message, the request id, the number of attempts, whether it may have been carried out, and
/// what to do about it. What others wrote is escaped where it would break the line, and cut where it would fill the log.
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
    /// Whether what caused it may be over soon.
    passing: bool,
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
        let source = source.into();
        self.0.passing = is_passing(&*source);
        self.0.source = Some(source);
        self
    }

    /// Adds what to do about the error: imperative, lower case, no full stop.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Adds the error that caused this one, and what to do about that, which is what to do about this one.
    pub(crate) fn because_of(mut self, cause: Self) -> Self {
        self.0.hint.clone_from(&cause.0.hint);
        self.with_source(cause)
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

    /// Name of the action; `None` if no action was involved, as when a configuration is built, or if it was the name that was
    /// refused.
    #[must_use]
    pub fn action(&self) -> Option<&str> {
        self.0.operation.as_ref().map(|operation| &*operation.action)
    }

    /// How many times the request was sent, as far as is known: what was refused before, here or by the transport, does not
    /// count.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Whether sending the same request again may succeed, and does nothing twice that must not be done twice.
    ///
    /// True if the request was refused before it ran, or never arrived; for an action that may be repeated also if it is
    /// unknown whether it ran; and if credentials could not be obtained for a reason of that kind, as when the
    /// [source](StdError::source) is an error of the Security Token Service for which all this holds.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self.kind() {
            // Nothing was sent, so nothing can have arrived.
            ErrorKind::Timeout if self.attempts() == 0 => true,
            ErrorKind::Credentials => self.0.passing,
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
            passing: false,
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

    /// The error that the call comes to, so many times it was sent; what to do about it depends on both.
    pub(crate) fn after(mut self, attempts: u32) -> Self {
        let inner = &mut *self.0;
        inner.attempts = attempts;
        if attempts == 0 {
            return self;
        }
        let may_have_run = matches!(inner.kind, ErrorKind::Timeout | ErrorKind::Interrupted | ErrorKind::Server);
        let hint = if may_have_run && !inner.repeatable {
            inner.given_up.get_or_insert(Cow::Borrowed("it may have been carried out"));
            Some("check whether it was, or allow sending it twice with `.repeatable(true)`")
        } else {
            hints::for_kind(inner.kind).filter(|_| inner.code.is_none())
        };
        inner.hint = inner.hint.take().or(hint.map(Cow::Borrowed));
        self
    }

    /// Whether what kept credentials from being obtained may be over soon.
    pub(crate) fn passing(mut self, passing: bool) -> Self {
        self.0.passing = passing;
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
        let mut error = self.given_up(format!("no credentials: {}", failure.without_hint()));
        error.0.hint = error.0.hint.or_else(|| failure.0.hint.clone());
        if error.0.source.is_some() { error } else { error.with_source(failure) }
    }

    /// The line that is displayed, but for what to do about it.
    pub(crate) fn without_hint(&self) -> WithoutHint<'_> {
        WithoutHint(self)
    }

    pub(crate) fn during(mut self, operation: &Operation) -> Self {
        // What is not a name was refused for that, which the message says already.
        let is_name = |name| is_name(name, |c| c.is_ascii_alphanumeric() || "-_".contains(c));
        self.0.operation = Some(operation).filter(|it| is_name(&it.service) && is_name(&it.action)).cloned();
        self
    }
}

/// Whether what the error or its cause tells of may be over soon: the first that says so decides.
fn is_passing(error: &(dyn StdError + 'static)) -> bool {
    let of_ours = |error: &(dyn StdError + 'static)| {
        let of_transport = |error: &TransportError| {
            !matches!(error.kind(), TransportErrorKind::Unsendable | TransportErrorKind::TooLarge)
        };
        error.downcast_ref().map(Error::is_retryable).or_else(|| error.downcast_ref().map(of_transport))
    };
    iter::successors(Some(error), |&error| error.source()).find_map(of_ours).unwrap_or_default()
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
        let text = error.to_string();
        // A transport may say what to do as we do.
        let (message, hint) = match text.split_once("; help: ") {
            Some((message, hint)) => (message, Some(Cow::Owned(hint.to_owned()))),
            None => (&*text, hints::for_transport(&error).map(Cow::Borrowed)),
        };
        let mut error = Self::new(kind, message).with_source(error);
        error.0.hint = hint;
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
        self.without_hint().fmt(f)?;
        self.0.hint.iter().try_for_each(|hint| write!(f, "; help: {}", OneLine(hint)))
    }
}

/// An error as it is displayed, but for what to do about it.
pub(crate) struct WithoutHint<'a>(&'a Error);

impl fmt::Display for WithoutHint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { operation, code, message, request_id, host, attempts, given_up, .. } = &*self.0.0;
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
        given_up.iter().try_for_each(|why| write!(f, "; not sent again: {}", OneLine(why)))
    }
}
