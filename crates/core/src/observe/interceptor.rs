//! Defines the hooks around each attempt and after each call, for headers and metrics of a
//! program's own.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::headers::AttemptHeaders;
use crate::error::{ActionName, Error};

/// Observes every attempt of every call, may add headers to it, and is notified of the end of every
/// call.
///
/// The hooks run on the task of the call, so they should do little and not block. A panic in a hook
/// propagates through the call. With several interceptors in a [`Config`](crate::config::Config),
/// the first one added runs first before an attempt, and last after the attempt and after the call.
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use tencentcloud_core::ErrorKind;
/// use tencentcloud_core::observe::{
///     Attempt, AttemptEnd, AttemptHeaders, AttemptResult, CallEnd, CallResult, Interceptor,
/// };
///
/// #[derive(Default)]
/// struct Metrics {
///     throttled: AtomicU64,
///     failed: AtomicU64,
/// }
///
/// impl Interceptor for Metrics {
///     fn before_attempt(&self, attempt: &Attempt<'_>, headers: &mut AttemptHeaders<'_>) {
///         // An error means that the header cannot be sent, or is one that the client sets.
///         headers.set("x-caller", "deploy").ok();
///     }
///
///     fn after_attempt(&self, attempt: &Attempt<'_>, end: &AttemptEnd<'_>) {
///         // Not by the status: the service usually rejects requests with 200.
///         if let AttemptResult::Failure(error) = end.result()
///             && error.kind() == ErrorKind::Throttled
///         {
///             self.throttled.fetch_add(1, Ordering::Relaxed);
///         }
///         println!("attempt {} of {}: {:?}", attempt.number(), attempt.action(), end.duration());
///     }
///
///     fn after_call(&self, end: &CallEnd<'_>) {
///         // Includes calls that failed before an attempt, or because the response does not fit.
///         if let CallResult::Failure(error) = end.result() {
///             self.failed.fetch_add(1, Ordering::Relaxed);
///             println!("{} failed: {}", end.action(), error.kind());
///         }
///     }
/// }
/// ```
pub trait Interceptor: Send + Sync {
    /// Called when an attempt is signed, just before the transport receives it. If the transport
    /// then cannot send the request, [`Error::attempts`] does not count it.
    fn before_attempt(&self, attempt: &Attempt<'_>, headers: &mut AttemptHeaders<'_>) {
        let _ = (attempt, headers);
    }

    /// Called when an attempt has ended: once for each call of
    /// [`before_attempt`](Self::before_attempt), even if the call is dropped in between, but not
    /// after a panic.
    fn after_attempt(&self, attempt: &Attempt<'_>, end: &AttemptEnd<'_>) {
        let _ = (attempt, end);
    }

    /// Called when a call has ended: once for each call that was awaited, even if nothing was sent
    /// or the call was dropped. It is the last hook of the call.
    ///
    /// It is not called for a call that was never polled, nor for one that a panic ended. A call by
    /// name ends with its response, before
    /// [`JsonResponse::deserialize`](crate::call::JsonResponse::deserialize).
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

/// The methods that name the action of an attempt or a call.
macro_rules! action_methods {
    () => {
        /// The service of the action, such as `cdn`. For a call by name, the text that it was
        /// called with.
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
    };
}

/// Identifies an attempt of a call.
#[derive(Clone, Copy)]
pub struct Attempt<'a> {
    pub(crate) action: &'a ActionName,
    pub(crate) host: &'a str,
    pub(crate) method: &'static str,
    pub(crate) number: u32,
}

impl<'a> Attempt<'a> {
    action_methods!();

    /// The host that the request is sent to, with its port if that is not the default of the
    /// scheme.
    #[must_use]
    pub fn host(&self) -> &'a str {
        self.host
    }

    /// The number of the attempt in its call, from 1.
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

/// The end of an attempt.
#[derive(Clone, Copy, Debug)]
pub struct AttemptEnd<'a> {
    pub(crate) result: AttemptResult<'a>,
    pub(crate) duration: Duration,
    pub(crate) status: Option<u16>,
    pub(crate) request_id: Option<&'a str>,
}

/// The result of an attempt.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum AttemptResult<'a> {
    /// The service accepted the request.
    ///
    /// Its response may still differ from what the action documents. That is found when the
    /// response is decoded, and fails the call: [`Interceptor::after_call`] is called with the
    /// error.
    Success,
    /// The attempt failed. The call may make another one.
    Failure(&'a Error),
    /// The call was dropped, or its timeout passed, before the attempt ended. The request may have
    /// arrived.
    Abandoned,
}

impl<'a> AttemptEnd<'a> {
    /// The result of the attempt.
    #[must_use]
    pub fn result(&self) -> AttemptResult<'a> {
        self.result
    }

    /// Time from sending the request to the end of the response, by the configuration's clock.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// HTTP status of the response, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// The service's id of the request, if the response has it.
    #[must_use]
    pub fn request_id(&self) -> Option<&'a str> {
        self.request_id
    }
}

/// The end of a call.
#[derive(Clone, Copy)]
pub struct CallEnd<'a> {
    pub(crate) action: &'a ActionName,
    pub(crate) result: CallResult<'a>,
    pub(crate) duration: Duration,
    pub(crate) waited: Duration,
    pub(crate) attempts: u32,
}

/// The result of a call.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum CallResult<'a> {
    /// The call resolved to a response.
    Success,
    /// The call resolved to this error.
    Failure(&'a Error),
    /// The call was dropped before it ended. A request that was sent by then may have arrived.
    Abandoned,
}

impl<'a> CallEnd<'a> {
    action_methods!();

    /// The result of the call.
    #[must_use]
    pub fn result(&self) -> CallResult<'a> {
        self.result
    }

    /// Time since the call was first polled, including every wait, by the configuration's clock.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// Time that the call waited for permits of the client's own rate limiter, in total.
    #[must_use]
    pub fn waited(&self) -> Duration {
        self.waited
    }

    /// Number of attempts, counted as [`Error::attempts`] does.
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
