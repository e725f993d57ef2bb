//! Runs a function for many inputs, on all processors.

use std::cmp::Reverse;
use std::panic;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Runs the function for each input, and returns the results in the order of the inputs. The
/// largest inputs are first. So all processors finish at about the same time, and the most memory
/// is needed while few results are stored.
pub(crate) fn map<T: Sync, R: Send>(
    inputs: &[T],
    size: impl Fn(&T) -> usize,
    function: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let mut order: Vec<(usize, &T)> = inputs.iter().enumerate().collect();
    order.sort_by_key(|(_, input)| Reverse(size(input)));
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut results = Vec::new();
        loop {
            match order.get(next.fetch_add(1, Ordering::Relaxed)) {
                Some((n, input)) => results.push((*n, function(input))),
                None => return results,
            }
        }
    };
    let mut results: Vec<(usize, R)> = thread::scope(|scope| {
        let threads: Vec<_> = (0..processors.min(inputs.len())).map(|_| scope.spawn(work)).collect();
        let joined = threads.into_iter().map(thread::ScopedJoinHandle::join);
        joined.flat_map(|results| results.unwrap_or_else(|payload| panic::resume_unwind(payload))).collect()
    });
    results.sort_by_key(|(n, _)| *n);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_have_the_order_of_the_inputs() {
        let inputs: Vec<u32> = (0..1_000).collect();
        let doubled: Vec<u32> = inputs.iter().map(|input| input * 2).collect();
        assert_eq!(map(&inputs, |input| *input as usize % 7, |input| input * 2), doubled);
        assert!(map(&[], |_| 0, |input: &u32| *input).is_empty());
    }
}
