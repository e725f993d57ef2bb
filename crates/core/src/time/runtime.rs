//! Finds the Tokio runtime, which the default clock and the default transport need.

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
