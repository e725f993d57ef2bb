//! What the clients of an account share: credentials, where and how to send, and how long to wait.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::SystemClock;
use crate::https::{CONNECT_TIMEOUT, HttpsTransport};
use crate::{Clock, Credentials, Endpoint, Error, ProvideCredentials, Transport};

/// How long one attempt may take: the service answers within seconds, and what takes longer is better asked again while
/// the call still has time.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(15);
/// How long a call may take in all: what the official SDKs wait for one request.
const CALL_TIMEOUT: Duration = Duration::from_secs(60);
/// How large an answer may be: far more than any action documents, and little enough to hold in memory.
const MAX_RESPONSE_BYTES: usize = 16 * 1024 * 1024;

/// What the clients of an account share, whatever their product.
///
/// A configuration does not change once it is built. Cloning it is cheap, and clones share its connections.
///
/// ```
/// use std::time::Duration;
/// use tencentcloud_core::{Config, Credentials, Endpoint};
///
/// let config = Config::builder()
///     .credentials(Credentials::new("AKIDexample", "example-key")?)
///     .endpoint(Endpoint::International)
///     .call_timeout(Duration::from_secs(20))
///     .build()?;
/// # Ok::<(), tencentcloud_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Config(Arc<Inner>);

struct Inner {
    credentials: Box<dyn ProvideCredentials>,
    endpoint: Endpoint,
    transport: Box<dyn Transport>,
    clock: Box<dyn Clock>,
    attempt_timeout: Duration,
    call_timeout: Duration,
    max_response_bytes: usize,
}

impl Config {
    /// A configuration with the given credentials and defaults for everything else.
    ///
    /// # Errors
    ///
    /// As [`ConfigBuilder::build`].
    pub fn new(credentials: impl ProvideCredentials + 'static) -> Result<Self, Error> {
        Self::builder().credentials(credentials).build()
    }

    /// A configuration with [`Credentials::from_env`] and defaults for everything else.
    ///
    /// # Errors
    ///
    /// As [`Credentials::from_env`] and [`ConfigBuilder::build`].
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().build()
    }

    /// Starts a configuration.
    pub fn builder() -> ConfigBuilder {
        ConfigBuilder {
            credentials: None,
            endpoint: Endpoint::default(),
            transport: None,
            clock: None,
            connect_timeout: CONNECT_TIMEOUT,
            attempt_timeout: ATTEMPT_TIMEOUT,
            call_timeout: CALL_TIMEOUT,
            max_response_bytes: MAX_RESPONSE_BYTES,
        }
    }

    pub(crate) fn credentials(&self) -> &dyn ProvideCredentials {
        &*self.0.credentials
    }

    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.0.endpoint
    }

    pub(crate) fn transport(&self) -> &dyn Transport {
        &*self.0.transport
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.0.clock
    }

    pub(crate) fn attempt_timeout(&self) -> Duration {
        self.0.attempt_timeout
    }

    pub(crate) fn call_timeout(&self) -> Duration {
        self.0.call_timeout
    }

    pub(crate) fn max_response_bytes(&self) -> usize {
        self.0.max_response_bytes
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { endpoint, attempt_timeout, call_timeout, max_response_bytes, .. } = &*self.0;
        f.debug_struct("Config")
            .field("endpoint", endpoint)
            .field("attempt_timeout", attempt_timeout)
            .field("call_timeout", call_timeout)
            .field("max_response_bytes", max_response_bytes)
            .finish_non_exhaustive()
    }
}

/// Builds a [`Config`]; from [`Config::builder`].
#[must_use = "a builder does nothing until `build` is called"]
pub struct ConfigBuilder {
    credentials: Option<Box<dyn ProvideCredentials>>,
    endpoint: Endpoint,
    transport: Option<Box<dyn Transport>>,
    clock: Option<Box<dyn Clock>>,
    connect_timeout: Duration,
    attempt_timeout: Duration,
    call_timeout: Duration,
    max_response_bytes: usize,
}

impl ConfigBuilder {
    /// Sets where credentials come from; [`Credentials::from_env`] if nothing is set.
    pub fn credentials(mut self, credentials: impl ProvideCredentials + 'static) -> Self {
        self.credentials = Some(Box::new(credentials));
        self
    }

    /// Sets where calls go; [`Endpoint::Mainland`] if nothing is set.
    pub fn endpoint(mut self, endpoint: impl Into<Endpoint>) -> Self {
        self.endpoint = endpoint.into();
        self
    }

    /// Sets how requests are sent; HTTP/1.1 over TLS if nothing is set, through the proxy that `HTTPS_PROXY` and
    /// `NO_PROXY` name, which needs a Tokio runtime.
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.transport = Some(Box::new(transport));
        self
    }

    /// Sets where the time comes from; the machine's clock and Tokio's timer if nothing is set.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Some(Box::new(clock));
        self
    }

    /// Sets how long a connection may take to open, TLS included; 3.1 s if nothing is set.
    ///
    /// It is the default transport's: one that was given to [`transport`](Self::transport) has its own.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets how long one attempt may take, from sending to the last byte of the answer; 15 s if nothing is set.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// Sets how long a call may take in all, obtaining credentials included; 60 s if nothing is set.
    pub fn call_timeout(mut self, timeout: Duration) -> Self {
        self.call_timeout = timeout;
        self
    }

    /// Sets how large an answer may be, in bytes; 16 MiB if nothing is set. A larger one is refused while it is read.
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// Builds the configuration; nothing is sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the endpoint is none; as [`Credentials::from_env`] if no credentials were set;
    /// [`ErrorKind::Connect`](crate::ErrorKind::Connect) if the machine's root certificates cannot be loaded.
    pub fn build(self) -> Result<Config, Error> {
        let scheme = self.endpoint.scheme()?;
        let credentials = match self.credentials {
            Some(credentials) => credentials,
            None => Box::new(Credentials::from_env()?),
        };
        let transport = match self.transport {
            Some(transport) => transport,
            None => Box::new(HttpsTransport::with(scheme, self.connect_timeout)?),
        };
        Ok(Config(Arc::new(Inner {
            credentials,
            endpoint: self.endpoint,
            transport,
            clock: self.clock.unwrap_or_else(|| Box::new(SystemClock)),
            attempt_timeout: self.attempt_timeout,
            call_timeout: self.call_timeout,
            max_response_bytes: self.max_response_bytes,
        })))
    }
}

impl fmt::Debug for ConfigBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfigBuilder").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}
