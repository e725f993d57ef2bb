//! Reads a long list as a stream of its items.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use futures_core::Stream;

use super::Pages;
use crate::action::Paged;
use crate::error::Error;

/// A stream of the items of a list. It reads the [`Pages`] of the list, which say what happens when
/// the list changes meanwhile, and after an error.
#[must_use = "a stream does nothing unless it is polled"]
pub struct Items<A: Paged> {
    pages: Pages<A>,
    page: vec::IntoIter<A::Item>,
}

impl<A: Paged> Items<A> {
    pub(super) fn new(pages: Pages<A>) -> Self {
        Self { pages, page: Vec::new().into_iter() }
    }

    /// Begins after this number of items; see [`Pages::from_offset`].
    pub fn from_offset(mut self, items: u64) -> Self {
        self.pages = self.pages.from_offset(items);
        self
    }

    /// Asks for the next page while the items of one are being worked on; see
    /// [`Pages::read_ahead`].
    pub fn read_ahead(mut self) -> Self {
        self.pages = self.pages.read_ahead();
        self
    }

    /// Returns the next item. `None` after the last one, and once after an error.
    pub async fn next(&mut self) -> Option<Result<A::Item, Error>> {
        poll_fn(|context| self.poll_item(context)).await
    }

    fn poll_item(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<A::Item, Error>>> {
        loop {
            if let Some(item) = self.page.next() {
                self.pages.poll_ahead(context);
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(self.pages.poll_page(context)) {
                Some(Ok(page)) => self.page = page.items.into_iter(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<A: Paged> Stream for Items<A> {
    type Item = Result<A::Item, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_item(context)
    }
}

impl<A: Paged> fmt::Debug for Items<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("pages", &self.pages).finish_non_exhaustive()
    }
}
