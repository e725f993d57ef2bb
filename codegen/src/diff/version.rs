//! Computes the smallest version that a release with some changes may have.

use std::fmt;
use std::str::FromStr;

use super::change::Level;

/// A version of the crates, without a pre-release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    major: u64,
    minor: u64,
    patch: u64,
}

impl Version {
    /// The smallest version after this one for changes of the given level. Before 1.0, cargo takes
    /// a change of the second number as major, and one of the third as minor.
    #[must_use]
    pub fn next(self, level: Level) -> Self {
        let Self { major, minor, patch } = self;
        match (level, major) {
            (Level::None, _) => self,
            (Level::Major, 0) => Self { major, minor: minor + 1, patch: 0 },
            (Level::Major, _) => Self { major: major + 1, minor: 0, patch: 0 },
            (Level::Minor, 1..) => Self { major, minor: minor + 1, patch: 0 },
            (Level::Minor | Level::Patch, _) => Self { major, minor, patch: patch + 1 },
        }
    }
}

impl FromStr for Version {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // A number of nine digits is large enough, and cannot overflow.
        let number = |text: &str| if text.len() > 9 { None } else { text.parse().ok() };
        let numbers: Option<Vec<u64>> = text.split('.').map(number).collect();
        match numbers.as_deref() {
            Some([major, minor, patch]) => Ok(Self { major: *major, minor: *minor, patch: *patch }),
            _ => Err(format!("`{text}` is not a version; help: write it as `1.2.3`")),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_version_is_that_of_cargo() {
        let cases = [
            ("0.1.2", Level::Major, "0.2.0"),
            ("0.1.2", Level::Minor, "0.1.3"),
            ("0.1.2", Level::Patch, "0.1.3"),
            ("1.2.3", Level::Major, "2.0.0"),
            ("1.2.3", Level::Minor, "1.3.0"),
            ("1.2.3", Level::Patch, "1.2.4"),
            ("1.2.3", Level::None, "1.2.3"),
        ];
        for (version, level, next) in cases {
            let found = version.parse::<Version>().map(|version| version.next(level).to_string());
            assert_eq!(found, Ok(next.to_owned()));
        }
    }

    #[test]
    fn what_is_not_a_version_is_refused() {
        for text in ["", "1.2", "1.2.3-rc", "1.2.3.4", "1.2.99999999999999999999"] {
            assert!(text.parse::<Version>().is_err(), "{text}");
        }
    }
}
