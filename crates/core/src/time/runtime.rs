//! Checks that there is a Tokio runtime, and that it has the drivers that the default clock and the
//! default transport need.

use std::any::Any;
use std::future::poll_fn;
use std::net::{Ipv4Addr, UdpSocket};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tokio::runtime::{Handle, Id};

use crate::error::{Error, ErrorKind, TransportError, TransportErrorKind};

/// What is missing where the call runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    Runtime,
    Timers,
    Io,
}

impl Missing {
    fn message(self) -> &'static str {
        match self {
            Self::Runtime => "there is no Tokio runtime",
            Self::Timers => "the Tokio runtime has no timers",
            Self::Io => "the Tokio runtime has no I/O",
        }
    }

    fn hint(self) -> &'static str {
        match self {
            Self::Runtime => {
                "call from inside `#[tokio::main]` or `Runtime::block_on`, or set a clock and a transport that need no \
                 runtime"
            }
            Self::Timers => "build the runtime with `enable_all`, or with `enable_time`",
            Self::Io => "build the runtime with `enable_all`, or with `enable_io`",
        }
    }
}

/// The runtime that the caller runs in.
pub(crate) fn current() -> Result<Id, Missing> {
    Handle::try_current().map(|handle| handle.id()).map_err(|_| Missing::Runtime)
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

/// Checks that the runtime has timers.
pub(crate) fn check_timers() -> Result<(), Missing> {
    current()?;
    #[expect(clippy::disallowed_methods, reason = "creates a timer and does not wait for it")]
    unless_missing("timers are disabled", Missing::Timers, || drop(tokio::time::sleep(Duration::ZERO)))
}

/// Checks that the runtime has I/O.
pub(crate) fn check_io() -> Result<(), Missing> {
    current()?;
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0));
    // A machine without loopback is not a runtime without I/O.
    let Ok(socket) = socket.and_then(|socket| socket.set_nonblocking(true).map(|()| socket)) else { return Ok(()) };
    unless_missing("IO is disabled", Missing::Io, || drop(tokio::net::UdpSocket::from_std(socket)))
}

/// Runs `work`, which panics with a message that contains `words` if a driver is missing.
///
/// Tokio has no function that asks for a driver. `work` only registers a timer or a socket, and
/// drops it, so a panic leaves nothing behind. The panic hook prints it, and a program that is
/// built with `panic = "abort"` still ends here.
fn unless_missing(words: &str, missing: Missing, work: impl FnOnce()) -> Result<(), Missing> {
    let message = |panic: &(dyn Any + Send)| match panic.downcast_ref::<&str>() {
        Some(message) => message.contains(words),
        None => panic.downcast_ref::<String>().is_some_and(|message| message.contains(words)),
    };
    match catch_unwind(AssertUnwindSafe(work)) {
        Err(panic) if message(&*panic) => Err(missing),
        Err(panic) => resume_unwind(panic),
        Ok(()) => Ok(()),
    }
}

impl From<Missing> for Error {
    fn from(missing: Missing) -> Self {
        Self::new(ErrorKind::InvalidRequest, missing.message()).with_hint(missing.hint())
    }
}

impl From<Missing> for TransportError {
    fn from(missing: Missing) -> Self {
        Self::new(TransportErrorKind::Unsendable, missing.message()).with_hint(missing.hint())
    }
}

#[cfg(test)]
mod tests {
    use tokio::runtime::Builder;

    use super::*;

    #[test]
    fn a_runtime_without_a_driver_is_recognized() {
        assert_eq!((check_timers(), check_io()), (Err(Missing::Runtime), Err(Missing::Runtime)));
        let check = |builder: &mut Builder| builder.build().unwrap().block_on(async { (check_timers(), check_io()) });
        let builders = [Builder::new_current_thread, Builder::new_multi_thread];
        for builder in builders {
            assert_eq!(check(builder().enable_all()), (Ok(()), Ok(())));
            assert_eq!(check(builder().enable_io()), (Err(Missing::Timers), Ok(())));
            assert_eq!(check(builder().enable_time()), (Ok(()), Err(Missing::Io)));
            assert_eq!(check(&mut builder()), (Err(Missing::Timers), Err(Missing::Io)));
        }
    }
}
