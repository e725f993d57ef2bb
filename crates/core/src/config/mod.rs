//! Holds what the clients of an account share: credentials, connections, rate limits and settings.

mod build;
mod builder;
mod call_defaults;
mod transport;

use std::fmt;
use std::sync::Arc;

pub use self::builder::ConfigBuilder;
pub(crate) use self::call_defaults::CallDefaults;
use crate::credentials::ProvideCredentials;
use crate::endpoint::{Endpoint, ParsedEndpoint};
use crate::http::Transport;
use crate::limiter::{ChosenLimiter, RateLimitSetting};
use crate::observe::{Interceptor, Observers};
use crate::request::RequestSettings;
use crate::retry::{Budget, Jitter};
use crate::time::{Clock, Skew};

/// Owns the connections and the rate limits of an account. Build one per account, and create the
/// clients of all products from it.
///
/// Clients of one configuration share its connections, rate limits, retry budget and credentials.
/// Two configurations know nothing of each other: used for the same account, they send up to twice
/// the requests that the account allows, and are throttled, unless they share a
/// [rate limiter](ConfigBuilder::rate_limiter).
///
/// The settings do not change once the configuration is built. Cloning it is cheap, and a clone is
/// the same configuration. It may be used from several runtimes, each of which has its own
/// connections.
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
    endpoint: ParsedEndpoint,
    service_endpoints: Vec<(String, ParsedEndpoint)>,
    sts_endpoint: Endpoint,
    request: RequestSettings,
    interceptors: Vec<Box<dyn Interceptor>>,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    call: CallDefaults,
    rate_limit: RateLimitSetting,
    limiter: ChosenLimiter,
    budget: Budget,
    jitter: Jitter,
    skew: Skew,
}

impl Config {
    /// Starts a configuration.
    pub fn builder() -> ConfigBuilder {
        ConfigBuilder::new()
    }

    pub(crate) fn credentials(&self) -> &dyn ProvideCredentials {
        &*self.0.credentials
    }

    /// The endpoint of a service.
    pub(crate) fn endpoint(&self, service: &str) -> &ParsedEndpoint {
        let own = self.0.service_endpoints.iter().rev().find(|(name, _)| name == service);
        own.map_or(&self.0.endpoint, |(_, endpoint)| endpoint)
    }

    pub(crate) fn request_settings(&self) -> &RequestSettings {
        &self.0.request
    }

    /// What is notified of a call and its attempts.
    pub(crate) fn observers(&self) -> Observers<'_> {
        Observers { interceptors: &self.0.interceptors, clock: self.clock() }
    }

    pub(crate) fn transport(&self) -> &dyn Transport {
        &*self.0.transport
    }

    pub(crate) fn shared_transport(&self) -> Arc<dyn Transport> {
        Arc::clone(&self.0.transport)
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.0.clock
    }

    pub(crate) fn shared_clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.0.clock)
    }

    /// Endpoint of the Security Token Service, for providers that set none.
    pub(crate) fn sts_endpoint(&self) -> &Endpoint {
        &self.0.sts_endpoint
    }

    pub(crate) fn call_defaults(&self) -> &CallDefaults {
        &self.0.call
    }

    pub(crate) fn rate_limit(&self) -> RateLimitSetting {
        self.0.rate_limit
    }

    pub(crate) fn limiter(&self) -> &ChosenLimiter {
        &self.0.limiter
    }

    pub(crate) fn budget(&self) -> &Budget {
        &self.0.budget
    }

    /// A random number in `[0, 1)`.
    pub(crate) fn jitter(&self) -> f64 {
        (self.0.jitter)()
    }

    pub(crate) fn skew(&self) -> &Skew {
        &self.0.skew
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { endpoint, service_endpoints, request, call, .. } = &*self.0;
        f.debug_struct("Config")
            .field("endpoint", endpoint)
            .field("service_endpoints", service_endpoints)
            .field("request", request)
            .field("call", call)
            .finish_non_exhaustive()
    }
}
