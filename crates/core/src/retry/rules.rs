//! Decides whether a failed attempt may be retried.

use crate::error::{Error, ErrorKind, Remedy, RetryReason};

/// What a call allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rules {
    /// Maximum number of attempts, without those that found no connection or were throttled. Those
    /// do no harm, so only the call's timeout and the retry budget bound them, unless their cause
    /// is permanent.
    pub(crate) max_attempts: u32,
    /// Whether the request may be sent again when it might already have arrived.
    pub(crate) repeatable: bool,
    /// Whether the request may be sent again at all.
    pub(crate) retries: bool,
}

/// What a call has tried already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tried {
    /// Number of attempts that found no connection.
    unconnected: u32,
    /// Number of attempts that were throttled.
    throttled: u32,
    /// Number of attempts that failed otherwise: those that `max_attempts` counts.
    failed: u32,
    /// Whether the call has tried to sign with the server's time.
    pub(crate) server_time: bool,
    /// Whether the call has tried to obtain other credentials.
    pub(crate) refresh: bool,
}

impl Tried {
    /// Records a failed attempt.
    pub(crate) fn record_failure(&mut self, kind: ErrorKind) {
        match kind {
            ErrorKind::Connect => self.unconnected += 1,
            ErrorKind::Throttled => self.throttled += 1,
            _ => self.failed += 1,
        }
    }

    /// Number of attempts that failed for this reason.
    pub(crate) fn failures(self, reason: RetryReason) -> u32 {
        match reason {
            RetryReason::Failure => self.failed,
            RetryReason::NoConnection => self.unconnected,
            RetryReason::Throttled => self.throttled,
        }
    }
}

/// Returns what to do before the next attempt; `None` if there must not be one.
pub(crate) fn next_remedy(error: &Error, rules: Rules, tried: Tried) -> Option<Remedy> {
    let remedy = error.remedy(rules.repeatable).filter(|_| rules.retries)?;
    let is_exhausted = tried.failures(RetryReason::Failure) >= rules.max_attempts;
    let is_allowed = match remedy {
        Remedy::Wait(RetryReason::NoConnection | RetryReason::Throttled) => true,
        Remedy::Wait(RetryReason::Failure) => !is_exhausted,
        Remedy::ServerTime => !is_exhausted && !tried.server_time,
        Remedy::Refresh => !is_exhausted && !tried.refresh,
    };
    is_allowed.then_some(remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAILURE: Option<Remedy> = Some(Remedy::Wait(RetryReason::Failure));
    const NO_CONNECTION: Option<Remedy> = Some(Remedy::Wait(RetryReason::NoConnection));
    const THROTTLED: Option<Remedy> = Some(Remedy::Wait(RetryReason::Throttled));

    #[test]
    fn each_kind_has_one_remedy_if_it_may_be_repeated_and_one_if_not() {
        let cases = [
            (ErrorKind::InvalidRequest, None, None),
            (ErrorKind::Credentials, None, None),
            (ErrorKind::Connect, NO_CONNECTION, NO_CONNECTION),
            (ErrorKind::Timeout, None, FAILURE),
            (ErrorKind::Interrupted, None, FAILURE),
            (ErrorKind::Throttled, THROTTLED, THROTTLED),
            (ErrorKind::Quota, None, None),
            (ErrorKind::BatchTooLarge, None, None),
            (ErrorKind::ClockSkew, Some(Remedy::ServerTime), Some(Remedy::ServerTime)),
            (ErrorKind::Auth, None, None),
            (ErrorKind::Permission, None, None),
            (ErrorKind::NotFound, None, None),
            (ErrorKind::Rejected, None, None),
            (ErrorKind::Server, None, FAILURE),
            (ErrorKind::Decode, None, None),
        ];
        for (kind, once, repeatable) in cases {
            assert_eq!((kind.remedy(None, false), kind.remedy(None, true)), (once, repeatable), "{kind}");
        }
    }

    #[test]
    fn only_a_rejected_token_calls_for_other_credentials() {
        assert_eq!(ErrorKind::Auth.remedy(Some("AuthFailure.TokenFailure"), false), Some(Remedy::Refresh));
        for code in ["AuthFailure.SignatureFailure", "AuthFailure.TokenFailure2", "AuthFailure", ""] {
            assert_eq!(ErrorKind::Auth.remedy(Some(code), true), None, "{code}");
        }
    }

    fn error(kind: ErrorKind) -> Error {
        let code = (kind == ErrorKind::Auth).then(|| "AuthFailure.TokenFailure".to_owned());
        let error = match code {
            Some(code) => Error::service(&[], code, String::new()),
            None => Error::new(kind, ""),
        };
        error.transient(true)
    }

    const RULES: Rules = Rules { max_attempts: 9, repeatable: true, retries: true };

    /// How often a request that always fails like this is sent; at most 100 times.
    fn sent(kind: ErrorKind, rules: Rules) -> u32 {
        let mut tried = Tried::default();
        for attempts in 1..100 {
            tried.record_failure(kind);
            if next_remedy(&error(kind), rules, tried).is_none() {
                return attempts;
            }
        }
        100
    }

    #[test]
    fn max_attempts_counts_the_failures_that_reached_the_service() {
        for max_attempts in 0..5 {
            let rules = Rules { max_attempts, ..RULES };
            assert_eq!(sent(ErrorKind::Server, rules), max_attempts.max(1));
            assert_eq!(sent(ErrorKind::Connect, rules), 100);
            assert_eq!(sent(ErrorKind::Throttled, rules), 100);
        }
        let tried = Tried { unconnected: 1, failed: 1, ..Tried::default() };
        let once = Rules { max_attempts: 1, ..RULES };
        assert_eq!(next_remedy(&error(ErrorKind::Server), once, tried), None);
        assert_eq!(next_remedy(&error(ErrorKind::Connect), once, tried), NO_CONNECTION);
    }

    #[test]
    fn without_retries_every_request_is_sent_once() {
        let rules = Rules { retries: false, ..RULES };
        for kind in [ErrorKind::Server, ErrorKind::Connect, ErrorKind::Throttled, ErrorKind::ClockSkew, ErrorKind::Auth]
        {
            assert_eq!(sent(kind, rules), 1, "{kind}");
        }
    }

    #[test]
    fn a_connection_that_cannot_be_opened_for_a_permanent_cause_is_not_tried_again() {
        let error = error(ErrorKind::Connect).transient(false);
        assert_eq!(next_remedy(&error, RULES, Tried { failed: 1, ..Tried::default() }), None);
    }

    #[test]
    fn the_server_s_time_and_other_credentials_are_each_tried_once() {
        let after = |kind, tried| next_remedy(&error(kind), RULES, tried);
        let tried = Tried { failed: 1, ..Tried::default() };
        assert_eq!(after(ErrorKind::ClockSkew, Tried { refresh: true, ..tried }), Some(Remedy::ServerTime));
        assert_eq!(after(ErrorKind::ClockSkew, Tried { server_time: true, ..tried }), None);
        assert_eq!(after(ErrorKind::Auth, Tried { server_time: true, ..tried }), Some(Remedy::Refresh));
        assert_eq!(after(ErrorKind::Auth, Tried { refresh: true, ..tried }), None);
    }
}
