//! Measures a floor, which is the least that a task can cost, and the client, and compares them.

use std::time::Duration;

use cpu_time::ThreadTime;
use tencentcloud_tests::Outcome;

use crate::table;

/// Processor time of this thread so far. Unlike elapsed time, it does not depend on what else the
/// machine does.
pub(crate) fn processor_time() -> Duration {
    ThreadTime::now().as_duration()
}

/// Processor time that `work` takes.
///
/// # Errors
///
/// If `work` fails.
pub(crate) fn timed(work: impl FnOnce() -> Outcome<()>) -> Outcome<Duration> {
    let begin = processor_time();
    work()?;
    Ok(processor_time() - begin)
}

/// Pairs of a value of the floor and one of the client, in the same unit.
pub(crate) struct Pairs(Vec<(f64, f64)>);

impl Pairs {
    /// Measures both alternately, so that a change of the machine's speed affects both. Each is the
    /// first of a round equally often.
    ///
    /// The first round warms up, and does not count.
    ///
    /// # Errors
    ///
    /// If a measurement fails.
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

    /// Prints the medians, in microseconds, and the median of the ratios.
    pub(crate) fn print(&self, what: &str, max_ratio: f64) {
        let floor = median(self.0.iter().map(|pair| pair.0));
        let ours = median(self.0.iter().map(|pair| pair.1));
        // Not the ratio of the medians: a disturbance affects the ratio of one round only.
        let ratio = median(self.0.iter().map(|(floor, ours)| ours / floor));
        let target = format!("<= {max_ratio:.2}x");
        let [floor, ours] = [floor, ours].map(|microseconds| format!("{microseconds:.2}"));
        table::line(what, [&floor, &ours, &format!("{ratio:.2}x"), &target], ratio <= max_ratio);
    }
}

fn median(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}
