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

    /// Adds an item of about this size. It is kept even if it is too large; older ones are removed
    /// and returned.
    pub(crate) fn push(&mut self, item: T, bytes: usize) -> Vec<T> {
        let mut removed = Vec::new();
        self.items.push_back((bytes, item));
        self.bytes += bytes;
        while self.items.len() > 1
            && (self.items.len() > self.max_items || self.bytes > self.max_bytes)
            && let Some((bytes, item)) = self.items.pop_front()
        {
            self.bytes -= bytes;
            removed.push(item);
        }
        removed
    }

    /// The number of items.
    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    /// The item at this position. The oldest is at 0.
    pub(crate) fn get(&self, position: usize) -> Option<&T> {
        self.items.get(position).map(|(_, item)| item)
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
        assert_eq!((1..=3).flat_map(|item| recent.push(item, 1)).collect::<Vec<_>>(), [1]);
        assert_eq!(items(&recent), [2, 3]);
    }

    #[test]
    fn the_oldest_items_are_removed_when_they_are_too_large() {
        let mut recent = Recent::new(10, 100);
        recent.push(1, 60);
        recent.push(2, 40);
        assert_eq!(items(&recent), [1, 2]);
        assert_eq!(recent.push(3, 1), [1]);
        assert_eq!(items(&recent), [2, 3]);
        assert_eq!((recent.len(), recent.get(0), recent.get(1), recent.get(2)), (2, Some(&2), Some(&3), None));
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
