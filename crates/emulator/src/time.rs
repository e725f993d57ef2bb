//! Reads and writes times as the service does.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::rfc2822::DateTimePrinter;
use jiff::tz::Offset;

/// The time zone of times without an offset. The API pages do not name it; UTC+8 is the default of
/// the data actions of `cdn`.
const ZONE: Offset = Offset::constant(8);

const SECONDS_PER_DAY: i64 = 24 * 60 * 60;

const FORMAT: &str = "%Y-%m-%d %H:%M:%S";

/// Parses `YYYY-MM-DD HH:MM:SS`. Every digit is required.
pub(crate) fn parse(text: &str) -> Option<SystemTime> {
    let civil = DateTime::strptime(FORMAT, text).ok()?;
    let has_every_digit = civil.strftime(FORMAT).to_string() == text;
    ZONE.to_timestamp(civil).ok().filter(|_| has_every_digit).map(SystemTime::from)
}

/// Whether a text is a date, as `YYYY-MM-DD`. Every digit is required.
pub(crate) fn is_date(text: &str) -> bool {
    parse(&format!("{text} 00:00:00")).is_some()
}

/// Parses an ISO 8601 time with an offset.
pub(crate) fn parse_with_offset(text: &str) -> Option<SystemTime> {
    text.parse::<Timestamp>().ok().map(SystemTime::from)
}

/// Writes `YYYY-MM-DD HH:MM:SS`.
pub(crate) fn format(time: SystemTime) -> String {
    ZONE.to_datetime(timestamp(time)).strftime(FORMAT).to_string()
}

/// Writes an ISO 8601 time in UTC, with whole seconds.
pub(crate) fn format_with_offset(time: SystemTime) -> String {
    Offset::UTC.to_datetime(timestamp(time)).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The number of the day that contains this time. A day ends at midnight in [`ZONE`]; the API pages
/// do not state that either.
pub(crate) fn day(time: SystemTime) -> i64 {
    (timestamp(time).as_second() + i64::from(ZONE.seconds())).div_euclid(SECONDS_PER_DAY)
}

/// Writes a time for the `Date` header.
pub(crate) fn format_http(time: SystemTime) -> Option<String> {
    DateTimePrinter::new().timestamp_to_rfc9110_string(&timestamp(time)).ok()
}

/// The latest time that can be written: 26 hours before the year 10000, so that it is within the
/// year 9999 in every time zone. The clock stops there.
pub(crate) fn latest() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(Timestamp::MAX.as_second().unsigned_abs())
}

/// Moves a time by seconds. `None` if the result is before 1970 or after [`latest`].
pub(crate) fn moved(time: SystemTime, seconds: i64) -> Option<SystemTime> {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    let moved = if seconds < 0 { time.checked_sub(distance) } else { time.checked_add(distance) };
    moved.filter(|moved| (SystemTime::UNIX_EPOCH..=latest()).contains(moved))
}

/// Converts a time. One that cannot be written becomes the latest one, or the earliest.
fn timestamp(time: SystemTime) -> Timestamp {
    let limit = if time < SystemTime::UNIX_EPOCH { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::try_from(time).unwrap_or(limit)
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    const INSTANT: Duration = Duration::from_secs(1_532_945_453);

    #[test]
    fn times_without_an_offset_are_in_utc_plus_8() {
        assert_eq!(format(UNIX_EPOCH + INSTANT), "2018-07-30 18:10:53");
        assert_eq!(parse("2018-07-30 18:10:53"), Some(UNIX_EPOCH + INSTANT));
    }

    #[test]
    fn a_time_needs_every_digit() {
        for text in [
            "2018-07-30",
            "2018-7-30 18:10:53",
            "2018-07-30T18:10:53",
            "2018-02-30 18:10:53",
            " 2018-07-30 18:10:5",
            "",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn an_iso_time_needs_an_offset() {
        let expected = Some(UNIX_EPOCH + INSTANT);
        for text in ["2018-07-30T18:10:53+08:00", "2018-07-30T18:10:53+0800", "2018-07-30T10:10:53Z"] {
            assert_eq!(parse_with_offset(text), expected, "{text}");
        }
        assert_eq!(parse_with_offset("2018-07-30T18:10:53"), None);
    }

    #[test]
    fn an_iso_time_is_written_in_utc() {
        assert_eq!(format_with_offset(UNIX_EPOCH + INSTANT + Duration::from_millis(999)), "2018-07-30T10:10:53Z");
    }

    #[test]
    fn a_day_ends_at_midnight_in_the_zone_of_the_service() {
        let before = parse("2018-07-30 23:59:59").unwrap();
        assert_eq!(day(before), day(parse("2018-07-30 00:00:00").unwrap()));
        assert_eq!(day(before) + 1, day(before + Duration::from_secs(1)));
    }

    #[test]
    fn a_time_is_not_moved_beyond_those_that_can_be_written() {
        let time = UNIX_EPOCH + INSTANT;
        assert_eq!(moved(time, -600), Some(UNIX_EPOCH + INSTANT - Duration::from_secs(600)));
        assert_eq!(moved(time, 600), Some(UNIX_EPOCH + INSTANT + Duration::from_secs(600)));
        let (to_epoch, to_latest) = (-1_532_945_453, 253_402_207_200 - 1_532_945_453);
        assert_eq!(moved(time, to_epoch), Some(UNIX_EPOCH));
        assert!(moved(time, to_latest).is_some());
        for seconds in [to_epoch - 1, to_latest + 1, i64::MIN, i64::MAX] {
            assert_eq!(moved(time, seconds), None, "{seconds}");
        }
    }

    #[test]
    fn the_latest_time_can_be_written() {
        assert_eq!(format(latest()), "9999-12-31 06:00:00");
        assert_eq!(format_http(latest()).as_deref(), Some("Thu, 30 Dec 9999 22:00:00 GMT"));
        assert_eq!(format(latest() + Duration::from_secs(1 << 40)), format(latest()));
    }

    #[test]
    fn the_date_header_is_in_utc() {
        assert_eq!(format_http(UNIX_EPOCH + INSTANT).as_deref(), Some("Mon, 30 Jul 2018 10:10:53 GMT"));
    }
}
