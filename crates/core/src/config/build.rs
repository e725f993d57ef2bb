//! Builds a configuration from its settings.

use std::sync::Arc;

use super::{Config, ConfigBuilder, Inner};
use crate::credentials::{Credentials, STS};
use crate::endpoint::{self, Endpoint, Origin, ParsedEndpoint};
use crate::error::{Error, ErrorKind};
use crate::limiter::{ChosenLimiter, LocalLimiter, RateLimitSetting};
use crate::request::{RequestSettings, request_client};
use crate::retry::Budget;
use crate::time::{Skew, default_clock};

impl ConfigBuilder {
    /// Builds the configuration; nothing is sent.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::InvalidRequest`] if an endpoint (also that of the environment), the proxy
    ///   (that of the environment if none was set), a root certificate or the app name is invalid,
    ///   if the rate limit is 0, if a rate limiter was set although the limits were removed, if a
    ///   setting of the default transport was set together with another transport, or if no
    ///   transport or clock was set and there is no default one.
    /// - The errors of [`Credentials::from_env`] if no credentials were set.
    /// - [`ErrorKind::Connect`] if the platform's root certificates cannot be loaded and an
    ///   endpoint needs them. A provider of credentials may need them later, and fails then.
    pub fn build(self) -> Result<Config, Error> {
        let from_environment = if self.endpoint.uses_product_hosts() { endpoint::from_env()? } else { None };
        let endpoint = from_environment.map_or_else(|| self.endpoint.parse(), Ok)?;
        let parse = |(service, endpoint): &(String, Endpoint)| Ok((service.clone(), endpoint.parse()?));
        let service_endpoints: Vec<_> = self.service_endpoints.iter().map(parse).collect::<Result<_, Error>>()?;
        let request = RequestSettings {
            language: self.language,
            request_client: request_client(self.app_name.as_deref())?,
            max_response_bytes: self.max_response_bytes,
            #[cfg(feature = "legacy-signing")]
            signing_method: self.signing_method,
        };
        self.rate_limit.check()?;
        let limiter = match (self.limiter, self.rate_limit) {
            (Some(_), RateLimitSetting::Unlimited) => return Err(limiter_without_limits()),
            (Some(limiter), _) => ChosenLimiter::Custom(limiter),
            (None, _) => ChosenLimiter::Local(LocalLimiter::new()),
        };
        let credentials = match self.credentials {
            Some(credentials) => credentials,
            None => Box::new(Credentials::from_env()?),
        };
        let transport = self.transport.build(&origins(&endpoint, &service_endpoints))?;
        let clock = self.clock.map_or_else(default_clock, Ok)?;
        Ok(Config(Arc::new(Inner {
            credentials,
            endpoint,
            service_endpoints,
            sts_endpoint: sts_endpoint(&self.endpoint, &self.service_endpoints),
            request,
            interceptors: self.interceptors,
            transport,
            clock,
            call: self.call,
            rate_limit: self.rate_limit,
            limiter,
            budget: Budget::default(),
            jitter: self.jitter,
            skew: Skew::default(),
        })))
    }
}

/// The error for a rate limiter in a configuration without limits, which would never ask it.
fn limiter_without_limits() -> Error {
    Error::new(ErrorKind::InvalidRequest, "`rate_limiter` has no effect together with `without_limits`")
        .with_hint("remove one of the two")
}

/// The endpoint of the Security Token Service: that of the service if one is set, or else the host
/// of the configuration's site or root domain. A region's host or a host of your own may not serve
/// it.
fn sts_endpoint(endpoint: &Endpoint, service_endpoints: &[(String, Endpoint)]) -> Endpoint {
    match (service_endpoints.iter().rev().find(|(service, _)| service == STS), endpoint) {
        (Some((_, endpoint)), _) => endpoint.clone(),
        (None, Endpoint::International | Endpoint::RootDomain(_)) => endpoint.clone(),
        (None, Endpoint::Mainland | Endpoint::Region(_) | Endpoint::Custom(_)) => Endpoint::Mainland,
    }
}

/// The origins that the default transport connects to.
fn origins(endpoint: &ParsedEndpoint, service_endpoints: &[(String, ParsedEndpoint)]) -> Vec<Origin> {
    let of_services = service_endpoints.iter().map(|(_, endpoint)| endpoint);
    of_services.chain([endpoint]).map(ParsedEndpoint::common_origin).collect()
}
