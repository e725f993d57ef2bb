//! Orders the waiters of a limiter: first come, first served, without those that are not being
//! polled.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::mem;
use std::task::Waker;
use std::time::Duration;

/// The waiters of one limiter, in the order in which they came.
///
/// Each waiter states when it will check next. A waiter that is overdue by the grace period is
/// skipped until it checks again; it keeps its position. Skipping is safe: every waiter has its own
/// timer, and none depends on being woken.
#[derive(Debug, Default)]
pub(super) struct Queue {
    /// The waiters that are not skipped.
    active: BTreeMap<Position, Waiter>,
    /// Wakers of the waiters that are skipped. No waker is dropped while the limiter is locked: its
    /// task may be dropped with it, and with the task an `Acquire`, which locks the limiter.
    skipped: BTreeMap<Position, Waker>,
    next_position: u64,
}

/// A position in the queue. It stays the same from joining to leaving.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Position(u64);

/// A waiter that is not skipped.
#[derive(Debug)]
pub(super) struct Waiter {
    waker: Waker,
    /// Time at which the waiter checks again at the latest.
    next_check: Duration,
    /// Whether the waiter was overdue and has been given more time.
    extended: bool,
}

/// The active waiters ahead of a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ahead {
    pub(super) count: u32,
    /// Next check of the last of them.
    pub(super) last_next_check: Duration,
}

/// Wakers to use after the lock of the limiter is released.
#[must_use = "release the lock, and call `wake`"]
#[derive(Debug, Default)]
pub(super) struct Wakers {
    /// At most two: that of the first waiter, which checks for the permit, and that of the second,
    /// which checks whether the first is overdue. Or only one: that of the waiter after one that
    /// has left.
    to_wake: [Option<Waker>; 2],
    /// That of a waiter that has left.
    to_drop: Option<Waker>,
}

impl Queue {
    /// Assigns the next position.
    pub(super) fn join(&mut self, now: Duration) -> Position {
        self.extend_last_once(now);
        let position = Position(self.next_position);
        self.next_position += 1;
        position
    }

    /// If the last waiter has missed its next check when another one joins, moves the check to now:
    /// the task that joins may have kept the thread busy, so that the last waiter could not be
    /// polled. The move protects the waiters ahead of it as well, because skipping begins at the
    /// end and stops at the first waiter that is not overdue. It is made only once for each check:
    /// otherwise tasks that join again and again would keep a waiter that is not polled from being
    /// skipped.
    fn extend_last_once(&mut self, now: Duration) {
        if let Some(mut last) = self.active.last_entry()
            && let last = last.get_mut()
            && last.next_check < now
            && !last.extended
        {
            (last.next_check, last.extended) = (now, true);
        }
    }

    /// Makes a waiter active, whether it is new, was skipped, or checks again. Returns a waker to
    /// drop after the lock is released.
    #[must_use]
    pub(super) fn activate(&mut self, position: Position, waker: &Waker, next_check: Duration) -> Option<Waker> {
        match self.active.entry(position) {
            Entry::Occupied(mut waiter) => {
                let waiter = waiter.get_mut();
                (waiter.next_check, waiter.extended) = (next_check, false);
                waiter.replace_waker(waker)
            }
            Entry::Vacant(entry) => {
                entry.insert(Waiter { waker: waker.clone(), next_check, extended: false });
                self.skipped.remove(&position)
            }
        }
    }

    /// A waiter, if it was neither woken nor skipped since it set `next_check`.
    pub(super) fn unchanged(&mut self, position: Position, next_check: Duration) -> Option<&mut Waiter> {
        self.active.get_mut(&position).filter(|waiter| waiter.next_check == next_check)
    }

    /// Skips the overdue waiters directly ahead of a position, and returns those that remain ahead
    /// of it.
    pub(super) fn skip_overdue_ahead_of(
        &mut self,
        position: Position,
        now: Duration,
        grace: Duration,
    ) -> Option<Ahead> {
        let last_next_check = loop {
            let (&last, waiter) = self.active.range(..position).next_back()?;
            if waiter.next_check.saturating_add(grace) > now {
                break waiter.next_check;
            }
            self.skipped.extend(self.active.remove(&last).map(|waiter| (last, waiter.waker)));
        };
        // A waiter that joins is at the end. Then all others are ahead of it and need not be
        // counted one by one.
        let is_at_the_end = self.active.last_key_value().is_some_and(|(last, _)| *last < position);
        let count = if is_at_the_end { self.active.len() } else { self.active.range(..position).count() };
        Some(Ahead { count: u32::try_from(count).unwrap_or(u32::MAX), last_next_check })
    }

    /// Removes a waiter. Those that move up must check now.
    pub(super) fn leave(&mut self, position: Position, now: Duration) -> Wakers {
        let was_first = self.active.first_key_value().is_some_and(|(first, _)| *first == position);
        let Some(Waiter { waker, .. }) = self.active.remove(&position) else {
            return Wakers { to_drop: self.skipped.remove(&position), ..Wakers::default() };
        };
        let moved_up = if was_first {
            self.first_two(now)
        } else {
            // The next waiter has one fewer ahead of it, so it checks one grace period sooner.
            let next = self.active.range_mut(position..).next();
            Wakers { to_wake: [next.map(|(_, next)| next.make_due(now)), None], to_drop: None }
        };
        Wakers { to_drop: Some(waker), ..moved_up }
    }

    /// Makes the first two waiters due, because the next permit may be due sooner than they know.
    pub(super) fn first_two(&mut self, now: Duration) -> Wakers {
        let mut wakers = self.active.values_mut().map(|waiter| waiter.make_due(now));
        Wakers { to_wake: [wakers.next(), wakers.next()], to_drop: None }
    }

    /// Whether there is a waiter that is not skipped.
    pub(super) fn has_active_waiter(&self) -> bool {
        !self.active.is_empty()
    }
}

impl Ahead {
    /// Returns when the last of these is overdue and can be skipped with all others, if none of
    /// them is being polled: `count` grace periods after `opens_at`, because the first checks when
    /// the next permit is due, and each other one a grace period after the one ahead of it. But it
    /// is at least one grace period after the next check that the last one has set.
    pub(super) fn all_overdue_at(self, opens_at: Duration, grace: Duration) -> Duration {
        let one_after_another = opens_at.saturating_add(grace.saturating_mul(self.count));
        one_after_another.max(self.last_next_check.saturating_add(grace))
    }
}

impl Waiter {
    /// Sets the waker. Returns one to drop after the lock is released, if it is another one.
    #[must_use]
    pub(super) fn replace_waker(&mut self, waker: &Waker) -> Option<Waker> {
        (!self.waker.will_wake(waker)).then(|| mem::replace(&mut self.waker, waker.clone()))
    }

    /// Sets that the waiter must check now. Returns the waker to call.
    fn make_due(&mut self, now: Duration) -> Waker {
        self.next_check = self.next_check.min(now);
        self.waker.clone()
    }
}

impl Wakers {
    /// Calls the wakers of the waiters that must check, and drops the other one.
    pub(super) fn wake(self) {
        let Self { to_wake, to_drop } = self;
        to_wake.into_iter().flatten().for_each(Waker::wake);
        drop(to_drop);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRACE: Duration = ms(100);

    const fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    /// A queue of waiters with these next checks, in milliseconds.
    fn queue<const LENGTH: usize>(next_checks: [u64; LENGTH]) -> (Queue, [Position; LENGTH]) {
        let mut queue = Queue::default();
        let positions = next_checks.map(|next_check| {
            let position = queue.join(ms(0));
            assert!(queue.activate(position, Waker::noop(), ms(next_check)).is_none());
            position
        });
        (queue, positions)
    }

    fn ahead(count: u32, last_next_check: u64) -> Option<Ahead> {
        Some(Ahead { count, last_next_check: ms(last_next_check) })
    }

    #[test]
    fn an_overdue_waiter_is_skipped_and_keeps_its_position() {
        let (mut queue, [first, second, third]) = queue([1_000, 1_100, 1_200]);
        assert_eq!(queue.skip_overdue_ahead_of(second, ms(1_099), GRACE), ahead(1, 1_000));
        assert_eq!(queue.skip_overdue_ahead_of(second, ms(1_100), GRACE), None);
        assert_eq!(queue.skip_overdue_ahead_of(third, ms(1_100), GRACE), ahead(1, 1_100));

        assert_eq!(queue.skip_overdue_ahead_of(first, ms(1_150), GRACE), None);
        assert!(queue.activate(first, Waker::noop(), ms(2_000)).is_some(), "the waker of the skipped waiter");
        assert_eq!(queue.skip_overdue_ahead_of(second, ms(1_150), GRACE), ahead(1, 2_000));
        assert_eq!(queue.skip_overdue_ahead_of(third, ms(1_150), GRACE), ahead(2, 1_100));
        assert!(queue.skipped.is_empty());
    }

    #[test]
    fn a_waiter_in_time_protects_those_ahead_of_it_from_being_skipped() {
        let (mut queue, [_, _, third]) = queue([1_000, 1_100, 1_200]);
        assert_eq!(queue.skip_overdue_ahead_of(third, ms(1_199), GRACE), ahead(2, 1_100));
        assert_eq!(queue.skip_overdue_ahead_of(third, ms(1_200), GRACE), None);
    }

    #[test]
    fn joining_extends_an_overdue_waiter_once() {
        let (mut queue, _) = queue([1_000]);
        let position = queue.join(ms(5_000));
        assert_eq!(queue.skip_overdue_ahead_of(position, ms(5_000), GRACE), ahead(1, 5_000));
        let position = queue.join(ms(5_099));
        assert_eq!(queue.skip_overdue_ahead_of(position, ms(5_099), GRACE), ahead(1, 5_000));
        let position = queue.join(ms(5_100));
        assert_eq!(queue.skip_overdue_ahead_of(position, ms(5_100), GRACE), None);
    }

    #[test]
    fn leaving_wakes_the_waiters_that_move_up() {
        let next_checks_after = |left: usize| {
            let (mut queue, positions) = queue([1_000, 1_100, 1_200, 1_300]);
            let woken = queue.leave(positions[left], ms(500)).to_wake.iter().flatten().count();
            let next_checks: Vec<_> = queue.active.values().map(|waiter| waiter.next_check.as_millis()).collect();
            assert_eq!(next_checks.iter().filter(|next_check| **next_check == 500).count(), woken);
            next_checks
        };
        assert_eq!(next_checks_after(0), [500, 500, 1_300]);
        assert_eq!(next_checks_after(1), [1_000, 500, 1_300]);
        assert_eq!(next_checks_after(2), [1_000, 1_100, 500]);
        assert_eq!(next_checks_after(3), [1_000, 1_100, 1_200]);
    }

    #[test]
    fn a_skipped_waiter_leaves_without_waking_others() {
        let (mut queue, [first, second]) = queue([1_000, 1_100]);
        assert_eq!(queue.skip_overdue_ahead_of(second, ms(1_100), GRACE), None);
        assert_eq!(queue.leave(first, ms(1_100)).to_wake.iter().flatten().count(), 0);
        assert!(queue.skipped.is_empty() && queue.active.len() == 1);
    }

    #[test]
    fn a_waiter_that_was_woken_or_skipped_must_check_again() {
        let (mut queue, [first, second, third]) = queue([1_000, 1_100, 1_200]);
        assert_eq!(queue.first_two(ms(500)).to_wake.iter().flatten().count(), 2);
        let mut unchanged = |position, next_check| queue.unchanged(position, ms(next_check)).is_some();
        assert!(!unchanged(first, 1_000) && !unchanged(second, 1_100) && unchanged(third, 1_200));
        assert_eq!(queue.skip_overdue_ahead_of(third, ms(600), GRACE), None);
        assert!(queue.unchanged(first, ms(500)).is_none());
    }
}
