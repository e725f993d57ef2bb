//! Recognizes dates and times in the forms of the API.

use jiff::fmt::strtime::BrokenDownTime;

/// Maximum offset from UTC. 14 hours and 59 minutes: no time zone is more than 14 hours ahead.
const MAX_OFFSET_SECONDS: i32 = (14 * 60 + 59) * 60;

/// Whether a text is a date such as `2018-06-06`.
pub(crate) fn is_date(text: &str) -> bool {
    parse(text, "%Y-%m-%d").is_some()
}

/// Whether a text is a date and time such as `2018-08-08 00:00:00`.
pub(crate) fn is_date_time(text: &str) -> bool {
    parse(text, "%Y-%m-%d %H:%M:%S").is_some()
}

/// Whether a text is a date and time with its offset, such as `2018-08-08T00:00:00+08:00` or
/// `2018-08-08T00:00:00Z`.
pub(crate) fn is_offset_date_time(text: &str) -> bool {
    match text.strip_suffix('Z') {
        Some(utc) => parse(utc, "%Y-%m-%dT%H:%M:%S").is_some(),
        None => parse(text, "%Y-%m-%dT%H:%M:%S%:z")
            .and_then(|time| time.offset())
            .is_some_and(|offset| (-MAX_OFFSET_SECONDS..=MAX_OFFSET_SECONDS).contains(&offset.seconds())),
    }
}

/// Parses a text that is written exactly in the format: `jiff` also accepts `2018-6-6`.
fn parse(text: &str, format: &str) -> Option<BrokenDownTime> {
    let time = BrokenDownTime::parse(format, text).ok()?;
    time.to_date().ok()?;
    (time.to_string(format).ok()? == text).then_some(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        let valid = ["2018-06-06", "2024-02-29", "2000-02-29", "2025-12-31"];
        let invalid = [
            "",
            "2018-6-6",
            "2018-13-01",
            "2018-00-01",
            "2018-04-31",
            "2025-02-29",
            "1900-02-29",
            "2018-+6-06",
            " 2018-06-06",
            "é018-06-06",
        ];
        assert_eq!(valid.map(is_date), [true; 4]);
        assert_eq!(invalid.map(is_date), [false; 10]);
    }

    #[test]
    fn times_have_a_date_and_an_offset_where_the_format_has_one() {
        assert!(is_date_time("2018-08-08 23:59:59"));
        let invalid = ["2018-08-08 24:00:00", "2018-08-08 23:59:60", "2018-08-08T00:00:00", "2018-08-08"];
        assert_eq!(invalid.map(is_date_time), [false; 4]);
        let valid = ["2018-08-08T00:00:00Z", "2018-08-08T00:00:00+08:00", "2018-08-08T00:00:00-14:59"];
        assert_eq!(valid.map(is_offset_date_time), [true; 3]);
        let invalid = [
            "2018-08-08T00:00:00",
            "2018-08-08 00:00:00Z",
            "2018-08-08T00:00:00+25:00",
            "2018-08-08T00:00:00+15:00",
            "2018-08-08T00:00:00+0800",
            "2018-08-08T00:00:00z",
            "2018-08-08Té",
            "T",
        ];
        assert_eq!(invalid.map(is_offset_date_time), [false; 8]);
    }
}
