//! Decides how long to wait before a retry: exponential backoff with jitter.
//!
//! The bound of the waits doubles with each failure, so that clients retreat from a service that
//! keeps failing. Each wait is a random part of its bound, so that clients that failed at the same
//! time do not return at the same time. Of the variants that Marc Brooker compares in "Exponential
//! Backoff And Jitter", full jitter (anything below the bound) spreads the attempts best.
//!
//! Full jitter also includes waits of almost zero. Such a retry meets the cause of the failure
//! again, and spends an attempt. So a wait is at least a fifth of its bound ([`FLOOR`]). Within the
//! remaining four fifths, the attempts are 1.25 times as dense as with full jitter.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::time::Duration;

use crate::error::RetryReason;

/// Minimum of a wait, as a part of its bound. A fifth. After a failure, that is at least 10 ms, as
/// long as a new connection takes. After a throttled response, it is at least 200 ms: in that time,
/// four permits of the usual 20 requests per second become available.
const FLOOR: f64 = 0.2;

/// A source of uniformly distributed numbers in `[0, 1)`.
pub(crate) type Jitter = Box<dyn Fn() -> f64 + Send + Sync>;

/// The bounds of the waits for one reason.
struct Bounds {
    first: Duration,
    max: Duration,
}

/// After a failure of the service, or of a connection that was open. The first bound, 50 ms, is
/// enough for a load balancer to choose another server. The maximum, 20 s, is a third of a call's
/// default timeout, so that a call with more attempts than usual can make them.
const FAILURE: Bounds = Bounds { first: Duration::from_millis(50), max: Duration::from_secs(20) };

/// Without a connection. The network of a machine that starts, or a proxy that restarts, is there
/// within seconds: with a first bound of 100 ms, there are nine attempts in the first 10 s on
/// average, and an outage of 1.5 s costs 2 s. With a maximum of 5 s, there is an attempt within 5 s
/// after the end of any outage, and a host that refuses connections for the 60 s of a call sees
/// about 25 attempts.
const NO_CONNECTION: Bounds = Bounds { first: Duration::from_millis(100), max: Duration::from_secs(5) };

/// After a throttled response. The first bound is 1 s, because the service counts requests by the
/// second. The maximum is that of [`FAILURE`].
const THROTTLED: Bounds = Bounds { first: Duration::from_secs(1), max: FAILURE.max };

/// Returns the wait after `failures` failures for this reason: uniform between a fifth of the bound
/// and the bound, which is `first * 2^(failures-1)`, and at most `max`.
///
/// `jitter` is a number in `[0, 1)`. Any other number returns the bound.
fn backoff(reason: RetryReason, failures: u32, jitter: f64) -> Duration {
    let Bounds { first, max } = match reason {
        RetryReason::Failure => FAILURE,
        RetryReason::NoConnection => NO_CONNECTION,
        RetryReason::Throttled => THROTTLED,
    };
    let doubled = 2_u32.saturating_pow(failures.saturating_sub(1));
    let bound = first.saturating_mul(doubled).min(max);
    let part = FLOOR + (1.0 - FLOOR) * jitter;
    if (0.0..1.0).contains(&jitter) { bound.mul_f64(part) } else { bound }
}

/// Returns the wait before a retry: that of the response's `Retry-After`, or else of the backoff.
///
/// Clients with the same `Retry-After` must not all return at once, so the backoff after a first
/// failure is added to it.
pub(crate) fn pause(reason: RetryReason, failures: u32, retry_after: Option<Duration>, jitter: f64) -> Duration {
    match retry_after {
        Some(retry_after) => retry_after.saturating_add(backoff(reason, 1, jitter)),
        None => backoff(reason, failures, jitter),
    }
}

/// Returns a random number in `[0, 1)`. It is good enough for jitter, and for nothing else.
///
/// The seeds of the standard library's hash maps differ between processes, threads and calls.
pub(crate) fn random() -> f64 {
    let bits = RandomState::new().build_hasher().finish();
    // The upper 53 bits: a float below 1 has no more.
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_doubles_up_to_a_maximum() {
        let at_half =
            |reason| [1, 2, 3, 6, 7, 9, 10, 100, u32::MAX].map(|failures| backoff(reason, failures, 0.5).as_millis());
        assert_eq!(at_half(RetryReason::Failure), [30, 60, 120, 960, 1_920, 7_680, 12_000, 12_000, 12_000]);
        assert_eq!(at_half(RetryReason::NoConnection), [60, 120, 240, 1_920, 3_000, 3_000, 3_000, 3_000, 3_000]);
        assert_eq!(
            at_half(RetryReason::Throttled),
            [600, 1_200, 2_400, 12_000, 12_000, 12_000, 12_000, 12_000, 12_000]
        );
    }

    #[test]
    fn a_wait_is_at_least_a_fifth_of_its_bound_and_never_exceeds_it() {
        for (reason, floor, bound) in
            [(RetryReason::Failure, 10, 50), (RetryReason::NoConnection, 20, 100), (RetryReason::Throttled, 200, 1_000)]
        {
            assert_eq!(backoff(reason, 1, 0.0), Duration::from_millis(floor));
            assert!(backoff(reason, 1, 1.0_f64.next_down()) <= Duration::from_millis(bound));
            for odd in [f64::NAN, -1.0, 1.0, f64::INFINITY] {
                assert_eq!(backoff(reason, 1, odd), Duration::from_millis(bound));
            }
        }
    }

    /// Times of the attempts that do not connect, in seconds, with average waits.
    fn attempts_at() -> impl Iterator<Item = f64> {
        let waits = (1..).map(|failures| backoff(RetryReason::NoConnection, failures, 0.5).as_secs_f64());
        waits.scan(0.0, |now, wait| Some(std::mem::replace(now, *now + wait)))
    }

    #[test]
    fn a_connection_is_noticed_soon_after_an_outage() {
        let noticed = |outage: f64| attempts_at().find(|at| *at >= outage).unwrap();
        for (outage, expected) in [(0.01, 0.06), (1.5, 1.86), (5.0, 6.78), (30.0, 30.78)] {
            assert!((noticed(outage) - expected).abs() < 1e-9, "{} after an outage of {outage}", noticed(outage));
        }
        assert_eq!(attempts_at().take_while(|at| *at < 10.0).count(), 9);
        assert_eq!(attempts_at().take_while(|at| *at < 60.0).count(), 25);
    }

    #[test]
    fn random_numbers_are_uniform() {
        let mut tenths = [0; 10];
        for _ in 0..10_000 {
            let number = random();
            assert!((0.0..1.0).contains(&number), "{number}");
            tenths[(number * 10.0) as usize] += 1;
        }
        // A thousand each. The tolerance is more than six standard deviations of 30.
        assert!(tenths.iter().all(|count| (800..1_200).contains(count)), "{tenths:?}");
    }

    #[test]
    fn threads_have_different_random_numbers() {
        let [one, other] = [(); 2].map(|()| std::thread::spawn(random)).map(|thread| thread.join().unwrap());
        assert_ne!(one.to_bits(), other.to_bits());
    }
}
