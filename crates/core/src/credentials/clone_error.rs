//! Copies an error for each call that waited for the same refresh.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use crate::error::Error;

/// Copies an error for another call that waited for the same refresh.
///
/// Only the concrete type of the source is lost: the copy shares the original, and displays its
/// source.
pub(super) fn clone_for_waiter(error: &Arc<Error>) -> Error {
    let mut copy = Error::new(error.kind(), error.message());
    if error.source().is_some() {
        copy = copy.with_source(SharedSource(Arc::clone(error)));
    }
    if let Some(hint) = error.hint() {
        copy = copy.with_hint(hint.to_owned());
    }
    copy.transient(error.is_retryable())
}

/// The source of an error that several calls share.
struct SharedSource(Arc<Error>);

impl fmt::Debug for SharedSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.source() {
            Some(source) => fmt::Debug::fmt(source, f),
            None => Ok(()),
        }
    }
}

impl fmt::Display for SharedSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.source() {
            Some(source) => fmt::Display::fmt(source, f),
            None => Ok(()),
        }
    }
}

impl StdError for SharedSource {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source().and_then(StdError::source)
    }
}
