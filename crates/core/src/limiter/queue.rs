//! Who waits for a turn, first come, first served.

use std::collections::BTreeMap;
use std::task::Waker;

/// Those who wait, in the order they came.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: BTreeMap<Place, Waker>,
    next: u64,
}

/// A place in a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place(u64);

impl Queue {
    /// Takes the place behind all others.
    pub(super) fn join(&mut self, waker: &Waker) -> Place {
        let place = Place(self.next);
        self.next += 1;
        self.waiting.insert(place, waker.clone());
        place
    }

    /// Says who is to be woken from now on.
    pub(super) fn stay(&mut self, place: Place, waker: &Waker) {
        if let Some(known) = self.waiting.get_mut(&place) {
            known.clone_from(waker);
        }
    }

    /// Gives the place up, whichever it is; returns who is first now, if that changed.
    #[must_use = "who is first now must be woken"]
    pub(super) fn leave(&mut self, place: Place) -> Option<Waker> {
        let was_first = self.is_first(place);
        self.waiting.remove(&place);
        was_first.then(|| self.first()).flatten()
    }

    pub(super) fn is_first(&self, place: Place) -> bool {
        self.waiting.first_key_value().is_some_and(|(first, _)| *first == place)
    }

    /// Who is first.
    pub(super) fn first(&self) -> Option<Waker> {
        self.waiting.first_key_value().map(|(_, waker)| waker.clone())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}
