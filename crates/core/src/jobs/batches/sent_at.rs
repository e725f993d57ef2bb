//! Tells when a request was sent, although the clocks may be wrong.

use std::time::{Duration, SystemTime};

use crate::call::Caller;
use crate::time::Correction;

/// Minimum difference between two estimates of a time that makes both worth a search. Five seconds:
/// the period that is searched begins earlier by more than that.
const MIN_DIFFERENCE: Duration = Duration::from_secs(5);

/// When a request was sent.
///
/// The first request is sent before the service's clock is known, and one response can be wrong
/// about that clock. So the time by this machine's clock is kept, too: what is known about the
/// difference of the clocks when the history is asked applies to it, unless the clock has been set
/// since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SentAt {
    /// By the service's clock, as far as it was known.
    pub(crate) service: SystemTime,
    /// By this machine's clock.
    pub(crate) local: SystemTime,
}

impl SentAt {
    pub(super) fn now(caller: &Caller) -> Self {
        let local = caller.config().clock().now();
        Self { service: caller.clock_difference().apply(local), local }
    }

    /// Whether it was certainly more than this duration ago.
    pub(super) fn is_older_than(self, age: Duration, now: SystemTime) -> bool {
        [self.service, self.local].into_iter().all(|time| now.duration_since(time).is_ok_and(|passed| passed > age))
    }

    /// The times that it may have been by the service's clock, which now shows `now` and has this
    /// difference. Empty if the machine's clock was ahead, and has been set since.
    pub(super) fn estimates(self, difference: Correction, now: SystemTime) -> Vec<SystemTime> {
        let later = difference.apply(self.local);
        let mut estimates = vec![self.service];
        estimates.extend(Some(later).filter(|later| differ(*later, self.service)));
        // A time in the future is certainly wrong, and the service rejects such a period.
        estimates.retain(|time| *time <= now || !differ(*time, now));
        estimates
    }
}

/// Whether two times are so far from each other that both must be searched.
pub(super) fn differ(one: SystemTime, other: SystemTime) -> bool {
    one.duration_since(other).unwrap_or_else(|error| error.duration()) >= MIN_DIFFERENCE
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    #[test]
    fn a_clock_that_was_found_to_be_wrong_later_makes_a_second_estimate() {
        let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        let estimates = |service, local| {
            SentAt { service: at(service), local: at(local) }.estimates(Correction::default(), at(1_010))
        };
        assert_eq!(estimates(1_000, 1_000), [at(1_000)]);
        assert_eq!(estimates(1_000, 1_004), [at(1_000)]);
        assert_eq!(estimates(1_000, 1_005), [at(1_000), at(1_005)]);
        assert_eq!(estimates(1_000, 100), [at(1_000), at(100)]);
        assert_eq!(estimates(1_014, 1_015), [at(1_014)]);
        assert_eq!(estimates(9_000, 1_000), [at(1_000)], "not in the future");
        assert_eq!(estimates(9_000, 9_000), []);
    }
}
