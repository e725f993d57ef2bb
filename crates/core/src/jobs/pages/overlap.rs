//! Finds where a page continues what was read before, although the list has moved.

use std::collections::VecDeque;

/// The last items that were read, by the hash of their identity. Equal items may follow each other:
/// the service writes a row for each region without naming it.
#[derive(Debug, Default)]
pub(super) struct Tail(VecDeque<u64>);

impl Tail {
    /// Adds the new items of a page.
    pub(super) fn extend(&mut self, items: &[u64]) {
        self.0.extend(items);
        let surplus = self.0.len().saturating_sub(MAX_TAIL.max(2 * items.len()));
        self.0.drain(..surplus);
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether these are the items that were read last.
    pub(super) fn is_page(&self, items: &[u64]) -> bool {
        self.0.iter().rev().take(items.len()).eq(items.iter().rev())
    }

    /// How a page continues the tail. `None` if the page does not show that.
    ///
    /// The page should begin with the last `overlap` items. `growth` is by how much the list became
    /// longer since: if all of it happened in front, the page begins with as many more. Both are
    /// hints only, for items that are equal to others; the list can also have grown at its end, or
    /// lost as many items as it gained.
    pub(super) fn continued_by(&self, page: &[u64], overlap: usize, growth: usize) -> Option<Continued> {
        // Items may have appeared in front of the ones that were read before.
        let appeared = if overlap > 0 { page.iter().position(|item| self.0.contains(item))? } else { 0 };
        let continued = self.continued_after(page.get(appeared..).unwrap_or_default(), overlap, growth)?;
        Some(Continued { read: appeared + continued.read, new_at: appeared + continued.new_at })
    }

    /// The same for a page that begins with an item which was read before.
    fn continued_after(&self, page: &[u64], overlap: usize, growth: usize) -> Option<Continued> {
        let hints = [overlap.saturating_add(growth), overlap];
        let all = (1..=self.0.len()).rev();
        let begins = hints.into_iter().chain(all).find(|&from_end| self.matches(page, from_end));
        match begins {
            Some(from_end) => Some(Continued { read: from_end.min(page.len()), new_at: from_end }),
            None => self.longest_remainder(page).map(|read| Continued { read, new_at: read }),
        }
    }

    /// Whether a page begins with the item that is `from_end` items from the end, and goes on like
    /// the tail.
    fn matches(&self, page: &[u64], from_end: usize) -> bool {
        let Some(begin) = self.0.len().checked_sub(from_end) else { return false };
        self.0.iter().skip(begin).zip(page).all(|(read, item)| read == item)
    }

    /// The length of the longest start of a page whose items are all in the tail, in the same
    /// order: some items of the tail may have left the list. `None` if the first one is not there.
    fn longest_remainder(&self, page: &[u64]) -> Option<usize> {
        let mut tail = self.0.iter();
        let count = page.iter().take_while(|item| tail.any(|read| read == *item)).count();
        (count > 0).then_some(count)
    }
}

/// Maximum number of items that are remembered, unless two pages are more. 1,000: 50 pages of the
/// service's usual size, in 8 KB.
const MAX_TAIL: usize = 1_000;

/// How a page continues the items that were read before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Continued {
    /// Number of items at its start that were read before.
    pub(super) read: usize,
    /// Where the first new item is, counted from the start of the page. It may be after its end.
    pub(super) new_at: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tail(items: &[u64]) -> Tail {
        let mut tail = Tail::default();
        tail.extend(items);
        tail
    }

    fn read(tail: &Tail, page: &[u64], overlap: usize, growth: usize) -> Option<usize> {
        tail.continued_by(page, overlap, growth).map(|continued| continued.read)
    }

    #[test]
    fn a_list_that_did_not_move_continues_after_the_overlap() {
        let tail = tail(&[1, 2, 3, 4]);
        assert_eq!(read(&tail, &[4, 5, 6], 1, 0), Some(1));
        assert_eq!(read(&tail, &[5, 6], 0, 0), Some(0));
    }

    #[test]
    fn items_that_moved_to_the_next_page_are_recognized_with_and_without_a_total() {
        let tail = tail(&[1, 2, 3, 4]);
        for growth in [0, 2] {
            assert_eq!(read(&tail, &[2, 3, 4, 5], 1, growth), Some(3), "{growth}");
        }
        assert_eq!(
            tail.continued_by(&[1, 2, 3], 1, 3),
            Some(Continued { read: 3, new_at: 4 }),
            "the page was read before"
        );
    }

    #[test]
    fn a_list_that_grew_at_its_end_did_not_move() {
        assert_eq!(read(&tail(&[1, 2, 3, 4]), &[4, 5, 6], 1, 3), Some(1));
    }

    #[test]
    fn the_total_distinguishes_equal_items_from_repeated_ones() {
        let tail = tail(&[1, 2, 7, 7]);
        assert_eq!(read(&tail, &[7, 7, 8], 1, 0), Some(1), "there are three equal ones");
        assert_eq!(read(&tail, &[7, 7, 8], 1, 1), Some(2), "the list moved by one");
    }

    #[test]
    fn items_that_left_the_list_do_not_hide_the_others() {
        let tail = tail(&[1, 2, 3, 4]);
        assert_eq!(read(&tail, &[1, 3, 5], 1, 0), Some(2), "2 and 4 are gone");
        assert_eq!(read(&tail, &[5, 6], 1, 0), None, "all are gone, or the page is elsewhere");
    }
}
