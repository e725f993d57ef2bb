//! Records what a job sends, so that it can go on after it was killed.

mod checksum;
mod file;
mod line;
mod log;
mod replay;

use std::io;

pub use self::file::FileJournal;
pub(crate) use self::line::Header;
pub(crate) use self::log::{Log, Recorded};
pub(crate) use self::replay::Doubt;

/// Keeps the lines that a job writes, in order. [`FileJournal`] keeps them in a file.
///
/// Before a request is sent, the job writes which targets it has, and after the response, what
/// became of them. A later run reads that, and sends only what was not sent. The lines do not
/// contain the targets, but their positions in the list, and a hash of the list. Each has a
/// checksum.
///
/// The methods are called while the job is polled, one call before and one after each request. At
/// 20 requests per second, one that takes a few milliseconds does not slow the job down, but delays
/// other futures of the same thread by as much.
///
/// An error stops the job: no further request is sent.
pub trait Journal: Send {
    /// Returns the lines that were written, each with a line feed at its end.
    ///
    /// A loss of power can damage lines that were added by [`settle`](Self::settle) after the last
    /// call of [`intend`](Self::intend). Such a line and those after it must not be returned.
    ///
    /// # Errors
    ///
    /// If they cannot be read.
    fn read(&mut self) -> io::Result<String>;

    /// Adds a line, which has no line feed at its end. The request is sent when this returns, so
    /// the line must not be lost from then on, not even if the machine loses power.
    ///
    /// # Errors
    ///
    /// If the line may be lost. The request is not sent.
    fn intend(&mut self, line: &str) -> io::Result<()>;

    /// Adds a line about a request that has ended. If it is lost, its targets are looked up in the
    /// history of tasks by the next run, so it need not be synchronized with the disk.
    ///
    /// # Errors
    ///
    /// If the line was not added.
    fn settle(&mut self, line: &str) -> io::Result<()>;

    /// Replaces all lines by fewer ones with the same meaning. Afterwards there are either the old
    /// ones or the new ones, even if the machine loses power.
    ///
    /// # Errors
    ///
    /// If the lines were not replaced.
    fn replace(&mut self, lines: &str) -> io::Result<()>;
}
