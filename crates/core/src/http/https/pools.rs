//! Keeps connections open, separately for each runtime.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use reqwest::{Client, redirect};
use rustls::ClientConfig;
use tokio::runtime::Id;

use super::super::causes::root_cause;
use crate::error::{Error, ErrorKind, TransportError, TransportErrorKind};
use crate::http::proxy::Route;
use crate::time::runtime;

/// How long an idle connection is kept. 50 s: the service closes an idle connection after 60 s, and
/// if it does so while a request is in flight, the request may have arrived.
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(50);
/// Maximum number of runtimes with connections, besides the first one. 16: programs have one or two
/// runtimes, and test runners one for each thread.
const MAX_OTHER_RUNTIMES: usize = 16;
/// The addresses of `localhost`, whatever a hosts file or a resolver says (RFC 6761, section 6.3):
/// an endpoint with plain `http` is for this machine only, and another machine would receive signed
/// requests in plain text. Port 0 is replaced by that of the URL.
const LOOPBACK: [SocketAddr; 2] =
    [SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0), SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), 0)];

/// HTTP clients with their connections, one set for each runtime.
///
/// A connection belongs to the runtime that opened it, and makes no progress while that runtime is
/// not running. A call of another runtime that used the connection would time out.
pub(super) struct Pools {
    settings: Settings,
    first: Clients,
    /// The runtime that uses `first`: the one that sends the first request.
    first_runtime: OnceLock<Id>,
    /// The clients of other runtimes, the oldest first.
    others: Mutex<Vec<(Id, Clients)>>,
}

/// The settings of every client.
pub(super) struct Settings {
    pub(super) tls: ClientConfig,
    pub(super) connect_timeout: Duration,
    pub(super) route: Route,
}

#[derive(Clone)]
struct Clients {
    routed: Client,
    /// For this machine and its metadata, which are never reached through a proxy.
    direct: Client,
}

impl Pools {
    pub(super) fn new(settings: Settings) -> Result<Self, Error> {
        let first = settings.clients()?;
        Ok(Self { settings, first, first_runtime: OnceLock::new(), others: Mutex::default() })
    }

    /// The route of connections for TLS.
    pub(super) fn route(&self) -> &Route {
        &self.settings.route
    }

    /// The client of a runtime for connections for TLS.
    pub(super) fn routed(&self, runtime: Id) -> Result<Client, TransportError> {
        self.of(runtime, |clients| &clients.routed)
    }

    /// The client of a runtime for this machine and its metadata.
    pub(super) fn direct(&self, runtime: Id) -> Result<Client, TransportError> {
        self.of(runtime, |clients| &clients.direct)
    }

    fn of(&self, runtime: Id, which: fn(&Clients) -> &Client) -> Result<Client, TransportError> {
        if self.first_runtime.get() == Some(&runtime) {
            return Ok(which(&self.first).clone());
        }
        // Each change of the list is a single step, so a thread that panicked has left it
        // consistent.
        let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, clients)) = others.iter().find(|(id, _)| *id == runtime) {
            return Ok(which(clients).clone());
        }
        // Once for each runtime, and not for each request: it takes a socket.
        runtime::check_timers()?;
        runtime::check_io()?;
        if *self.first_runtime.get_or_init(|| runtime) == runtime {
            return Ok(which(&self.first).clone());
        }
        let clients = self.settings.clients().map_err(|error| {
            TransportError::new(TransportErrorKind::Connect, error.to_string()).with_source(error).permanent()
        })?;
        let client = which(&clients).clone();
        if others.len() >= MAX_OTHER_RUNTIMES {
            others.remove(0);
        }
        others.push((runtime, clients));
        Ok(client)
    }
}

impl Settings {
    fn clients(&self) -> Result<Clients, Error> {
        let client = || {
            Client::builder()
                .tls_backend_preconfigured(self.tls.clone())
                .connect_timeout(self.connect_timeout)
                .pool_idle_timeout(POOL_IDLE_TIMEOUT)
                .resolve_to_addrs("localhost", &LOOPBACK)
                // A signature is valid for one host, and credentials are sent to no other.
                .redirect(redirect::Policy::none())
        };
        let routed = self.route.apply(client()).build().map_err(unusable)?;
        let direct = client().no_proxy().build().map_err(unusable)?;
        Ok(Clients { routed, direct })
    }
}

fn unusable(error: reqwest::Error) -> Error {
    Error::new(ErrorKind::Connect, format!("the HTTP client cannot be set up: {}", root_cause(&error)))
        .with_source(error)
}
