//! Chooses the limit of an action: the documented one, the configured one, or none.

use crate::error::{Error, ErrorKind};

/// The rate limit that a configuration sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RateLimitSetting {
    /// The documented limit of each action.
    Documented,
    /// The same number of requests per second for each action.
    PerSecond(u32),
    /// No limit.
    Unlimited,
}

impl RateLimitSetting {
    /// Refuses a limit of 0.
    pub(crate) fn check(self) -> Result<(), Error> {
        match self {
            Self::PerSecond(0) => {
                let message = "a rate of 0 requests per second would never send anything";
                Err(Error::new(ErrorKind::InvalidRequest, message).with_hint(
                    "set `requests_per_second` to at least 1, or remove all limits with \
                     `ConfigBuilder::without_limits`",
                ))
            }
            Self::PerSecond(_) | Self::Documented | Self::Unlimited => Ok(()),
        }
    }

    /// Returns the limit of an action, in requests per second; `None` if it has none.
    pub(crate) fn limit(self, documented: u32) -> Option<u32> {
        match self {
            Self::Documented => Some(documented),
            Self::PerSecond(requests) => Some(requests),
            Self::Unlimited => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configured_limit_replaces_the_documented_one() {
        let settings = [RateLimitSetting::Documented, RateLimitSetting::PerSecond(2), RateLimitSetting::Unlimited];
        assert_eq!(settings.map(|setting| setting.limit(20)), [Some(20), Some(2), None]);
    }
}
