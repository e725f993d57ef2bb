//! Builds a configuration: what can be set, and what holds if it is not.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::{Config, Inner};
use crate::credentials::{Credentials, ProvideCredentials, STS};
use crate::endpoint::{Endpoint, ParsedEndpoint, Scheme};
use crate::error::Error;
use crate::http::{HttpsTransport, HttpsTransportBuilder, Proxy, Transport};
use crate::limiter::{Limiters, Rule};
use crate::observe::Interceptor;
#[cfg(feature = "legacy-signing")]
use crate::request::SigningMethod;
use crate::request::{Language, RequestSettings, request_client};
use crate::retry::{Budget, Jitter, random};
use crate::time::{Clock, Skew, SystemClock};

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

/// Builds a [`Config`]; from [`Config::builder`].
#[must_use = "a builder does nothing until `build` is called"]
pub struct ConfigBuilder {
    credentials: Option<Box<dyn ProvideCredentials>>,
    endpoint: Endpoint,
    service_endpoints: Vec<(String, Endpoint)>,
    language: Option<Language>,
    #[cfg(feature = "legacy-signing")]
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
    jitter: Jitter,
}

impl ConfigBuilder {
    /// A configuration with defaults for everything.
    pub(super) fn new() -> Self {
        Self {
            credentials: None,
            endpoint: Endpoint::default(),
            service_endpoints: Vec::new(),
            language: None,
            #[cfg(feature = "legacy-signing")]
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
            jitter: Box::new(random),
        }
    }

    /// Sets where credentials come from; [`Credentials::from_env`] if nothing is set.
    pub fn credentials(mut self, credentials: impl ProvideCredentials + 'static) -> Self {
        self.credentials = Some(Box::new(credentials));
        self
    }

    /// Sets where calls go; [`Endpoint::Mainland`] if nothing is set.
    ///
    /// Where roles are assumed is another question: [`AssumeRole::endpoint`](crate::credentials::AssumeRole::endpoint) answers it.
    pub fn endpoint(mut self, endpoint: impl Into<Endpoint>) -> Self {
        self.endpoint = endpoint.into();
        self
    }

    /// Sets where the calls to one service go, such as `cdn`; to the endpoint of the configuration if nothing is set.
    ///
    /// With `sts` it is also where credentials are obtained by [`AssumeRole`](crate::credentials::AssumeRole) and by
    /// [`CredentialsChain`](crate::credentials::CredentialsChain).
    pub fn service_endpoint(mut self, service: impl Into<String>, endpoint: impl Into<Endpoint>) -> Self {
        self.service_endpoints.push((service.into(), endpoint.into()));
        self
    }

    /// Sets how requests are signed and sent; [`SigningMethod::Tc3Post`] if not set. Requires the feature `legacy-signing`.
    #[cfg(feature = "legacy-signing")]
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
    /// Configurations know nothing of each other: two for one account send as many as both allow.
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

    /// Replaces the random numbers that decide how long to wait before a retry. `jitter` returns a number in `[0, 1)`: with
    /// `|| 0.5` each wait is half of its maximum.
    #[cfg(feature = "testing")]
    pub fn jitter(mut self, jitter: impl Fn() -> f64 + Send + Sync + 'static) -> Self {
        self.jitter = Box::new(jitter);
        self
    }

    /// Builds the configuration; nothing is sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::error::ErrorKind::InvalidRequest) if an endpoint, the proxy (of the environment if none
    /// was set), a root certificate or the app name is invalid, or 0 requests a
    /// second were set; as [`Credentials::from_env`] if no credentials were set;
    /// [`ErrorKind::Connect`](crate::error::ErrorKind::Connect) if the machine's root certificates cannot be loaded and an endpoint
    /// needs them. What credentials are obtained from needs them later, and fails then if they cannot be loaded.
    pub fn build(self) -> Result<Config, Error> {
        let endpoint = self.endpoint.parse()?;
        let parse = |(service, endpoint): &(String, Endpoint)| Ok((service.clone(), endpoint.parse()?));
        let service_endpoints: Vec<_> = self.service_endpoints.iter().map(parse).collect::<Result<_, Error>>()?;
        let request = RequestSettings {
            language: self.language,
            request_client: request_client(self.app_name.as_deref())?,
            max_response_bytes: self.max_response_bytes,
            #[cfg(feature = "legacy-signing")]
            signing_method: self.signing_method,
        };
        self.rule.check()?;
        let credentials = match self.credentials {
            Some(credentials) => credentials,
            None => Box::new(Credentials::from_env()?),
        };
        let transport = match self.transport {
            Some(transport) => transport,
            None => Arc::new(self.https.build_for(scheme(&endpoint, &service_endpoints))?),
        };
        let clock = self.clock.unwrap_or_else(|| Arc::new(SystemClock));
        Ok(Config(Arc::new(Inner {
            credentials,
            endpoint,
            service_endpoints,
            sts_endpoint: sts_endpoint(&self.endpoint, &self.service_endpoints),
            request,
            interceptors: self.interceptors,
            transport,
            clock,
            attempt_timeout: self.attempt_timeout,
            call_timeout: self.call_timeout,
            max_attempts: self.max_attempts,
            limiters: Limiters::new(self.rule),
            budget: Budget::default(),
            jitter: self.jitter,
            skew: Skew::default(),
        })))
    }
}

/// The endpoint of the Security Token Service: that of the service if one is set, or else the host of
/// the configuration's site. A region's host or a host of your own may not serve it.
fn sts_endpoint(endpoint: &Endpoint, service_endpoints: &[(String, Endpoint)]) -> Endpoint {
    match (service_endpoints.iter().rev().find(|(service, _)| service == STS), endpoint) {
        (Some((_, endpoint)), _) => endpoint.clone(),
        (None, Endpoint::International) => Endpoint::International,
        (None, Endpoint::Mainland | Endpoint::Region(_) | Endpoint::Custom(_)) => Endpoint::Mainland,
    }
}

/// The scheme that the default transport needs: `http` only if no endpoint needs certificates.
fn scheme(endpoint: &ParsedEndpoint, service_endpoints: &[(String, ParsedEndpoint)]) -> Scheme {
    let of_services = service_endpoints.iter().map(|(_, endpoint)| endpoint.scheme());
    if of_services.chain([endpoint.scheme()]).any(|scheme| scheme == Scheme::Https) {
        Scheme::Https
    } else {
        Scheme::Http
    }
}

impl fmt::Debug for ConfigBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfigBuilder").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}
