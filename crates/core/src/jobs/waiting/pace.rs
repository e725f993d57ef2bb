//! Decides how long to wait between two polls.

use std::time::Duration;

/// Minimum time between two polls. 2 s: a fast purge takes that long.
const MIN: Duration = Duration::from_secs(2);
/// Maximum time between two polls, unless the rate demands more. 20 s: what a task of several
/// minutes may be found done too late, and three requests per minute.
const MAX: Duration = Duration::from_secs(20);
/// The part of the time waited so far that passes until the next poll: a fifth. So a task is found
/// done at most a fifth too late, and ten minutes are about 40 polls.
const GROWTH: u32 = 5;
/// The part of the action's rate that polls use at most: a half. Other tasks, and the rest of the
/// program, need the other half.
const SHARE: u32 = 2;
/// Time that is left for the last poll before the limit. 1 s: enough for a response.
const LAST_POLL: Duration = Duration::from_secs(1);

/// Returns the time until the next poll, which consists of `requests` requests.
///
/// The time differs by up to a tenth in both directions, so that programs that started at the same
/// time do not poll at the same time. `jitter` is a number in `[0, 1)`. If the limit would pass
/// before the next poll, that is made shortly before the limit.
pub(super) fn until_next_poll(waited: Duration, left: Duration, requests: usize, rate: u32, jitter: f64) -> Duration {
    let requests = u32::try_from(requests).unwrap_or(u32::MAX);
    let by_rate = Duration::from_secs(1).saturating_mul(requests.saturating_mul(SHARE)) / rate.max(1);
    let usual = (waited / GROWTH).clamp(MIN, MAX).max(by_rate);
    let jitter = if (0.0..1.0).contains(&jitter) { jitter } else { 0.5 };
    let next = usual.mul_f64(0.9 + 0.2 * jitter);
    if next < left || left <= MIN { next } else { left - LAST_POLL }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3_600);

    fn seconds(waited: u64, left: Duration, requests: usize) -> f64 {
        until_next_poll(Duration::from_secs(waited), left, requests, 20, 0.5).as_secs_f64()
    }

    #[test]
    fn the_intervals_grow_up_to_a_maximum() {
        let intervals = [0, 5, 20, 60, 100, 1_000].map(|waited| seconds(waited, HOUR, 1));
        assert_eq!(intervals, [2.0, 2.0, 4.0, 12.0, 20.0, 20.0]);
    }

    #[test]
    fn polls_use_half_of_the_rate_at_most() {
        assert_eq!([10, 50, 1_000].map(|requests| seconds(0, HOUR, requests)), [2.0, 5.0, 100.0]);
    }

    #[test]
    fn the_jitter_is_a_tenth_in_both_directions() {
        let next = |jitter| until_next_poll(HOUR, HOUR, 1, 20, jitter).as_secs_f64();
        assert_eq!([0.0, 0.5, f64::NAN].map(next), [18.0, 20.0, 20.0]);
        assert!((21.9..22.0).contains(&next(1.0_f64.next_down() - 0.01)));
    }

    #[test]
    fn the_last_poll_is_shortly_before_the_limit() {
        assert_eq!(seconds(1_000, Duration::from_secs(7), 1), 6.0);
        assert_eq!(seconds(1_000, Duration::from_secs(1), 1), 20.0, "the limit passes before");
    }
}
