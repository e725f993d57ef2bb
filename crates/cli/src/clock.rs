//! Reads the time and waits. The tests of the program run it as a process, in real time.

use std::time::{Duration, SystemTime};

#[expect(clippy::disallowed_methods, reason = "the only place that reads the time")]
pub(crate) fn now() -> SystemTime {
    SystemTime::now()
}

#[expect(clippy::disallowed_methods, reason = "the only place that waits")]
pub(crate) fn sleep(duration: Duration) -> tokio::time::Sleep {
    tokio::time::sleep(duration)
}
