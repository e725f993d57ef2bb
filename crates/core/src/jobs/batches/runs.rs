//! Holds indexes of targets as runs, because the indexes of a batch are mostly consecutive.

use std::ops::Range;

/// Indexes in ascending order, as runs that neither touch nor overlap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Runs {
    runs: Vec<Range<u32>>,
    len: usize,
}

impl Runs {
    /// Adds an index that is greater than all others.
    pub(crate) fn push(&mut self, index: u32) {
        match self.runs.last_mut() {
            Some(last) if last.end == index => last.end += 1,
            _ => self.runs.push(index..index + 1),
        }
        self.len += 1;
    }

    /// Adds a run whose indexes are greater than all others.
    pub(crate) fn extend(&mut self, run: Range<u32>) {
        self.len += run.len();
        match self.runs.last_mut() {
            Some(last) if last.end == run.start => last.end = run.end,
            _ if run.is_empty() => {}
            _ => self.runs.push(run),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The number after the last index.
    pub(crate) fn end(&self) -> Option<u32> {
        self.runs.last().map(|run| run.end)
    }

    pub(crate) fn runs(&self) -> &[Range<u32>] {
        &self.runs
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.runs.iter().cloned().flatten()
    }

    /// Removes the first `count` indexes, and returns them.
    pub(crate) fn take_first(&mut self, count: usize) -> Self {
        let mut first = Self::default();
        let mut rest = Self::default();
        for run in self.runs.drain(..) {
            let missing = u32::try_from(count - first.len).unwrap_or(u32::MAX);
            let split = run.start.saturating_add(missing).min(run.end);
            first.extend(run.start..split);
            rest.extend(split..run.end);
        }
        *self = rest;
        first
    }

    /// Splits off the second half; the first one is as long, or longer by one.
    pub(crate) fn halves(mut self) -> (Self, Self) {
        let first = self.take_first(self.len.div_ceil(2));
        (first, self)
    }
}

impl FromIterator<u32> for Runs {
    /// Collects ascending indexes.
    fn from_iter<I: IntoIterator<Item = u32>>(indexes: I) -> Self {
        let mut runs = Self::default();
        indexes.into_iter().for_each(|index| runs.push(index));
        runs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(indexes: &[u32]) -> Runs {
        indexes.iter().copied().collect()
    }

    #[test]
    fn consecutive_indexes_are_one_run() {
        assert_eq!(runs(&[0, 1, 2, 5, 7, 8]).runs(), [0..3, 5..6, 7..9]);
        assert_eq!(runs(&[0, 1, 2, 5, 7, 8]).len(), 6);
        assert_eq!((runs(&[3, 4, 9]).end(), runs(&[]).end()), (Some(10), None));
    }

    #[test]
    fn the_first_indexes_are_taken_across_runs() {
        let all = [0, 1, 2, 5, 7, 8];
        for count in 0..8 {
            let mut rest = runs(&all);
            let first = rest.take_first(count);
            let split = count.min(all.len());
            assert_eq!(first, runs(&all[..split]), "{count}");
            assert_eq!(rest, runs(&all[split..]), "{count}");
        }
    }

    #[test]
    fn the_first_half_is_not_the_shorter_one() {
        let (first, second) = runs(&[0, 1, 5, 6, 7]).halves();
        assert_eq!((first, second), (runs(&[0, 1, 5]), runs(&[6, 7])));
        let (first, second) = runs(&[4]).halves();
        assert_eq!((first, second), (runs(&[4]), runs(&[])));
    }
}
