//! Asks for one page.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::marker::PhantomData;
use std::sync::Arc;

use super::cursor::{Cursor, Place};
use crate::action::{Paged, Pagination, Position};
use crate::call::{Call, CallOptions, Service};
use crate::error::{Error, ErrorKind};
use crate::jobs::body::Body;
use crate::time::BoxFuture;

/// A list: the request without the position of a page.
pub(super) struct Source<A> {
    service: Arc<Service>,
    body: Body,
    options: CallOptions,
    action: PhantomData<fn() -> A>,
}

/// The parts of a response with a page.
pub(super) struct Response<T> {
    pub(super) items: Vec<T>,
    pub(super) identities: Vec<u64>,
    pub(super) total: Option<u64>,
    pub(super) next_token: Option<String>,
}

impl<A: Paged> Source<A> {
    /// Splits a call into the list, and the cursor at the place and with the limit of the request.
    pub(super) fn of(call: Call<A>) -> Result<(Self, Cursor), Error> {
        let (service, body, options) = call.into_parts();
        let body = Body::parse(&body?)?;
        let Pagination { position, limit, page_size } = A::PAGINATION;
        let number = |name| body.get(name).and_then(|json| serde_json::from_str::<u64>(json.get()).ok());
        let limit = limit.and_then(number).or(page_size.map(u64::from)).filter(|limit| *limit > 0);
        let place = match position {
            Position::Offset(name) => Place::Offset(number(name).unwrap_or(0)),
            Position::Page(name) => {
                let number = number(name).unwrap_or(1).max(1);
                Place::Page { number, before: (number - 1).saturating_mul(limit.unwrap_or(0)), skip: 0 }
            }
            Position::Token(name) => {
                Place::Token(body.get(name).and_then(|json| serde_json::from_str(json.get()).ok()))
            }
        };
        Ok((Self { service, body, options, action: PhantomData }, Cursor::new(place, limit)))
    }

    /// Asks for the page at a place.
    pub(super) fn ask(
        &self,
        place: &Place,
        limit: Option<u64>,
    ) -> BoxFuture<'static, Result<Response<A::Item>, Error>> {
        let body = self.body_at(place, limit);
        let (service, options) = (Arc::clone(&self.service), self.options);
        Box::pin(async move {
            let response = Call::<A>::from_parts(service, body?, options).await?;
            let (total, next_token) = (A::total(&response), A::next_token(&response).map(str::to_owned));
            let items = A::items(response);
            let identities = items.iter().map(identity::<A>).collect();
            Ok(Response { items, identities, total, next_token })
        })
    }

    fn body_at(&self, place: &Place, limit: Option<u64>) -> Result<bytes::Bytes, Error> {
        let mut body = self.body.clone();
        match (A::PAGINATION.position, place) {
            (Position::Offset(name), Place::Offset(offset)) => body.set(name, offset)?,
            (Position::Page(name), Place::Page { number, .. }) => body.set(name, number)?,
            (Position::Token(name), Place::Token(Some(token))) => body.set(name, token)?,
            // The first page has no token, and a place is of the kind of its list.
            _ => {}
        }
        if let (Some(name), Some(limit)) = (A::PAGINATION.limit, limit) {
            body.set(name, &limit)?;
        }
        body.encode()
    }
}

/// The place after the given number of items.
pub(super) fn place_after<A: Paged>(items: u64, limit: Option<u64>) -> Result<Place, Error> {
    match (A::PAGINATION.position, limit) {
        (Position::Offset(_), _) => Ok(Place::Offset(items)),
        (Position::Page(_), Some(limit)) => {
            let (pages, skip) = (items / limit, items % limit);
            Ok(Place::Page { number: pages + 1, before: items - skip, skip })
        }
        (Position::Page(_), None) => Err(Error::new(ErrorKind::InvalidRequest, "the size of a page is unknown")
            .with_hint("set the number of items per page in the request")),
        (Position::Token(name), _) => {
            let message = "the pages of this list have tokens, and no offset";
            Err(Error::new(ErrorKind::InvalidRequest, message)
                .with_hint(format!("set `{name}` in the request to the token of the page")))
        }
    }
}

/// The hash of what identifies an item. Two items that differ have the same one in about one of
/// 10^19 cases.
fn identity<A: Paged>(item: &A::Item) -> u64 {
    let mut hasher = DefaultHasher::new();
    A::identity(item).hash(&mut hasher);
    hasher.finish()
}
