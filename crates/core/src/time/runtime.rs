//! Checks that there is a Tokio runtime, and that it has the drivers that the default clock needs.

#[cfg(feature = "rustls-no-provider")]
mod io;

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

use tokio::runtime::{Handle, Id};

#[cfg(feature = "rustls-no-provider")]
pub(crate) use self::io::{check_io, in_runtime};
use crate::error::{Error, ErrorKind};

/// What is missing where the call runs, and what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Missing {
    message: &'static str,
    hint: &'static str,
}

impl Missing {
    const RUNTIME: Self = Self {
        message: "there is no Tokio runtime",
        hint: "call from inside `#[tokio::main]` or `Runtime::block_on`, or set a clock and a transport that need no \
               runtime",
    };
    const TIMERS: Self = Self {
        message: "the Tokio runtime has no timers",
        hint: "build the runtime with `enable_all`, or with `enable_time`",
    };
}

/// The runtime that the caller runs in.
pub(crate) fn current() -> Result<Id, Missing> {
    Handle::try_current().map(|handle| handle.id()).map_err(|_| Missing::RUNTIME)
}

/// Checks that the runtime has timers.
pub(crate) fn check_timers() -> Result<(), Missing> {
    current()?;
    #[expect(clippy::disallowed_methods, reason = "creates a timer and does not wait for it")]
    unless_missing("timers are disabled", Missing::TIMERS, || drop(tokio::time::sleep(Duration::ZERO)))
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
        Self::new(ErrorKind::InvalidRequest, missing.message).with_hint(missing.hint)
    }
}

#[cfg(test)]
mod tests {
    use tokio::runtime::Builder;

    use super::*;

    #[test]
    fn a_runtime_without_timers_is_recognized() {
        assert_eq!(check_timers(), Err(Missing::RUNTIME));
        let check = |builder: &mut Builder| builder.build().unwrap().block_on(async { check_timers() });
        for builder in [Builder::new_current_thread, Builder::new_multi_thread] {
            assert_eq!(check(builder().enable_time()), Ok(()));
            assert_eq!(check(&mut builder()), Err(Missing::TIMERS));
        }
    }
}
