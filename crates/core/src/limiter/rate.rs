//! How fast to send: as fast as documented, and slower once the service throttles.

use std::time::Duration;

// The numbers below were chosen by `simulation.rs`: processes that share an account, know nothing of each other and
// always have something to send, for five minutes, with answers after 50 to 150 ms. Four of them use 98 % of what a
// server that counts in fixed windows would accept and 92 % of a sliding one, and 4 % of their requests are throttled.
// With the textbook's x0.7, and +1/s each second at once, 10 to 11 % are, because what all of them add each second is
// more than a refusal takes away.

/// What a throttled answer leaves of the rate.
///
/// Deeper cuts leave too much unused: at x0.7 four processes use 89 % of a sliding window.
const CUT: f64 = 0.875;
/// What a quiet second adds to the rate at first, as a share of it.
///
/// In proportion, so that many processes, each with a small rate, together add no more than few do: eight are throttled
/// 8 to 9 %, where 0.1/s for each makes it 12 to 14 %.
const GROWTH: f64 = 1.015;
/// How many seconds must be quiet before the rate is believed to be free again, as when the other machines are done.
///
/// Four processes are each throttled about every 5 s, so a pause of 20 s hardly happens by chance; if 10 s were enough,
/// they would be throttled 5 %.
const DOUBT: f64 = 20.0;
/// What a quiet second adds after that, in requests a second: from the floor to the documented 20/s takes another 20 s.
const RECOVERY: f64 = 1.0;
/// What the rate never falls below, in requests a second: an attempt every 2 s still notices within a call's 60 s that
/// the service answers again.
const FLOOR: f64 = 0.5;

/// The rate of one limiter, in requests per window.
#[derive(Debug, Default)]
pub(super) struct Rate {
    cut: Option<Cut>,
}

/// The latest cut.
#[derive(Debug)]
struct Cut {
    at: Duration,
    to: f64,
    /// The rate that would have been full.
    full: f64,
    /// Number of the first turn that was taken after it.
    next_turn: u64,
}

impl Rate {
    /// The rate at a moment, for those who may send so many requests.
    pub(super) fn at(&self, now: Duration, requests: u32) -> f64 {
        let full = f64::from(requests);
        self.cut.as_ref().map_or(full, |cut| cut.grown(now).min(full))
    }

    /// A turn of so many requests came back throttled; `next_turn` is the number that the next turn will have.
    ///
    /// Turns that were taken before the latest cut say nothing about the rate since, so the refusals of one overload
    /// cut once and not once each.
    pub(super) fn throttled(&mut self, turn: u64, requests: u32, now: Duration, next_turn: u64) {
        if self.cut.as_ref().is_none_or(|cut| turn >= cut.next_turn) {
            let full = f64::from(requests);
            let to = (self.at(now, requests) * CUT).max(FLOOR.min(full));
            self.cut = Some(Cut { at: now, to, full, next_turn });
        }
    }

    /// Whether nothing is left of any cut.
    pub(super) fn is_full(&self, now: Duration) -> bool {
        self.cut.as_ref().is_none_or(|cut| cut.grown(now) >= cut.full)
    }
}

impl Cut {
    /// What it has grown to.
    fn grown(&self, now: Duration) -> f64 {
        let quiet = now.saturating_sub(self.at).as_secs_f64();
        self.to * GROWTH.powf(quiet.min(DOUBT)) + RECOVERY * (quiet - DOUBT).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_throttled_answer_cuts_the_rate_by_an_eighth() {
        let mut rate = Rate::default();
        assert_eq!(rate.at(at(5), 20), 20.0);
        rate.throttled(7, 20, at(5), 10);
        assert_eq!(rate.at(at(5), 20), 17.5);
    }

    #[test]
    fn turns_taken_before_a_cut_do_not_cut_again() {
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
        for turn in 0..100 {
            rate.throttled(turn, 20, at(1), turn + 1);
        }
        assert_eq!(rate.at(at(1), 20), 0.5);
    }

    #[test]
    fn quiet_seconds_bring_the_rate_back_slowly_and_then_fast() {
        let mut rate = Rate::default();
        for turn in 0..100 {
            rate.throttled(turn, 20, at(0), turn + 1);
        }
        let tenths = |second| (rate.at(at(second), 20) * 10.0).round() / 10.0;
        assert_eq!([0, 1, 10, 20, 21, 30, 39].map(tenths), [0.5, 0.5, 0.6, 0.7, 1.7, 10.7, 19.7]);
        assert!(!rate.is_full(at(39)) && rate.is_full(at(40)));
        assert_eq!(rate.at(at(1_000_000), 20), 20.0);
    }

    #[test]
    fn a_cut_leaves_those_alone_who_send_less() {
        let mut rate = Rate::default();
        rate.throttled(7, 100, at(5), 10);
        assert_eq!([10, 20, 100, 200].map(|requests| rate.at(at(5), requests)), [10.0, 20.0, 87.5, 87.5]);
        rate.throttled(10, 20, at(5), 11);
        assert_eq!([10, 20, 100, 200].map(|requests| rate.at(at(5), requests)), [10.0, 17.5, 17.5, 17.5]);
    }
}
