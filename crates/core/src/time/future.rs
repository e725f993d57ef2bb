//! The boxed future of the object-safe traits, and the limit on how long one is waited for.

use std::pin::Pin;
use std::time::Duration;

use crate::time::Clock;
use crate::time::Deadline;

/// What the object-safe traits of this crate return: a future on the heap.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Waits for `work`, but no longer than `limit` on the given clock; `None` if it took longer.
pub(crate) async fn within<T>(clock: &dyn Clock, limit: Duration, work: impl Future<Output = T>) -> Option<T> {
    Deadline::new(clock, limit).limit(work).await
}
