//! Decides how long to wait before a retry: exponential backoff with full jitter.
//!
//! The bound of the waits doubles with each attempt, so that clients retreat from a service that
//! keeps failing. Each wait is a random part of its bound, so that clients that failed at the same
//! time do not return at the same time. Of the variants that Marc Brooker compares in "Exponential
//! Backoff And Jitter", full jitter spreads the attempts best.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::time::Duration;

use crate::error::Pace;

/// Bound of the first wait. 50 ms: enough to be connected to another machine of the same host name.
const USUAL: Duration = Duration::from_millis(50);
/// Bound of the first wait after a throttled response. 1 s: the service counts requests by the
/// second.
const THROTTLED: Duration = Duration::from_secs(1);
/// Bound of every wait. 20 s: a third of a call's default timeout, so that a call with more
/// attempts than usual can make them.
const MAX: Duration = Duration::from_secs(20);

/// A source of uniformly distributed numbers in `[0, 1)`.
pub(crate) type Jitter = Box<dyn Fn() -> f64 + Send + Sync>;

/// Returns the wait after `attempts` failed attempts: uniform in `[0, min(20 s, first *
/// 2^(attempts-1)))`.
///
/// `jitter` is a number in `[0, 1)`. Any other number returns the bound.
pub(crate) fn pause(pace: Pace, attempts: u32, jitter: f64) -> Duration {
    let first = match pace {
        Pace::Usual => USUAL,
        Pace::Throttled => THROTTLED,
    };
    let doubled = 2_u32.saturating_pow(attempts.saturating_sub(1));
    let bound = first.saturating_mul(doubled).min(MAX);
    if (0.0..1.0).contains(&jitter) { bound.mul_f64(jitter) } else { bound }
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
    fn the_bound_doubles_up_to_20_seconds() {
        let halves = |pace| [1, 2, 3, 9, 10, 100, u32::MAX].map(|attempts| pause(pace, attempts, 0.5).as_millis());
        assert_eq!(halves(Pace::Usual), [25, 50, 100, 6_400, 10_000, 10_000, 10_000]);
        assert_eq!(halves(Pace::Throttled), [500, 1_000, 2_000, 10_000, 10_000, 10_000, 10_000]);
    }

    #[test]
    fn a_wait_may_be_zero_and_never_reaches_its_bound() {
        assert_eq!(pause(Pace::Throttled, 1, 0.0), Duration::ZERO);
        assert!(pause(Pace::Throttled, 1, 1.0_f64.next_down()) <= THROTTLED);
        for odd in [f64::NAN, -1.0, 1.0, f64::INFINITY] {
            assert_eq!(pause(Pace::Throttled, 1, odd), THROTTLED);
        }
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
