//! Decides whether cached credentials are fresh, due for refresh, or expired, as pure functions of
//! the time.

use std::time::{Duration, SystemTime};

use super::Credentials;

/// Time before their expiry from which credentials are due for refresh. 5 minutes: the service
/// accepts signatures that are 5 minutes old, so a request that was signed just before the refresh
/// may be checked 5 minutes later, and its token must still be valid then. And 10 refreshes can
/// fail without a call failing.
const REFRESH_AHEAD: Duration = Duration::from_secs(300);
/// Time after which credentials without an expiry are due for refresh. 5 minutes: a file may have
/// been rewritten, and reading it that rarely costs nothing.
const REFRESH_INTERVAL: Duration = Duration::from_secs(300);
/// Assumed validity of credentials that had expired when they were obtained. 60 s: new credentials
/// are hardly ever expired, so this machine's clock is probably wrong. They are due after half of
/// it, and a request every 30 s does no harm.
const ASSUMED_VALIDITY: Duration = Duration::from_secs(60);
/// Maximum pause after a refresh that failed. 30 s: 10 of them fit into [`REFRESH_AHEAD`].
const MAX_PAUSE: Duration = Duration::from_secs(30);
/// Minimum time from the end of a refresh to the next one, whether it failed or not. 1 s: a program
/// that fails in a loop, or that obtains credentials about to expire, must not query their source
/// in that loop; and a program that starts before the network is up should not wait for long.
pub(super) const MIN_PAUSE: Duration = Duration::from_secs(1);

/// Cached credentials, and when they were obtained.
#[derive(Debug)]
pub(super) struct CachedEntry {
    pub(super) credentials: Credentials,
    /// Whether the service has rejected them.
    pub(super) rejected: bool,
    obtained_at: SystemTime,
    fresh_for: Duration,
    /// `None` if they do not expire.
    valid_for: Option<Duration>,
}

/// Whether cached credentials are valid, and whether to refresh them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Freshness {
    /// Valid, and there is no reason to refresh them.
    Fresh,
    /// Still valid, but it is time to refresh them.
    Due,
    /// No longer valid.
    Expired,
}

impl CachedEntry {
    pub(super) fn new(credentials: Credentials, now: SystemTime) -> Self {
        let valid_for = credentials.expiry().map(|expiry| match expiry.duration_since(now) {
            Ok(left) if !left.is_zero() => left.max(MIN_PAUSE),
            _ => ASSUMED_VALIDITY,
        });
        // Credentials that live for 5 minutes or less would be due at once, and again after each
        // refresh. So credentials that live for less than 10 minutes are due after half of the time
        // that was left when they were obtained.
        let fresh_for = match valid_for {
            Some(valid_for) => (valid_for - REFRESH_AHEAD.min(valid_for / 2)).max(MIN_PAUSE),
            None => REFRESH_INTERVAL,
        };
        Self { credentials, rejected: false, obtained_at: now, fresh_for, valid_for }
    }

    pub(super) fn freshness(&self, now: SystemTime) -> Freshness {
        // If the clock was set back to before they were obtained, their age is unknown.
        let Ok(age) = now.duration_since(self.obtained_at) else { return Freshness::Due };
        if self.valid_for.is_some_and(|valid_for| age >= valid_for) {
            Freshness::Expired
        } else if age >= self.fresh_for {
            Freshness::Due
        } else {
            Freshness::Fresh
        }
    }

    /// The pause after a refresh that failed or returned the rejected credentials: a tenth of the
    /// time from due to expired, so that ten refreshes can fail.
    pub(super) fn pause(&self) -> Duration {
        let ahead = self.valid_for.map_or(REFRESH_AHEAD, |valid_for| valid_for - self.fresh_for);
        (ahead / 10).clamp(MIN_PAUSE, MAX_PAUSE)
    }

    pub(super) fn obtained_at(&self) -> SystemTime {
        self.obtained_at
    }
}

/// Whether less than `duration` has passed since `then`; false if the clock was set back meanwhile.
pub(super) fn is_within(now: SystemTime, then: SystemTime, duration: Duration) -> bool {
    now.duration_since(then).is_ok_and(|passed| passed < duration)
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    /// When the credentials of these tests are obtained.
    const OBTAINED: u64 = 10_000;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn entry(expiry: Option<u64>) -> CachedEntry {
        let credentials = Credentials::new("AKIDexample", "key").unwrap().with_optional_expiry(expiry.map(at));
        CachedEntry::new(credentials, at(OBTAINED))
    }

    #[test]
    fn credentials_are_due_five_minutes_before_their_expiry_or_halfway() {
        // Lifetime; last second in which they are fresh; last second in which they are valid; pause
        // after a failure.
        let cases = [
            (7_200, 6_899, 7_199, 30),
            (601, 300, 600, 30),
            (600, 299, 599, 30),
            (240, 119, 239, 12),
            (60, 29, 59, 3),
            (2, 0, 1, 1),
        ];
        for (lifetime, last_fresh, last_valid, pause) in cases {
            let entry = entry(Some(OBTAINED + lifetime));
            let after = |seconds: u64| entry.freshness(at(OBTAINED + seconds));
            assert_eq!((after(last_fresh), after(last_fresh + 1)), (Freshness::Fresh, Freshness::Due), "{lifetime}");
            assert_eq!((after(last_valid), after(last_valid + 1)), (Freshness::Due, Freshness::Expired), "{lifetime}");
            assert_eq!(entry.pause(), Duration::from_secs(pause), "{lifetime}");
        }
    }

    #[test]
    fn credentials_without_an_expiry_are_due_after_five_minutes_and_never_expire() {
        let entry = entry(None);
        assert_eq!(
            (entry.freshness(at(OBTAINED + 299)), entry.freshness(at(OBTAINED + 300))),
            (Freshness::Fresh, Freshness::Due)
        );
        assert_eq!(
            (entry.freshness(at(u64::from(u32::MAX))), entry.pause()),
            (Freshness::Due, Duration::from_secs(30))
        );
    }

    #[test]
    fn credentials_obtained_after_their_expiry_are_valid_for_a_minute() {
        for expiry in [0, OBTAINED - 1, OBTAINED] {
            let entry = entry(Some(expiry));
            assert_eq!(
                (entry.freshness(at(OBTAINED + 29)), entry.freshness(at(OBTAINED + 59))),
                (Freshness::Fresh, Freshness::Due)
            );
            assert_eq!(entry.freshness(at(OBTAINED + 60)), Freshness::Expired);
        }
    }

    #[test]
    fn credentials_about_to_expire_are_fresh_for_a_second() {
        let expiry = at(OBTAINED) + Duration::from_millis(1_500);
        let credentials = Credentials::new("AKIDexample", "key").unwrap().with_expiry(expiry);
        for (left, fresh_for, valid_for) in
            [(1_500, 1_000, 1_500), (1_000, 1_000, 1_000), (1, 1_000, 1_000), (0, 30_000, 60_000)]
        {
            let entry = CachedEntry::new(credentials.clone(), expiry - Duration::from_millis(left));
            let durations = (entry.fresh_for, entry.valid_for);
            assert_eq!(durations, (Duration::from_millis(fresh_for), Some(Duration::from_millis(valid_for))), "{left}");
        }
    }

    #[test]
    fn credentials_are_due_after_the_clock_was_set_back() {
        assert_eq!(entry(Some(OBTAINED + 7_200)).freshness(at(OBTAINED - 1)), Freshness::Due);
        let within_a_second = |now| is_within(at(now), at(OBTAINED), MIN_PAUSE);
        assert!(within_a_second(OBTAINED) && !within_a_second(OBTAINED + 1) && !within_a_second(OBTAINED - 1));
    }
}
