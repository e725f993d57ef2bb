//! The connections that are kept: for each runtime its own.

use std::borrow::Cow;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use reqwest::{Client, redirect};
use rustls::ClientConfig;
use tokio::runtime::Id;

use super::root_cause;
use crate::error::{Error, ErrorKind};
use crate::http::proxy::Route;

/// How long an unused connection is kept: the service closes its end after 60 s, and a request sent into a connection that
/// is being closed fails without a way to know whether it arrived.
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(50);
/// How many runtimes have connections besides the first one: programs have one or two, and test runners one for each thread.
const OTHER_RUNTIMES: usize = 16;

/// Clients that keep connections, for each runtime that calls.
///
/// A connection belongs to the runtime that opened it: it stands still while that one does, and a call of another runtime
/// that took it would wait for it until its time is over.
pub(super) struct Pools {
    settings: Settings,
    first: Clients,
    /// Whose the first ones are: the runtime's that calls first.
    home: OnceLock<Id>,
    /// Those of other runtimes, the oldest first.
    others: Mutex<Vec<(Id, Clients)>>,
}

/// What all clients have in common.
pub(super) struct Settings {
    pub(super) tls: ClientConfig,
    pub(super) connect_timeout: Duration,
    pub(super) route: Route,
}

#[derive(Clone)]
struct Clients {
    routed: Client,
    /// For this machine and its metadata, which no proxy is asked for whatever the settings say.
    direct: Client,
}

impl Pools {
    pub(super) fn new(settings: Settings) -> Result<Self, Error> {
        let first = settings.clients()?;
        Ok(Self { settings, first, home: OnceLock::new(), others: Mutex::default() })
    }

    /// The way to the hosts that are asked over TLS.
    pub(super) fn route(&self) -> &Route {
        &self.settings.route
    }

    /// The client of a runtime for the hosts that are asked over TLS.
    pub(super) fn routed(&self, runtime: Id) -> Result<Cow<'_, Client>, Error> {
        self.of(runtime, |clients| &clients.routed)
    }

    /// The client of a runtime for this machine and its metadata.
    pub(super) fn direct(&self, runtime: Id) -> Result<Cow<'_, Client>, Error> {
        self.of(runtime, |clients| &clients.direct)
    }

    fn of(&self, runtime: Id, which: fn(&Clients) -> &Client) -> Result<Cow<'_, Client>, Error> {
        if *self.home.get_or_init(|| runtime) == runtime {
            return Ok(Cow::Borrowed(which(&self.first)));
        }
        // The list is changed in single steps, so a thread that panicked has not left half of one.
        let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, clients)) = others.iter().find(|(id, _)| *id == runtime) {
            return Ok(Cow::Owned(which(clients).clone()));
        }
        let clients = self.settings.clients()?;
        let client = which(&clients).clone();
        if others.len() >= OTHER_RUNTIMES {
            others.remove(0);
        }
        others.push((runtime, clients));
        Ok(Cow::Owned(client))
    }
}

impl Settings {
    fn clients(&self) -> Result<Clients, Error> {
        let client = || {
            Client::builder()
                .tls_backend_preconfigured(self.tls.clone())
                .connect_timeout(self.connect_timeout)
                .pool_idle_timeout(POOL_IDLE_TIMEOUT)
                // A signature holds for one host, and credentials are sent to no other.
                .redirect(redirect::Policy::none())
        };
        let built = |client: reqwest::ClientBuilder| client.build().map_err(unusable);
        Ok(Clients { routed: built(self.route.apply(client()))?, direct: built(client().no_proxy())? })
    }
}

fn unusable(error: reqwest::Error) -> Error {
    Error::new(ErrorKind::Connect, format!("the HTTP client cannot be set up: {}", root_cause(&error)))
        .with_source(error)
}
