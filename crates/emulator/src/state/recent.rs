//! Keeps the latest items of an endless sequence, so that an emulator can run forever.

use std::collections::VecDeque;

/// The latest items. Their number and their total size are limited.
#[derive(Debug)]
pub(crate) struct Recent<T> {
    /// Each item with its size, the oldest first.
    items: VecDeque<(usize, T)>,
    bytes: usize,
    max_items: usize,
    max_bytes: usize,
}

impl<T> Recent<T> {
    pub(crate) fn new(max_items: usize, max_bytes: usize) -> Self {
        Self { items: VecDeque::new(), bytes: 0, max_items, max_bytes }
    }

    /// Adds an item of about this size. It is kept even if it is too large; older ones are removed.
    pub(crate) fn push(&mut self, item: T, bytes: usize) {
        self.items.push_back((bytes, item));
        self.bytes += bytes;
        while self.items.len() > 1 && (self.items.len() > self.max_items || self.bytes > self.max_bytes) {
            self.bytes -= self.items.pop_front().map_or(0, |(bytes, _)| bytes);
        }
    }

    pub(crate) fn clear(&mut self) {
        self.items.clear();
        self.bytes = 0;
    }

    /// The items, the oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + Clone {
        self.items.iter().map(|(_, item)| item)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(recent: &Recent<u32>) -> Vec<u32> {
        recent.iter().copied().collect()
    }

    #[test]
    fn the_oldest_items_are_removed_when_there_are_too_many() {
        let mut recent = Recent::new(2, 100);
        (1..=3).for_each(|item| recent.push(item, 1));
        assert_eq!(items(&recent), [2, 3]);
    }

    #[test]
    fn the_oldest_items_are_removed_when_they_are_too_large() {
        let mut recent = Recent::new(10, 100);
        recent.push(1, 60);
        recent.push(2, 40);
        assert_eq!(items(&recent), [1, 2]);
        recent.push(3, 1);
        assert_eq!(items(&recent), [2, 3]);
    }

    #[test]
    fn the_latest_item_is_kept_even_if_it_is_too_large() {
        let mut recent = Recent::new(10, 100);
        recent.push(1, 1);
        recent.push(2, 1000);
        assert_eq!(items(&recent), [2]);
        recent.push(3, 1);
        assert_eq!(items(&recent), [3]);
    }
}
