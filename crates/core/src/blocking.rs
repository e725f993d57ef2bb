//! Waits for calls in programs that are not asynchronous, on a Tokio runtime of its own.
//!
//! [`Call::block`](crate::call::Call::block) makes a call and waits for it. [`block_on`] waits for
//! anything else that a program would await, such as a job of several calls:
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use tencentcloud_core::blocking::block_on;
//! use tencentcloud_core::{Config, GenericClient};
//!
//! let client = GenericClient::new(&Config::from_env()?);
//! let call = client.call_json("vod", "2018-07-17", "DescribeMediaInfos", "{}");
//! println!("{}", call.block()?.as_str());
//!
//! let call = |name| client.call_json("cdn", "2018-06-06", name, "{}").into_future();
//! let both = async { (call("DescribeDomains").await, call("DescribePurgeQuota").await) };
//! let (domains, quota) = block_on(both)?;
//! println!("{} {}", domains?.as_str(), quota?.as_str());
//! # Ok(())
//! # }
//! ```
//!
//! The runtime has no threads of its own: it works while some thread waits. Several threads may
//! wait at the same time, and share their connections.

use std::io;
use std::sync::{Mutex, OnceLock, PoisonError};

use tokio::runtime::{Builder, Handle, Runtime};

use crate::error::{Error, ErrorKind};

/// The runtime of all waits. One for the process, and never dropped: connections are kept only as
/// long as their runtime exists, and dropping a runtime inside of another one is a panic.
static RUNTIME: OnceLock<Runtime> = OnceLock::new();

/// Waits for `work`, and returns its output.
///
/// # Errors
///
/// - [`ErrorKind::InvalidRequest`] if the thread belongs to a Tokio runtime, whose other tasks
///   would not go on. `work` is dropped, and nothing was done.
/// - [`ErrorKind::Connect`] if the runtime cannot be started, because the operating system has no
///   resources for it.
pub fn block_on<W: IntoFuture>(work: W) -> Result<W::Output, Error> {
    if Handle::try_current().is_ok() {
        return Err(Error::new(ErrorKind::InvalidRequest, "this thread belongs to a Tokio runtime and must not wait")
            .with_hint(
                "await the call instead of blocking, or block in a thread of your own; in `spawn_blocking`, use \
                 `Handle::block_on`",
            ));
    }
    Ok(runtime().map_err(unavailable)?.block_on(work.into_future()))
}

fn runtime() -> io::Result<&'static Runtime> {
    // Two threads must not start two runtimes, and drop one. Nothing is half done after a panic.
    static STARTING: Mutex<()> = Mutex::new(());
    let _starting = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime);
    }
    let runtime = Builder::new_current_thread().enable_all().build()?;
    Ok(RUNTIME.get_or_init(|| runtime))
}

fn unavailable(error: io::Error) -> Error {
    Error::new(ErrorKind::Connect, format!("the runtime of blocking calls cannot be started: {error}"))
        .with_source(error)
}
