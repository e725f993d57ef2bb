//! The boxed future of the object-safe traits, and the limit on how long one is waited for.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use crate::Clock;

/// What the object-safe traits of this crate return: a future on the heap.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Waits for `work`, but no longer than `limit` on the given clock; `None` if it took longer.
///
/// Work that is ready at the same moment as the limit wins, and the clock is not asked at all for work that never waits.
pub(crate) async fn within<T>(clock: &dyn Clock, limit: Duration, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    let mut limit_reached: Option<BoxFuture<'static, ()>> = None;
    poll_fn(|context| {
        if let Poll::Ready(output) = work.as_mut().poll(context) {
            return Poll::Ready(Some(output));
        }
        let limit_reached = limit_reached.get_or_insert_with(|| clock.sleep(limit));
        limit_reached.as_mut().poll(context).map(|()| None)
    })
    .await
}
