//! Converts dates to and from days since 1970-01-01, in the proleptic Gregorian calendar.

/// Seconds in a day. Unix time has no leap seconds.
pub(crate) const SECONDS_PER_DAY: i64 = 86_400;

/// A date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Date {
    pub(crate) year: i64,
    /// 1 to 12.
    pub(crate) month: i64,
    /// 1 to 31.
    pub(crate) day: i64,
}

impl Date {
    /// The date `days` days after 1970-01-01.
    ///
    /// Years start in March, so that the leap day is the last day of a year, and are counted in
    /// eras of 400 years (146,097 days). Source: Howard Hinnant, "chrono-compatible low-level date
    /// algorithms", `civil_from_days`.
    pub(crate) fn from_days(days: i64) -> Self {
        let days = days + 719_468; // from 0000-03-01 to 1970-01-01
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * march_month + 2) / 5 + 1;
        let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Self { year, month, day }
    }

    /// Days from 1970-01-01 to the date. The inverse of [`Date::from_days`].
    pub(crate) fn to_days(self) -> i64 {
        let year = self.year - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let march_month = (self.month + 9) % 12;
        let day_of_year = (153 * march_month + 2) / 5 + self.day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }

    /// Whether the date exists in the calendar.
    pub(crate) fn exists(self) -> bool {
        (1..=12).contains(&self.month) && self.day >= 1 && Self::from_days(self.to_days()) == self
    }
}

impl std::fmt::Display for Date {
    /// Writes `YYYY-MM-DD`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edge_dates_convert_in_both_directions() {
        let cases = [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (59, "1970-03-01"),
            (789, "1972-02-29"),
            (11_016, "2000-02-29"),
            (11_017, "2000-03-01"),
            (19_722, "2023-12-31"),
            (19_723, "2024-01-01"),
            (19_782, "2024-02-29"),
            (47_540, "2100-02-28"),
            (47_541, "2100-03-01"),
            (2_932_896, "9999-12-31"),
        ];
        for (days, text) in cases {
            let date = Date::from_days(days);
            assert_eq!(date.to_string(), text);
            assert_eq!(date.to_days(), days, "{text}");
        }
    }

    #[test]
    fn every_day_of_eight_centuries_follows_the_previous_day() {
        let mut yesterday = Date::from_days(-146_098);
        for days in -146_097..=146_097 {
            let today = Date::from_days(days);
            let next_day = (today.year, today.month, today.day) == (yesterday.year, yesterday.month, yesterday.day + 1);
            assert!(next_day || today.day == 1, "{today} after {yesterday}");
            assert_eq!(today.to_days(), days);
            yesterday = today;
        }
    }

    #[test]
    fn an_invalid_date_does_not_exist() {
        for (year, month, day) in
            [(2023, 2, 29), (2100, 2, 29), (2024, 4, 31), (2024, 13, 1), (2024, 0, 1), (2024, 1, 0)]
        {
            assert!(!Date { year, month, day }.exists(), "{year}-{month}-{day}");
        }
    }
}
