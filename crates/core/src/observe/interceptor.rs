//! The hooks around each attempt and after each call: for headers and metrics of a user's own.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::headers::AttemptHeaders;
use crate::error::{ActionName, Error};

/// Watches every attempt of every call, and may add headers to it; and hears how every call ended.
///
/// The hooks run where the call runs, so they should do little and not block; a panic in one goes through the call. Of
/// several interceptors of a [`Config`](crate::config::Config), the first that was added is the first before an attempt, and the last
/// after it and after the call.
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use tencentcloud_core::ErrorKind;
/// use tencentcloud_core::observe::{Attempt, AttemptEnd, AttemptHeaders, AttemptResult, CallEnd, CallResult, Interceptor};
///
/// #[derive(Default)]
/// struct Metrics {
///     throttled: AtomicU64,
///     failed: AtomicU64,
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
///
///     fn after_call(&self, end: &CallEnd<'_>) {
///         // Also those that failed before an attempt, or for an answer that does not fit.
///         if let CallResult::Failure(error) = end.result() {
///             self.failed.fetch_add(1, Ordering::Relaxed);
///             println!("{} failed: {}; waited {:?} for its turn", end.action(), error.kind(), end.waited());
///         }
///     }
/// }
/// ```
pub trait Interceptor: Send + Sync {
    /// Called when an attempt is signed, just before it is handed to the transport. One that the transport then cannot send
    /// is not counted by [`Error::attempts`].
    fn before_attempt(&self, attempt: &Attempt<'_>, headers: &mut AttemptHeaders<'_>) {
        let _ = (attempt, headers);
    }

    /// Called when an attempt is over: once for each call of [`before_attempt`](Self::before_attempt), also if the call is
    /// dropped meanwhile, though not by a panic.
    fn after_attempt(&self, attempt: &Attempt<'_>, end: &AttemptEnd<'_>) {
        let _ = (attempt, end);
    }

    /// Called when a call is over: once for each call that was awaited, however it ended; also if nothing was sent, and if it
    /// was dropped before its end. It is the last hook of the call.
    ///
    /// A call that is never polled did not begin, and is not told; nor is one that a panic ends. A call by names is over with
    /// its answer, before [`JsonResponse::deserialize`](crate::call::JsonResponse::deserialize).
    fn after_call(&self, end: &CallEnd<'_>) {
        let _ = end;
    }
}

impl<I: Interceptor + ?Sized> Interceptor for Arc<I> {
    fn before_attempt(&self, attempt: &Attempt<'_>, headers: &mut AttemptHeaders<'_>) {
        (**self).before_attempt(attempt, headers);
    }

    fn after_attempt(&self, attempt: &Attempt<'_>, end: &AttemptEnd<'_>) {
        (**self).after_attempt(attempt, end);
    }

    fn after_call(&self, end: &CallEnd<'_>) {
        (**self).after_call(end);
    }
}

/// Which attempt of which call.
#[derive(Clone, Copy)]
pub struct Attempt<'a> {
    pub(crate) action: &'a ActionName,
    pub(crate) host: &'a str,
    pub(crate) method: &'static str,
    pub(crate) number: u32,
}

impl<'a> Attempt<'a> {
    /// The service of the action, such as `cdn`.
    #[must_use]
    pub fn service(&self) -> &'a str {
        &self.action.service
    }

    /// The version of the service's API, such as `2018-06-06`.
    #[must_use]
    pub fn version(&self) -> &'a str {
        &self.action.version
    }

    /// The name of the action, such as `PurgeUrlsCache`.
    #[must_use]
    pub fn action(&self) -> &'a str {
        &self.action.action
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
            .field("action", self.action)
            .field("host", &self.host)
            .field("number", &self.number)
            .finish()
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
    ///
    /// What it answered may still not be what the action documents. That is found when all is read, and the call fails for
    /// it: [`Interceptor::after_call`] tells.
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

/// How a call ended.
#[derive(Clone, Copy)]
pub struct CallEnd<'a> {
    pub(crate) action: &'a ActionName,
    pub(crate) result: CallResult<'a>,
    pub(crate) duration: Duration,
    pub(crate) waited: Duration,
    pub(crate) attempts: u32,
}

/// What a call came to.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum CallResult<'a> {
    /// It resolved to a response.
    Success,
    /// It resolved to this error.
    Failure(&'a Error),
    /// It was dropped before it had an end; what was sent by then may have arrived.
    Abandoned,
}

impl<'a> CallEnd<'a> {
    /// The service of the action, such as `cdn`; of a call by names, as they were given.
    #[must_use]
    pub fn service(&self) -> &'a str {
        &self.action.service
    }

    /// The version of the service's API, such as `2018-06-06`.
    #[must_use]
    pub fn version(&self) -> &'a str {
        &self.action.version
    }

    /// The name of the action, such as `PurgeUrlsCache`.
    #[must_use]
    pub fn action(&self) -> &'a str {
        &self.action.action
    }

    /// What it came to.
    #[must_use]
    pub fn result(&self) -> CallResult<'a> {
        self.result
    }

    /// How long it took, from when it was first polled, by the clock of the configuration; everything that it waited for is
    /// part of it.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// How long it waited for its turn under the client's own rate limit, before all of its attempts together.
    #[must_use]
    pub fn waited(&self) -> Duration {
        self.waited
    }

    /// How many attempts there were, as [`Error::attempts`] counts them.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }
}

impl fmt::Debug for CallEnd<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallEnd")
            .field("action", self.action)
            .field("result", &self.result)
            .field("duration", &self.duration)
            .field("waited", &self.waited)
            .field("attempts", &self.attempts)
            .finish()
    }
}
