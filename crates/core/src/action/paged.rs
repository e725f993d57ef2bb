//! Describes lists that are read page by page.

use std::hash::Hash;

use super::Action;

/// An action that lists something, one page per request.
pub trait Paged: Action {
    /// What it lists.
    type Item: Send + Unpin + 'static;

    /// How a request selects a page.
    const PAGINATION: Pagination;

    /// The items of a page.
    fn items(response: Self::Response) -> Vec<Self::Item>;

    /// The number of items on all pages, if the response has it.
    fn total(response: &Self::Response) -> Option<u64> {
        let _ = response;
        None
    }

    /// The token of the next page, if pages have tokens and this is not the last one.
    fn next_token(response: &Self::Response) -> Option<&str> {
        let _ = response;
        None
    }

    /// What an item is recognized by when it appears again on a later page: the members that do not
    /// change.
    fn identity(item: &Self::Item) -> impl Hash;
}

/// How a request selects a page: the parameters for its position and its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pagination {
    pub(crate) position: Position,
    pub(crate) limit: Option<&'static str>,
    pub(crate) page_size: Option<u32>,
}

/// The parameter for the position of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Position {
    /// The number of items to skip.
    Offset(&'static str),
    /// The number of the page. The first one is 1.
    Page(&'static str),
    /// The token of the page, from the response with the page before.
    Token(&'static str),
}

impl Pagination {
    /// Pages that are selected by the number of items to skip, and the number of items to return.
    #[must_use]
    pub const fn by_offset(offset: &'static str, limit: &'static str) -> Self {
        Self::new(Position::Offset(offset), Some(limit))
    }

    /// Pages that are selected by their number, and the number of items to return. The first page
    /// has number 1.
    #[must_use]
    pub const fn by_number(number: &'static str, limit: &'static str) -> Self {
        Self::new(Position::Page(number), Some(limit))
    }

    /// Pages that are selected by a token, which the response with the page before contains.
    #[must_use]
    pub const fn by_token(token: &'static str) -> Self {
        Self::new(Position::Token(token), None)
    }

    const fn new(position: Position, limit: Option<&'static str>) -> Self {
        Self { position, limit, page_size: None }
    }

    /// Sets the parameter for the number of items to return.
    #[must_use]
    pub const fn limit(self, limit: &'static str) -> Self {
        Self { limit: Some(limit), ..self }
    }

    /// Sets how many items to ask for, unless the caller sets that: the documented maximum, or else
    /// the documented default.
    #[must_use]
    pub const fn page_size(self, items: u32) -> Self {
        Self { page_size: Some(items), ..self }
    }
}
