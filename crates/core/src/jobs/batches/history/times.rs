//! Compares when a task was created with when a request was sent.

use std::time::{Duration, SystemTime};

use super::fit::Fit;
use crate::time::{DateTime, OffsetDateTime, UtcOffset};

/// How long before a request its task may have been created, according to the clocks. 3 s: times
/// are cut to seconds, and so is the time by which the difference of the clocks is measured.
const MAX_ERROR: Duration = Duration::from_secs(3);
/// How long before a request its task may have been created if a measurement is bad. 40 s: a
/// measurement during a slow response is wrong by at most half a minute. A task of this time is
/// perhaps that of the request, and perhaps one that was submitted before.
const MAX_EARLY: Duration = Duration::from_secs(40);
/// How long after the last moment of a request its task may be created. Two minutes: the request
/// may have waited in a proxy or in the service.
const MAX_LATE: Duration = Duration::from_secs(120);
/// How long ago a request may have been sent if the recorded time is wrong. One hour.
const MAX_AGE: Duration = Duration::from_secs(3_600);
/// How far in the future the clocks may show a time that is in the past. One hour: one wrong
/// response can set the service's clock wrong by minutes.
const MAX_AHEAD: Duration = Duration::from_secs(3_600);

/// When the task of a request was created, if the request was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    /// Begins `MAX_ERROR` before the request.
    from: SystemTime,
    until: SystemTime,
}

impl Window {
    /// The window of a request that was sent at this time, and was over after `longest`.
    pub(super) fn of(sent_at: SystemTime, longest: Duration) -> Self {
        let until = sent_at.checked_add(longest.saturating_add(MAX_LATE)).unwrap_or(sent_at);
        Self { from: sent_at.checked_sub(MAX_ERROR).unwrap_or(sent_at), until }
    }

    /// The window of a request of which it is not known when it was sent: it ends now.
    pub(super) fn before(now: SystemTime) -> Self {
        Self::of(now.checked_sub(MAX_AGE).unwrap_or(now), MAX_AGE)
    }

    /// The period to ask the history for, from its first to its last moment.
    pub(super) fn period(self, now: SystemTime) -> (SystemTime, SystemTime) {
        let end = now.checked_add(MAX_LATE).unwrap_or(now);
        (self.earliest(), self.until.min(end))
    }

    fn earliest(self) -> SystemTime {
        self.from.checked_sub(MAX_EARLY - MAX_ERROR).unwrap_or(self.from)
    }

    fn fit(self, created: SystemTime) -> Fit {
        if (self.from..=self.until).contains(&created) {
            Fit::Sure
        } else if (self.earliest()..self.from).contains(&created) {
            Fit::Maybe
        } else {
            Fit::No
        }
    }
}

/// When a task was created, as the service writes it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Created {
    At(SystemTime),
    /// Without an offset from UTC.
    Local(DateTime),
    Unreadable,
}

impl From<&str> for Created {
    fn from(text: &str) -> Self {
        match text.parse::<OffsetDateTime>().map(|time| time.to_system_time()) {
            Ok(Ok(time)) => Self::At(time),
            _ => text.parse().map_or(Self::Unreadable, Self::Local),
        }
    }
}

impl Created {
    /// Whether it is in one of these windows. No page says whether a time without an offset is UTC
    /// or China's time, so it is compared as both unless that is known.
    pub(super) fn fit(&self, windows: &[Window], zone: Option<UtcOffset>) -> Fit {
        let fit = |instant| windows.iter().map(|window| window.fit(instant)).max().unwrap_or(Fit::No);
        match (self, zone) {
            (Self::At(instant), _) => fit(*instant),
            (Self::Local(time), Some(zone)) => time.to_system_time(zone).map_or(Fit::Maybe, fit),
            (Self::Local(_), None) => self.fit_at(windows, UtcOffset::UTC).max(self.fit_at(windows, UtcOffset::CHINA)),
            (Self::Unreadable, _) => Fit::Maybe,
        }
    }

    /// Whether it is in one of these windows, if the service writes times of this zone. That is not
    /// sure, so neither is the result.
    fn fit_at(&self, windows: &[Window], zone: UtcOffset) -> Fit {
        self.fit(windows, Some(zone)).min(Fit::Maybe)
    }

    /// The zone of the service's times, if this is the time of a task from one of these windows.
    pub(super) fn zone_of_task(&self, windows: &[Window]) -> Option<UtcOffset> {
        let fits = |zone: &UtcOffset| self.fit_at(windows, *zone) != Fit::No;
        let zones: Vec<UtcOffset> = [UtcOffset::UTC, UtcOffset::CHINA].into_iter().filter(fits).collect();
        zones.first().copied().filter(|_| zones.len() == 1 && matches!(self, Self::Local(_)))
    }

    /// Whether it is China's time because it would be in the future otherwise.
    pub(super) fn is_after(&self, now: SystemTime) -> bool {
        let Self::Local(time) = self else { return false };
        let ahead = time.to_system_time(UtcOffset::UTC).ok().and_then(|time| time.duration_since(now).ok());
        ahead.is_some_and(|ahead| ahead > MAX_AHEAD)
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    /// 2023-11-14 22:13:20 UTC.
    const SENT: u64 = 1_700_000_000;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn window() -> Window {
        Window::of(at(SENT), Duration::from_secs(60))
    }

    fn fit(created: &str, zone: Option<UtcOffset>) -> Fit {
        Created::from(created).fit(&[window()], zone)
    }

    #[test]
    fn a_task_is_surely_of_the_window_only_if_the_clocks_allow_no_doubt() {
        for (created, expected) in [
            ("2023-11-14T22:12:39Z", Fit::No),
            ("2023-11-14T22:12:40Z", Fit::Maybe),
            ("2023-11-14T22:13:16Z", Fit::Maybe),
            ("2023-11-14T22:13:17Z", Fit::Sure),
            ("2023-11-14T22:13:20Z", Fit::Sure),
            ("2023-11-15T06:16:20+08:00", Fit::Sure),
            ("2023-11-14T22:16:21Z", Fit::No),
            ("", Fit::Maybe),
        ] {
            assert_eq!(fit(created, None), expected, "{created}");
        }
    }

    #[test]
    fn a_time_without_an_offset_is_only_compared_surely_if_the_zone_is_known() {
        for (created, utc, china, unknown) in [
            ("2023-11-14 22:13:20", Fit::Sure, Fit::No, Fit::Maybe),
            ("2023-11-15 06:13:20", Fit::No, Fit::Sure, Fit::Maybe),
            ("2023-11-15 02:13:20", Fit::No, Fit::No, Fit::No),
        ] {
            let found = [Some(UtcOffset::UTC), Some(UtcOffset::CHINA), None].map(|zone| fit(created, zone));
            assert_eq!(found, [utc, china, unknown], "{created}");
        }
    }

    #[test]
    fn the_zone_is_known_from_a_known_task_and_from_a_time_in_the_future() {
        let zone = |created: &str| Created::from(created).zone_of_task(&[window()]);
        assert_eq!(zone("2023-11-14 22:13:20"), Some(UtcOffset::UTC));
        assert_eq!(zone("2023-11-15 06:13:20"), Some(UtcOffset::CHINA));
        assert_eq!(zone("2023-11-15 02:13:20"), None);
        assert_eq!(zone("2023-11-14T22:13:20Z"), None);
        let both = [window(), Window::of(at(SENT - 8 * 3_600), Duration::ZERO)];
        assert_eq!(Created::from("2023-11-14 22:13:20").zone_of_task(&both), None);
        assert!(Created::from("2023-11-15 06:13:20").is_after(at(SENT)));
        assert!(!Created::from("2023-11-14 23:13:20").is_after(at(SENT)));
    }
}
