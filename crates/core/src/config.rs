//! What the clients of an account share: credentials, where and how to send, and how long to wait.

mod builder;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use self::builder::ConfigBuilder;
use crate::backoff::Chance;
use crate::budget::Budget;
use crate::limiter::Limiters;
use crate::skew::Skew;
use crate::{Clock, Endpoint, Error, Interceptor, Language, ProvideCredentials, SigningMethod, Transport};

/// What the clients of an account share, whatever their product.
///
/// A configuration does not change once it is built. Cloning it is cheap, and clones share its connections. They may be used
/// from several runtimes, each of which has connections of its own.
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
    product_endpoints: Vec<(String, Endpoint)>,
    language: Option<Language>,
    signing_method: SigningMethod,
    request_client: String,
    interceptors: Vec<Box<dyn Interceptor>>,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    attempt_timeout: Duration,
    call_timeout: Duration,
    max_response_bytes: usize,
    max_attempts: u32,
    limiters: Limiters,
    budget: Budget,
    chance: Chance,
    skew: Skew,
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

    /// A configuration with [`Credentials::from_env`](crate::Credentials::from_env) and defaults for everything else.
    ///
    /// Nothing else is looked at, so that what is missing is told at once and by its name;
    /// [`CredentialsChain`](crate::CredentialsChain) looks further, when the first call is made.
    ///
    /// # Errors
    ///
    /// As [`ConfigBuilder::build`].
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().build()
    }

    /// Starts a configuration.
    pub fn builder() -> ConfigBuilder {
        ConfigBuilder::new()
    }

    pub(crate) fn credentials(&self) -> &dyn ProvideCredentials {
        &*self.0.credentials
    }

    /// Where the calls to a service go.
    pub(crate) fn endpoint(&self, service: &str) -> &Endpoint {
        let own = self.0.product_endpoints.iter().rev().find(|(product, _)| product == service);
        own.map_or(&self.0.endpoint, |(_, endpoint)| endpoint)
    }

    pub(crate) fn signing_method(&self) -> SigningMethod {
        self.0.signing_method
    }

    pub(crate) fn language(&self) -> Option<Language> {
        self.0.language
    }

    /// How the client names itself.
    pub(crate) fn request_client(&self) -> &str {
        &self.0.request_client
    }

    pub(crate) fn interceptors(&self) -> &[Box<dyn Interceptor>] {
        &self.0.interceptors
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

    pub(crate) fn max_attempts(&self) -> u32 {
        self.0.max_attempts
    }

    pub(crate) fn limiters(&self) -> &Limiters {
        &self.0.limiters
    }

    pub(crate) fn budget(&self) -> &Budget {
        &self.0.budget
    }

    /// A number from 0 to 1 by chance.
    pub(crate) fn chance(&self) -> f64 {
        (self.0.chance)()
    }

    pub(crate) fn skew(&self) -> &Skew {
        &self.0.skew
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { endpoint, attempt_timeout, call_timeout, max_response_bytes, max_attempts, .. } = &*self.0;
        f.debug_struct("Config")
            .field("endpoint", endpoint)
            .field("product_endpoints", &self.0.product_endpoints)
            .field("language", &self.0.language)
            .field("signing_method", &self.0.signing_method)
            .field("request_client", &self.0.request_client)
            .field("attempt_timeout", attempt_timeout)
            .field("call_timeout", call_timeout)
            .field("max_response_bytes", max_response_bytes)
            .field("max_attempts", max_attempts)
            .finish_non_exhaustive()
    }
}
