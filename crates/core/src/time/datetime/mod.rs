//! Keeps date-times as the service writes them, and converts them from and to instants.

mod date;
mod utc_offset;

use std::error::Error;
use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

pub use self::date::Date;
pub use self::utc_offset::UtcOffset;
use super::civil::{Date as CivilDate, SECONDS_PER_DAY};

/// A date-time as `YYYY-MM-DD HH:MM:SS`, in a time zone that the service does not state.
///
/// A date-time from the service is kept verbatim. A text that is parsed with [`FromStr`] is
/// checked. Converting a date-time to an instant takes an offset. For the CDN products,
/// [`UtcOffset::CHINA`] is the likely one: it is the default of their statistics.
///
/// ```
/// use tencentcloud_core::time::{DateTime, UtcOffset};
///
/// let start: DateTime = "2024-01-01 00:00:00".parse()?;
/// let instant = start.to_system_time(UtcOffset::CHINA)?;
/// assert_eq!(DateTime::at_offset(instant, UtcOffset::UTC).as_str(), "2023-12-31 16:00:00");
/// # Ok::<(), tencentcloud_core::time::ParseDateTimeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DateTime(String);

impl DateTime {
    /// The date-time at `instant` in the time zone `offset`, to the second.
    #[must_use]
    pub fn at_offset(instant: SystemTime, offset: UtcOffset) -> Self {
        Self(Civil::at(instant, offset).text(' '))
    }

    /// The instant of this date-time in the time zone `offset`.
    ///
    /// # Errors
    ///
    /// If the text that the service sent does not have this form.
    pub fn to_system_time(&self, offset: UtcOffset) -> Result<SystemTime, ParseDateTimeError> {
        match Civil::parse(&self.0, b' ') {
            Some((civil, "")) => Ok(civil.to_system_time(offset)),
            _ => Err(ParseDateTimeError::new(&self.0, "YYYY-MM-DD HH:MM:SS")),
        }
    }

    /// The text as the service writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for DateTime {
    type Err = ParseDateTimeError;

    fn from_str(text: &str) -> Result<Self, ParseDateTimeError> {
        let time = Self(text.to_owned());
        time.to_system_time(UtcOffset::UTC)?;
        Ok(time)
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A date-time in ISO 8601 with its offset, such as `2024-01-01T00:00:00+08:00` or
/// `2024-01-01T00:00:00Z`.
///
/// A date-time from the service is kept verbatim. A text that is parsed with [`FromStr`] is
/// checked.
///
/// ```
/// use tencentcloud_core::time::{OffsetDateTime, UtcOffset};
///
/// let start: OffsetDateTime = "2024-01-01T00:00:00+08:00".parse()?;
/// let instant = start.to_system_time()?;
/// assert_eq!(OffsetDateTime::at_offset(instant, UtcOffset::UTC).as_str(), "2023-12-31T16:00:00Z");
/// # Ok::<(), tencentcloud_core::time::ParseDateTimeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OffsetDateTime(String);

impl OffsetDateTime {
    /// The date-time at `instant` in the time zone `offset`, to the second.
    #[must_use]
    pub fn at_offset(instant: SystemTime, offset: UtcOffset) -> Self {
        Self(format!("{}{offset}", Civil::at(instant, offset).text('T')))
    }

    /// The instant of this date-time, without fractions of a second.
    ///
    /// # Errors
    ///
    /// If the text that the service sent does not have this form.
    pub fn to_system_time(&self) -> Result<SystemTime, ParseDateTimeError> {
        let parsed = Civil::parse(&self.0, b'T')
            .and_then(|(civil, rest)| Some(civil.to_system_time(UtcOffset::parse(without_fraction(rest)?)?)));
        parsed.ok_or_else(|| ParseDateTimeError::new(&self.0, "YYYY-MM-DDTHH:MM:SS+HH:MM or YYYY-MM-DDTHH:MM:SSZ"))
    }

    /// The text as the service writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for OffsetDateTime {
    type Err = ParseDateTimeError;

    fn from_str(text: &str) -> Result<Self, ParseDateTimeError> {
        let time = Self(text.to_owned());
        time.to_system_time()?;
        Ok(time)
    }
}

impl fmt::Display for OffsetDateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The error for a text that does not have the form of a date-time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseDateTimeError {
    text: String,
    form: &'static str,
}

impl ParseDateTimeError {
    fn new(text: &str, form: &'static str) -> Self {
        Self { text: text.to_owned(), form }
    }
}

impl fmt::Display for ParseDateTimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a date-time; help: write it as {}", self.text.escape_debug(), self.form)
    }
}

impl Error for ParseDateTimeError {}

/// A date and a time of day, without a time zone.
struct Civil {
    date: CivilDate,
    second_of_day: i64,
}

impl Civil {
    fn at(instant: SystemTime, offset: UtcOffset) -> Self {
        let seconds = unix_seconds(instant).saturating_add(offset.seconds());
        Self {
            date: CivilDate::from_days(seconds.div_euclid(SECONDS_PER_DAY)),
            second_of_day: seconds.rem_euclid(SECONDS_PER_DAY),
        }
    }

    fn to_system_time(&self, offset: UtcOffset) -> SystemTime {
        let seconds = self.date.to_days() * SECONDS_PER_DAY + self.second_of_day - offset.seconds();
        let distance = Duration::from_secs(seconds.unsigned_abs());
        // Never falls back: every platform's clock can represent years of four digits.
        let instant = if seconds < 0 { UNIX_EPOCH.checked_sub(distance) } else { UNIX_EPOCH.checked_add(distance) };
        instant.unwrap_or(UNIX_EPOCH)
    }

    /// Parses `YYYY-MM-DD?HH:MM:SS` with the given separator, and returns the rest of the text.
    fn parse(text: &str, separator: u8) -> Option<(Self, &str)> {
        let (time, rest) = text.split_at_checked(19)?;
        let [year @ .., b'-', m1, m2, b'-', d1, d2, between, h1, h2, b':', n1, n2, b':', s1, s2] = time.as_bytes()
        else {
            return None;
        };
        let date = CivilDate { year: number(year)?, month: number(&[*m1, *m2])?, day: number(&[*d1, *d2])? };
        let (hour, minute, second) = (number(&[*h1, *h2])?, number(&[*n1, *n2])?, number(&[*s1, *s2])?);
        let exists = *between == separator && date.exists() && hour < 24 && minute < 60 && second < 60;
        exists.then_some((Self { date, second_of_day: hour * 3_600 + minute * 60 + second }, rest))
    }

    fn text(&self, separator: char) -> String {
        let (minutes, second) = (self.second_of_day / 60, self.second_of_day % 60);
        format!("{}{separator}{:02}:{:02}:{second:02}", self.date, minutes / 60, minutes % 60)
    }
}

/// The text without a leading fraction such as `.123`.
fn without_fraction(text: &str) -> Option<&str> {
    let Some(fraction) = text.strip_prefix('.') else { return Some(text) };
    let rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
    (rest.len() < fraction.len()).then_some(rest)
}

/// Parses a number that consists of decimal digits only.
fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + i64::from(digit - b'0')))
}

fn unix_seconds(instant: SystemTime) -> i64 {
    let seconds = |distance: Duration| i64::try_from(distance.as_secs()).unwrap_or(i64::MAX);
    match instant.duration_since(UNIX_EPOCH) {
        Ok(after) => seconds(after),
        // Before the epoch, a fraction of a second is rounded down as well.
        Err(before) => -seconds(before.duration() + Duration::from_nanos(999_999_999)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn a_date_time_without_a_zone_is_an_instant_at_an_offset() {
        let time: DateTime = "2023-11-15 06:13:20".parse().unwrap();
        assert_eq!(time.to_system_time(UtcOffset::CHINA), Ok(at(1_700_000_000)));
        assert_eq!(DateTime::at_offset(at(1_700_000_000), UtcOffset::CHINA), time);
    }

    #[test]
    fn every_form_of_an_offset_is_parsed() {
        for text in
            ["2023-11-14T22:13:20Z", "2023-11-15T06:13:20+08:00", "2023-11-15T06:13:20+0800", "2023-11-14T22:13:20.5Z"]
        {
            let time: OffsetDateTime = text.parse().unwrap();
            assert_eq!(time.to_system_time(), Ok(at(1_700_000_000)), "{text}");
        }
        assert_eq!(
            OffsetDateTime::at_offset(at(1_700_000_000), UtcOffset::CHINA).as_str(),
            "2023-11-15T06:13:20+08:00"
        );
    }

    #[test]
    fn a_text_that_is_not_a_date_time_is_rejected() {
        for text in [
            "",
            "2024-01-01",
            "2024-02-30 00:00:00",
            "2024-01-01 24:00:00",
            "2024-01-01T00:00:00",
            "2024-01-01 00:00:00 ",
        ] {
            assert!(text.parse::<DateTime>().is_err(), "{text}");
        }
        for text in [
            "2024-01-01T00:00:00",
            "2024-01-01T00:00:00+8",
            "2024-01-01T00:00:00.Z",
            "2024-01-01T00:00:00+19:00",
            "日本日本日本日本日本",
        ] {
            assert!(text.parse::<OffsetDateTime>().is_err(), "{text}");
        }
        let error = "yesterday\n".parse::<DateTime>().unwrap_err();
        assert_eq!(error.to_string(), r"`yesterday\n` is not a date-time; help: write it as YYYY-MM-DD HH:MM:SS");
    }

    #[test]
    fn a_date_time_of_the_service_is_kept_verbatim() {
        let time: DateTime = serde_json::from_str(r#""0000-00-00 00:00:00""#).unwrap();
        assert_eq!(time.as_str(), "0000-00-00 00:00:00");
        assert!(time.to_system_time(UtcOffset::UTC).is_err());
        assert_eq!(serde_json::to_string(&time).unwrap(), r#""0000-00-00 00:00:00""#);
    }

    #[test]
    fn instants_before_1970_are_rounded_down() {
        let instant = UNIX_EPOCH - Duration::from_millis(500);
        assert_eq!(DateTime::at_offset(instant, UtcOffset::UTC).as_str(), "1969-12-31 23:59:59");
    }
}
