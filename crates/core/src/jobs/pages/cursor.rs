//! Decides which page to ask for, what of it is new, and when the list is read: without I/O.

use super::tail::{Continued, Tail};

/// Maximum number of requests for one page that show no item that was read before. 8: each of them
/// moves by as much as the list has, so a second one is rare, and a list that outruns eight of them
/// cannot be read.
const MAX_SEARCHES: u32 = 8;

/// A position in a list that may change while it is read.
#[derive(Debug)]
pub(super) struct Cursor {
    place: Place,
    /// Number of items to ask for, if the service takes one.
    limit: Option<u64>,
    /// Number of items on all pages, when the last page was read.
    total: Option<u64>,
    tail: Tail,
    /// Number of items on the largest page so far. The service may return fewer than `limit`.
    largest: usize,
    searches: u32,
    /// Whether the last page was the one before it once more.
    repeated: bool,
}

/// Where the next page begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// After this number of items.
    Offset(u64),
    /// On this page, which follows `before` items, after skipping items of it.
    Page { number: u64, before: u64, skip: u64 },
    /// At this token. The first page has none.
    Token(Option<String>),
}

/// A page as it arrived.
pub(super) struct Arrived<'a> {
    /// Hashes of the identities of its items.
    pub(super) items: &'a [u64],
    pub(super) total: Option<u64>,
    pub(super) next_token: Option<&'a str>,
}

/// What to do with a page.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The items after the first `skip` are new. The first new one is at `offset` of the list.
    Read { skip: usize, offset: Option<u64>, is_last: bool },
    /// The list moved so far that the page does not show where it continues.
    Search,
    /// The page is one that was read before.
    Repeated,
    /// The list changes faster than it can be read.
    Outrun,
    /// The page is empty, and the total says that it should not be.
    Empty,
}

impl Cursor {
    /// A cursor that starts at a place, and asks for `limit` items at once.
    pub(super) fn new(place: Place, limit: Option<u64>) -> Self {
        Self { place, limit, total: None, tail: Tail::default(), largest: 0, searches: 0, repeated: false }
    }

    /// The place to ask for.
    pub(super) fn ask(&self) -> Place {
        match self.place {
            Place::Offset(next) => Place::Offset(next.saturating_sub(self.overlap() as u64)),
            _ => self.place.clone(),
        }
    }

    /// The limit to ask for.
    pub(super) fn limit(&self) -> Option<u64> {
        self.limit
    }

    /// Number of items at the start of the next page that were read before, if the list does not
    /// move. They are less than a page. So there are none if a page has one item.
    fn overlap(&self) -> usize {
        self.tail.overlap().min(self.largest.saturating_sub(1))
    }

    /// Takes a page for the place that was asked for, and moves on.
    pub(super) fn take(&mut self, page: &Arrived<'_>) -> Step {
        let overlap = self.overlap();
        self.largest = self.largest.max(page.items.len());
        match self.place.clone() {
            Place::Offset(next) => self.take_offset(next, overlap, page),
            Place::Page { number, before, skip } => self.take_page(number, before, skip, page),
            Place::Token(token) => self.take_token(token.as_deref(), page),
        }
    }

    fn take_offset(&mut self, next: u64, overlap: usize, page: &Arrived<'_>) -> Step {
        let (asked, count) = (next.saturating_sub(overlap as u64), page.items.len());
        if let Some(step) = self.take_empty(asked, page) {
            return step;
        }
        let Some(Continued { read, new_at }) = self.continued(asked, overlap, page.items) else {
            return self.search(asked, overlap, page);
        };
        if self.is_repeated(page, overlap) {
            return Step::Repeated;
        }
        self.place = Place::Offset(asked.saturating_add(count.max(new_at) as u64));
        let is_last = self.ends_at(asked.saturating_add(count as u64), page);
        self.accept(page, read, asked.saturating_add(read as u64), is_last)
    }

    /// How a page continues the items that were read. `None` if it does not show that.
    fn continued(&self, asked: u64, overlap: usize, page: &[u64]) -> Option<Continued> {
        let is_first = asked == 0;
        if self.tail.ends_with_start_of(page, overlap) {
            return Some(Continued { read: overlap.min(page.len()), new_at: overlap });
        }
        let found = if overlap > 0 { self.tail.found_on(page, is_first) } else { None };
        // Nothing is in front of the first page, so it continues the list wherever that was.
        found.or((is_first || overlap == 0).then(Continued::default))
    }

    /// Moves to where the last items are. That is further on if the list grew by more items than
    /// are remembered. Otherwise the page would show one of these, so it is after them.
    fn search(&mut self, asked: u64, overlap: usize, page: &Arrived<'_>) -> Step {
        if self.searches == MAX_SEARCHES {
            return self.give_up(Step::Outrun);
        }
        self.searches += 1;
        let growth = self.growth(page);
        let asked = if growth > self.tail.len() {
            asked.saturating_add(growth as u64)
        } else {
            // The page before this one, as far as there are items.
            let size = self.largest.saturating_sub(overlap).max(1);
            asked.min(page.total.unwrap_or(u64::MAX)).saturating_sub(size as u64)
        };
        self.total = page.total.or(self.total);
        self.place = Place::Offset(asked.saturating_add(overlap as u64));
        Step::Search
    }

    /// Asks for an empty page again if there should be items after the position: a server may have
    /// the total, and not yet the items.
    fn take_empty(&mut self, position: u64, page: &Arrived<'_>) -> Option<Step> {
        let is_wrong = page.items.is_empty() && page.total.is_some_and(|total| total > position);
        if is_wrong && self.searches == MAX_SEARCHES {
            return Some(self.give_up(Step::Empty));
        }
        self.searches += u32::from(is_wrong);
        is_wrong.then_some(Step::Search)
    }

    fn take_page(&mut self, number: u64, before: u64, skip: u64, page: &Arrived<'_>) -> Step {
        if let Some(step) = self.take_empty(before, page) {
            return step;
        }
        if self.is_repeated(page, 0) {
            return Step::Repeated;
        }
        let (count, growth) = (page.items.len(), self.growth(page));
        // If the list grew in front, the page begins with as many items that were read before.
        let read = if self.tail.ends_with_start_of(page.items, growth) { growth } else { 0 };
        let skip = read.max(usize::try_from(skip).unwrap_or(usize::MAX)).min(count);
        let after = before.saturating_add(count as u64);
        let is_last = self.ends_at(after, page);
        self.place = Place::Page { number: number.saturating_add(1), before: after, skip: 0 };
        self.accept(page, skip, before.saturating_add(skip as u64), is_last)
    }

    /// A page with a token is complete: the service remembers where it is.
    fn take_token(&mut self, token: Option<&str>, page: &Arrived<'_>) -> Step {
        if page.next_token.is_some() && page.next_token == token {
            return Step::Repeated;
        }
        self.place = Place::Token(page.next_token.map(str::to_owned));
        Step::Read { skip: 0, offset: None, is_last: page.next_token.is_none() }
    }

    /// Takes what is new on a page.
    fn accept(&mut self, page: &Arrived<'_>, skip: usize, offset: u64, is_last: bool) -> Step {
        let new = page.items.get(skip..).unwrap_or_default();
        // A page without anything new is a search, too: it must not go on for ever.
        self.searches = if new.is_empty() { self.searches + 1 } else { 0 };
        if self.searches > MAX_SEARCHES && !is_last {
            return self.give_up(Step::Outrun);
        }
        self.tail.extend(new);
        self.total = page.total.or(self.total);
        Step::Read { skip, offset: Some(offset), is_last }
    }

    /// Ends a search. The stream can be gone on with, and then searches again.
    fn give_up(&mut self, step: Step) -> Step {
        self.searches = 0;
        step
    }

    /// Whether the page is the one before for the third time, as from a service that ignores the
    /// position. The second time, the list may have moved by as much as a page.
    fn is_repeated(&mut self, page: &Arrived<'_>, overlap: usize) -> bool {
        let is_same = page.items.len() > overlap && self.growth(page) == 0 && self.tail.is_page(page.items);
        let was_repeated = self.repeated;
        self.repeated = is_same && (self.searches == 0 || was_repeated);
        was_repeated && self.repeated
    }

    /// By how many items the list became longer since the last page.
    fn growth(&self, page: &Arrived<'_>) -> usize {
        let growth = page.total.zip(self.total).map_or(0, |(now, before)| now.saturating_sub(before));
        usize::try_from(growth).unwrap_or(usize::MAX)
    }

    /// Whether a page that ends after `after` items is the last one. A full page never is: a total
    /// may be too small, or not count all items of a very long list. A page that is not full may
    /// only show that the service returns fewer items than it was asked for, unless the total is
    /// reached.
    fn ends_at(&self, after: u64, page: &Arrived<'_>) -> bool {
        let is_short = self.limit.map_or(page.total.is_some(), |limit| (page.items.len() as u64) < limit);
        page.items.is_empty() || (is_short && page.total.is_none_or(|total| after >= total))
    }
}
