//! Acquires permits from the limiter that a configuration has.

use std::sync::Arc;

use super::local::LocalLimiter;
use super::{Permit, PermitRequest, RateLimiter};
use crate::error::Error;

/// The limiter of a configuration.
pub(crate) enum ChosenLimiter {
    /// The default. It is called directly, so that its future needs no memory on the heap.
    Local(LocalLimiter),
    Custom(Arc<dyn RateLimiter>),
}

impl ChosenLimiter {
    /// Waits for the permit to send one attempt. The wait has no timeout.
    pub(crate) async fn acquire<'a>(&'a self, request: PermitRequest<'a>) -> Result<Permit<'a>, Error> {
        match self {
            Self::Local(limiter) => Ok(limiter.wait_for_permit(request).await),
            Self::Custom(limiter) => limiter.acquire(request).await,
        }
    }
}
