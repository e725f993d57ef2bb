//! Builds the credential scope: the day and the service that a signing key is valid for.

use crate::time::civil::{Date, SECONDS_PER_DAY};

/// Last part of every credential scope, and of the derivation of a key.
pub(super) const TERMINATOR: &str = "tc3_request";

/// A credential scope, such as `2023-11-14/cdn/tc3_request`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    text: String,
    date: String,
    service: String,
}

impl Scope {
    /// Creates the scope of a request to `service` at `timestamp`, in seconds since 1970-01-01 UTC.
    ///
    /// The date is in UTC, whatever the time zone of the machine.
    #[must_use]
    pub fn new(timestamp: u64, service: &str) -> Self {
        let days = timestamp / SECONDS_PER_DAY.cast_unsigned();
        let date = Date::from_days(days.cast_signed()).to_string();
        Self { text: format!("{date}/{service}/{TERMINATOR}"), date, service: service.to_owned() }
    }

    /// The scope as it is signed and sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The date, as `YYYY-MM-DD` in UTC.
    #[must_use]
    pub fn date(&self) -> &str {
        &self.date
    }

    /// The service, such as `cdn`.
    #[must_use]
    pub fn service(&self) -> &str {
        &self.service
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_changes_at_midnight_utc() {
        assert_eq!(Scope::new(1_704_067_199, "cdn").as_str(), "2023-12-31/cdn/tc3_request");
        assert_eq!(Scope::new(1_704_067_200, "cdn").as_str(), "2024-01-01/cdn/tc3_request");
    }

    #[test]
    fn the_largest_timestamp_has_a_scope() {
        assert!(Scope::new(u64::MAX, "cdn").as_str().ends_with("/cdn/tc3_request"));
    }
}
