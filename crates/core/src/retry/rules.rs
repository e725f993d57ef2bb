//! Decides whether a failed attempt may be retried. All of it is a table over [`ErrorKind`].

use crate::error::{ErrorKind, Remedy};

/// What a call allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rules {
    /// Maximum number of attempts.
    pub(crate) max_attempts: u32,
    /// Whether the request may be sent again when it might already have arrived.
    pub(crate) repeatable: bool,
}

/// What a call has tried already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tried {
    /// Number of attempts.
    pub(crate) attempts: u32,
    /// Whether the request was sent again with the server's time.
    pub(crate) server_time: bool,
    /// Whether the request was sent again with other credentials.
    pub(crate) refresh: bool,
}

/// Returns what to do before the next attempt; `None` if there must not be one.
pub(crate) fn next_remedy(kind: ErrorKind, code: Option<&str>, rules: Rules, tried: Tried) -> Option<Remedy> {
    let remedy = kind.remedy(code, rules.repeatable)?;
    let already_tried = match remedy {
        Remedy::Pause(_) => false,
        Remedy::ServerTime => tried.server_time,
        Remedy::Refresh => tried.refresh,
    };
    (!already_tried && tried.attempts < rules.max_attempts).then_some(remedy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Pace;

    const USUAL: Option<Remedy> = Some(Remedy::Pause(Pace::Usual));
    const THROTTLED: Option<Remedy> = Some(Remedy::Pause(Pace::Throttled));

    #[test]
    fn each_kind_has_one_remedy_if_it_may_be_repeated_and_one_if_not() {
        let cases = [
            (ErrorKind::InvalidRequest, None, None),
            (ErrorKind::Credentials, None, None),
            (ErrorKind::Connect, USUAL, USUAL),
            (ErrorKind::Timeout, None, USUAL),
            (ErrorKind::Interrupted, None, USUAL),
            (ErrorKind::Throttled, THROTTLED, THROTTLED),
            (ErrorKind::Quota, None, None),
            (ErrorKind::BatchTooLarge, None, None),
            (ErrorKind::ClockSkew, Some(Remedy::ServerTime), Some(Remedy::ServerTime)),
            (ErrorKind::Auth, None, None),
            (ErrorKind::Permission, None, None),
            (ErrorKind::NotFound, None, None),
            (ErrorKind::Rejected, None, None),
            (ErrorKind::Server, None, USUAL),
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

    #[test]
    fn there_are_at_most_max_attempts() {
        for max_attempts in 0..5 {
            let rules = Rules { max_attempts, repeatable: true };
            let attempts = (1..10).take_while(|&attempts| {
                next_remedy(ErrorKind::Server, None, rules, Tried { attempts, ..Tried::default() }).is_some()
            });
            assert_eq!(attempts.count() + 1, max_attempts.max(1) as usize);
        }
    }

    #[test]
    fn the_server_s_time_and_other_credentials_are_each_tried_once() {
        let rules = Rules { max_attempts: 9, repeatable: true };
        let after = |kind, tried| next_remedy(kind, Some("AuthFailure.TokenFailure"), rules, tried);
        let tried = Tried { attempts: 1, ..Tried::default() };
        assert_eq!(after(ErrorKind::ClockSkew, Tried { refresh: true, ..tried }), Some(Remedy::ServerTime));
        assert_eq!(after(ErrorKind::ClockSkew, Tried { server_time: true, ..tried }), None);
        assert_eq!(after(ErrorKind::Auth, Tried { server_time: true, ..tried }), Some(Remedy::Refresh));
        assert_eq!(after(ErrorKind::Auth, Tried { refresh: true, ..tried }), None);
    }
}
