//! Configures and starts an emulator.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, SystemTime};

use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

use super::Emulator;
use super::server::{Server, listen};
use crate::credential::Credential;
use crate::limits::Limit;
use crate::service::{Service, ServiceConfig};
use crate::state::{Journal, JournalThread, Received, Task, Zone, Zones};

/// Configures and starts an [`Emulator`].
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// use std::time::{Duration, UNIX_EPOCH};
/// use tencentcloud_emulator::{Credential, Emulator};
///
/// let emulator = Emulator::builder()
///     .credential(Credential::new("AKIDTEMPORARY", "key").with_token("token"))
///     .clock(|| UNIX_EPOCH + Duration::from_secs(1_700_000_000))
///     .purge_duration(Duration::from_secs(5 * 60))
///     .start()
///     .await?;
/// assert_eq!(emulator.secret_id(), "AKIDTEMPORARY");
/// # Ok::<(), std::io::Error>(())
/// # })?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[must_use]
pub struct Builder {
    address: SocketAddr,
    listener: Option<TcpListener>,
    tls: Option<Arc<ServerConfig>>,
    journal: Option<Box<dyn Journal>>,
    service: ServiceConfig,
}

impl Builder {
    /// Sets the address to listen on. Port 0 is any free port. The default is a free port of
    /// 127.0.0.1.
    pub fn address(mut self, address: impl Into<SocketAddr>) -> Self {
        self.address = address.into();
        self.listener = None;
        self
    }

    /// Listens on the address now, instead of in [`start`](Self::start). So what must not happen
    /// when the address is in use, such as opening a file, can happen after this. Clients can
    /// connect from now on, but get no response before the start.
    ///
    /// # Errors
    ///
    /// If the emulator cannot listen on the address.
    pub fn listen(mut self) -> io::Result<Self> {
        self.listener = Some(listen(self.address)?);
        Ok(self)
    }

    /// Accepts requests that are signed with this credential, instead of the default one. Call it
    /// again to accept several.
    pub fn credential(mut self, credential: Credential) -> Self {
        self.service.credentials.push(credential);
        self
    }

    /// Sets the clock. The default is the system clock.
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.service.clock = Box::new(clock);
        self
    }

    /// Calls `observer` with every request, before its response is sent.
    pub fn observer(mut self, observer: impl Fn(&Received) + Send + Sync + 'static) -> Self {
        self.service.observer = Some(Box::new(observer));
        self
    }

    /// Sets how long a purge or a prefetch is in progress, by the emulator's clock. The default is
    /// zero.
    pub fn purge_duration(mut self, duration: Duration) -> Self {
        self.service.purge_duration = duration;
        self
    }

    /// Sets how long the history does not list a new task, by the emulator's clock: the service has
    /// been seen to return an empty list right after it accepted a task.
    ///
    /// The default is zero, so that a test finds what it has just submitted. A test of code that
    /// waits for tasks should set it.
    pub fn history_delay(mut self, delay: Duration) -> Self {
        self.service.history_delay = delay;
        self
    }

    /// Sets the zones of every account. The `teo` actions then refuse all other zones, and targets
    /// in none of these zones.
    ///
    /// Without this, there are some zones to begin with ([`Emulator::zones`] lists them), other ids
    /// are accepted as well, and the targets of such another zone are not checked.
    pub fn zones(mut self, zones: impl IntoIterator<Item = Zone>) -> Self {
        self.service.zones.get_or_insert_default().extend(zones);
        self
    }

    /// Limits the requests per second of an account to an action. The default is the documented
    /// limit, which is 20.
    ///
    /// While the clock does not advance, all requests are within the same second.
    pub fn requests_per_second(mut self, limit: Limit) -> Self {
        self.service.requests_per_second = limit;
        self
    }

    /// Limits the targets in a request. The default is the documented limit; for `teo`, where it
    /// depends on the plan, that of the largest plan.
    pub fn per_request(mut self, limit: Limit) -> Self {
        self.service.per_request = limit;
        self
    }

    /// Limits the targets per day that an account may submit to an action. The default is the
    /// documented limit; for `teo`, where it depends on the plan, the number in the documented
    /// example of `DescribeContentQuota`, which is 10,000 for each type.
    pub fn per_day(mut self, limit: Limit) -> Self {
        self.service.per_day = limit;
        self
    }

    /// Sets whether signatures are accepted that were made with the host without its port.
    /// [`Received::verified`] shows which were. By default, they are refused with a message that
    /// names the mistake.
    ///
    /// The official SDK for Node signs the host without its port, so it needs this on any port but
    /// the default one.
    pub fn host_without_port(mut self, accepted: bool) -> Self {
        self.service.verify_options = self.service.verify_options.host_without_port(accepted);
        self
    }

    /// Records accepted tasks in a journal. A purge gets its response after its task has been
    /// recorded, and is refused if that fails.
    pub fn journal(mut self, journal: impl Journal) -> Self {
        self.journal = Some(Box::new(journal));
        self
    }

    /// Begins with these tasks, the oldest first: those that a journal has recorded. Tasks of the
    /// current day count for its quotas.
    pub fn tasks(mut self, tasks: impl IntoIterator<Item = Task>) -> Self {
        self.service.tasks.extend(tasks);
        self
    }

    /// Serves over TLS.
    pub fn tls(mut self, config: Arc<ServerConfig>) -> Self {
        self.tls = Some(config);
        self
    }

    /// Makes ids repeatable: the same requests in the same order get the same ids. By default, ids
    /// are random.
    pub fn seed(mut self, seed: u64) -> Self {
        self.service.seed = Some(seed);
        self
    }

    /// Starts the emulator.
    ///
    /// # Errors
    ///
    /// If it cannot listen on the address, if no thread can be created, or, as
    /// [`InvalidInput`](io::ErrorKind::InvalidInput), if no request could carry a credential, or
    /// if the service could not have a zone.
    pub async fn start(self) -> io::Result<Emulator> {
        let Self { address, listener, tls, journal, mut service } = self;
        service.credentials.iter().try_for_each(Credential::check)?;
        Zones::check(service.zones.as_deref().unwrap_or_default())?;
        let credential = service.credentials.first().cloned().unwrap_or_default();
        let listener = listener.map_or_else(|| listen(address), Ok)?;
        let address = listener.local_addr()?;
        service.journal = journal.map(JournalThread::start).transpose()?;

        let scheme = if tls.is_some() { "https" } else { "http" };
        let service = Arc::new(Service::new(service));
        let (stop, stopped) = oneshot::channel();
        let (started, has_started) = oneshot::channel();
        let server = Server { listener, tls: tls.map(TlsAcceptor::from), service: Arc::clone(&service), stopped };
        let thread =
            thread::Builder::new().name("tencentcloud-emulator".to_owned()).spawn(move || server.run(started))?;
        has_started.await.map_err(io::Error::other)??;
        Ok(Emulator { address, credential, scheme, service, stop: Some(stop), thread: Some(thread) })
    }
}

impl Default for Builder {
    fn default() -> Self {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self { address, listener: None, tls: None, journal: None, service: ServiceConfig::default() }
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("address", &self.address)
            .field("credentials", &self.service.credentials)
            .field("verify_options", &self.service.verify_options)
            .field("purge_duration", &self.service.purge_duration)
            .field("history_delay", &self.service.history_delay)
            .field("requests_per_second", &self.service.requests_per_second)
            .field("per_request", &self.service.per_request)
            .field("per_day", &self.service.per_day)
            .field("seed", &self.service.seed)
            .finish_non_exhaustive()
    }
}
