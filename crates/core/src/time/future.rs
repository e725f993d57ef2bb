//! Defines the boxed future of the object-safe traits, and a timeout for a future.

use std::pin::Pin;
use std::time::Duration;

use super::{Clock, Deadline};

/// A future on the heap. The object-safe traits of this crate return it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Waits for `work`. `None` if it takes longer than `limit`.
pub(crate) async fn within<T>(clock: &dyn Clock, limit: Duration, work: impl Future<Output = T>) -> Option<T> {
    Deadline::new(clock, limit).limit(work).await
}
