//! Describes why a call failed, where, and what to do about it: the one error type of all products.

mod action_name;
mod code;
mod generated;
mod hints;
mod invisible;
mod kind;
mod logged;
mod remedy;
mod stored;
mod transport;
mod untrusted;

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::iter;
use std::time::Duration;

pub(crate) use self::action_name::ActionName;
pub use self::code::{CodeFacts, ErrorCode};
use self::generated::COMMON_CODES;
pub(crate) use self::invisible::is_invisible_control;
pub use self::kind::ErrorKind;
pub(crate) use self::logged::{LOG_TARGET, error_type, log_text, loggable};
pub(crate) use self::remedy::{Remedy, RetryReason};
pub(crate) use self::stored::StoredError;
// Documented in `http`.
#[doc(hidden)]
pub use self::transport::{TransportError, TransportErrorKind};
use self::untrusted::Excerpt;
pub(crate) use self::untrusted::{SingleLine, Truncated, is_name, without_secrets};

/// Why a call failed.
///
/// Its [`kind`](Error::kind) decides what a program can do about it. It is displayed as one line
/// with everything that a log needs: the action, the service's code and message, the request id,
/// the number of attempts, whether the action may have been carried out, and what to do. Untrusted
/// text in it is escaped. The service's code and message and the request id are truncated to 200
/// characters each, and all other texts to 4,096. `Debug` prints up to 4,096 characters of the
/// service's message, too.
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
    action: Option<ActionName>,
    repeatable: bool,
    attempts: u32,
    /// Whether the action may have been carried out, although the kind does not say so.
    may_have_been_carried_out: bool,
    /// Why the call was not retried, although an error of this kind may be.
    not_retried_because: Option<Cow<'static, str>>,
    hint: Option<Cow<'static, str>>,
    response: Option<ResponseSummary>,
    source: Option<Box<dyn StdError + Send + Sync>>,
    /// Whether the cause is transient.
    transient: bool,
}

/// The parts of an HTTP response that an error keeps.
#[derive(Clone, Debug, Default)]
pub(crate) struct ResponseSummary {
    pub(crate) status: u16,
    pub(crate) content_type: Option<String>,
    /// The first bytes of a body that could not be parsed.
    pub(crate) body_snippet: Option<String>,
    /// How long the response asks the client to wait.
    pub(crate) retry_after: Option<Duration>,
}

/// Facts about a call that ended with an error.
pub(crate) struct Circumstances<'a> {
    pub(crate) action: &'a ActionName,
    /// Whether the call may be sent again when the request might already have arrived.
    pub(crate) repeatable: bool,
    /// The number of requests that were sent.
    pub(crate) attempts: u32,
}

impl Error {
    /// Creates the error of a [`ProvideCredentials`](crate::credentials::ProvideCredentials) of
    /// your own that cannot obtain credentials.
    ///
    /// The message is printed, so it must not contain a secret.
    #[must_use]
    pub fn credentials(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Credentials, message)
    }

    /// Sets the error that caused this one.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let source = source.into();
        self.0.transient = is_transient(&*source);
        self.0.source = Some(source);
        self
    }

    /// Sets the hint, which says what to do about the error: imperative, lower case, no full stop.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Sets the error that caused this one, and adopts its hint.
    pub(crate) fn because_of(mut self, cause: Self) -> Self {
        self.0.hint.clone_from(&cause.0.hint);
        self.with_source(cause)
    }

    /// The kind of failure.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The service's code, such as `LimitExceeded.CdnPurgeUrlExceedDayLimit`, if the service
    /// rejected the request.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The service's code as the enum of a product.
    #[must_use]
    pub fn code_as<C: ErrorCode>(&self) -> Option<C> {
        self.code().map(C::from)
    }

    /// What went wrong, as a sentence. If the service rejected the request, these are the service's
    /// own words, which may change.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The request id of the service, for a support ticket. `None` if no response contained one.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// The host that the request was sent to, with its port if that is not the scheme's default.
    /// `None` if the request was rejected before a host was chosen.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        self.0.host.as_deref()
    }

    /// The name of the action. `None` if there was no action, as when a configuration is built, or
    /// if the name itself is invalid.
    #[must_use]
    pub fn action(&self) -> Option<&str> {
        self.0.action.as_ref().map(|name| &*name.action)
    }

    /// The number of times that the request was sent, as far as is known. An attempt that the
    /// transport rejected without sending anything does not count.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Whether the same request may succeed if it is sent again, without a risk that the action is
    /// carried out twice.
    ///
    /// True if there was no connection for a transient cause, if the service throttled the request,
    /// or if the call's time was over before anything was sent. For a repeatable action, also true
    /// if the request may have been carried out. For an error that credentials could not be
    /// obtained, its [source](StdError::source) decides, such as an error of the Security Token
    /// Service.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self.kind() {
            // Nothing was sent.
            ErrorKind::Timeout if self.attempts() == 0 => true,
            ErrorKind::Credentials => self.0.transient,
            _ => matches!(self.remedy(self.0.repeatable), Some(Remedy::Wait(_))),
        }
    }

    /// What to do about the error, if there is a hint.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// The HTTP status of the response, if there was a response.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.response.as_ref().map(|response| response.status)
    }

    /// The `Content-Type` of the response, if it had one.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.0.response.as_ref()?.content_type.as_deref()
    }

    /// How long the response asks the client to wait before the next request, by its header
    /// `Retry-After`. Retries wait that long; the call fails at once if its timeout is shorter.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.response.as_ref()?.retry_after
    }

    /// The first bytes of a response that the action does not document, with control characters
    /// escaped.
    #[must_use]
    pub fn body_snippet(&self) -> Option<&str> {
        self.0.response.as_ref()?.body_snippet.as_deref()
    }

    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            code: None,
            request_id: None,
            host: None,
            action: None,
            repeatable: false,
            attempts: 0,
            may_have_been_carried_out: false,
            not_retried_because: None,
            hint: None,
            response: None,
            source: None,
            transient: false,
        }))
    }

    /// Creates the error for a code of the service. `known` are the codes that the product
    /// documents.
    pub(crate) fn service(known: &[CodeFacts], code: String, message: String) -> Self {
        let facts = known.iter().chain(COMMON_CODES).find(|facts| facts.code() == code);
        let kind = facts.map_or_else(|| ErrorKind::from_code(&code), CodeFacts::kind);
        let hint = facts.and_then(CodeFacts::hint);
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

    pub(crate) fn with_response(mut self, response: ResponseSummary) -> Self {
        self.0.response = Some(response);
        self
    }

    /// Sets how long the response asks the client to wait.
    pub(crate) fn with_retry_after(mut self, retry_after: Option<Duration>) -> Self {
        if let Some(response) = &mut self.0.response {
            response.retry_after = retry_after;
        }
        self
    }

    /// Adds the action and the host of a failed attempt.
    pub(crate) fn in_attempt(mut self, action: &ActionName, host: &str) -> Self {
        self.0.action = action.printable();
        self.with_host(host)
    }

    /// Adds the action whose response was turned into this error.
    pub(crate) fn in_response_of(mut self, action: &ActionName) -> Self {
        self.0.action = action.printable();
        self
    }

    /// Completes the error that a call ends with. The hint depends on whether the action may have
    /// been carried out.
    pub(crate) fn in_call(mut self, call: &Circumstances<'_>) -> Self {
        let inner = &mut *self.0;
        inner.action = call.action.printable();
        inner.repeatable = call.repeatable;
        inner.attempts = call.attempts;
        if call.attempts == 0 {
            return self;
        }
        let by_kind = matches!(inner.kind, ErrorKind::Timeout | ErrorKind::Interrupted | ErrorKind::Server);
        let hint = if call.repeatable || !by_kind && !inner.may_have_been_carried_out {
            hints::for_kind(inner.kind).filter(|_| inner.code.is_none()).map(Cow::Borrowed)
        } else {
            inner.not_retried_because.get_or_insert(Cow::Borrowed("it may have been carried out"));
            match inner.hint.take() {
                Some(hint) => Some(format!("check whether it was, and {hint}").into()),
                None => Some("check whether it was, or allow sending it twice with `.repeatable(true)`".into()),
            }
        };
        inner.hint = inner.hint.take().or(hint);
        self
    }

    /// Sets that the action may have been carried out, although the kind does not say so.
    pub(crate) fn that_may_have_been_carried_out(mut self) -> Self {
        self.0.may_have_been_carried_out = true;
        self
    }

    /// What makes another attempt worthwhile. `None` if nothing does.
    pub(crate) fn remedy(&self, repeatable: bool) -> Option<Remedy> {
        let is_permanent = self.kind() == ErrorKind::Connect && !self.0.transient;
        self.kind().remedy(self.code(), repeatable).filter(|_| !is_permanent)
    }

    /// Sets whether the cause is transient. Only errors about missing credentials and connections
    /// use it.
    pub(crate) fn transient(mut self, transient: bool) -> Self {
        self.0.transient = transient;
        self
    }

    /// Sets why the call is not retried, although an error of this kind may be.
    pub(crate) fn not_retried_because(mut self, why: impl Into<Cow<'static, str>>) -> Self {
        self.0.not_retried_because = Some(why.into());
        self
    }

    /// Adds that the call is not retried because no credentials could be obtained. A source that
    /// the error has already is kept.
    pub(crate) fn not_retried_without_credentials(self, failure: Self) -> Self {
        let mut error = self.not_retried_because(format!("no credentials: {}", failure.without_hint()));
        error.0.hint = error.0.hint.or_else(|| failure.0.hint.clone());
        if error.0.source.is_some() { error } else { error.with_source(failure) }
    }

    /// Displays the error without its hint.
    pub(crate) fn without_hint(&self) -> WithoutHint<'_> {
        WithoutHint(self)
    }
}

/// Whether an error is transient. The first error of this crate in its chain of sources decides.
fn is_transient(error: &(dyn StdError + 'static)) -> bool {
    let verdict = |error: &(dyn StdError + 'static)| {
        let of_call = error.downcast_ref().map(Error::is_retryable);
        of_call.or_else(|| error.downcast_ref().map(TransportError::is_transient))
    };
    iter::successors(Some(error), |&error| error.source()).find_map(verdict).unwrap_or_default()
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `main` and `unwrap` print errors by `Debug`, so this contains the displayed line, but
        // with the whole message of the service.
        write!(f, "{:?}: ", self.kind())?;
        self.write_line(f, true)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_line(f, false)
    }
}

/// Displays an error without its hint.
pub(crate) struct WithoutHint<'a>(&'a Error);

impl fmt::Display for WithoutHint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.write_without_hint(f, false)
    }
}

impl Error {
    fn write_line(&self, f: &mut fmt::Formatter<'_>, whole_message: bool) -> fmt::Result {
        self.write_without_hint(f, whole_message)?;
        match &self.0.hint {
            Some(hint) => write!(f, "; help: {}", SingleLine(hint)),
            None => Ok(()),
        }
    }

    /// Writes the line without the hint. The message of the service is shortened, unless the whole
    /// message is requested.
    fn write_without_hint(&self, f: &mut fmt::Formatter<'_>, whole_message: bool) -> fmt::Result {
        let Inner { action, code, message, request_id, host, attempts, not_retried_because, .. } = &*self.0;
        if let Some(action) = action {
            write!(f, "{action}: ")?;
        }
        if let Some(code) = code {
            write!(f, "{}", Excerpt(code))?;
        }
        if !message.is_empty() {
            match code {
                Some(_) if whole_message => write!(f, ": {}", SingleLine(message))?,
                Some(_) => write!(f, ": {}", Excerpt(message))?,
                None => write!(f, "{}", SingleLine(message))?,
            }
        }
        // An error of the service is identified by its request id, any other error by the host.
        let host = host.as_deref().filter(|_| code.is_none()).map(|host| format!("host {host}"));
        let request_id = request_id.as_deref().map(|id| format!("request id {}", Excerpt(id)));
        let attempts = (*attempts > 1).then(|| format!("after {attempts} attempts"));
        let circumstances: Vec<String> = [host, request_id, attempts].into_iter().flatten().collect();
        if !circumstances.is_empty() {
            write!(f, " ({})", circumstances.join(", "))?;
        }
        match not_retried_because {
            Some(why) => write!(f, "; not sent again: {}", SingleLine(why)),
            None => Ok(()),
        }
    }
}
