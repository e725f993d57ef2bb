//! Measures how far this machine's clock is off, and corrects the time to sign with.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::http_date;

/// Maximum difference that is not corrected, in milliseconds. One minute: the service accepts five,
/// and a measurement is wrong by at most half a minute.
const MAX_UNCORRECTED: u64 = 60_000;
/// Maximum duration of an exchange that is measured. One minute: a measurement is wrong by at most
/// half of the duration.
const MAX_EXCHANGE: Duration = Duration::from_secs(60);
/// Minimum time of a server, in seconds since 1970. 2023-01-01: a server whose clock shows a time
/// before this crate existed is wrong. A clock that was never set starts in 1970 or 2000.
const MIN_SERVER_TIME: u64 = 1_672_531_200;
/// Maximum time of a server, in seconds since 1970. The end of the year 9999: a signature contains
/// the year in four digits.
const MAX_SERVER_TIME: u64 = 253_402_300_799;
/// The words before the server's time in the message about an expired signature.
const BEFORE_SERVER_TIME: &str = "server time";

/// The latest measurement.
///
/// All hosts of a configuration share it: the error is in this machine's clock, and the servers of
/// the service agree with each other.
#[derive(Debug, Default)]
pub(crate) struct Skew {
    /// Milliseconds by which the server's clock is ahead of this machine's.
    ahead: AtomicI64,
    /// `ahead` at the last [`Change`], so that a wrong clock is reported once and not with every
    /// response.
    reported: AtomicI64,
}

/// A measurement that differs by more than a minute from the last reported one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    /// Milliseconds by which the server's clock is ahead of this machine's.
    pub(crate) ahead: i64,
    /// Whether requests are signed with the server's time from now on.
    pub(crate) is_corrected: bool,
}

/// A duration that is added to this machine's time before a request is signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Correction {
    milliseconds: i64,
}

/// When a request was sent and when its response had arrived, by this machine's clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exchange {
    pub(crate) begin: SystemTime,
    pub(crate) end: SystemTime,
}

impl Skew {
    /// The correction for the next request. Zero up to a difference of one minute.
    pub(crate) fn correction(&self) -> Correction {
        let ahead = self.ahead.load(Ordering::Relaxed);
        Correction { milliseconds: if ahead.unsigned_abs() > MAX_UNCORRECTED { ahead } else { 0 } }
    }

    /// The difference that was measured last, even if it is too small to be corrected. Zero before
    /// the first measurement.
    pub(crate) fn measured(&self) -> Correction {
        Correction { milliseconds: self.ahead.load(Ordering::Relaxed) }
    }

    /// Measures the difference from the `Date` header of a response.
    pub(crate) fn measure(&self, exchange: Exchange, date: &str) -> Option<Change> {
        http_date::parse(date).and_then(|server| self.record(exchange, server))
    }

    /// Measures the difference from the message about an expired signature.
    ///
    /// The wording may change, so this is for responses without a usable `Date` header.
    pub(crate) fn measure_by_message(&self, exchange: Exchange, message: &str) -> Option<Change> {
        let seconds = message.rsplit_once(BEFORE_SERVER_TIME).and_then(|(_, rest)| {
            let digits = rest.trim_start_matches(|c: char| !c.is_ascii_digit());
            let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
            digits.get(..end)?.parse().ok()
        });
        let server = seconds.and_then(|seconds| UNIX_EPOCH.checked_add(Duration::from_secs(seconds)))?;
        self.record(exchange, server)
    }

    /// Records the server's time. The server probably read its clock in the middle of the exchange.
    fn record(&self, Exchange { begin, end }: Exchange, server: SystemTime) -> Option<Change> {
        // `duration_since` fails if the clock was set back during the exchange.
        let took = end.duration_since(begin).ok().filter(|&took| took <= MAX_EXCHANGE)?;
        let middle = begin.checked_add(took / 2)?;
        let since_1970 = server.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        if !(MIN_SERVER_TIME..=MAX_SERVER_TIME).contains(&since_1970) {
            return None;
        }
        let ahead = milliseconds_between(middle, server);
        self.ahead.store(ahead, Ordering::Relaxed);
        self.change(ahead)
    }

    /// The change to report, if this measurement differs from the last reported one.
    ///
    /// Measurements are compared with each other, and not with the limit for a correction: a clock
    /// that is off by almost exactly a minute would be reported repeatedly.
    fn change(&self, ahead: i64) -> Option<Change> {
        let reported = self.reported.load(Ordering::Relaxed);
        let is_new = ahead.abs_diff(reported) > MAX_UNCORRECTED
            // If several calls measure the same change at once, one of them reports it.
            && self.reported.compare_exchange(reported, ahead, Ordering::Relaxed, Ordering::Relaxed).is_ok();
        is_new.then(|| Change { ahead, is_corrected: ahead.unsigned_abs() > MAX_UNCORRECTED })
    }
}

impl Correction {
    /// The time to sign with.
    pub(crate) fn apply(self, now: SystemTime) -> SystemTime {
        let by = Duration::from_millis(self.milliseconds.unsigned_abs());
        let corrected = if self.milliseconds < 0 { now.checked_sub(by) } else { now.checked_add(by) };
        corrected.unwrap_or(now)
    }

    /// Whether a request that was rejected with the other correction is worth signing with this
    /// one.
    pub(crate) fn differs(self, other: Self) -> bool {
        self.milliseconds.abs_diff(other.milliseconds) > MAX_UNCORRECTED
    }
}

fn milliseconds_between(from: SystemTime, to: SystemTime) -> i64 {
    let milliseconds = |duration: Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
    match to.duration_since(from) {
        Ok(ahead) => milliseconds(ahead),
        Err(behind) => -milliseconds(behind.duration()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: u64 = 1_700_000_000;
    const DATE: &str = "Tue, 14 Nov 2023 22:13:20 GMT";

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn between(begin: u64, end: u64) -> Exchange {
        Exchange { begin: at(begin), end: at(end) }
    }

    /// The correction in seconds after an exchange with the given header.
    fn corrected(exchange: Exchange, date: &str) -> i64 {
        let skew = Skew::default();
        skew.measure(exchange, date);
        skew.correction().milliseconds / 1_000
    }

    #[test]
    fn the_server_reads_its_clock_in_the_middle_of_the_exchange() {
        assert_eq!(corrected(between(NOW - 600, NOW - 600), DATE), 600);
        assert_eq!(corrected(between(NOW - 610, NOW - 590), DATE), 600);
        assert_eq!(corrected(between(NOW + 3_590, NOW + 3_610), DATE), -3_600);
    }

    #[test]
    fn nothing_is_corrected_up_to_a_minute() {
        for (off, correction) in [(-61, 61), (-60, 0), (0, 0), (60, 0), (61, -61)] {
            let now = NOW.saturating_add_signed(off);
            assert_eq!(corrected(between(now, now), DATE), correction, "{off}");
        }
    }

    #[test]
    fn a_clock_that_was_never_set_is_corrected() {
        assert_eq!(corrected(between(0, 1), DATE), 1_699_999_999);
        assert_eq!(Correction { milliseconds: 1_700_000_000_000 }.apply(at(1)), at(NOW + 1));
    }

    #[test]
    fn an_impossible_server_time_is_ignored() {
        let cases = [
            (between(NOW, NOW), "Thu, 01 Jan 1970 00:00:00 GMT"),
            (between(NOW, NOW), "Sat, 31 Dec 2022 23:59:59 GMT"),
            (between(NOW, NOW), "yesterday"),
            (between(NOW + 500, NOW + 561), DATE),
            (between(NOW + 500, NOW + 499), DATE),
        ];
        for (exchange, date) in cases {
            assert_eq!(corrected(exchange, date), 0, "{exchange:?} {date}");
        }
    }

    #[test]
    fn a_message_contains_the_server_s_time() {
        let measured = |message: &str| {
            let skew = Skew::default();
            skew.measure_by_message(between(NOW - 900, NOW - 900), message);
            skew.correction().milliseconds / 1_000
        };
        let message = "Signature expired. Please use local time and enable NTP. Or reduce the deviation between \
                       `Timestamp` and the server time 1700000000.";
        assert_eq!(measured(message), 900);
        assert_eq!(measured("Timestamp 1699999100, server time: 1700000000"), 900);
        for useless in [
            "",
            "server time",
            "server time soon",
            "server time 12",
            "time 1700000000",
            "server time 99999999999999999999999",
        ] {
            assert_eq!(measured(useless), 0, "{useless}");
        }
    }

    #[test]
    fn the_latest_measurement_counts() {
        let skew = Skew::default();
        for (off, correction) in [(600, -600), (0, 0), (90, -90)] {
            skew.measure(between(NOW + off, NOW + off), DATE);
            assert_eq!(skew.correction().milliseconds / 1_000, correction);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_measurement_results_in_a_valid_time_to_sign(text in any::<String>(), server in any::<u64>(), now: u32) {
            let now = u64::from(now);
            for message in [format!("server time {server}"), format!("server time {text}{server}{text}"), text] {
                let skew = Skew::default();
                skew.measure_by_message(between(now, now + 1), &message);
                let signed = skew.correction().apply(at(now)).duration_since(UNIX_EPOCH).unwrap().as_secs();
                prop_assert!(signed == now || (MIN_SERVER_TIME - 1..=MAX_SERVER_TIME).contains(&signed), "{}", signed);
            }
        }
    }

    #[test]
    fn a_correction_beyond_the_range_of_time_is_ignored() {
        for milliseconds in [i64::MIN, i64::MAX] {
            let odd = Correction { milliseconds };
            let _ = odd.apply(at(0));
            assert!(odd.differs(Correction::default()));
        }
    }
}
