//! Assumes a role: exchanges credentials for those of the role.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use serde::Serialize;

use super::cached_source::{CachedSource, Obtain};
use super::sts::{DEFAULT_REGION, StsAction};
use super::{Credentials, ProvideCredentials, ProviderContext};
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::time::{BoxFuture, Clock};

/// Lifetime that is requested for the credentials of a role: the service's own default.
pub(super) const DEFAULT_DURATION: Duration = Duration::from_secs(7_200);
/// Maximum lifetime that the service allows.
const MAX_DURATION: Duration = Duration::from_secs(43_200);
/// The account's documented rate limit for `AssumeRole`.
const REQUESTS_PER_SECOND: u32 = 600;

/// Provides the credentials of a role, which it obtains from the Security Token Service with the
/// credentials of another provider.
///
/// The credentials are cached and refreshed as in [`CachedCredentials`](super::CachedCredentials),
/// so this needs no cache around it. Requests go through the transport and the proxy of the
/// configuration, to its [site](Self::endpoint).
///
/// ```
/// use tencentcloud_core::credentials::AssumeRole;
/// use tencentcloud_core::{Config, CredentialsChain};
///
/// let arn = "qcs::cam::uin/100000000001:roleName/deploy";
/// let role = AssumeRole::new(CredentialsChain::new(), arn).session_name("nightly-purge");
/// let config = Config::new(role)?;
/// # Ok::<(), tencentcloud_core::Error>(())
/// ```
pub struct AssumeRole(CachedSource<RoleSource>);

/// A role, and the provider whose credentials assume it.
#[derive(Clone)]
struct RoleSource {
    base: Arc<dyn ProvideCredentials>,
    role: Role,
}

/// A role, and the parameters of its session.
#[derive(Clone, Debug)]
pub(super) struct Role {
    pub(super) arn: String,
    pub(super) session_name: Option<String>,
    pub(super) duration: Duration,
    pub(super) external_id: Option<String>,
    pub(super) endpoint: Option<Endpoint>,
    pub(super) region: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Parameters<'a> {
    role_arn: &'a str,
    role_session_name: &'a str,
    duration_seconds: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<&'a str>,
}

impl AssumeRole {
    /// Assumes the role of a resource description, such as
    /// `qcs::cam::uin/100000000001:roleName/deploy`, with the credentials of `base`.
    pub fn new(base: impl ProvideCredentials + 'static, role_arn: impl Into<String>) -> Self {
        Self(CachedSource::new(RoleSource { base: Arc::new(base), role: Role::new(role_arn.into()) }))
    }

    /// Sets the name of the session in the account's audit log: 2 to 128 letters, digits, and
    /// `_+=,.@-`. The default is `tencentcloud-rust-` and the Unix time.
    #[must_use]
    pub fn session_name(mut self, name: impl Into<String>) -> Self {
        self.role().session_name = Some(name.into());
        self
    }

    /// Sets the lifetime of the credentials, in whole seconds up to 12 hours. The default is 2
    /// hours.
    #[must_use]
    pub fn duration(mut self, duration: Duration) -> Self {
        self.role().duration = duration;
        self
    }

    /// Sets the external id, for a role that requires one.
    #[must_use]
    pub fn external_id(mut self, id: impl Into<String>) -> Self {
        self.role().external_id = Some(id.into());
        self
    }

    /// Sets the endpoint of the Security Token Service.
    ///
    /// The default is the configuration's endpoint for the service `sts`
    /// ([`service_endpoint`](crate::config::ConfigBuilder::service_endpoint)). If there is none, it
    /// is the host of the configuration's site or root domain: that of [`Endpoint::International`]
    /// or [`Endpoint::RootDomain`], and the mainland's for any other endpoint. A region's host or a
    /// host of your own is not used, because it may not serve `sts`.
    #[must_use]
    pub fn endpoint(mut self, endpoint: impl Into<Endpoint>) -> Self {
        self.role().endpoint = Some(endpoint.into());
        self
    }

    /// Sets the region that is sent. The default is `ap-guangzhou`; every region responds alike.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.role().region = region.into();
        self
    }

    fn role(&mut self) -> &mut Role {
        &mut self.0.source.role
    }
}

impl Role {
    pub(super) fn new(arn: String) -> Self {
        Self {
            arn,
            session_name: None,
            duration: DEFAULT_DURATION,
            external_id: None,
            endpoint: None,
            region: DEFAULT_REGION.to_owned(),
        }
    }

    /// Obtains credentials of the role with those of `base`.
    pub(super) async fn assume(
        &self,
        base: Arc<dyn ProvideCredentials>,
        context: &ProviderContext,
    ) -> Result<Credentials, Error> {
        let session_name = self.session_name.clone().unwrap_or_else(|| default_session_name(&**context.clock()));
        if !(2..=128).contains(&session_name.len()) || !session_name.chars().all(is_name_character) {
            return Err(Error::credentials(format!("`{session_name}` is not a valid session name"))
                .with_hint("use 2 to 128 letters, digits, and `_+=,.@-`"));
        }
        if self.duration < Duration::from_secs(1) || self.duration > MAX_DURATION {
            return Err(Error::credentials(format!("a role cannot be assumed for {:?}", self.duration))
                .with_hint("set a duration of 1 second to 12 hours"));
        }
        let parameters = Parameters {
            role_arn: &self.arn,
            role_session_name: &session_name,
            duration_seconds: self.duration.as_secs(),
            external_id: self.external_id.as_deref(),
        };
        let exchange = StsAction {
            action: "AssumeRole",
            requests_per_second: REQUESTS_PER_SECOND,
            endpoint: self.endpoint.as_ref(),
            region: &self.region,
        };
        exchange.send(base, &parameters, context).await
    }
}

/// Parses the duration of a session; an error calls it by the given name.
pub(super) fn parse_duration(name: &str, seconds: &str) -> Result<Duration, Error> {
    let seconds = seconds.parse().map_err(|_| Error::credentials(format!("{name} is not a number of seconds")))?;
    Ok(Duration::from_secs(seconds))
}

/// Whether the name of a role or a session may contain a character.
pub(super) fn is_name_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_+=,.@-".contains(c)
}

/// The name of a session that the user has not named: the program, and the time.
pub(super) fn default_session_name(clock: &dyn Clock) -> String {
    let now = clock.now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    format!("tencentcloud-rust-{now}")
}

impl Obtain for RoleSource {
    async fn obtain(self, _rejected: Option<Credentials>, context: ProviderContext) -> Result<Credentials, Error> {
        // The base refreshes its own credentials if the exchange is refused with them.
        self.role.assume(self.base, &context).await
    }
}

impl ProvideCredentials for AssumeRole {
    fn credentials<'a>(&'a self, context: &'a ProviderContext) -> BoxFuture<'a, Result<Credentials, Error>> {
        self.0.credentials(context)
    }

    fn refresh<'a>(
        &'a self,
        rejected: &'a Credentials,
        context: &'a ProviderContext,
    ) -> BoxFuture<'a, Result<Option<Credentials>, Error>> {
        self.0.refresh(rejected, context)
    }
}

impl fmt::Debug for AssumeRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Role { arn, session_name, duration, .. } = &self.0.source.role;
        f.debug_struct("AssumeRole")
            .field("role_arn", arn)
            .field("session_name", session_name)
            .field("duration", duration)
            .finish_non_exhaustive()
    }
}
