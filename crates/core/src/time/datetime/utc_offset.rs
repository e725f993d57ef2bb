//! Parses and displays offsets from UTC.

use std::fmt;

use super::number;

/// An offset from UTC, displayed as `Z` or `+08:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UtcOffset {
    minutes: i16,
}

impl UtcOffset {
    /// No offset.
    pub const UTC: Self = Self { minutes: 0 };
    /// China Standard Time, `+08:00`.
    pub const CHINA: Self = Self { minutes: 8 * 60 };

    /// The offset of a time zone that is `minutes` minutes ahead of UTC, or behind it if negative.
    ///
    /// `None` beyond 18 hours, which is more than any time zone has: at most 14 hours.
    #[must_use]
    pub const fn from_minutes(minutes: i16) -> Option<Self> {
        if minutes < -18 * 60 || minutes > 18 * 60 { None } else { Some(Self { minutes }) }
    }

    /// Parses `Z`, `+08:00` or `+0800`. The service writes all three forms.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text == "Z" {
            return Some(Self::UTC);
        }
        let (sign, digits) = match text.as_bytes() {
            [b'+', digits @ ..] => (1, digits),
            [b'-', digits @ ..] => (-1, digits),
            _ => return None,
        };
        let (hours, minutes) = match digits {
            [a, b, b':', c, d] | [a, b, c, d] => (number(&[*a, *b])?, number(&[*c, *d])?),
            _ => return None,
        };
        if minutes > 59 {
            return None;
        }
        Self::from_minutes(i16::try_from(sign * (hours * 60 + minutes)).ok()?)
    }

    pub(crate) const fn seconds(self) -> i64 {
        self.minutes as i64 * 60
    }
}

impl fmt::Display for UtcOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.minutes == 0 {
            return f.write_str("Z");
        }
        let sign = if self.minutes < 0 { '-' } else { '+' };
        let minutes = self.minutes.unsigned_abs();
        write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}
