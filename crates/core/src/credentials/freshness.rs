//! Credentials that are held, and when others are to be had: pure functions of the time.

use std::time::{Duration, SystemTime};

use crate::credentials::Credentials;

/// How long before their end credentials are refreshed: the service accepts signatures that are five minutes old, so a
/// request that is signed at the last moment still finds its token valid; and there is time for ten tries.
const AHEAD: Duration = Duration::from_secs(300);
/// How long credentials without an end are used before they are asked for again: a file may have been rewritten, and
/// reading it costs nothing at this pace.
const LOOK_AGAIN: Duration = Duration::from_secs(300);
/// How long credentials are used that had ended when they came: it is more likely that this machine's clock is wrong than
/// that what was just handed out is worthless, and one request a minute does no harm.
const AT_LEAST: Duration = Duration::from_secs(60);
/// The longest pause after a refresh that failed; ten fit into the time that is left.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// The shortest, also after one that did not fail: a program that fails in a loop must not ask in the same loop, nor one
/// that is handed what is about to end, and one that begins before the network is there should not wait for long.
pub(super) const SHORTEST_PAUSE: Duration = Duration::from_secs(1);

/// Credentials, and what is known of their time.
#[derive(Debug)]
pub(super) struct CachedEntry {
    pub(super) credentials: Credentials,
    /// Whether the service has rejected them.
    pub(super) rejected: bool,
    obtained_at: SystemTime,
    fresh_for: Duration,
    valid_for: Option<Duration>,
}

/// What credentials are good for at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Freshness {
    /// There is no reason to ask for others.
    Fresh,
    /// They are valid, but it is time to ask for others.
    Due,
    /// They are not valid any more.
    Expired,
}

impl CachedEntry {
    pub(super) fn new(credentials: Credentials, now: SystemTime) -> Self {
        // Ended already if there is no distance.
        let left = credentials.expiry().map(|end| end.duration_since(now).ok().filter(|left| !left.is_zero()));
        let valid_for = left.map(|left| left.unwrap_or(AT_LEAST).max(SHORTEST_PAUSE));
        // What lives for less than ten minutes is refreshed halfway: five minutes ahead would be at once, and for ever. If
        // the same comes until it ends, it is asked for after half of what is left, and of that, down to the pause.
        let fresh_for = valid_for.map_or(LOOK_AGAIN, |left| (left - AHEAD.min(left / 2)).max(SHORTEST_PAUSE));
        Self { credentials, rejected: false, obtained_at: now, fresh_for, valid_for }
    }

    pub(super) fn freshness(&self, now: SystemTime) -> Freshness {
        // A clock that was set back shows a time before they were obtained, when nothing is known of them.
        let Ok(age) = now.duration_since(self.obtained_at) else { return Freshness::Due };
        if self.valid_for.is_some_and(|valid_for| age >= valid_for) {
            Freshness::Expired
        } else if age >= self.fresh_for {
            Freshness::Due
        } else {
            Freshness::Fresh
        }
    }

    /// How long to wait after a refresh that failed or brought nothing new.
    pub(super) fn pause(&self) -> Duration {
        let ahead = self.valid_for.map_or(AHEAD, |valid_for| valid_for - self.fresh_for);
        (ahead / 10).clamp(SHORTEST_PAUSE, LONGEST_PAUSE)
    }

    pub(super) fn obtained_at(&self) -> SystemTime {
        self.obtained_at
    }
}

/// Whether less than `duration` has passed since `then`; not if the clock was set back meanwhile.
pub(super) fn is_within(now: SystemTime, then: SystemTime, duration: Duration) -> bool {
    now.duration_since(then).is_ok_and(|passed| passed < duration)
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn held(end: Option<u64>) -> CachedEntry {
        let credentials = Credentials::new("AKIDexample", "key").unwrap();
        CachedEntry::new(
            end.into_iter().fold(credentials, |credentials, end| credentials.with_expiry(at(end))),
            at(10_000),
        )
    }

    #[test]
    fn credentials_are_refreshed_five_minutes_ahead_or_halfway() {
        // Lifetime; last fresh second; last valid second; pause after a failure.
        let cases = [
            (7_200, 6_899, 7_199, 30),
            (601, 300, 600, 30),
            (600, 299, 599, 30),
            (240, 119, 239, 12),
            (60, 29, 59, 3),
            (2, 0, 1, 1),
        ];
        for (lifetime, last_fresh, last_valid, pause) in cases {
            let held = held(Some(10_000 + lifetime));
            let age = |seconds: u64| held.freshness(at(10_000 + seconds));
            assert_eq!((age(last_fresh), age(last_fresh + 1)), (Freshness::Fresh, Freshness::Due), "{lifetime}");
            assert_eq!((age(last_valid), age(last_valid + 1)), (Freshness::Due, Freshness::Expired), "{lifetime}");
            assert_eq!(held.pause(), Duration::from_secs(pause), "{lifetime}");
        }
    }

    #[test]
    fn credentials_without_an_end_are_looked_for_again_and_never_end() {
        let held = held(None);
        assert_eq!((held.freshness(at(10_299)), held.freshness(at(10_300))), (Freshness::Fresh, Freshness::Due));
        assert_eq!((held.freshness(at(u64::from(u32::MAX))), held.pause()), (Freshness::Due, Duration::from_secs(30)));
    }

    #[test]
    fn credentials_that_had_ended_when_they_came_are_used_for_a_minute() {
        for end in [0, 9_999, 10_000] {
            let held = held(Some(end));
            assert_eq!((held.freshness(at(10_029)), held.freshness(at(10_059))), (Freshness::Fresh, Freshness::Due));
            assert_eq!(held.freshness(at(10_060)), Freshness::Expired);
        }
    }

    #[test]
    fn however_little_is_left_the_next_refresh_is_not_sooner_than_in_a_second() {
        let end = at(10_000) + Duration::from_millis(1_500);
        let credentials = Credentials::new("AKIDexample", "key").unwrap().with_expiry(end);
        for (left, fresh_for, valid_for) in
            [(1_500, 1_000, 1_500), (1_000, 1_000, 1_000), (1, 1_000, 1_000), (0, 30_000, 60_000)]
        {
            let held = CachedEntry::new(credentials.clone(), end - Duration::from_millis(left));
            let durations = (held.fresh_for, held.valid_for);
            assert_eq!(durations, (Duration::from_millis(fresh_for), Some(Duration::from_millis(valid_for))), "{left}");
        }
    }

    #[test]
    fn a_clock_that_was_set_back_is_a_reason_to_ask_again() {
        assert_eq!(held(Some(17_200)).freshness(at(9_999)), Freshness::Due);
        let since = |now| is_within(at(now), at(10_000), SHORTEST_PAUSE);
        assert!(since(10_000) && !since(10_001) && !since(9_999));
    }
}
