//! Starts and stops an emulator, and shows what a running one has seen.

mod builder;
mod server;

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, SystemTime};

use tokio::sync::oneshot;

pub use self::builder::Builder;
use crate::credential::Credential;
use crate::fault::Faults;
use crate::limits::Usage;
use crate::service::Service;
use crate::state::{Received, Task, Zone};

/// A running emulator. It stops when it is dropped: then its port is free again, and its
/// [`Journal`](crate::Journal) has recorded all tasks.
///
/// It runs on a thread and a runtime of its own, so the caller may pause its clock, or block.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// use tencentcloud_emulator::Emulator;
///
/// let emulator = Emulator::start().await?;
/// assert!(emulator.endpoint().starts_with("http://127.0.0.1:"));
/// assert!(emulator.received().is_empty());
/// # Ok::<(), std::io::Error>(())
/// # })?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Emulator {
    address: SocketAddr,
    credential: Credential,
    scheme: &'static str,
    service: Arc<Service>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Emulator {
    /// Starts an emulator on a free port of 127.0.0.1, with the default credential and the system
    /// clock.
    ///
    /// # Errors
    ///
    /// If no socket or thread can be created.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Configures an emulator.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The endpoint for clients: `http://127.0.0.1:<port>`, or `https` with [TLS](Builder::tls).
    #[must_use]
    pub fn endpoint(&self) -> String {
        let ip = match self.address.ip() {
            ip if !ip.is_unspecified() => ip,
            IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        };
        format!("{}://{}", self.scheme, SocketAddr::new(ip, self.address.port()))
    }

    /// The address that it listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The secret id of the first credential.
    #[must_use]
    pub fn secret_id(&self) -> &str {
        self.credential.secret_id()
    }

    /// The secret key of the first credential.
    #[must_use]
    pub fn secret_key(&self) -> &str {
        self.credential.secret_key()
    }

    /// The latest requests, the oldest first: at most 1,000, and about 32 MiB.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.service.received()
    }

    /// The latest tasks, the latest first: at most 200,000, and about 64 MiB of them.
    #[must_use]
    pub fn tasks(&self) -> Vec<Task> {
        self.service.tasks()
    }

    /// The current usage of rates and quotas, by account and action.
    #[must_use]
    pub fn usage(&self) -> Vec<Usage> {
        self.service.usage()
    }

    /// The zones of every account, in the order in which they were added.
    #[must_use]
    pub fn zones(&self) -> Vec<Zone> {
        self.service.zones()
    }

    /// Replaces the zones: see [`Builder::zones`].
    ///
    /// # Errors
    ///
    /// As [`InvalidInput`](io::ErrorKind::InvalidInput), if the service could not have such zones.
    pub fn set_zones(&self, zones: impl IntoIterator<Item = Zone>) -> io::Result<()> {
        self.service.set_zones(zones.into_iter().collect())
    }

    /// The faults that are still to happen.
    #[must_use]
    pub fn faults(&self) -> Faults {
        self.service.faults().clone()
    }

    /// The time, by the emulator's clock.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        self.service.now()
    }

    /// Advances the emulator's clock, whatever its source. Requests of clients with another clock
    /// are refused when the two differ by more than five minutes. The clock stops at the end of
    /// 9999.
    pub fn advance(&self, duration: Duration) {
        self.service.advance(duration);
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        drop(self.stop.take());
        // An observer may own the emulator, and is called on the very thread to wait for.
        if let Some(thread) = self.thread.take().filter(|thread| thread.thread().id() != thread::current().id()) {
            let _ = thread.join();
        }
    }
}
