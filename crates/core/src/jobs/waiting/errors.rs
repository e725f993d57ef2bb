//! Decides whether to go on waiting after a poll that failed.

use crate::error::{Error, Remedy};

/// Whether another poll may succeed, although nothing is changed.
pub(super) fn is_transient(error: &Error) -> bool {
    matches!(error.kind().remedy(error.code(), true), Some(Remedy::Wait(_) | Remedy::ServerTime))
}

/// The errors of the last polls.
#[derive(Debug, Default)]
pub(super) struct PollErrors {
    pub(super) last: Option<Error>,
}

impl PollErrors {
    /// Records how a poll ended. Returns its error if the wait ends with it.
    pub(super) fn record(&mut self, outcome: Result<(), Error>) -> Result<(), Error> {
        match outcome {
            Err(error) if is_transient(&error) => {
                self.last = Some(error);
                Ok(())
            }
            Err(error) => Err(error),
            Ok(()) => {
                self.last = None;
                Ok(())
            }
        }
    }
}
