//! Describes the request that a permit is for.

use std::fmt;
use std::time::Duration;

use crate::action::ActionFacts;
use crate::credentials::Credentials;
use crate::time::Clock;

/// What a limiter knows of a request that waits for a permit.
#[derive(Clone, Copy)]
pub struct PermitRequest<'a> {
    clock: &'a dyn Clock,
    account: &'a str,
    service: &'a str,
    action: &'a str,
    requests_per_second: u32,
    max_wait: Duration,
}

impl<'a> PermitRequest<'a> {
    /// A request to an action of a service, such as `PurgeUrlsCache` of `cdn`, with no account, a
    /// rate of 1 request per second, and no limit of the wait. It is for tests of limiters, and for
    /// limiters that call another limiter.
    #[must_use]
    pub const fn new(clock: &'a dyn Clock, service: &'a str, action: &'a str) -> Self {
        Self { clock, account: "", service, action, requests_per_second: 1, max_wait: Duration::MAX }
    }

    /// The request of an attempt.
    pub(crate) fn of_attempt(
        clock: &'a dyn Clock,
        credentials: &'a Credentials,
        action: &'a ActionFacts,
        requests_per_second: u32,
        max_wait: Duration,
    ) -> Self {
        // Temporary credentials have a new id every hour or so, but the account stays the same. So
        // all of them count as one account, which is right unless calls of several accounts use one
        // limiter.
        let account = if credentials.session_token().is_some() { "" } else { credentials.secret_id() };
        let (service, action) = (&*action.name.service, &*action.name.action);
        Self { clock, account, service, action, requests_per_second, max_wait }
    }

    /// Sets the [account](Self::account).
    #[must_use]
    pub const fn with_account(self, account: &'a str) -> Self {
        Self { account, ..self }
    }

    /// Sets the [rate](Self::requests_per_second).
    #[must_use]
    pub const fn with_requests_per_second(self, requests: u32) -> Self {
        Self { requests_per_second: requests, ..self }
    }

    /// Sets the [time to wait](Self::max_wait).
    #[must_use]
    pub const fn with_max_wait(self, max_wait: Duration) -> Self {
        Self { max_wait, ..self }
    }

    /// The clock of the configuration. A limiter waits with it. A limiter that shares a schedule
    /// with other processes needs a clock that they share as well.
    #[must_use]
    pub const fn clock(&self) -> &'a dyn Clock {
        self.clock
    }

    /// The secret id of the key that signs the request. It is empty for all temporary credentials,
    /// because their ids change, and the account stays the same. So if several accounts use
    /// temporary credentials with one limiter, they share one rate.
    ///
    /// Several keys may belong to one account, whose rate they share.
    #[must_use]
    pub const fn account(&self) -> &'a str {
        self.account
    }

    /// The service, such as `cdn`.
    #[must_use]
    pub const fn service(&self) -> &'a str {
        self.service
    }

    /// The action, such as `PurgeUrlsCache`. The service limits each action separately.
    #[must_use]
    pub const fn action(&self) -> &'a str {
        self.action
    }

    /// The rate of the action, in requests per second: the documented one, or that of
    /// [`requests_per_second`](crate::config::ConfigBuilder::requests_per_second). Requests to one
    /// action may state different rates.
    #[must_use]
    pub const fn requests_per_second(&self) -> u32 {
        self.requests_per_second
    }

    /// The remaining time that the call waits for permits. After that, the future of
    /// [`acquire`](super::RateLimiter::acquire) is dropped. A limiter that knows that the wait will
    /// be longer can fail at once.
    #[must_use]
    pub const fn max_wait(&self) -> Duration {
        self.max_wait
    }
}

// Without the account: a secret id is not a secret, but does not belong in a log either.
impl fmt::Debug for PermitRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PermitRequest")
            .field("service", &self.service)
            .field("action", &self.action)
            .field("requests_per_second", &self.requests_per_second)
            .field("max_wait", &self.max_wait)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[cfg(feature = "testing")]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::error::ActionName;
    use crate::testing::VirtualClock;

    static PURGE: ActionFacts = ActionFacts {
        name: ActionName {
            service: Cow::Borrowed("cdn"),
            version: Cow::Borrowed("2018-06-06"),
            action: Cow::Borrowed("PurgeUrlsCache"),
        },
        region: None,
        requests_per_second: 20,
        repeatable: false,
        codes: &[],
    };

    fn account_of(credentials: &Credentials) -> String {
        let clock = VirtualClock::at_unix(0);
        PermitRequest::of_attempt(&clock, credentials, &PURGE, 20, Duration::ZERO).account().to_owned()
    }

    #[test]
    fn temporary_credentials_that_are_renewed_stay_one_account() {
        let credentials = |id| Credentials::new(id, "key").unwrap();
        assert_eq!(account_of(&credentials("AKIDold")), "AKIDold");
        assert_eq!(account_of(&credentials("AKIDold").with_token("token").unwrap()), "");
        assert_eq!(account_of(&credentials("AKIDnew").with_token("token").unwrap()), "");
    }

    #[test]
    fn the_account_is_not_printed() {
        let clock = VirtualClock::at_unix(0);
        let request = PermitRequest::new(&clock, "cdn", "PurgeUrlsCache").with_account("AKIDexample");
        let printed = format!("{request:?}");
        assert!(printed.contains("PurgeUrlsCache") && !printed.contains("AKIDexample"), "{printed}");
    }
}
