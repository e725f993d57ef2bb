//! Defines a provider of credentials, and the context that it obtains them with.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use zeroize::Zeroizing;

use super::Credentials;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::http::Transport;
use crate::time::{BoxFuture, Clock};

/// Provides the credentials that requests are signed with.
///
/// A call asks for them before every attempt, except after a [refresh](Self::refresh). So they may
/// change while a client lives. If obtaining them takes time, wrap the provider in
/// [`CachedCredentials`](super::CachedCredentials).
///
/// ```
/// use std::time::Duration;
/// use tencentcloud_core::credentials::{ProvideCredentials, ProviderContext};
/// use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
/// use tencentcloud_core::{BoxFuture, Config, Credentials, Error};
///
/// /// Issues credentials for an hour.
/// struct Vault;
///
/// impl ProvideCredentials for Vault {
///     fn credentials<'a>(
///         &'a self,
///         context: &'a ProviderContext,
///     ) -> BoxFuture<'a, Result<Credentials, Error>> {
///         Box::pin(async {
///             let expiry = context.clock().now() + Duration::from_secs(3_600);
///             let credentials = Credentials::new("AKIDexample", "example-key")?;
///             let credentials = credentials.with_token("example-token")?;
///             Ok(credentials.with_expiry(expiry))
///         })
///     }
/// }
///
/// let config = Config::new(Vault)?;
///
/// // A test of the provider builds the context itself: it needs no network and takes no time.
/// let clock = VirtualClock::at_unix(1_700_000_000);
/// let context = ProviderContext::new(ScriptedTransport::new(), clock.clone());
/// let credentials = clock.run(Vault.credentials(&context))?;
/// assert_eq!(credentials.secret_id(), "AKIDexample");
/// # Ok::<(), Error>(())
/// ```
pub trait ProvideCredentials: Send + Sync {
    /// Returns the credentials to sign the next request with.
    ///
    /// Report a failure as [`Error::credentials`].
    fn credentials<'a>(&'a self, context: &'a ProviderContext) -> BoxFuture<'a, Result<Credentials, Error>>;

    /// Returns other credentials than `rejected`, or `None` if there are none.
    ///
    /// A call asks for them once, after the service has rejected `rejected` with
    /// `AuthFailure.TokenFailure`. Many calls may be rejected with the same credentials at the same
    /// time; one refresh should serve them all. A provider that cannot refresh its credentials need
    /// not implement this.
    ///
    /// Report a failure as [`Error::credentials`].
    fn refresh<'a>(
        &'a self,
        rejected: &'a Credentials,
        context: &'a ProviderContext,
    ) -> BoxFuture<'a, Result<Option<Credentials>, Error>> {
        let _ = (rejected, context);
        Box::pin(std::future::ready(Ok(None)))
    }
}

impl ProvideCredentials for Credentials {
    fn credentials<'a>(&'a self, _: &'a ProviderContext) -> BoxFuture<'a, Result<Credentials, Error>> {
        Box::pin(std::future::ready(Ok(self.clone())))
    }
}

impl<P: ProvideCredentials + ?Sized> ProvideCredentials for Arc<P> {
    fn credentials<'a>(&'a self, context: &'a ProviderContext) -> BoxFuture<'a, Result<Credentials, Error>> {
        (**self).credentials(context)
    }

    fn refresh<'a>(
        &'a self,
        rejected: &'a Credentials,
        context: &'a ProviderContext,
    ) -> BoxFuture<'a, Result<Option<Credentials>, Error>> {
        (**self).refresh(rejected, context)
    }
}

/// What a provider obtains credentials with: the transport and the clock of the configuration, and
/// access to the Security Token Service.
///
/// A call passes the context of its configuration to its provider. A provider that wraps another
/// one passes the context on. For example, the credentials of a role are requested through the
/// transport of the configuration, which needs no network in a test.
///
/// Cloning is cheap. [`ProviderContext::new`] creates a context for a test of a provider;
/// `ProviderContext::from(&config)` is for using a provider without a call.
#[derive(Clone)]
pub struct ProviderContext(Arc<Inner>);

struct Inner {
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    /// Endpoint of the Security Token Service, for providers that set none.
    sts_endpoint: Endpoint,
    token_service: &'static dyn TokenService,
}

impl ProviderContext {
    // `ProviderContext::new` is in `call/token_service.rs`: this module must not import `call`,
    // which imports this one.

    pub(crate) fn with_token_service(
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
        sts_endpoint: Endpoint,
        token_service: &'static dyn TokenService,
    ) -> Self {
        Self(Arc::new(Inner { transport, clock, sts_endpoint, token_service }))
    }

    pub(crate) fn transport(&self) -> &Arc<dyn Transport> {
        &self.0.transport
    }

    /// The clock of the configuration.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.0.clock
    }

    pub(crate) fn sts_endpoint(&self) -> &Endpoint {
        &self.0.sts_endpoint
    }

    pub(super) fn token_service(&self) -> &dyn TokenService {
        self.0.token_service
    }
}

/// Sends requests to the Security Token Service, signed, retried and limited as those of any
/// product.
///
/// This trait avoids an import cycle: `call` imports this module, and implements the trait.
pub(crate) trait TokenService: Send + Sync {
    /// Sends `request` through the transport of `context`.
    fn exchange<'a>(
        &'a self,
        request: TokenRequest,
        context: &'a ProviderContext,
    ) -> BoxFuture<'a, Result<TokenResponse, Error>>;
}

/// A request to the Security Token Service. It may be repeated: unused credentials have no effect.
pub(crate) struct TokenRequest {
    pub(crate) version: &'static str,
    pub(crate) action: &'static str,
    pub(crate) region: String,
    pub(crate) endpoint: Endpoint,
    /// The action's parameters, as a JSON object.
    pub(crate) body: String,
    /// Provides the credentials that sign the request.
    pub(crate) signer: Arc<dyn ProvideCredentials>,
    pub(crate) requests_per_second: u32,
    pub(crate) attempt_timeout: Duration,
    pub(crate) call_timeout: Duration,
}

/// A successful response of the Security Token Service.
pub(crate) struct TokenResponse {
    /// The members of `Response`.
    pub(crate) json: Zeroizing<String>,
    /// The service's time when the response arrived.
    pub(crate) server_time: SystemTime,
}
