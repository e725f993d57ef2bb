//! Keeps the work of the default transport in the Tokio runtime to which its sockets belong.

use std::future::poll_fn;
use std::net::{Ipv4Addr, UdpSocket};
use std::pin::pin;
use std::task::Poll;

use tokio::runtime::Id;

use super::{Missing, current, unless_missing};
use crate::error::{TransportError, TransportErrorKind};

impl Missing {
    const IO: Self = Self {
        message: "the Tokio runtime has no I/O",
        hint: "build the runtime with `enable_all`, or with `enable_io`",
    };
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

/// Checks that the runtime has I/O.
pub(crate) fn check_io() -> Result<(), Missing> {
    current()?;
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0));
    // A machine without loopback is not a runtime without I/O.
    let Ok(socket) = socket.and_then(|socket| socket.set_nonblocking(true).map(|()| socket)) else { return Ok(()) };
    unless_missing("IO is disabled", Missing::IO, || drop(tokio::net::UdpSocket::from_std(socket)))
}

impl From<Missing> for TransportError {
    fn from(missing: Missing) -> Self {
        Self::new(TransportErrorKind::Unsendable, missing.message).with_hint(missing.hint)
    }
}

#[cfg(test)]
mod tests {
    use tokio::runtime::Builder;

    use super::*;

    #[test]
    fn a_runtime_without_io_is_recognized() {
        assert_eq!(check_io(), Err(Missing::RUNTIME));
        let check = |builder: &mut Builder| builder.build().unwrap().block_on(async { check_io() });
        for builder in [Builder::new_current_thread, Builder::new_multi_thread] {
            assert_eq!(check(builder().enable_io()), Ok(()));
            assert_eq!(check(builder().enable_time()), Err(Missing::IO));
        }
    }
}
