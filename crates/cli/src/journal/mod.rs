//! Records a run in a file, so that `tcpurge resume` can go on with it.

mod file;
mod job;
mod line;
mod plan;

pub(crate) use self::file::RunJournal;
pub(crate) use self::plan::{Complete, FailedRow, Plan, Prefetch, Recorded};
