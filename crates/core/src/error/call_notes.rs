//! Adds to an error what the call knows: the action, the attempts, and why it was not sent again.

use std::borrow::Cow;

use super::{ActionName, Error, ErrorKind, hints};

/// Facts about a call that ended with an error.
pub(crate) struct Circumstances<'a> {
    pub(crate) action: &'a ActionName,
    /// Whether the call may be sent again when the request might already have arrived.
    pub(crate) repeatable: bool,
    /// The number of requests that were sent.
    pub(crate) attempts: u32,
}

impl Error {
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
        let is_uncertain = by_kind || inner.may_have_been_carried_out;
        if is_uncertain && !call.repeatable {
            inner.not_retried_because.get_or_insert(Cow::Borrowed("it may have been carried out"));
            inner.hint = Some(match inner.hint.take() {
                Some(hint) => format!("check whether it was, and {hint}").into(),
                None => "check whether it was, or allow sending it twice with `.repeatable(true)`".into(),
            });
        } else if inner.hint.is_none() && inner.code.is_none() {
            inner.hint = hints::for_kind(inner.kind).map(Cow::Borrowed);
        }
        self
    }

    /// Sets that the action may have been carried out, although the kind does not say so.
    pub(crate) fn that_may_have_been_carried_out(mut self) -> Self {
        self.0.may_have_been_carried_out = true;
        self
    }

    /// Sets why the call is not retried, although an error of this kind may be.
    pub(crate) fn not_retried_because(mut self, why: impl Into<Cow<'static, str>>) -> Self {
        self.0.not_retried_because = Some(why.into());
        self
    }

    /// Adds that the call is not retried because `what` could not be obtained: credentials, or a
    /// permit. A source that the error has already is kept.
    pub(crate) fn not_retried_without(self, what: &str, failure: Self) -> Self {
        let mut error = self.not_retried_because(format!("no {what}: {}", failure.without_hint()));
        error.0.hint = error.0.hint.or_else(|| failure.0.hint.clone());
        if error.0.source.is_some() { error } else { error.with_source(failure) }
    }
}
