//! Who waits for a turn, first come, first served among those who are there.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::task::Waker;
use std::time::Duration;

/// Those who wait, in the order they came.
///
/// Everyone has said when it looks again at the latest. Who has not done so a grace later is away: those behind pass it
/// over, until it looks again. It is safe to pass over anybody, because everyone looks again of itself and nobody waits to
/// be woken.
#[derive(Debug, Default)]
pub(super) struct Queue {
    there: BTreeMap<Place, Waiting>,
    /// Kept for those who are away, because who drops the waker of another may drop what it would wake.
    away: BTreeMap<Place, Waker>,
    next: u64,
}

/// A place in a queue, kept from coming to leaving.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place(u64);

#[derive(Debug)]
struct Waiting {
    waker: Waker,
    /// When it looks again, of itself or because it was woken.
    looks_at: Duration,
    /// Whether it was late when another one came, and got a grace more.
    spared: bool,
}

/// Those before a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ahead {
    pub(super) count: u32,
    /// When the last of them looks again.
    pub(super) looks_at: Duration,
}

/// Who is to be woken.
#[must_use = "they wait for being woken"]
#[derive(Debug, Default)]
pub(super) struct Called([Option<Waker>; 2]);

impl Queue {
    /// Takes the place behind all others.
    pub(super) fn join(&mut self, now: Duration) -> Place {
        // One that is late may be there: whoever comes now may have kept their thread busy. So it gets another grace; once,
        // lest that begins anew with everyone who comes and gives up.
        if let Some(mut last) = self.there.last_entry()
            && let last = last.get_mut()
            && last.looks_at < now
            && !last.spared
        {
            (last.looks_at, last.spared) = (now, true);
        }
        let place = Place(self.next);
        self.next += 1;
        place
    }

    /// Says who is to be woken from now on, and when it looks again if it is not; one that was away is there again.
    pub(super) fn stay(&mut self, place: Place, waker: &Waker, looks_at: Duration) {
        match self.there.entry(place) {
            Entry::Occupied(mut known) => {
                let known = known.get_mut();
                known.waker.clone_from(waker);
                (known.looks_at, known.spared) = (looks_at, false);
            }
            Entry::Vacant(new) => {
                self.away.remove(&place);
                new.insert(Waiting { waker: waker.clone(), looks_at, spared: false });
            }
        }
    }

    /// Whether nothing has changed for who said that it looks again then: it was neither woken nor passed over. Says who
    /// is to be woken from now on.
    pub(super) fn is_as_it_was(&mut self, place: Place, waker: &Waker, looks_at: Duration) -> bool {
        let known = self.there.get_mut(&place).filter(|known| known.looks_at == looks_at);
        known.map(|known| known.waker.clone_from(waker)).is_some()
    }

    /// Passes over those directly before a place who have not looked within a grace, and tells who remains before it.
    pub(super) fn ahead(&mut self, place: Place, now: Duration, grace: Duration) -> Option<Ahead> {
        let looks_at = loop {
            let (&before, waiting) = self.there.range(..place).next_back()?;
            if waiting.looks_at.saturating_add(grace) > now {
                break waiting.looks_at;
            }
            self.away.extend(self.there.remove(&before).map(|waiting| (before, waiting.waker)));
        };
        // All are before who comes, and need not be counted.
        let is_last = self.there.last_key_value().is_some_and(|(last, _)| *last < place);
        let count = if is_last { self.there.len() } else { self.there.range(..place).count() };
        Some(Ahead { count: u32::try_from(count).unwrap_or(u32::MAX), looks_at })
    }

    /// Gives the place up, whichever it is, and calls who moves up.
    pub(super) fn leave(&mut self, place: Place, now: Duration) -> Called {
        self.away.remove(&place);
        let was_first = self.there.first_key_value().is_some_and(|(first, _)| *first == place);
        match self.there.remove(&place) {
            None => Called::default(),
            Some(_) if was_first => self.call(now),
            // It has one less before it, and would look too late if all of those were away.
            Some(_) => Called([self.there.range_mut(place..).next().map(|(_, behind)| behind.call(now)), None]),
        }
    }

    /// Calls the first two, because there may be room sooner than they know: the first is to look for it, and the second
    /// whether the first does.
    pub(super) fn call(&mut self, now: Duration) -> Called {
        let mut first_two = self.there.values_mut().map(|waiting| waiting.call(now));
        Called([first_two.next(), first_two.next()])
    }

    pub(super) fn is_empty(&self) -> bool {
        self.there.is_empty()
    }
}

impl Waiting {
    fn call(&mut self, now: Duration) -> Waker {
        self.looks_at = self.looks_at.min(now);
        self.waker.clone()
    }
}

impl Called {
    pub(super) fn wake(self) {
        self.0.into_iter().flatten().for_each(Waker::wake);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRACE: Duration = ms(100);

    const fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    /// A queue of those who look again at these times, in milliseconds.
    fn queue<const LENGTH: usize>(looks_at: [u64; LENGTH]) -> (Queue, [Place; LENGTH]) {
        let mut queue = Queue::default();
        let places = looks_at.map(|looks_at| {
            let place = queue.join(ms(0));
            queue.stay(place, Waker::noop(), ms(looks_at));
            place
        });
        (queue, places)
    }

    fn ahead(count: u32, looks_at: u64) -> Option<Ahead> {
        Some(Ahead { count, looks_at: ms(looks_at) })
    }

    #[test]
    fn who_is_late_by_a_grace_is_passed_over_and_keeps_its_place() {
        let (mut queue, [first, second, third]) = queue([1_000, 1_100, 1_200]);
        assert_eq!(queue.ahead(second, ms(1_099), GRACE), ahead(1, 1_000));
        assert_eq!(queue.ahead(second, ms(1_100), GRACE), None);
        assert_eq!(queue.ahead(third, ms(1_100), GRACE), ahead(1, 1_100));

        assert_eq!(queue.ahead(first, ms(1_150), GRACE), None);
        queue.stay(first, Waker::noop(), ms(2_000));
        assert_eq!(queue.ahead(second, ms(1_150), GRACE), ahead(1, 2_000));
        assert_eq!(queue.ahead(third, ms(1_150), GRACE), ahead(2, 1_100));
        assert!(queue.away.is_empty());
    }

    #[test]
    fn one_who_is_in_time_is_passed_over_by_nobody_and_neither_are_those_before_it() {
        let (mut queue, [_, _, third]) = queue([1_000, 1_100, 1_200]);
        assert_eq!(queue.ahead(third, ms(1_199), GRACE), ahead(2, 1_100));
        assert_eq!(queue.ahead(third, ms(1_200), GRACE), None);
    }

    #[test]
    fn whoever_comes_gives_one_who_is_late_another_grace_but_not_a_third() {
        let (mut queue, _) = queue([1_000]);
        let place = queue.join(ms(5_000));
        assert_eq!(queue.ahead(place, ms(5_000), GRACE), ahead(1, 5_000));
        let place = queue.join(ms(5_099));
        assert_eq!(queue.ahead(place, ms(5_099), GRACE), ahead(1, 5_000));
        let place = queue.join(ms(5_100));
        assert_eq!(queue.ahead(place, ms(5_100), GRACE), None);
    }

    #[test]
    fn who_leaves_calls_those_who_move_up() {
        let called = |left: usize| {
            let (mut queue, places) = queue([1_000, 1_100, 1_200, 1_300]);
            let called = queue.leave(places[left], ms(500)).0.iter().flatten().count();
            let looks_at: Vec<_> = queue.there.values().map(|waiting| waiting.looks_at.as_millis()).collect();
            assert_eq!(looks_at.iter().filter(|looks_at| **looks_at == 500).count(), called);
            looks_at
        };
        assert_eq!(called(0), [500, 500, 1_300]);
        assert_eq!(called(1), [1_000, 500, 1_300]);
        assert_eq!(called(2), [1_000, 1_100, 500]);
        assert_eq!(called(3), [1_000, 1_100, 1_200]);
    }

    #[test]
    fn who_is_away_leaves_without_calling_anybody() {
        let (mut queue, [first, second]) = queue([1_000, 1_100]);
        assert_eq!(queue.ahead(second, ms(1_100), GRACE), None);
        assert_eq!(queue.leave(first, ms(1_100)).0.iter().flatten().count(), 0);
        assert!(queue.away.is_empty() && queue.there.len() == 1);
    }

    #[test]
    fn who_was_called_or_passed_over_looks_anew() {
        let (mut queue, [first, second, third]) = queue([1_000, 1_100, 1_200]);
        let called = queue.call(ms(500)).0;
        assert_eq!(called.iter().flatten().count(), 2);
        let mut as_it_was = |place, looks_at| queue.is_as_it_was(place, Waker::noop(), ms(looks_at));
        assert!(!as_it_was(first, 1_000) && !as_it_was(second, 1_100) && as_it_was(third, 1_200));
        assert_eq!(queue.ahead(third, ms(600), GRACE), None);
        assert!(!queue.is_as_it_was(first, Waker::noop(), ms(500)));
    }
}
