//! Limits the memory that all request and response bodies in flight take together.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Maximum size of all bodies in flight, in bytes. 256 MiB: within one second, an account may send
/// 20 requests of 10 MiB to an action; a quarter is added. With its history, its tasks and the
/// buffers of its connections, an emulator stays below 512 MiB.
pub(crate) const MAX_BYTES: usize = 256 << 20;

/// Number of bytes of each body that the budget does not count. 64 KiB: ordinary requests are
/// served even when large ones have used up the budget. The number of connections bounds their sum.
const FREE_BYTES: usize = 64 << 10;

/// The memory budget of one emulator.
///
/// A reservation never waits: a body that does not fit is refused. So two clients cannot wait for
/// each other, and a client that sends half a body does not delay the others.
#[derive(Debug)]
pub(crate) struct MemoryBudget {
    used: AtomicUsize,
    max: usize,
}

/// The part of the budget that one body has. Dropping it returns that part.
#[derive(Debug)]
pub(crate) struct Reservation {
    budget: Arc<MemoryBudget>,
    /// Without the bytes that are free.
    bytes: usize,
}

impl MemoryBudget {
    pub(crate) fn new(max: usize) -> Arc<Self> {
        Arc::new(Self { used: AtomicUsize::new(0), max })
    }

    /// An empty reservation.
    pub(crate) fn reservation(self: &Arc<Self>) -> Reservation {
        Reservation { budget: Arc::clone(self), bytes: 0 }
    }

    /// The message of a refusal for lack of memory.
    pub(crate) fn exhausted_message(&self) -> String {
        let max = self.max;
        format!(
            "the emulator's memory budget of {max} bytes for large bodies is exhausted; \
             help: send fewer large requests at once"
        )
    }
}

impl Reservation {
    /// Resizes the reservation to a body of this size. If the budget does not allow that, it stays
    /// as it is, and the result is false.
    pub(crate) fn resize(&mut self, body_bytes: usize) -> bool {
        let (max, current) = (self.budget.max, self.bytes);
        let wanted = body_bytes.saturating_sub(FREE_BYTES);
        let resized = |used: usize| used.saturating_sub(current).checked_add(wanted).filter(|used| *used <= max);
        let fits = self.budget.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, resized).is_ok();
        if fits {
            self.bytes = wanted;
        }
        fits
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.budget.used.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
impl MemoryBudget {
    /// The number of bytes in use.
    pub(crate) fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reservations_do_not_exceed_the_budget() {
        let budget = MemoryBudget::new(100);
        let (mut first, mut second) = (budget.reservation(), budget.reservation());
        assert!(first.resize(FREE_BYTES + 60) && !second.resize(FREE_BYTES + 41) && second.resize(FREE_BYTES + 40));
        assert_eq!(budget.used(), 100);
        assert!(!first.resize(FREE_BYTES + 61) && !first.resize(usize::MAX));
        assert_eq!(budget.used(), 100);
        drop(second);
        assert!(first.resize(FREE_BYTES + 100));
    }

    #[test]
    fn a_reservation_shrinks_and_is_returned_on_drop() {
        let budget = MemoryBudget::new(100);
        let mut reservation = budget.reservation();
        assert!(reservation.resize(FREE_BYTES + 100) && reservation.resize(FREE_BYTES + 1));
        assert_eq!(budget.used(), 1);
        drop(reservation);
        assert_eq!(budget.used(), 0);
    }

    #[test]
    fn a_small_body_fits_when_the_budget_is_exhausted() {
        let budget = MemoryBudget::new(100);
        let mut large = budget.reservation();
        assert!(large.resize(FREE_BYTES + 100));
        let mut small = budget.reservation();
        assert!(small.resize(FREE_BYTES) && !small.resize(FREE_BYTES + 1));
    }
}
