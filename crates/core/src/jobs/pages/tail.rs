//! Finds where a page continues what was read before, although the list may have moved.
//!
//! Each page is asked for so that it begins with the end of what was read: the last item, the ones
//! equal to it, and one more. If it does, the list has not moved. Otherwise, the items that were
//! read before are those that the page has in the same order.
//!
//! Items can be equal: services list one for each region without naming it. The item in front of
//! equal ones shows how many of them were read. A page that begins among them does not show that.

use std::collections::VecDeque;

/// Maximum number of items that are remembered, unless two pages are more. 1,000: 50 pages of the
/// service's usual size, in 8 KB.
const MAX_TAIL: usize = 1_000;

/// The last items that were read, by the hash of their identity.
#[derive(Debug, Default)]
pub(super) struct Tail(VecDeque<u64>);

/// How a page continues the items that were read before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Continued {
    /// Number of items at its start that were read before, or appeared in front of those.
    pub(super) read: usize,
    /// Where the first new item is, counted from the start of the page. It may be after its end.
    pub(super) new_at: usize,
}

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

    /// Whether these are the items that were read last.
    pub(super) fn is_page(&self, items: &[u64]) -> bool {
        self.0.iter().rev().take(items.len()).eq(items.iter().rev())
    }

    /// Number of items that the next page should begin with: the last one, the ones equal to it,
    /// and one more.
    pub(super) fn overlap(&self) -> usize {
        let equal = self.0.iter().rev().take_while(|item| Some(*item) == self.0.back()).count();
        self.0.len().min(equal + 1)
    }

    /// Whether a page begins with the last `count` items, as far as it goes.
    pub(super) fn ends_with_start_of(&self, page: &[u64], count: usize) -> bool {
        let Some(begin) = self.0.len().checked_sub(count) else { return false };
        !page.is_empty() && self.0.iter().skip(begin).zip(page).all(|(read, item)| read == item)
    }

    /// How a page continues the tail, if the list has moved. `None` if the page does not show that.
    pub(super) fn found_on(&self, page: &[u64], is_first: bool) -> Option<Continued> {
        if !is_first && page.first() == self.0.back() {
            return None;
        }
        // Items may have appeared in front of those that were read, and some of those have left.
        let appeared = page.iter().position(|item| self.0.contains(item))?;
        let mut tail = self.0.iter();
        let known = page.iter().skip(appeared).take_while(|item| tail.any(|read| read == *item)).count();
        let read = appeared + known;
        Some(Continued { read, new_at: read + tail.len() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tail(items: &[u64]) -> Tail {
        let mut tail = Tail::default();
        tail.extend(items);
        tail
    }

    fn found(read: usize, new_at: usize) -> Option<Continued> {
        Some(Continued { read, new_at })
    }

    #[test]
    fn the_next_page_begins_with_the_last_item_and_the_one_in_front_of_its_equals() {
        assert_eq!(
            [&[][..], &[1], &[1, 2], &[1, 2, 2, 2], &[2, 2]].map(|items| tail(items).overlap()),
            [0, 1, 2, 4, 2]
        );
    }

    #[test]
    fn a_page_that_begins_with_the_last_items_is_of_a_list_that_has_not_moved() {
        let tail = tail(&[1, 2, 3, 4]);
        assert!(tail.ends_with_start_of(&[3, 4, 5], 2));
        assert!(tail.ends_with_start_of(&[3], 2), "the last item has left");
        assert!(!tail.ends_with_start_of(&[2, 3, 4], 2));
        assert!(!tail.ends_with_start_of(&[], 2));
    }

    #[test]
    fn items_that_moved_to_the_next_page_are_found() {
        let tail = tail(&[1, 2, 3, 4]);
        assert_eq!(tail.found_on(&[2, 3, 4, 5], false), found(3, 3));
        assert_eq!(tail.found_on(&[8, 9, 1, 2], false), found(4, 6), "two appeared, and two more are on the next page");
        assert_eq!(tail.found_on(&[5, 6], false), None);
    }

    #[test]
    fn items_that_left_the_list_do_not_hide_the_others() {
        assert_eq!(tail(&[1, 2, 3, 4]).found_on(&[1, 3, 5], false), found(2, 2), "2 and 4 have left");
    }

    #[test]
    fn a_page_that_begins_among_equal_items_does_not_show_how_many_were_read() {
        let tail = tail(&[1, 2, 7]);
        assert_eq!(tail.found_on(&[7, 7, 8], false), None);
        assert_eq!(tail.found_on(&[2, 7, 7, 8], false), found(2, 2));
        assert_eq!(tail.found_on(&[7, 7, 8], true), found(1, 1), "nothing is in front of the first page");
    }
}
