//! Defines the options of one call, and their defaults.

use std::time::Duration;

use crate::action::ActionFacts;
use crate::config::{CallDefaults, Config};
use crate::retry::Rules;

/// Options of one call. They take precedence over those of the configuration.
///
/// [`Call`](super::Call) and [`JsonCall`](super::JsonCall) have a method for each option; a
/// `CallOptions` sets several at once, for calls of both kinds:
///
/// ```
/// use std::time::Duration;
/// use tencentcloud_core::call::CallOptions;
///
/// /// For a background job that can wait.
/// fn patient() -> CallOptions {
///     CallOptions::new().timeout(Duration::from_secs(600)).max_attempts(10)
/// }
/// # let _ = patient();
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use = "options do nothing until they are passed to a call"]
pub struct CallOptions {
    timeout: Option<Duration>,
    attempt_timeout: Option<Duration>,
    permit_timeout: Option<Duration>,
    max_attempts: Option<u32>,
    repeatable: Option<bool>,
    retries: Option<bool>,
}

impl CallOptions {
    /// Creates options in which nothing is set: the configuration and the action decide.
    pub const fn new() -> Self {
        Self {
            timeout: None,
            attempt_timeout: None,
            permit_timeout: None,
            max_attempts: None,
            repeatable: None,
            retries: None,
        }
    }

    /// Sets the time limit of the call: every attempt, every wait before a retry, and obtaining
    /// credentials. The waits for permits have [a limit of their own](Self::permit_timeout). With a
    /// limit of zero nothing is sent.
    pub const fn timeout(self, timeout: Duration) -> Self {
        Self { timeout: Some(timeout), ..self }
    }

    /// Sets the time limit of one attempt, from opening a connection, if none is open, to the last
    /// byte of the response. With a limit of zero nothing is sent.
    pub const fn attempt_timeout(self, timeout: Duration) -> Self {
        Self { attempt_timeout: Some(timeout), ..self }
    }

    /// Sets how long the call may wait for permits of the client's own rate limit, in total. With a
    /// limit of zero, the call fails unless there is a permit at once.
    pub const fn permit_timeout(self, timeout: Duration) -> Self {
        Self { permit_timeout: Some(timeout), ..self }
    }

    /// Sets the maximum number of attempts, without those that found no connection or were
    /// throttled. At least one attempt is made, even if this is 0.
    ///
    /// The attempts that are not counted did not carry out the action, so the request is sent again
    /// until the call's timeout, as far as the retry budget allows. A permanent cause, such as an
    /// unknown host, ends the call. See [`without_retries`](Self::without_retries) for a request
    /// that must be sent once only.
    pub const fn max_attempts(self, attempts: u32) -> Self {
        Self { max_attempts: Some(attempts), ..self }
    }

    /// Sets whether the request may be sent again when it might already have arrived.
    ///
    /// If there was no connection, or the service rejected the request, it certainly did not run,
    /// and may be sent again in any case.
    pub const fn repeatable(self, repeatable: bool) -> Self {
        Self { repeatable: Some(repeatable), ..self }
    }

    /// Sends the request once, whatever happens: for a caller that retries on its own.
    pub const fn without_retries(self) -> Self {
        Self { retries: Some(false), ..self }
    }

    /// Returns `other`, completed with the options of `self` that `other` does not set.
    pub(crate) fn overridden_by(self, other: Self) -> Self {
        Self {
            timeout: other.timeout.or(self.timeout),
            attempt_timeout: other.attempt_timeout.or(self.attempt_timeout),
            permit_timeout: other.permit_timeout.or(self.permit_timeout),
            max_attempts: other.max_attempts.or(self.max_attempts),
            repeatable: other.repeatable.or(self.repeatable),
            retries: other.retries.or(self.retries),
        }
    }

    /// Completes the options of a call: what is not set comes from the configuration or the action.
    pub(super) fn resolve(self, config: &Config, action: &ActionFacts) -> ResolvedOptions {
        let CallDefaults { timeout, attempt_timeout, permit_timeout, max_attempts, repeatable, retries } =
            *config.call_defaults();
        ResolvedOptions {
            timeout: self.timeout.unwrap_or(timeout),
            attempt_timeout: self.attempt_timeout.unwrap_or(attempt_timeout),
            permit_timeout: self.permit_timeout.unwrap_or(permit_timeout),
            rules: Rules {
                max_attempts: self.max_attempts.unwrap_or(max_attempts),
                repeatable: self.repeatable.or(repeatable).unwrap_or(action.repeatable),
                retries: self.retries.unwrap_or(retries),
            },
        }
    }
}

/// The options of a call, completed by those of the configuration and the action.
#[derive(Clone, Copy, Debug)]
pub(super) struct ResolvedOptions {
    pub(super) timeout: Duration,
    pub(super) attempt_timeout: Duration,
    pub(super) permit_timeout: Duration,
    pub(super) rules: Rules,
}

/// The methods of a call that set its options. [`Call`](super::Call) and
/// [`JsonCall`](super::JsonCall) have the same.
macro_rules! option_methods {
    () => {
        /// Sets several options at once; an option that `options` does not set stays as it is.
        pub fn options(mut self, options: $crate::call::CallOptions) -> Self {
            self.options = self.options.overridden_by(options);
            self
        }

        /// Sets how long the call may wait for permits; see
        /// [`CallOptions::permit_timeout`](crate::call::CallOptions::permit_timeout). The
        /// configuration's permit timeout if not set.
        pub fn permit_timeout(mut self, timeout: std::time::Duration) -> Self {
            self.options = self.options.permit_timeout(timeout);
            self
        }

        /// Sets the time limit of the call; see
        /// [`CallOptions::timeout`](crate::call::CallOptions::timeout). The configuration's call
        /// timeout if not set.
        pub fn timeout(mut self, timeout: std::time::Duration) -> Self {
            self.options = self.options.timeout(timeout);
            self
        }

        /// Sets the time limit of one attempt; see
        /// [`CallOptions::attempt_timeout`](crate::call::CallOptions::attempt_timeout). The
        /// configuration's attempt timeout if not set.
        pub fn attempt_timeout(mut self, timeout: std::time::Duration) -> Self {
            self.options = self.options.attempt_timeout(timeout);
            self
        }

        /// Sets the maximum number of attempts, without those that found no connection or were
        /// throttled; see [`CallOptions::max_attempts`](crate::call::CallOptions::max_attempts).
        /// The configuration's number if not set.
        pub fn max_attempts(mut self, attempts: u32) -> Self {
            self.options = self.options.max_attempts(attempts);
            self
        }

        /// Sets whether the request may be sent again when it might already have arrived; see
        /// [`CallOptions::repeatable`](crate::call::CallOptions::repeatable). If neither the call
        /// nor the configuration sets it, it is
        /// [`Action::REPEATABLE`](crate::action::Action::REPEATABLE) for a typed action, and false
        /// for a call by name.
        pub fn repeatable(mut self, repeatable: bool) -> Self {
            self.options = self.options.repeatable(repeatable);
            self
        }

        /// Sends the request once, whatever happens; see
        /// [`CallOptions::without_retries`](crate::call::CallOptions::without_retries).
        pub fn without_retries(mut self) -> Self {
            self.options = self.options.without_retries();
            self
        }
    };
}
pub(super) use option_methods;
