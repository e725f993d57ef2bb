//! A list that forgets its oldest items, so that an emulator may run for as long as it likes.

use std::collections::VecDeque;

/// The latest items, at most so many and at most so many bytes of them.
#[derive(Debug)]
pub(crate) struct Recent<T> {
    /// Each with its size, the oldest first.
    items: VecDeque<(usize, T)>,
    bytes: usize,
    most_items: usize,
    most_bytes: usize,
}

impl<T> Recent<T> {
    pub(crate) fn new(most_items: usize, most_bytes: usize) -> Self {
        Self { items: VecDeque::new(), bytes: 0, most_items, most_bytes }
    }

    /// Adds an item of about this many bytes. It stays, however large it is; older ones make room.
    pub(crate) fn push(&mut self, item: T, bytes: usize) {
        self.items.push_back((bytes, item));
        self.bytes += bytes;
        while self.items.len() > 1 && (self.items.len() > self.most_items || self.bytes > self.most_bytes) {
            self.bytes -= self.items.pop_front().map_or(0, |(bytes, _)| bytes);
        }
    }

    /// Forgets all of them.
    pub(crate) fn clear(&mut self) {
        self.items.clear();
        self.bytes = 0;
    }

    /// The items, the oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.items.iter().map(|(_, item)| item)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(recent: &Recent<u32>) -> Vec<u32> {
        recent.iter().copied().collect()
    }

    #[test]
    fn the_oldest_go_when_there_are_too_many() {
        let mut recent = Recent::new(2, 100);
        (1..=3).for_each(|item| recent.push(item, 1));
        assert_eq!(kept(&recent), [2, 3]);
    }

    #[test]
    fn the_oldest_go_when_they_are_too_large() {
        let mut recent = Recent::new(10, 100);
        recent.push(1, 60);
        recent.push(2, 40);
        assert_eq!(kept(&recent), [1, 2]);
        recent.push(3, 1);
        assert_eq!(kept(&recent), [2, 3]);
    }

    #[test]
    fn the_latest_stays_however_large_it_is() {
        let mut recent = Recent::new(10, 100);
        recent.push(1, 1);
        recent.push(2, 1000);
        assert_eq!(kept(&recent), [2]);
        recent.push(3, 1);
        assert_eq!(kept(&recent), [3]);
    }
}
