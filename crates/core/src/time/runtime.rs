//! Finds the Tokio runtime, which the default clock and the default transport need.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use tokio::runtime::{Handle, Id};

use crate::error::{Error, ErrorKind, TransportError, TransportErrorKind};

/// The call does not run inside a Tokio runtime.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NoRuntime;

const MESSAGE: &str = "there is no Tokio runtime";
const HINT: &str =
    "call from inside `#[tokio::main]` or `Runtime::block_on`, or set a clock and a transport that need no runtime";

/// The runtime that the caller runs in.
pub(crate) fn current() -> Result<Id, NoRuntime> {
    Handle::try_current().map(|handle| handle.id()).map_err(|_| NoRuntime)
}

/// Waits for `work`, whose sockets and timers belong to a runtime; `None` if it is polled outside
/// of that runtime.
///
/// The runtime may have been dropped, and Tokio panics if a timer of it is polled then.
pub(crate) async fn in_runtime<T>(runtime: Id, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    poll_fn(|context| {
        if current().is_ok_and(|current| current == runtime) {
            work.as_mut().poll(context).map(Some)
        } else {
            Poll::Ready(None)
        }
    })
    .await
}

impl From<NoRuntime> for Error {
    fn from(_: NoRuntime) -> Self {
        Self::new(ErrorKind::InvalidRequest, MESSAGE).with_hint(HINT)
    }
}

impl From<NoRuntime> for TransportError {
    fn from(_: NoRuntime) -> Self {
        Self::new(TransportErrorKind::Unsendable, MESSAGE).with_hint(HINT)
    }
}
