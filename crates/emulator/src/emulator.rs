//! Starting an emulator, and what a running one can be asked.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, SystemTime};

use tokio::runtime;
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

use crate::credential::Credential;
use crate::fault::Faults;
use crate::http;
use crate::limits::{Limit, Usage};
use crate::memory_budget::{self, Room};
use crate::service::{Clock, Observer, Service, Setup};
use crate::state::{Journal, Received, Task, Writer};
use crate::verify::Rules;

/// An emulator that listens. It stops when it is dropped: by then the port is free again, and a [`Journal`] has all that was
/// handed to it.
///
/// It runs in a thread of its own, so that neither the runtime nor the clock of whoever calls it matters: a test may
/// pause its time, or block.
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
    /// Starts one on a free port of 127.0.0.1, with the default credential and the system's clock.
    ///
    /// # Errors
    ///
    /// If the system grants no socket or no thread.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Starts one that differs from the default.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Where clients are to be pointed: `http://127.0.0.1:` and the port, or `https` with [TLS](Builder::tls).
    #[must_use]
    pub fn endpoint(&self) -> String {
        let ip = match self.address.ip() {
            ip if !ip.is_unspecified() => ip,
            IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        };
        format!("{}://{}", self.scheme, SocketAddr::new(ip, self.address.port()))
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The secret id to sign with: the first credential's if there are several.
    #[must_use]
    pub fn secret_id(&self) -> &str {
        self.credential.secret_id()
    }

    /// The secret key to sign with: the first credential's if there are several.
    #[must_use]
    pub fn secret_key(&self) -> &str {
        self.credential.secret_key()
    }

    /// The latest requests, the oldest first: at most 1,000 of them, and about 32 MiB.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.service.received()
    }

    /// The latest tasks, the latest first: at most 10,000 of them, and about 64 MiB of targets.
    #[must_use]
    pub fn tasks(&self) -> Vec<Task> {
        self.service.tasks()
    }

    /// What is used of rates and quotas at the moment, by account and action.
    #[must_use]
    pub fn usage(&self) -> Vec<Usage> {
        self.service.usage()
    }

    /// What is to go wrong.
    #[must_use]
    pub fn faults(&self) -> Faults {
        self.service.faults().clone()
    }

    /// The time, by the emulator's clock.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        self.service.now()
    }

    /// Turns the emulator's clock ahead, wherever it takes its time from. Clients that keep to their own clock are refused
    /// when that is more than five minutes behind.
    pub fn advance(&self, by: Duration) {
        self.service.advance(by);
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        drop(self.stop.take());
        // An observer may hold the last reference, and it runs in the very thread that would be waited for.
        if let Some(thread) = self.thread.take().filter(|thread| thread.thread().id() != thread::current().id()) {
            let _ = thread.join();
        }
    }
}

/// An emulator to be.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// use std::time::{Duration, UNIX_EPOCH};
/// use tencentcloud_emulator::{Credential, Emulator};
///
/// let emulator = Emulator::builder()
///     .credential(Credential::new("AKIDTEMPORARY", "key").token("token"))
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
    credentials: Vec<Credential>,
    clock: Clock,
    observer: Option<Observer>,
    purge_duration: Duration,
    rules: Rules,
    requests_per_second: Limit,
    per_day: Limit,
    journal: Option<Box<dyn Journal>>,
    tasks: Vec<Task>,
    tls: Option<Arc<ServerConfig>>,
    seed: Option<u64>,
}

impl Builder {
    /// Listens here. The default is a free port of 127.0.0.1; port 0 means a free one.
    pub fn address(mut self, address: impl Into<SocketAddr>) -> Self {
        self.address = address.into();
        self
    }

    /// Accepts requests signed with this credential in the place of the default one; call it again for several.
    pub fn credential(mut self, credential: Credential) -> Self {
        self.credentials.push(credential);
        self
    }

    /// Takes the time from here. The default is the system's clock.
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// Tells this of every request before the answer is sent.
    pub fn observer(mut self, observer: impl Fn(&Received) + Send + Sync + 'static) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }

    /// Shows a purge as under way until this much time has passed by the emulator's clock. The default is none.
    pub fn purge_duration(mut self, duration: Duration) -> Self {
        self.purge_duration = duration;
        self
    }

    /// Limits the requests a second that an account may send to an action. The default is what the action's page says: 20.
    ///
    /// A clock that stands still shows one second, which does not end.
    pub fn requests_per_second(mut self, limit: Limit) -> Self {
        self.requests_per_second = limit;
        self
    }

    /// Limits the targets a day that an account may submit to an action. The default is what the action's page says, for
    /// `cdn`; for `teo` it depends on the plan, and the default is none.
    pub fn per_day(mut self, limit: Limit) -> Self {
        self.per_day = limit;
        self
    }

    /// Accepts signatures that were made with the host without its port, and says so in [`Received::verified`]. The default
    /// is to refuse them, and to say why.
    ///
    /// The official SDK for Node needs this on any port but that of its scheme.
    pub fn host_without_port(mut self, accepted: bool) -> Self {
        self.rules = self.rules.host_without_port(accepted);
        self
    }

    /// Keeps accepted tasks here: a purge is answered once the journal has recorded it, and refused if it cannot.
    pub fn journal(mut self, journal: impl Journal) -> Self {
        self.journal = Some(Box::new(journal));
        self
    }

    /// Begins with these tasks, the oldest first: what a journal has kept. Those of today count in their quotas.
    pub fn tasks(mut self, tasks: impl IntoIterator<Item = Task>) -> Self {
        self.tasks.extend(tasks);
        self
    }

    /// Serves over TLS instead of plain TCP.
    pub fn tls(mut self, config: Arc<ServerConfig>) -> Self {
        self.tls = Some(config);
        self
    }

    /// Gives out the same ids each time that the same requests come in the same order. The default is others each time.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Starts the emulator.
    ///
    /// # Errors
    ///
    /// If the address cannot be listened on, if the system grants no thread, or, as
    /// [`InvalidInput`](io::ErrorKind::InvalidInput), if no request could carry a credential.
    pub async fn start(self) -> io::Result<Emulator> {
        let Self { address, mut credentials, clock, observer, purge_duration, seed, .. } = self;
        let Self { rules, requests_per_second, per_day, journal, tasks, tls, .. } = self;
        credentials.iter().try_for_each(Credential::check)?;
        if credentials.is_empty() {
            credentials.push(Credential::default());
        }
        let credential = credentials.first().cloned().unwrap_or_default();

        let listener = TcpListener::bind(address)
            .map_err(|error| io::Error::new(error.kind(), format!("cannot listen on {address}: {error}")))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;

        let journal = journal.map(Writer::start).transpose()?;
        let service = Arc::new(Service::new(Setup {
            credentials,
            rules,
            clock,
            observer,
            purge_duration,
            requests_per_second,
            per_day,
            journal,
            room: Room::new(memory_budget::MOST),
            tasks,
            seed,
        }));
        let scheme = if tls.is_some() { "https" } else { "http" };
        let tls = tls.map(TlsAcceptor::from);
        let (stop, stopped) = oneshot::channel();
        let (report, started) = oneshot::channel();
        let served = Arc::clone(&service);
        let thread = thread::Builder::new()
            .name("tencentcloud-emulator".to_owned())
            .spawn(move || run(listener, tls, served, stopped, report))?;
        started.await.map_err(io::Error::other)??;
        Ok(Emulator { address, credential, scheme, service, stop: Some(stop), thread: Some(thread) })
    }
}

impl Default for Builder {
    #[expect(clippy::disallowed_methods, reason = "the clock that is passed to all other code")]
    fn default() -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            credentials: Vec::new(),
            clock: Box::new(SystemTime::now),
            observer: None,
            purge_duration: Duration::ZERO,
            rules: Rules::default(),
            requests_per_second: Limit::default(),
            per_day: Limit::default(),
            journal: None,
            tasks: Vec::new(),
            tls: None,
            seed: None,
        }
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("address", &self.address)
            .field("credentials", &self.credentials)
            .field("purge_duration", &self.purge_duration)
            .field("rules", &self.rules)
            .field("requests_per_second", &self.requests_per_second)
            .field("per_day", &self.per_day)
            .field("seed", &self.seed)
            .finish_non_exhaustive()
    }
}

/// Serves in this thread until stopped; reports first whether that has begun.
fn run(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    service: Arc<Service>,
    stop: oneshot::Receiver<()>,
    report: oneshot::Sender<io::Result<()>>,
) {
    let runtime = match runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return drop(report.send(Err(error))),
    };
    runtime.block_on(async {
        match tokio::net::TcpListener::from_std(listener) {
            Ok(listener) => {
                drop(report.send(Ok(())));
                http::serve(listener, tls, service, stop).await;
            }
            Err(error) => drop(report.send(Err(error))),
        }
    });
}
