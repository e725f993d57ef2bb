//! Keeps what outlives a request: tasks and their journal, received requests, the source of ids.

mod ids;
#[expect(clippy::disallowed_methods, reason = "the disk is written in real time")]
mod journal;
mod received;
mod recent;
mod tasks;

pub(crate) use self::ids::Ids;
pub use self::journal::Journal;
pub(crate) use self::journal::{JournalThread, Recorded};
pub(crate) use self::received::MAX_BODY_BYTES;
pub use self::received::Received;
pub(crate) use self::recent::Recent;
pub(crate) use self::tasks::Tasks;
pub use self::tasks::{Status, Target, Task};
