//! Reads a long list page by page, as a stream of its pages or of its items.

mod cursor;
mod items;
mod source;
mod tail;

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use self::cursor::{Arrived, Cursor, Step};
pub use self::items::Items;
use self::source::{Response, Source, place_after};
use crate::action::Paged;
use crate::call::Call;
use crate::error::{Error, ErrorKind};
use crate::time::BoxFuture;

impl<A: Paged> Call<A> {
    /// Reads the whole list, page by page: a stream of its items.
    ///
    /// See [`Pages`] for what happens when the list changes meanwhile, and after an error.
    ///
    /// The request decides where the list begins and how many items a page has. If it does not set
    /// the latter, a page has as many items as the documentation allows.
    pub fn items(self) -> Items<A> {
        Items::new(self.pages())
    }

    /// Reads the whole list: a stream of its pages. See [`items`](Self::items).
    pub fn pages(self) -> Pages<A> {
        Pages::new(self)
    }
}

/// A stream of the pages of a list.
///
/// Pages are read one after the other, each when it is asked for. [`next`](Self::next) returns
/// them, and so does the trait [`Stream`].
///
/// # A list that changes
///
/// New items move the others to later pages, and items that leave the list move them to earlier
/// ones. So each page begins with the last items that were read, and the stream goes on after them:
/// no item is returned twice, and none is skipped that was there from the beginning to the end.
///
/// - Items are recognized by the members that do not change, such as the id of a task, the target
///   and the time of submission.
/// - Items can be equal, such as the entries of a URL in two regions. The item in front of them
///   shows how many of them were read. It cannot if they are more than a page has, or if the items
///   repeat in the same order. If such a list changes, items can be returned twice or skipped.
/// - If the last 1,000 items have all left the list, items before them are returned again.
/// - If pages have numbers, or one item each, a page cannot begin with items that were read. Items
///   that leave the list then make the stream skip as many others. Pages with tokens are as the
///   service remembers them.
/// - A full page is followed by another request even if the total says that the list ends: the
///   service may not count all items of a very long list.
/// - If the list moves faster than it can be read, the service returns the same page again, or
///   keeps returning an empty page of a list that has more items, the stream returns an error.
///
/// # Errors
///
/// After an error the stream ends. It can be polled again: it then asks for the same page again.
#[must_use = "a stream does nothing unless it is polled"]
pub struct Pages<A: Paged> {
    /// The list, and where to go on. An error if the request is invalid.
    list: Result<(Source<A>, Cursor), Option<Error>>,
    request: Option<BoxFuture<'static, Result<Response<A::Item>, Error>>>,
    /// A response that arrived before its page was asked for.
    arrived: Option<Result<Response<A::Item>, Error>>,
    reads_ahead: bool,
    end: End,
}

/// Whether the stream has ended.
#[derive(Clone, Copy, PartialEq)]
enum End {
    No,
    /// The next item is the end; the one after that is the page once more that failed.
    AfterError,
    Yes,
}

/// A page of a list.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Page<T> {
    /// Its items, without those that an earlier page had.
    pub items: Vec<T>,
    /// Number of items of the list in front of this page, when it was read. `None` if pages have
    /// tokens.
    pub offset: Option<u64>,
    /// Number of items on all pages when this one was read, if the service says so.
    pub total: Option<u64>,
}

impl<A: Paged> Pages<A> {
    fn new(call: Call<A>) -> Self {
        let list = Source::of(call).map_err(Some);
        Self { list, request: None, arrived: None, reads_ahead: false, end: End::No }
    }

    /// Begins after this number of items, whatever the request says.
    ///
    /// If the pages of the list have tokens, the stream returns an error: set the token in the
    /// request.
    pub fn from_offset(mut self, items: u64) -> Self {
        self.list = self.list.and_then(|(source, cursor)| {
            let place = place_after::<A>(items, cursor.limit()).map_err(Some)?;
            Ok((source, Cursor::new(place, cursor.limit())))
        });
        self
    }

    /// Asks for the next page as soon as one has arrived, while that one is being worked on.
    ///
    /// Its request makes progress whenever the stream is polled. So it may time out if a page is
    /// worked on for longer than a call may take.
    pub fn read_ahead(mut self) -> Self {
        self.reads_ahead = true;
        self
    }

    /// Returns the next page. `None` after the last one, and once after an error.
    pub async fn next(&mut self) -> Option<Result<Page<A::Item>, Error>> {
        poll_fn(|context| self.poll_page(context)).await
    }

    fn poll_page(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Page<A::Item>, Error>>> {
        if self.end != End::No {
            if self.end == End::AfterError {
                self.end = End::No;
            }
            return Poll::Ready(None);
        }
        loop {
            let response = ready!(self.poll_response(context));
            match response.and_then(|response| self.take(response)) {
                Ok(Some(page)) => {
                    if self.reads_ahead {
                        self.poll_ahead(context);
                    }
                    return Poll::Ready(Some(Ok(page)));
                }
                // An empty page is the end, or shows nothing new.
                Ok(None) if self.end == End::Yes => return Poll::Ready(None),
                Ok(None) => {}
                Err(error) => {
                    self.end = End::AfterError;
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }

    /// Drives the request for the next page while the one before is being worked on.
    fn poll_ahead(&mut self, context: &mut Context<'_>) {
        if self.reads_ahead
            && self.end == End::No
            && self.arrived.is_none()
            && let Poll::Ready(response) = self.poll_response(context)
        {
            self.arrived = Some(response);
        }
    }

    fn poll_response(&mut self, context: &mut Context<'_>) -> Poll<Result<Response<A::Item>, Error>> {
        if let Some(arrived) = self.arrived.take() {
            return Poll::Ready(arrived);
        }
        let (source, cursor) = match &mut self.list {
            Ok(list) => list,
            Err(error) => {
                let error = error.take();
                return Poll::Ready(Err(error.unwrap_or_else(invalid)));
            }
        };
        let request = self.request.get_or_insert_with(|| source.ask(&cursor.ask(), cursor.limit()));
        let response = ready!(request.as_mut().poll(context));
        self.request = None;
        Poll::Ready(response)
    }

    /// Takes what is new on a page; `None` if nothing is.
    fn take(&mut self, response: Response<A::Item>) -> Result<Option<Page<A::Item>>, Error> {
        let Ok((_, cursor)) = &mut self.list else { return Ok(None) };
        let Response { mut items, identities, total, next_token } = response;
        let arrived = Arrived { items: &identities, total, next_token: next_token.as_deref() };
        let (skip, offset) = match cursor.take(&arrived) {
            Step::Read { skip, offset, is_last } => {
                if is_last {
                    self.end = End::Yes;
                }
                (skip, offset)
            }
            Step::Search => return Ok(None),
            Step::Repeated => return Err(error::<A>("the service returned the same page twice")),
            Step::Outrun => return Err(error::<A>("the list changes faster than it can be read")),
            Step::Empty => return Err(error::<A>("the service returned a page without the items that it counts")),
        };
        items.drain(..skip.min(items.len()));
        Ok((!items.is_empty()).then_some(Page { items, offset, total }))
    }
}

fn error<A: Paged>(message: &str) -> Error {
    Error::new(ErrorKind::Server, format!("{}: {message}", A::NAME))
        .with_hint("read fewer items at once, or narrow the list down, for example to a shorter period")
}

/// The error of a request that was invalid before.
fn invalid() -> Error {
    Error::new(ErrorKind::InvalidRequest, "the request of the list is invalid")
        .with_hint("correct it: the first error of the stream says how")
}

impl<A: Paged> Stream for Pages<A> {
    type Item = Result<Page<A::Item>, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_page(context)
    }
}

impl<A: Paged> fmt::Debug for Pages<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("action", &A::NAME).finish_non_exhaustive()
    }
}
