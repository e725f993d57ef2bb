//! Times as the service writes them.

use std::time::SystemTime;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::rfc2822::DateTimePrinter;
use jiff::tz::Offset;

/// The zone of times that do not state one. The API pages do not say which it is; the data actions of `cdn` default to
/// this one.
const ZONE: Offset = Offset::constant(8);

const SECONDS_PER_DAY: i64 = 24 * 60 * 60;

const FORMAT: &str = "%Y-%m-%d %H:%M:%S";

/// Reads `YYYY-MM-DD HH:MM:SS`, all digits written out.
pub(crate) fn parse(text: &str) -> Option<SystemTime> {
    let civil = DateTime::strptime(FORMAT, text).ok()?;
    let in_full = civil.strftime(FORMAT).to_string() == text;
    ZONE.to_timestamp(civil).ok().filter(|_| in_full).map(SystemTime::from)
}

/// Reads a time with an offset.
pub(crate) fn parse_iso(text: &str) -> Option<SystemTime> {
    text.parse::<Timestamp>().ok().map(SystemTime::from)
}

/// Writes `YYYY-MM-DD HH:MM:SS`.
pub(crate) fn format(time: SystemTime) -> String {
    ZONE.to_datetime(timestamp(time)).strftime(FORMAT).to_string()
}

/// The day that a time is on, as a number that differs from that of every other day. Days end at midnight in [`ZONE`], which
/// the API pages do not say either.
pub(crate) fn day(time: SystemTime) -> i64 {
    (timestamp(time).as_second() + i64::from(ZONE.seconds())).div_euclid(SECONDS_PER_DAY)
}

/// Writes a time for the `Date` header.
pub(crate) fn format_http(time: SystemTime) -> Option<String> {
    DateTimePrinter::new().timestamp_to_rfc9110_string(&timestamp(time)).ok()
}

/// An instant beyond the year 9999 becomes 1970: only a clock that is turned by hand shows one.
fn timestamp(time: SystemTime) -> Timestamp {
    Timestamp::try_from(time).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    const INSTANT: Duration = Duration::from_secs(1_532_945_453);

    #[test]
    fn times_without_a_zone_are_eight_hours_ahead_of_utc() {
        assert_eq!(format(UNIX_EPOCH + INSTANT), "2018-07-30 18:10:53");
        assert_eq!(parse("2018-07-30 18:10:53"), Some(UNIX_EPOCH + INSTANT));
    }

    #[test]
    fn a_time_is_written_in_full() {
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
    fn a_time_with_an_offset_states_it() {
        let expected = Some(UNIX_EPOCH + INSTANT);
        for text in ["2018-07-30T18:10:53+08:00", "2018-07-30T18:10:53+0800", "2018-07-30T10:10:53Z"] {
            assert_eq!(parse_iso(text), expected, "{text}");
        }
        assert_eq!(parse_iso("2018-07-30T18:10:53"), None);
    }

    #[test]
    fn a_day_ends_at_midnight_where_the_service_is() {
        let before = parse("2018-07-30 23:59:59").unwrap();
        assert_eq!(day(before), day(parse("2018-07-30 00:00:00").unwrap()));
        assert_eq!(day(before) + 1, day(before + Duration::from_secs(1)));
    }

    #[test]
    fn the_date_header_is_in_utc() {
        assert_eq!(format_http(UNIX_EPOCH + INSTANT).as_deref(), Some("Mon, 30 Jul 2018 10:10:53 GMT"));
    }
}
