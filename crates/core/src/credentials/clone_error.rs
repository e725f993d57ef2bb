//! One error for all who waited for the same thing.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use crate::error::Error;

/// The error for one more of those who waited for the same flight.
pub(super) fn clone_for_waiter(error: &Arc<Error>) -> Error {
    let again = Error::new(error.kind(), error.message());
    let again = if error.source().is_some() { again.with_source(Cause(Arc::clone(error))) } else { again };
    // Of what type the cause is cannot be seen any more.
    let again = again.transient(error.is_retryable());
    error.hint().map(str::to_owned).into_iter().fold(again, Error::with_hint)
}

/// What caused an error that several share.
struct Cause(Arc<Error>);

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.source().map_or(Ok(()), |cause| fmt::Debug::fmt(cause, f))
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.source().map_or(Ok(()), |cause| fmt::Display::fmt(cause, f))
    }
}

impl StdError for Cause {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source().and_then(StdError::source)
    }
}
