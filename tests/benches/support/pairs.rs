//! A floor and what is measured against it, in turns.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use tencentcloud_tests::Outcome;

use crate::table;

/// Processor time of this thread so far. What other programs do on the machine is not in it, as it would be in the time
/// of day.
pub(crate) fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let nanoseconds = u32::try_from(time.tv_nsec).unwrap_or_default();
    Duration::new(u64::try_from(time.tv_sec).unwrap_or_default(), nanoseconds)
}

/// Processor time of some work.
///
/// # Errors
///
/// Those of the work.
pub(crate) fn timed(work: impl FnOnce() -> Outcome<()>) -> Outcome<Duration> {
    let begin = processor_time();
    work()?;
    Ok(processor_time() - begin)
}

/// A floor and what is measured against it, in numbers of one unit.
pub(crate) struct Pairs(Vec<(f64, f64)>);

impl Pairs {
    /// Measures the two in turns, each as often first as second, so that what changes meanwhile is in both.
    ///
    /// The first round warms up and is not counted.
    ///
    /// # Errors
    ///
    /// Those of the measurements.
    pub(crate) fn measure(
        rounds: usize,
        mut floor: impl FnMut() -> Outcome<f64>,
        mut ours: impl FnMut() -> Outcome<f64>,
    ) -> Outcome<Self> {
        let mut pairs = Vec::with_capacity(rounds);
        for round in 0..=rounds {
            let pair = if round % 2 == 0 {
                let floor = floor()?;
                (floor, ours()?)
            } else {
                let ours = ours()?;
                (floor()?, ours)
            };
            pairs.push(pair);
        }
        pairs.remove(0);
        Ok(Self(pairs))
    }

    /// Prints the medians, in microseconds, and how they compare.
    pub(crate) fn print(&self, what: &str, at_most: f64) {
        let floor = median(self.0.iter().map(|pair| pair.0));
        let ours = median(self.0.iter().map(|pair| pair.1));
        // Not the ratio of the medians: what disturbed one round is in one round only.
        let ratio = median(self.0.iter().map(|(floor, ours)| ours / floor));
        let target = format!("<= {at_most:.2}x");
        let [floor, ours] = [floor, ours].map(|microseconds| format!("{microseconds:.2}"));
        table::line(what, [&floor, &ours, &format!("{ratio:.2}x"), &target], ratio <= at_most);
    }
}

fn median(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}
