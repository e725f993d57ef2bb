//! What the clients of an account share: credentials, where and how to send, and how long to wait.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::backoff::{self, Chance};
use crate::budget::Budget;
use crate::clock::SystemClock;
use crate::endpoint::Scheme;
use crate::limiter::{Limiters, Rule};
use crate::request_client::request_client;
use crate::skew::Skew;
use crate::{
    Clock, Credentials, Endpoint, Error, HttpsTransport, HttpsTransportBuilder, Interceptor, Language,
    ProvideCredentials, Proxy, SigningMethod, Transport,
};

/// How long one attempt may take: the service answers within seconds, and what takes longer is better asked again while
/// the call still has time.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(15);
/// How long a call may take in all: what the official SDKs wait for one request.
const CALL_TIMEOUT: Duration = Duration::from_secs(60);
/// How large an answer may be: far more than any action documents, and little enough to hold in memory.
const MAX_RESPONSE_BYTES: usize = 16 * 1024 * 1024;
/// How often a request may be sent in all: what two attempts do not get through, a third one does as a rule, and a fourth
/// does not.
const MAX_ATTEMPTS: u32 = 3;

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

    /// A configuration with [`Credentials::from_env`] and defaults for everything else.
    ///
    /// Nothing else is looked at, so that what is missing is told at once and by its name;
    /// [`CredentialsChain`](crate::CredentialsChain) looks further, when the first call is made.
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
            product_endpoints: Vec::new(),
            language: None,
            signing_method: SigningMethod::default(),
            app_name: None,
            interceptors: Vec::new(),
            transport: None,
            clock: None,
            https: HttpsTransport::builder(),
            attempt_timeout: ATTEMPT_TIMEOUT,
            call_timeout: CALL_TIMEOUT,
            max_response_bytes: MAX_RESPONSE_BYTES,
            max_attempts: MAX_ATTEMPTS,
            rule: Rule::Documented,
            chance: Box::new(backoff::random),
        }
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

/// Builds a [`Config`]; from [`Config::builder`].
#[must_use = "a builder does nothing until `build` is called"]
pub struct ConfigBuilder {
    credentials: Option<Box<dyn ProvideCredentials>>,
    endpoint: Endpoint,
    product_endpoints: Vec<(String, Endpoint)>,
    language: Option<Language>,
    signing_method: SigningMethod,
    app_name: Option<String>,
    interceptors: Vec<Box<dyn Interceptor>>,
    transport: Option<Arc<dyn Transport>>,
    clock: Option<Arc<dyn Clock>>,
    https: HttpsTransportBuilder,
    attempt_timeout: Duration,
    call_timeout: Duration,
    max_response_bytes: usize,
    max_attempts: u32,
    rule: Rule,
    chance: Chance,
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

    /// Sets where the calls to one service go, such as `cdn`; to the endpoint of the configuration if nothing is set.
    pub fn endpoint_of(mut self, service: impl Into<String>, endpoint: impl Into<Endpoint>) -> Self {
        self.product_endpoints.push((service.into(), endpoint.into()));
        self
    }

    /// Sets how requests are signed and sent; [`SigningMethod::Tc3Post`] if nothing is set.
    pub fn signing_method(mut self, method: SigningMethod) -> Self {
        self.signing_method = method;
        self
    }

    /// Sets the language of the service's messages; its own choice if nothing is set, which is Chinese as a rule.
    pub fn language(mut self, language: Language) -> Self {
        self.language = Some(language);
        self
    }

    /// Sets the name of the program that calls, which the service keeps with each request: 1 to 96 ASCII letters, digits,
    /// spaces or `-_,;.`.
    pub fn app_name(mut self, name: impl Into<String>) -> Self {
        self.app_name = Some(name.into());
        self
    }

    /// Adds hooks around each attempt. Of several, the first that is added is the first before an attempt and the last
    /// after it.
    pub fn interceptor(mut self, interceptor: impl Interceptor + 'static) -> Self {
        self.interceptors.push(Box::new(interceptor));
        self
    }

    /// Sets how requests are sent; an [`HttpsTransport`] if nothing is set, which needs a Tokio runtime.
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Sets where the time comes from; the machine's clock and Tokio's timer if nothing is set.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// Sets how long a connection may take to open, TLS included; 3.1 s if nothing is set.
    ///
    /// It is the default transport's: one that was given to [`transport`](Self::transport) has its own.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.https = self.https.connect_timeout(timeout);
        self
    }

    /// Sets the proxy; [`Proxy::from_env`] if nothing is set.
    ///
    /// It is the default transport's, as the timeout for connections is.
    pub fn proxy(mut self, proxy: impl Into<Proxy>) -> Self {
        self.https = self.https.proxy(proxy);
        self
    }

    /// Adds root certificates, in PEM, to those that the platform trusts: for a gateway or a proxy that has its own.
    ///
    /// They are the default transport's, as the timeout for connections is.
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.https = self.https.root_certificates(pem);
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

    /// Sets how often a request may be sent in all; 3 times if nothing is set. It is always sent once.
    ///
    /// How many are sent again is also bounded by a budget that all calls of the configuration share, so that they do not
    /// make an overload worse.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts;
        self
    }

    /// Sets how many requests a second each action may have; as many as it documents if nothing is set.
    ///
    /// For an account whose limits were raised, or one that leaves part of them to others. The clients of a configuration
    /// share the limits: every attempt of each action takes its turn, and waits for it within the time of its call. When
    /// the service throttles nevertheless, because other machines use the account as well, there are fewer for a while.
    pub fn requests_per_second(mut self, requests: u32) -> Self {
        self.rule = Rule::PerSecond(requests);
        self
    }

    /// Lets every request be sent at once: for a service that has no limits, as in tests, or when something else keeps
    /// them.
    pub fn without_limits(mut self) -> Self {
        self.rule = Rule::Unlimited;
        self
    }

    /// Replaces chance, which decides how long to wait before a request is sent again, by numbers from 0 to 1, 1 itself
    /// excluded: with `|| 0.5` each wait is half of the longest it may be.
    #[cfg(feature = "testing")]
    pub fn chance(mut self, chance: impl Fn() -> f64 + Send + Sync + 'static) -> Self {
        self.chance = Box::new(chance);
        self
    }

    /// Builds the configuration; nothing is sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if an endpoint, the proxy, a root certificate or the
    /// app name is invalid; as [`Credentials::from_env`] if no credentials were set;
    /// [`ErrorKind::Connect`](crate::ErrorKind::Connect) if the machine's root certificates cannot be loaded.
    pub fn build(self) -> Result<Config, Error> {
        let scheme = self.scheme()?;
        let request_client = request_client(self.app_name.as_deref())?;
        self.rule.check()?;
        let credentials = match self.credentials {
            Some(credentials) => credentials,
            None => Box::new(Credentials::from_env()?),
        };
        let transport = match self.transport {
            Some(transport) => transport,
            None => Arc::new(self.https.build_for(scheme)?),
        };
        let clock = self.clock.unwrap_or_else(|| Arc::new(SystemClock));
        credentials.attach(&transport, &clock);
        Ok(Config(Arc::new(Inner {
            credentials,
            endpoint: self.endpoint,
            product_endpoints: self.product_endpoints,
            language: self.language,
            signing_method: self.signing_method,
            request_client,
            interceptors: self.interceptors,
            transport,
            clock,
            attempt_timeout: self.attempt_timeout,
            call_timeout: self.call_timeout,
            max_response_bytes: self.max_response_bytes,
            max_attempts: self.max_attempts,
            limiters: Limiters::new(self.rule),
            budget: Budget::default(),
            chance: self.chance,
            skew: Skew::default(),
        })))
    }
}

impl ConfigBuilder {
    /// The scheme of the endpoints: `http` only if it is that of all, and no certificates are needed.
    fn scheme(&self) -> Result<Scheme, Error> {
        let mut scheme = self.endpoint.scheme()?;
        for (_, endpoint) in &self.product_endpoints {
            if endpoint.scheme()? == Scheme::Https {
                scheme = Scheme::Https;
            }
        }
        Ok(scheme)
    }
}

impl fmt::Debug for ConfigBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfigBuilder").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}
