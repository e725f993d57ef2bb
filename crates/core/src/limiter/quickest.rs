//! How long an answer takes at least: what is certain about the way to the service and back.

use std::time::Duration;

use super::window::LATENESS;

/// How many of the latest answers are remembered at least; twice as many at most, in two halves.
///
/// The more, the better is known how quick an answer can be. But a client that has moved away from the service learns of
/// the longer way when the older half is dropped, and until then is slower than need be: in 14 to 27 minutes at 20 a second.
const MEMORY: u32 = 16_384;
/// How many answers it takes before anything is believed: of fewer, neither the quickest nor the average says much. That is
/// 3 s at 20 a second, in which a request counts for as long as its answer took.
const FEW: u32 = 64;
/// How much quicker than the quickest so far an answer may be, in parts of the average lateness when divided by the square
/// root of how many answers there were.
///
/// The way there and the way back, each evenly spread over a range, are as far above their least: 1.25 parts on average,
/// and 4 parts once in 3,000 such memories. With 3 parts a request would be one too many every ten days at the full rate of
/// 20 a second, with 4 parts in a year and a half.
const DOUBT: f64 = 4.0;

/// The quickest of the latest answers.
#[derive(Debug, Default)]
pub(super) struct Quickest {
    older: Answers,
    newer: Answers,
    at_least: Duration,
}

/// Some answers.
#[derive(Clone, Copy, Debug, Default)]
struct Answers {
    count: u32,
    /// How long the quickest took; nothing if there is none.
    least: Option<Duration>,
    /// How long all took together, none more than [`LATENESS`] longer than the quickest before it.
    sum: Duration,
}

impl Quickest {
    /// Remembers how long an answer took.
    pub(super) fn answered(&mut self, took: Duration) {
        if self.newer.count >= MEMORY {
            self.older = std::mem::take(&mut self.newer);
        }
        // One that hangs, or during which the clock is set, says nothing about the others.
        let known = self.older.and(self.newer).least;
        let sum = known.map_or(took, |least| took.min(least.saturating_add(LATENESS)));
        self.newer = self.newer.and(Answers { count: 1, least: Some(took), sum });
        self.at_least = self.older.and(self.newer).at_least();
    }

    /// What no answer is quicker than, nor the way to the service of one request and the way back of another together.
    ///
    /// If ways there and back do not depend on each other, the two are as likely as one answer that takes as long.
    pub(super) fn at_least(&self) -> Duration {
        self.at_least
    }
}

impl Answers {
    fn and(self, other: Self) -> Self {
        let least = self.least.into_iter().chain(other.least).min();
        Self { count: self.count + other.count, least, sum: self.sum.saturating_add(other.sum) }
    }

    fn at_least(self) -> Duration {
        let Some(least) = self.least.filter(|_| self.count >= FEW) else { return Duration::ZERO };
        let late = (self.sum / self.count).saturating_sub(least);
        least.saturating_sub(late.mul_f64(DOUBT / f64::from(self.count).sqrt()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    /// So many answers, every second of them slower.
    fn after(answers: u32, (quick, slow): (u64, u64)) -> Quickest {
        let mut quickest = Quickest::default();
        add(&mut quickest, answers, (quick, slow));
        quickest
    }

    fn add(quickest: &mut Quickest, answers: u32, (quick, slow): (u64, u64)) {
        (0..answers).for_each(|number| quickest.answered(ms(if number % 2 == 0 { quick } else { slow })));
    }

    #[test]
    fn a_few_answers_say_nothing() {
        assert_eq!(Quickest::default().at_least(), ms(0));
        assert_eq!(after(FEW - 1, (50, 50)).at_least(), ms(0));
        assert_eq!(after(FEW, (50, 50)).at_least(), ms(50));
    }

    #[test]
    fn the_less_is_known_the_quicker_an_answer_may_be() {
        // Late by 50 ms on average: four eighths of it, four sixty-fourths, four of 128 parts.
        assert_eq!(after(64, (200, 300)).at_least(), ms(175));
        assert_eq!(after(4_096, (200, 300)).at_least(), Duration::from_micros(196_875));
        assert_eq!(after(16_384, (200, 300)).at_least(), Duration::from_nanos(198_437_500));
    }

    #[test]
    fn a_quicker_answer_counts_at_once_and_a_longer_way_when_the_shorter_is_forgotten() {
        let mut quickest = after(MEMORY, (200, 200));
        quickest.answered(ms(80));
        assert!(quickest.at_least() <= ms(80));
        add(&mut quickest, 2 * MEMORY - 1, (200, 200));
        assert!(quickest.at_least() <= ms(80));
        quickest.answered(ms(200));
        assert_eq!(quickest.at_least(), ms(200));
    }

    #[test]
    fn an_answer_that_hangs_changes_little() {
        let mut quickest = after(FEW - 1, (50, 50));
        quickest.answered(ms(3_600_000));
        // As one that is late by 500 ms, of which four eighths of a 64th are 4 ms.
        assert!(quickest.at_least() > ms(46), "{quickest:?}");
    }

    #[test]
    fn no_answer_is_assumed_to_come_before_it_was_asked_for() {
        assert_eq!(after(FEW, (0, 60_000)).at_least(), ms(0));
        assert_eq!(after(FEW, (1, 60_000)).at_least(), ms(0));
    }
}
