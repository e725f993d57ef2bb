//! How far this machine's clock is from the server's, measured from the answers, and the time to sign with.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::http_date;

/// From when on a difference is corrected, in milliseconds: the service accepts five minutes, so a smaller one does no
/// harm, and what a measurement may be wrong by is well below it.
const CORRECTED_FROM: u64 = 60_000;
/// The longest exchange that is measured: it is wrong by half of this at most.
const LONGEST_EXCHANGE: Duration = Duration::from_secs(60);
/// The earliest time that a server can show, 2023-01-01 in seconds since 1970: this crate is younger. A clock that was
/// never set begins at 1970 or 2000.
const EARLIEST: u64 = 1_672_531_200;
/// The latest, the end of the year 9999: a signature has four digits for the year.
const LATEST: u64 = 253_402_300_799;
/// What stands before the server's time in the message of a signature that has expired.
const IN_MESSAGE: &str = "server time";

/// What was measured last.
///
/// One for all hosts of a configuration: it is this machine's clock that is wrong, and the servers of a cloud agree.
#[derive(Debug, Default)]
pub(crate) struct Skew {
    /// Milliseconds by which the server's clock is ahead of this machine's.
    ahead: AtomicI64,
    /// `ahead` at the last [`Change`]: a wrong clock is reported once, and not with every response.
    reported: AtomicI64,
}

/// A measurement that differs by more than a minute from the one that was reported last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    /// Milliseconds by which the server's clock is ahead of this machine's.
    pub(crate) ahead: i64,
    /// Whether requests are now signed with the server's time.
    pub(crate) is_corrected: bool,
}

/// What is added to this machine's time before a request is signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Correction {
    milliseconds: i64,
}

/// When a request was sent, and when its response was there, by this machine's clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exchange {
    pub(crate) begin: SystemTime,
    pub(crate) end: SystemTime,
}

impl Skew {
    /// What to sign the next request with: nothing is corrected below a minute.
    pub(crate) fn correction(&self) -> Correction {
        let ahead = self.ahead.load(Ordering::Relaxed);
        Correction { milliseconds: if ahead.unsigned_abs() > CORRECTED_FROM { ahead } else { 0 } }
    }

    /// Measures the difference from the `Date` header of a response.
    pub(crate) fn measure(&self, exchange: Exchange, date: &str) -> Option<Change> {
        http_date::parse(date).and_then(|server| self.record(exchange, server))
    }

    /// Measures the difference from the message of a signature that has expired.
    ///
    /// The words may change, so this is for answers from whose header nothing was learnt.
    pub(crate) fn measure_by_message(&self, exchange: Exchange, message: &str) -> Option<Change> {
        let seconds = message.rsplit_once(IN_MESSAGE).and_then(|(_, rest)| {
            let digits = rest.trim_start_matches(|c: char| !c.is_ascii_digit());
            let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
            digits.get(..end)?.parse().ok()
        });
        let server = seconds.and_then(|seconds| UNIX_EPOCH.checked_add(Duration::from_secs(seconds)))?;
        self.record(exchange, server)
    }

    /// Records the server's time. The server read its clock during the exchange, most likely in the middle.
    fn record(&self, Exchange { begin, end }: Exchange, server: SystemTime) -> Option<Change> {
        // There is no duration if the clock was set back during the exchange.
        let took = end.duration_since(begin).ok().filter(|&took| took <= LONGEST_EXCHANGE)?;
        let middle = begin.checked_add(took / 2)?;
        let since_1970 = server.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        if !(EARLIEST..=LATEST).contains(&since_1970) {
            return None;
        }
        let ahead = milliseconds_between(middle, server);
        self.ahead.store(ahead, Ordering::Relaxed);
        self.change(ahead)
    }

    /// The change to report, if this measurement differs from the last one that was reported.
    ///
    /// Measurements are compared with each other and not with the limit for a correction: a clock that is off by almost
    /// exactly a minute would be reported again and again.
    fn change(&self, ahead: i64) -> Option<Change> {
        let reported = self.reported.load(Ordering::Relaxed);
        let is_new = ahead.abs_diff(reported) > CORRECTED_FROM
            // Of several calls that measure the same change at once, one reports it.
            && self.reported.compare_exchange(reported, ahead, Ordering::Relaxed, Ordering::Relaxed).is_ok();
        is_new.then(|| Change { ahead, is_corrected: ahead.unsigned_abs() > CORRECTED_FROM })
    }
}

impl Correction {
    /// The time to sign with.
    pub(crate) fn apply(self, now: SystemTime) -> SystemTime {
        let by = Duration::from_millis(self.milliseconds.unsigned_abs());
        let corrected = if self.milliseconds < 0 { now.checked_sub(by) } else { now.checked_add(by) };
        corrected.unwrap_or(now)
    }

    /// Whether a request that was refused with the other one is worth signing with this one.
    pub(crate) fn differs(self, other: Self) -> bool {
        self.milliseconds.abs_diff(other.milliseconds) > CORRECTED_FROM
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

    /// What is added to the time in seconds after an exchange with such a header.
    fn corrected(exchange: Exchange, date: &str) -> i64 {
        let skew = Skew::default();
        skew.measure(exchange, date);
        skew.correction().milliseconds / 1_000
    }

    #[test]
    fn the_server_is_asked_in_the_middle_of_the_exchange() {
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
    fn what_cannot_be_the_server_s_time_is_ignored() {
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
    fn a_message_tells_the_server_s_time() {
        let told = |message: &str| {
            let skew = Skew::default();
            skew.measure_by_message(between(NOW - 900, NOW - 900), message);
            skew.correction().milliseconds / 1_000
        };
        let message = "Signature expired. Please use local time and enable NTP. Or reduce the deviation between \
                       `Timestamp` and the server time 1700000000.";
        assert_eq!(told(message), 900);
        assert_eq!(told("Timestamp 1699999100, server time: 1700000000"), 900);
        for useless in [
            "",
            "server time",
            "server time soon",
            "server time 12",
            "time 1700000000",
            "server time 99999999999999999999999",
        ] {
            assert_eq!(told(useless), 0, "{useless}");
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
        fn a_measurement_leads_to_a_time_that_can_be_signed(text in any::<String>(), server in any::<u64>(), now: u32) {
            let now = u64::from(now);
            for message in [format!("server time {server}"), format!("server time {text}{server}{text}"), text] {
                let skew = Skew::default();
                skew.measure_by_message(between(now, now + 1), &message);
                let signed = skew.correction().apply(at(now)).duration_since(UNIX_EPOCH).unwrap().as_secs();
                prop_assert!(signed == now || (EARLIEST - 1..=LATEST).contains(&signed), "{}", signed);
            }
        }
    }

    #[test]
    fn a_correction_beyond_all_calendars_changes_nothing() {
        for milliseconds in [i64::MIN, i64::MAX] {
            let odd = Correction { milliseconds };
            let _ = odd.apply(at(0));
            assert!(odd.differs(Correction::default()));
        }
    }
}
