//! Keeps what outlives a request: tasks and their journal, zones, received requests, the source of
//! ids.

mod ids;
#[expect(clippy::disallowed_methods, reason = "the disk is written in real time")]
mod journal;
mod received;
mod recent;
mod task;
mod tasks;
mod zones;

pub(crate) use self::ids::Ids;
pub use self::journal::Journal;
pub(crate) use self::journal::{JournalThread, Recorded};
pub(crate) use self::received::MAX_BODY_BYTES;
pub use self::received::Received;
pub(crate) use self::recent::Recent;
pub use self::task::{Failure, Status, Target, Task};
pub(crate) use self::tasks::{KeptTask, List, Tasks};
pub use self::zones::Zone;
pub(crate) use self::zones::Zones;
