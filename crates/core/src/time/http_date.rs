//! Parses the time in a `Date` header.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::civil::{Date, SECONDS_PER_DAY};

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Parses `Sun, 06 Nov 1994 08:49:37 GMT`, the only form that servers may write (RFC 9110, section
/// 5.6.7).
///
/// `None` for anything else, including a time before 1970. The day of the week is ignored.
pub(crate) fn parse(text: &str) -> Option<SystemTime> {
    let (_, text) = text.trim_ascii().split_once(", ")?;
    let mut parts = text.split(' ');
    let (day, month, year, time, zone) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    if zone != "GMT" || parts.next().is_some() {
        return None;
    }
    let month = (1..).zip(MONTHS).find_map(|(number, name)| (name == month).then_some(number))?;
    let date = Date { year: number(year, 4)?, month, day: number(day, 2)? };
    let seconds = date.exists().then(|| date.to_days() * SECONDS_PER_DAY)? + seconds_of_day(time)?;
    UNIX_EPOCH.checked_add(Duration::from_secs(u64::try_from(seconds).ok()?))
}

fn seconds_of_day(time: &str) -> Option<i64> {
    let mut parts = time.split(':');
    let (hours, minutes, seconds) = (number(parts.next()?, 2)?, number(parts.next()?, 2)?, number(parts.next()?, 2)?);
    // Second 60 is a leap second.
    let exists = hours < 24 && minutes < 60 && seconds <= 60 && parts.next().is_none();
    exists.then_some(hours * 3_600 + minutes * 60 + seconds)
}

fn number(text: &str, digits: usize) -> Option<i64> {
    let is_number = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seconds(text: &str) -> Option<u64> {
        parse(text).map(|time| time.duration_since(UNIX_EPOCH).unwrap().as_secs())
    }

    #[test]
    fn the_form_of_the_standard_is_parsed() {
        let cases = [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
            ("Tue, 14 Nov 2023 22:13:20 GMT", 1_700_000_000),
            ("Thu, 29 Feb 2024 23:59:59 GMT", 1_709_251_199),
            ("Sat, 31 Dec 2016 23:59:60 GMT", 1_483_228_800),
            (" Thu, 01 Jan 1970 00:00:00 GMT ", 0),
            ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799),
        ];
        for (text, expected) in cases {
            assert_eq!(seconds(text), Some(expected), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_second_is_parsed(expected in 0_i64..=253_402_300_799) {
            let date = Date::from_days(expected / SECONDS_PER_DAY);
            let of_day = expected % SECONDS_PER_DAY;
            let month = MONTHS[usize::try_from(date.month - 1).unwrap()];
            let (hours, minutes, of_minute) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
            let Date { year, day, .. } = date;
            let text = format!("Xxx, {day:02} {month} {year:04} {hours:02}:{minutes:02}:{of_minute:02} GMT");
            prop_assert_eq!(seconds(&text), Some(expected.cast_unsigned()), "{}", text);
        }

        #[test]
        fn any_text_is_parsed_or_rejected(text in any::<String>(), cut in 5..30_usize) {
            let valid = "Sun, 06 Nov 1994 08:49:37 GMT";
            let (start, end) = valid.split_at(cut.min(valid.len()));
            let _ = seconds(&text);
            // Text in the middle makes the date invalid. White space at an end does not.
            let broken = format!("{start}{text}{end}");
            prop_assert!(seconds(&broken).is_none() || broken.trim() == valid, "{}", broken);
        }
    }

    #[test]
    fn anything_else_is_rejected() {
        let cases = [
            "",
            ",",
            "now",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "Sun, 6 Nov 1994 08:49:37 GMT",
            "Sun, 06 nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 UTC",
            "Sun, 06 Nov 1994 08:49:37 GMT+1",
            "Sun, 06 Nov 1994 08:49:37 GMT x",
            "Sun, 06 Nov 1994 08:49 GMT",
            "Sun, 06 Nov 1994 08:49:37:00 GMT",
            "Sun, 06 Nov 1994 24:00:00 GMT",
            "Sun, 06 Nov 1994 08:60:00 GMT",
            "Sun, 06 Nov 1994 08:49:61 GMT",
            "Sun, 06 Nov 1994 +8:49:37 GMT",
            "Thu, 29 Feb 2023 00:00:00 GMT",
            "Sun, 00 Nov 1994 08:49:37 GMT",
            "Wed, 31 Dec 1969 23:59:59 GMT",
            "Sun, 06 Nov 99999 08:49:37 GMT",
            "Sün, ０６ Nov 1994 08:49:37 GMT",
        ];
        for text in cases {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}
