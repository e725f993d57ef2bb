//! Decides whether to go on waiting after a poll that failed.

use crate::error::{Error, ErrorKind, Remedy};

/// Number of polls in a row that may fail with an error which is not known to be transient. 3: a
/// gateway or a metadata service that has recovered by then does not end a wait of an hour.
const MAX_DOUBTFUL: u32 = 3;

/// Whether another poll may succeed, although nothing is changed.
pub(super) fn is_transient(error: &Error) -> bool {
    matches!(error.kind().remedy(error.code(), true), Some(Remedy::Wait(_) | Remedy::ServerTime))
}

/// The errors of the last polls.
#[derive(Debug, Default)]
pub(super) struct PollErrors {
    pub(super) last: Option<Error>,
    /// Number of polls in a row whose error is doubtful.
    doubtful: u32,
}

impl PollErrors {
    /// Records how a poll ended. Returns its error if the wait ends with it.
    pub(super) fn record(&mut self, outcome: Result<(), Error>) -> Result<(), Error> {
        let is_in_doubt = outcome.as_ref().err().is_some_and(is_doubtful);
        self.doubtful = if is_in_doubt { self.doubtful + 1 } else { 0 };
        match outcome {
            Err(error) if is_transient(&error) || (is_in_doubt && self.doubtful < MAX_DOUBTFUL) => {
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

/// Whether the error may have a cause that passes: a gateway has answered with a page of its own,
/// or the source of the credentials was not available.
fn is_doubtful(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Credentials | ErrorKind::Decode)
}
