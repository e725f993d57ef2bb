//! Decides whether the cause of an error is transient.

use std::error::Error as StdError;
use std::iter;

use super::{Error, TransportError};

/// Whether an error is transient. The first error of this crate in its chain of sources decides.
pub(super) fn is_transient(error: &(dyn StdError + 'static)) -> bool {
    let verdict = |error: &(dyn StdError + 'static)| {
        let of_call = error.downcast_ref().map(Error::is_retryable);
        of_call.or_else(|| error.downcast_ref().map(TransportError::is_transient))
    };
    iter::successors(Some(error), |&error| error.source()).find_map(verdict).unwrap_or_default()
}
