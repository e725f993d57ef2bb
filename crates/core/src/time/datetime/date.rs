//! Keeps dates as the service writes them.

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::{Civil, ParseDateTimeError, UtcOffset};

/// A date as `YYYY-MM-DD`, in a time zone that the service does not state.
///
/// A date from the service is kept verbatim. A text that is parsed with [`FromStr`] is checked.
///
/// ```
/// use tencentcloud_core::time::{Date, UtcOffset};
///
/// let day: Date = "2024-01-01".parse()?;
/// let start = day.start(UtcOffset::CHINA)?;
/// assert_eq!(Date::at_offset(start, UtcOffset::UTC).as_str(), "2023-12-31");
/// # Ok::<(), tencentcloud_core::time::ParseDateTimeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Date(String);

impl Date {
    /// The date at `instant` in the time zone `offset`.
    #[must_use]
    pub fn at_offset(instant: SystemTime, offset: UtcOffset) -> Self {
        Self(Civil::at(instant, offset).date.to_string())
    }

    /// The instant at which the date starts in the time zone `offset`.
    ///
    /// # Errors
    ///
    /// If the text that the service sent does not have this form.
    pub fn start(&self, offset: UtcOffset) -> Result<SystemTime, ParseDateTimeError> {
        match Civil::parse(&format!("{} 00:00:00", self.0), b' ') {
            Some((civil, "")) => Ok(civil.to_system_time(offset)),
            _ => Err(ParseDateTimeError::new(&self.0, "YYYY-MM-DD")),
        }
    }

    /// The text as the service writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Date {
    type Err = ParseDateTimeError;

    fn from_str(text: &str) -> Result<Self, ParseDateTimeError> {
        let date = Self(text.to_owned());
        date.start(UtcOffset::UTC)?;
        Ok(date)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn a_date_starts_at_midnight_of_an_offset() {
        let date: Date = "2023-11-15".parse().unwrap();
        let midnight = UNIX_EPOCH + Duration::from_secs(1_699_977_600);
        assert_eq!(date.start(UtcOffset::CHINA), Ok(midnight));
        assert_eq!(Date::at_offset(midnight, UtcOffset::CHINA), date);
        assert_eq!(Date::at_offset(midnight, UtcOffset::UTC).as_str(), "2023-11-14");
    }

    #[test]
    fn a_text_that_is_not_a_date_is_rejected_and_one_of_the_service_is_kept() {
        for text in ["", "2024-02-30", "2024-1-1", "2024-01-01 00:00:00", "2024-01-01 "] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
        let date: Date = serde_json::from_str(r#""0000-00-00""#).unwrap();
        assert_eq!((date.as_str(), date.start(UtcOffset::UTC).is_err()), ("0000-00-00", true));
    }
}
