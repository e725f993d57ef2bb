//! Keeps what outlives a request: tasks and the journal that persists them, received requests, and
//! the source of ids.

mod ids;
#[expect(clippy::disallowed_methods, reason = "the disk is written in real time")]
mod journal;
mod received;
mod recent;
mod tasks;

pub(crate) use self::ids::Ids;
pub use self::journal::Journal;
pub(crate) use self::journal::{Recorded, Unrecorded, Writer};
pub(crate) use self::received::MOST_BODY;
pub use self::received::Received;
pub(crate) use self::recent::Recent;
pub(crate) use self::tasks::Tasks;
pub use self::tasks::{Status, Target, Task};
