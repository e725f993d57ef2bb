//! What may be sent again: a pure function of what went wrong, and of what was tried before.

use crate::ErrorKind;
use crate::backoff::Pace;

/// The code that says that a token has ended, or does not belong to its secret id.
const TOKEN_FAILURE: &str = "AuthFailure.TokenFailure";

/// What has to be done before a request is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// To wait.
    Pause(Pace),
    /// To learn the server's time, and to sign with it.
    ServerTime,
    /// To get other credentials.
    Refresh,
}

/// What a call allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rules {
    /// How often it may be sent in all.
    pub(crate) max_attempts: u32,
    /// Whether it may be sent again when it might already have arrived.
    pub(crate) repeatable: bool,
}

/// What a call has tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tried {
    /// How often it was sent.
    pub(crate) attempts: u32,
    /// Whether it was sent again with the server's time.
    pub(crate) server_time: bool,
    /// Whether it was sent again with other credentials.
    pub(crate) refresh: bool,
}

impl Remedy {
    /// What makes it worth sending again, if anything does; the same for every attempt.
    pub(crate) fn of(kind: ErrorKind, code: Option<&str>, repeatable: bool) -> Option<Self> {
        match kind {
            // It never arrived.
            ErrorKind::Connect => Some(Self::Pause(Pace::Usual)),
            // It was refused before it ran.
            ErrorKind::Throttled => Some(Self::Pause(Pace::Throttled)),
            // It may have arrived, and it may have run.
            ErrorKind::Timeout | ErrorKind::Interrupted | ErrorKind::Server => {
                repeatable.then_some(Self::Pause(Pace::Usual))
            }
            // It was refused before it ran, and would be again if nothing else changed.
            ErrorKind::ClockSkew => Some(Self::ServerTime),
            ErrorKind::Auth if code == Some(TOKEN_FAILURE) => Some(Self::Refresh),
            ErrorKind::InvalidRequest
            | ErrorKind::Credentials
            | ErrorKind::Quota
            | ErrorKind::Auth
            | ErrorKind::Permission
            | ErrorKind::NotFound
            | ErrorKind::Rejected
            | ErrorKind::Decode => None,
        }
    }

    /// What to do before the next attempt; `None` if there is to be none.
    pub(crate) fn after(kind: ErrorKind, code: Option<&str>, rules: Rules, tried: Tried) -> Option<Self> {
        let remedy = Self::of(kind, code, rules.repeatable)?;
        let spent = match remedy {
            Self::Pause(_) => false,
            Self::ServerTime => tried.server_time,
            Self::Refresh => tried.refresh,
        };
        (!spent && tried.attempts < rules.max_attempts).then_some(remedy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: Option<Remedy> = Some(Remedy::Pause(Pace::Usual));
    const THROTTLED: Option<Remedy> = Some(Remedy::Pause(Pace::Throttled));

    #[test]
    fn each_kind_has_its_remedy_for_what_must_not_and_what_may_be_repeated() {
        let cases = [
            (ErrorKind::InvalidRequest, None, None),
            (ErrorKind::Credentials, None, None),
            (ErrorKind::Connect, USUAL, USUAL),
            (ErrorKind::Timeout, None, USUAL),
            (ErrorKind::Interrupted, None, USUAL),
            (ErrorKind::Throttled, THROTTLED, THROTTLED),
            (ErrorKind::Quota, None, None),
            (ErrorKind::ClockSkew, Some(Remedy::ServerTime), Some(Remedy::ServerTime)),
            (ErrorKind::Auth, None, None),
            (ErrorKind::Permission, None, None),
            (ErrorKind::NotFound, None, None),
            (ErrorKind::Rejected, None, None),
            (ErrorKind::Server, None, USUAL),
            (ErrorKind::Decode, None, None),
        ];
        for (kind, once, repeatable) in cases {
            assert_eq!((Remedy::of(kind, None, false), Remedy::of(kind, None, true)), (once, repeatable), "{kind}");
        }
    }

    #[test]
    fn only_a_rejected_token_is_worth_other_credentials() {
        assert_eq!(Remedy::of(ErrorKind::Auth, Some("AuthFailure.TokenFailure"), false), Some(Remedy::Refresh));
        for code in ["AuthFailure.SignatureFailure", "AuthFailure.TokenFailure2", "AuthFailure", ""] {
            assert_eq!(Remedy::of(ErrorKind::Auth, Some(code), true), None, "{code}");
        }
    }

    #[test]
    fn no_attempt_follows_the_last_one() {
        for max_attempts in 0..5 {
            let rules = Rules { max_attempts, repeatable: true };
            let attempts = (1..10).take_while(|&attempts| {
                Remedy::after(ErrorKind::Server, None, rules, Tried { attempts, ..Tried::default() }).is_some()
            });
            assert_eq!(attempts.count() + 1, max_attempts.max(1) as usize);
        }
    }

    #[test]
    fn the_server_s_time_and_other_credentials_help_once() {
        let rules = Rules { max_attempts: 9, repeatable: true };
        let after = |kind, tried| Remedy::after(kind, Some("AuthFailure.TokenFailure"), rules, tried);
        let tried = Tried { attempts: 1, ..Tried::default() };
        assert_eq!(after(ErrorKind::ClockSkew, Tried { refresh: true, ..tried }), Some(Remedy::ServerTime));
        assert_eq!(after(ErrorKind::ClockSkew, Tried { server_time: true, ..tried }), None);
        assert_eq!(after(ErrorKind::Auth, Tried { server_time: true, ..tried }), Some(Remedy::Refresh));
        assert_eq!(after(ErrorKind::Auth, Tried { refresh: true, ..tried }), None);
    }
}
