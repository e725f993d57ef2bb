//! Collects the settings of a configuration, and has their defaults.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::CallDefaults;
use super::transport::TransportSettings;
use crate::credentials::ProvideCredentials;
use crate::endpoint::Endpoint;
use crate::http::Transport;
use crate::limiter::{RateLimitSetting, RateLimiter};
use crate::observe::Interceptor;
use crate::request::Language;
#[cfg(feature = "legacy-signing")]
use crate::request::SigningMethod;
use crate::retry::{Jitter, random};
use crate::time::Clock;

/// Default maximum size of a response body. 16 MiB: far more than any action documents, and small
/// enough to keep in memory.
const MAX_RESPONSE_BYTES: usize = 16 * 1024 * 1024;

/// Builds a [`Config`](super::Config). [`Config::builder`](super::Config::builder) creates it.
#[must_use = "a builder does nothing until `build` is called"]
pub struct ConfigBuilder {
    pub(super) credentials: Option<Box<dyn ProvideCredentials>>,
    pub(super) endpoint: Endpoint,
    pub(super) service_endpoints: Vec<(String, Endpoint)>,
    pub(super) language: Option<Language>,
    #[cfg(feature = "legacy-signing")]
    pub(super) signing_method: SigningMethod,
    pub(super) app_name: Option<String>,
    pub(super) interceptors: Vec<Box<dyn Interceptor>>,
    pub(super) transport: TransportSettings,
    pub(super) clock: Option<Arc<dyn Clock>>,
    pub(super) call: CallDefaults,
    pub(super) max_response_bytes: usize,
    pub(super) rate_limit: RateLimitSetting,
    pub(super) limiter: Option<Arc<dyn RateLimiter>>,
    pub(super) jitter: Jitter,
}

impl ConfigBuilder {
    /// Creates a builder in which nothing is set.
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
            transport: TransportSettings::new(),
            clock: None,
            call: CallDefaults::default(),
            max_response_bytes: MAX_RESPONSE_BYTES,
            rate_limit: RateLimitSetting::Documented,
            limiter: None,
            jitter: Box::new(random),
        }
    }

    /// Sets the provider of credentials; [`Credentials::from_env`](crate::Credentials::from_env) if
    /// not set.
    pub fn credentials(mut self, credentials: impl ProvideCredentials + 'static) -> Self {
        self.credentials = Some(Box::new(credentials));
        self
    }

    /// Sets the endpoint of all services; [`Endpoint::Mainland`] if not set.
    ///
    /// If the environment variable `TENCENTCLOUD_ENDPOINT` is set, its host is used instead of a
    /// site or a region. A host or root domain that the program sets takes precedence. So a
    /// finished program can be pointed at another host, such as the emulator at
    /// `http://127.0.0.1:8088`.
    ///
    /// The endpoint at which roles are assumed is set by
    /// [`AssumeRole::endpoint`](crate::credentials::AssumeRole::endpoint).
    pub fn endpoint(mut self, endpoint: impl Into<Endpoint>) -> Self {
        self.endpoint = endpoint.into();
        self
    }

    /// Sets the endpoint of one service, such as `cdn`; that of the configuration if not set.
    ///
    /// The endpoint of `sts` is also where [`AssumeRole`](crate::credentials::AssumeRole) and
    /// [`CredentialsChain`](crate::credentials::CredentialsChain) obtain credentials.
    pub fn service_endpoint(mut self, service: impl Into<String>, endpoint: impl Into<Endpoint>) -> Self {
        self.service_endpoints.push((service.into(), endpoint.into()));
        self
    }

    /// Sets how requests are signed and sent; [`SigningMethod::Tc3Post`] if not set. Requires the
    /// feature `legacy-signing`.
    #[cfg(feature = "legacy-signing")]
    pub fn signing_method(mut self, method: SigningMethod) -> Self {
        self.signing_method = method;
        self
    }

    /// Sets the language of the service's messages. If not set, the service chooses it, and usually
    /// writes Chinese.
    pub fn language(mut self, language: Language) -> Self {
        self.language = Some(language);
        self
    }

    /// Sets the name of the program, which the service records with each request: 1 to 96 ASCII
    /// letters, digits, spaces or `-_,;.`.
    pub fn app_name(mut self, name: impl Into<String>) -> Self {
        self.app_name = Some(name.into());
        self
    }

    /// Adds an interceptor. Its hooks run around each attempt and after each call. With several
    /// interceptors, the first one added runs first before an attempt, and last after it.
    pub fn interceptor(mut self, interceptor: impl Interceptor + 'static) -> Self {
        self.interceptors.push(Box::new(interceptor));
        self
    }

    /// Sets the transport that sends requests; an `HttpsTransport` if not set, which needs a Tokio
    /// runtime.
    ///
    /// `connect_timeout`, `proxy` and `root_certificates` configure the default transport, so
    /// [`build`](Self::build) refuses them if another one is set. In a build without the features
    /// of the default transport, they do not exist, and a transport must be set.
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.transport.own = Some(Arc::new(transport));
        self
    }

    /// Sets the clock; the machine's clock and Tokio's timer if not set.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// Sets the time limit of one attempt, from opening a connection, if none is open, to the last
    /// byte of the response; 15 s if not set.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.call.attempt_timeout = timeout;
        self
    }

    /// Sets the time limit of a call, which includes obtaining credentials and every wait before a
    /// retry; 60 s if not set.
    ///
    /// It does not include the waits for permits of the client's own rate limits, which
    /// [`permit_timeout`](Self::permit_timeout) limits.
    pub fn call_timeout(mut self, timeout: Duration) -> Self {
        self.call.timeout = timeout;
        self
    }

    /// Sets how long a call may wait for permits of the client's own rate limits, in total; 5
    /// minutes if not set.
    ///
    /// Requests are spaced evenly: at 20 requests per second, there is a permit every 50 ms at the
    /// earliest, and the last of 1,500 calls that are made at once waits for 75 s to 95 s,
    /// depending on the response time. With a limit of zero, a call fails unless there is a permit
    /// at once.
    pub fn permit_timeout(mut self, timeout: Duration) -> Self {
        self.call.permit_timeout = timeout;
        self
    }

    /// Sets the maximum size of a response body, in bytes; 16 MiB if not set. Reading a larger one
    /// is stopped, and the call fails.
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// Sets the maximum number of attempts, without those that found no connection or were
    /// throttled; 3 if not set. At least one attempt is made, even if this is 0.
    ///
    /// The attempts that are not counted did not carry out the action, so the request is sent again
    /// until the call's timeout. All retries are also bounded by a retry budget, which all calls of
    /// the configuration share: it keeps them from making an overload worse.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.call.max_attempts = attempts;
        self
    }

    /// Sets whether requests may be sent again when they might already have arrived, for all calls
    /// of the configuration. If not set, it depends on the action
    /// ([`Action::REPEATABLE`](crate::action::Action::REPEATABLE)), and calls by name may not be
    /// repeated.
    ///
    /// With `true`, a purge whose connection broke is sent again. If the first request was carried
    /// out as well, the second one purges the same targets once more, and uses quota twice.
    pub fn repeatable(mut self, repeatable: bool) -> Self {
        self.call.repeatable = Some(repeatable);
        self
    }

    /// Sends every request once, whatever happens: for a program that retries on its own.
    pub fn without_retries(mut self) -> Self {
        self.call.retries = false;
        self
    }

    /// Sets the rate limit of each action, in requests per second; the documented one if not set.
    ///
    /// Set it for an account whose limits were raised, or to leave a part of them to other
    /// programs. The clients of a configuration share the rate limits: every attempt acquires a
    /// permit, and waits for it as long as [`permit_timeout`](Self::permit_timeout) allows. Permits
    /// are spaced evenly, and issued in the order of the calls. If the service throttles
    /// nevertheless, usually because other machines use the account as well, the rate is lowered
    /// for a while. Configurations know nothing of each other, unless they share a
    /// [rate limiter](Self::rate_limiter): two for one account send as many requests as both allow.
    pub fn requests_per_second(mut self, requests: u32) -> Self {
        self.rate_limit = RateLimitSetting::PerSecond(requests);
        self
    }

    /// Sets the limiter that issues the permits; a
    /// [`LocalLimiter`](crate::limiter::LocalLimiter) of the configuration's own if not set.
    ///
    /// Set one to share the rates of an account with other configurations or with other machines:
    /// the module [`limiter`](crate::limiter) lists those that exist. The limiter applies the rate
    /// of each request, so [`requests_per_second`](Self::requests_per_second) works with any
    /// limiter. [`build`](Self::build) refuses it together with
    /// [`without_limits`](Self::without_limits).
    pub fn rate_limiter(mut self, limiter: impl RateLimiter + 'static) -> Self {
        self.limiter = Some(Arc::new(limiter));
        self
    }

    /// Removes the client's own rate limits: for a service without limits, as in tests, or for a
    /// program that limits its calls itself.
    pub fn without_limits(mut self) -> Self {
        self.rate_limit = RateLimitSetting::Unlimited;
        self
    }

    /// Replaces the random numbers that decide how long to wait before a retry. `jitter` returns a
    /// number in `[0, 1)`: with `|| 0.5` each wait is 60% of its maximum.
    #[cfg(feature = "testing")]
    pub fn jitter(mut self, jitter: impl Fn() -> f64 + Send + Sync + 'static) -> Self {
        self.jitter = Box::new(jitter);
        self
    }
}

impl fmt::Debug for ConfigBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfigBuilder").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}
