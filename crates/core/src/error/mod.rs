//! Describes why a call failed, where, and what to do about it: the one error type of all products.

mod action_name;
mod call_notes;
mod code;
mod copy;
mod display;
mod generated;
mod hints;
mod invisible;
mod kind;
mod listed;
mod logged;
mod remedy;
mod stored;
mod transient;
mod transport;
mod untrusted;

use std::borrow::Cow;
use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

pub(crate) use self::action_name::ActionName;
pub(crate) use self::call_notes::Circumstances;
pub(crate) use self::code::About;
pub use self::code::{CodeFacts, ErrorCode};
use self::generated::COMMON_CODES;
pub(crate) use self::invisible::is_invisible_control;
pub use self::kind::ErrorKind;
pub(crate) use self::listed::{MAX_NAMED_TARGETS, listed};
pub(crate) use self::logged::{LOG_TARGET, error_type, log_text, loggable};
pub(crate) use self::remedy::{Remedy, RetryReason};
pub(crate) use self::stored::StoredError;
use self::transient::is_transient;
// Documented in `http`.
#[doc(hidden)]
pub use self::transport::{TransportError, TransportErrorKind};
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

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    message: String,
    code: Option<String>,
    request_id: Option<String>,
    host: Option<String>,
    action: Option<ActionName>,
    repeatable: bool,
    attempts: u32,
    /// What the service has rejected the request for, if that is known.
    about: Option<About>,
    /// Whether the action may have been carried out, although the kind does not say so.
    may_have_been_carried_out: bool,
    /// Why the call was not retried, although an error of this kind may be.
    not_retried_because: Option<Cow<'static, str>>,
    hint: Option<Cow<'static, str>>,
    response: Option<ResponseSummary>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
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

impl Error {
    /// Creates the error of a [`ProvideCredentials`](crate::credentials::ProvideCredentials) of
    /// your own that cannot obtain credentials.
    ///
    /// The message is printed, so it must not contain a secret.
    #[must_use]
    pub fn credentials(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Credentials, message)
    }

    /// Creates the error of a [`RateLimiter`](crate::limiter::RateLimiter) of your own that issues
    /// no permit. Its kind is [`ErrorKind::Timeout`], as for a call that has waited too long for
    /// one: nothing was sent, and the call may be made again.
    #[must_use]
    pub fn no_permit(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Timeout, message)
    }

    /// Sets the error that caused this one. For an error that credentials could not be obtained,
    /// it decides whether this one [is retryable](Self::is_retryable).
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let source = source.into();
        self.0.transient = is_transient(&*source);
        self.0.source = Some(source.into());
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
    /// `None` if the request was refused before a host was chosen.
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
    /// transport refused without sending anything does not count.
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
            about: None,
            may_have_been_carried_out: false,
            not_retried_because: None,
            hint: None,
            response: None,
            source: None,
            transient: false,
        }))
    }

    /// Creates the error for a code of the service. `known` are the codes that the product
    /// documents. What the kind leaves open is known of a code, or of the common code with the name
    /// of its first segment and the same kind.
    pub(crate) fn service(known: &[CodeFacts], code: String, message: String) -> Self {
        let facts = known.iter().chain(COMMON_CODES).find(|facts| facts.code() == code);
        let kind = facts.map_or_else(|| ErrorKind::from_code(&code), CodeFacts::kind);
        let hint = facts.and_then(CodeFacts::hint);
        let segment = code.split('.').next();
        let general = COMMON_CODES.iter().find(|facts| Some(facts.code()) == segment && facts.kind() == kind);
        let mut error = Self::new(kind, message);
        error.0.about = facts.and_then(CodeFacts::about).or_else(|| general?.about());
        error.0.may_have_been_carried_out = facts.into_iter().chain(general).any(CodeFacts::may_have_been_carried_out);
        error.0.code = Some(code);
        error.0.hint = hint.map(Cow::Borrowed);
        error
    }

    /// What the service has rejected the request for, if that is known.
    pub(crate) fn about(&self) -> Option<About> {
        self.0.about
    }

    pub(crate) fn may_have_been_carried_out(&self) -> bool {
        self.0.may_have_been_carried_out
    }

    pub(crate) fn with_request_id(mut self, request_id: Option<String>) -> Self {
        self.0.request_id = request_id;
        self
    }

    pub(crate) fn with_host(mut self, host: &str) -> Self {
        self.0.host = Some(host.to_owned());
        self
    }

    /// Sets whether the cause is transient. Only errors about missing credentials and connections
    /// use it.
    pub(crate) fn transient(mut self, transient: bool) -> Self {
        self.0.transient = transient;
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
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
