//! How long to wait before a request is sent again: longer each time, and by chance, so that clients that failed together
//! do not come back together.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::time::Duration;

use crate::error::Pace;

/// The longest first wait: about what it takes to be connected to another machine behind the same name.
const USUAL: Duration = Duration::from_millis(50);
/// The longest first wait after a throttled answer: the service counts requests by the second.
const THROTTLED: Duration = Duration::from_secs(1);
/// The longest wait: a third of what a call may take, so that a call with more attempts than usual still makes them.
const LONGEST: Duration = Duration::from_secs(20);

/// A number from 0 to 1, 1 itself excluded, each as likely as the other.
pub(crate) type Jitter = Box<dyn Fn() -> f64 + Send + Sync>;

/// How long to wait after so many attempts: any time up to twice as long as before, each as likely as the other.
///
/// Waits from zero up ("full jitter") spread the attempts of many clients best: Marc Brooker, "Exponential Backoff And
/// Jitter".
pub(crate) fn pause(pace: Pace, attempts: u32, jitter: f64) -> Duration {
    let first = match pace {
        Pace::Usual => USUAL,
        Pace::Throttled => THROTTLED,
    };
    let doubled = 2_u32.saturating_pow(attempts.saturating_sub(1));
    let longest = first.saturating_mul(doubled).min(LONGEST);
    if (0.0..1.0).contains(&jitter) { longest.mul_f64(jitter) } else { longest }
}

/// A number by chance; good enough to keep clients apart, and for nothing else.
///
/// What seeds the standard library's hash maps differs between processes, threads and calls.
pub(crate) fn random() -> f64 {
    let bits = RandomState::new().build_hasher().finish();
    // The upper 53 bits, which is what a number below 1 can hold.
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_wait_doubles_up_to_20_seconds() {
        let halves = |pace| [1, 2, 3, 9, 10, 100, u32::MAX].map(|attempts| pause(pace, attempts, 0.5).as_millis());
        assert_eq!(halves(Pace::Usual), [25, 50, 100, 6_400, 10_000, 10_000, 10_000]);
        assert_eq!(halves(Pace::Throttled), [500, 1_000, 2_000, 10_000, 10_000, 10_000, 10_000]);
    }

    #[test]
    fn a_wait_may_be_nothing_and_never_reaches_its_bound() {
        assert_eq!(pause(Pace::Throttled, 1, 0.0), Duration::ZERO);
        assert!(pause(Pace::Throttled, 1, 1.0_f64.next_down()) <= THROTTLED);
        for odd in [f64::NAN, -1.0, 1.0, f64::INFINITY] {
            assert_eq!(pause(Pace::Throttled, 1, odd), THROTTLED);
        }
    }

    #[test]
    fn chance_is_spread_evenly() {
        let mut tenths = [0; 10];
        for _ in 0..10_000 {
            let chance = random();
            assert!((0.0..1.0).contains(&chance), "{chance}");
            tenths[(chance * 10.0) as usize] += 1;
        }
        // A thousand each, and more than six standard deviations (30 each) of room.
        assert!(tenths.iter().all(|count| (800..1_200).contains(count)), "{tenths:?}");
    }

    #[test]
    fn threads_do_not_share_their_chance() {
        let [one, other] = [(); 2].map(|()| std::thread::spawn(random)).map(|thread| thread.join().unwrap());
        assert_ne!(one.to_bits(), other.to_bits());
    }
}
