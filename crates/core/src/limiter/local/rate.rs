//! Lowers the rate when the service throttles, and raises it again slowly.

use std::time::Duration;

// The quiet time is the time since the latest cut. Throttled responses to requests that were sent
// before the cut do not end it.
//
// The constants were chosen with the example `limits`. It simulates processes that share an account
// without knowing of each other and always have something to send, for five minutes, with responses
// after 50 to 150 ms. The service counts in sliding windows, or in fixed ones. In each cell are the
// part of the requests that is throttled, and the part of the rate that is used:
//
// | constants | 4 processes, sliding | 4, fixed | 8, sliding | 8, fixed |
// |---|---|---|---|---|
// | those below | 3.7 %, 92 % | 3.5 %, 98 % | 9.1 %, 91 % | 7.7 %, 99 % |
// | `CUT` of 0.7 | 2.2 %, 89 % | 2.0 %, 95 % | 5.1 %, 88 % | 4.6 %, 96 % |
// | `CUT` of 0.7, and `FAST_GROWTH` at once | 11.4 %, 92 % | 9.9 %, 100 % | 28.8 %, 94 % | 26.3 %, 100 % |
// | 0.1/s more instead of `GROWTH` | 4.5 %, 92 % | 4.0 %, 99 % | 13.8 %, 91 % | 12.0 %, 100 % |
// | `SLOW_SECONDS` of 10 | 5.1 %, 92 % | 4.4 %, 99 % | 11.7 %, 91 % | 10.3 %, 100 % |

/// Factor by which a throttled response lowers the rate. 0.875: with 0.7, processes that share an
/// account use less of the rate.
const CUT: f64 = 0.875;
/// Factor by which a quiet second raises the rate at first. 1.015: a factor, so that many slow
/// processes together grow no faster than a few fast ones; and a small one, so that up to eight
/// processes together add less in each second than one throttled response takes away.
const GROWTH: f64 = 1.015;
/// Number of quiet seconds after which the rate rises fast, because the other processes seem to be
/// done. 20: each of four processes is throttled about every 5 s, so 20 s without it mean a change.
const SLOW_SECONDS: f64 = 20.0;
/// Requests per window that each quiet second adds after that. 1: from the minimum to the
/// documented 20/s in 20 s.
const FAST_GROWTH: f64 = 1.0;
/// Minimum of the rate. 0.5: with one attempt in 2 s, a call notices within its timeout of 60 s
/// that the service accepts requests again.
const MIN_RATE: f64 = 0.5;

/// The rate of one limiter, in requests per window. A limit of n requests per second is n requests
/// per window of 1.002 s.
#[derive(Debug, Default)]
pub(super) struct Rate {
    latest_cut: Option<Cut>,
}

#[derive(Debug)]
struct Cut {
    at: Duration,
    to: f64,
    /// Limit of the request that was throttled.
    limit: f64,
    /// Number of the first request that was sent after the cut.
    next_number: u64,
}

impl Rate {
    /// Returns the rate at a time, for a caller with this limit.
    pub(super) fn at(&self, now: Duration, limit: u32) -> f64 {
        let limit = f64::from(limit);
        self.latest_cut.as_ref().map_or(limit, |cut| cut.rate_at(now).min(limit))
    }

    /// Lowers the rate because request `number` was throttled. `next_number` is that of the next
    /// request.
    ///
    /// Requests that were sent before the latest cut do not lower the rate again, so that one
    /// overload causes one cut.
    pub(super) fn throttled(&mut self, number: u64, limit: u32, now: Duration, next_number: u64) {
        if self.latest_cut.as_ref().is_none_or(|cut| number >= cut.next_number) {
            let to = self.at(now, limit) * CUT;
            let limit = f64::from(limit);
            self.latest_cut = Some(Cut { at: now, to: to.max(MIN_RATE.min(limit)), limit, next_number });
        }
    }

    /// Whether the rate is back at the limit of the request that was throttled.
    pub(super) fn is_full(&self, now: Duration) -> bool {
        self.latest_cut.as_ref().is_none_or(|cut| cut.rate_at(now) >= cut.limit)
    }
}

impl Cut {
    /// Returns the rate at `now`: it rises from the moment of the cut.
    fn rate_at(&self, now: Duration) -> f64 {
        let quiet = now.saturating_sub(self.at).as_secs_f64();
        self.to * GROWTH.powf(quiet.min(SLOW_SECONDS)) + FAST_GROWTH * (quiet - SLOW_SECONDS).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_throttled_response_cuts_the_rate_by_an_eighth() {
        let mut rate = Rate::default();
        assert_eq!(rate.at(at(5), 20), 20.0);
        rate.throttled(7, 20, at(5), 10);
        assert_eq!(rate.at(at(5), 20), 17.5);
    }

    #[test]
    fn requests_sent_before_a_cut_do_not_cut_again() {
        let mut rate = Rate::default();
        rate.throttled(7, 20, at(5), 10);
        rate.throttled(8, 20, at(5), 11);
        rate.throttled(9, 20, at(5), 11);
        assert_eq!(rate.at(at(5), 20), 17.5);
        rate.throttled(10, 20, at(5), 12);
        assert_eq!(rate.at(at(5), 20), 17.5 * 0.875);
    }

    #[test]
    fn the_rate_never_falls_below_one_request_in_two_seconds() {
        let mut rate = Rate::default();
        for number in 0..100 {
            rate.throttled(number, 20, at(1), number + 1);
        }
        assert_eq!(rate.at(at(1), 20), 0.5);
    }

    #[test]
    fn quiet_seconds_raise_the_rate_slowly_and_then_fast() {
        let mut rate = Rate::default();
        for number in 0..100 {
            rate.throttled(number, 20, at(0), number + 1);
        }
        let tenths = |second| (rate.at(at(second), 20) * 10.0).round() / 10.0;
        assert_eq!([0, 1, 10, 20, 21, 30, 39].map(tenths), [0.5, 0.5, 0.6, 0.7, 1.7, 10.7, 19.7]);
        assert!(!rate.is_full(at(39)) && rate.is_full(at(40)));
        assert_eq!(rate.at(at(1_000_000), 20), 20.0);
    }

    #[test]
    fn a_cut_does_not_slow_down_callers_with_a_lower_limit() {
        let mut rate = Rate::default();
        rate.throttled(7, 100, at(5), 10);
        assert_eq!([10, 20, 100, 200].map(|limit| rate.at(at(5), limit)), [10.0, 20.0, 87.5, 87.5]);
        rate.throttled(10, 20, at(5), 11);
        assert_eq!([10, 20, 100, 200].map(|limit| rate.at(at(5), limit)), [10.0, 17.5, 17.5, 17.5]);
    }
}
