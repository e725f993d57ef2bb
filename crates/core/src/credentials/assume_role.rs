//! Credentials of a role, for which others are exchanged.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use serde::Serialize;

use super::cache::{Cache, Work};
use super::seams::Seams;
use super::sts::{Exchange, REGION};
use crate::credentials::{Credentials, ProvideCredentials};
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::http::Transport;
use crate::time::{BoxFuture, Clock};

/// How long the credentials of a role are asked for: what the service gives if nothing is said.
pub(super) const DURATION: Duration = Duration::from_secs(7_200);
/// The longest that the service allows.
const LONGEST: Duration = Duration::from_secs(43_200);

/// The credentials of a role, obtained with those of another provider by the Security Token Service.
///
/// They are kept and refreshed ahead, as [`CachedCredentials`](crate::credentials::CachedCredentials) says, so this needs no cache around it. Requests go
/// where the configuration's go: through its transport and proxy, to its [site](Self::endpoint), and by its clock.
///
/// ```
/// use tencentcloud_core::{AssumeRole, Config, CredentialsChain};
///
/// let role = AssumeRole::new(CredentialsChain::new(), "qcs::cam::uin/100000000001:roleName/deploy");
/// let config = Config::new(role.session_name("nightly-purge"))?;
/// # Ok::<(), tencentcloud_core::Error>(())
/// ```
pub struct AssumeRole {
    base: Arc<dyn ProvideCredentials>,
    role: Role,
    cache: Cache,
    seams: Arc<Seams>,
}

/// A role, and how it is asked for.
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
    /// A role by its description, such as `qcs::cam::uin/100000000001:roleName/deploy`, assumed with other credentials.
    pub fn new(base: impl ProvideCredentials + 'static, role_arn: impl Into<String>) -> Self {
        Self { base: Arc::new(base), role: Role::new(role_arn.into()), cache: Cache::default(), seams: Arc::default() }
    }

    /// Sets what the session is called in the records of the account: 2 to 128 letters, digits, and `_+=,.@-`;
    /// `tencentcloud-rust-` and the time if nothing is set.
    #[must_use]
    pub fn session_name(mut self, name: impl Into<String>) -> Self {
        self.role.session_name = Some(name.into());
        self
    }

    /// Sets how long each of the credentials live, in whole seconds, up to 12 hours; 2 hours if nothing is set.
    #[must_use]
    pub fn duration(mut self, duration: Duration) -> Self {
        self.role.duration = duration;
        self
    }

    /// Sets the external id that the role asks for, if it does.
    #[must_use]
    pub fn external_id(mut self, id: impl Into<String>) -> Self {
        self.role.external_id = Some(id.into());
        self
    }

    /// Sets where the Security Token Service is asked.
    ///
    /// If nothing is set, that is where the configuration sends its calls to `sts`
    /// ([`service_endpoint`](crate::config::ConfigBuilder::service_endpoint)), or else the host of its site: the international one's with
    /// [`Endpoint::International`], the mainland's with any other endpoint. A region's host and a host of your own are left
    /// out, because the service may not be behind them.
    #[must_use]
    pub fn endpoint(mut self, endpoint: impl Into<Endpoint>) -> Self {
        self.role.endpoint = Some(endpoint.into());
        self
    }

    /// Sets the region that is sent; `ap-guangzhou` if nothing is set. Every region answers alike.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.role.region = region.into();
        self
    }

    fn obtain(&self) -> Work {
        let (base, role, seams) = (Arc::clone(&self.base), self.role.clone(), Arc::clone(&self.seams));
        Box::pin(async move { role.assume(base, &seams).await })
    }
}

impl Role {
    pub(super) fn new(arn: String) -> Self {
        let region = REGION.to_owned();
        Self { arn, session_name: None, duration: DURATION, external_id: None, endpoint: None, region }
    }

    pub(super) async fn assume(
        &self,
        base: impl ProvideCredentials + 'static,
        seams: &Seams,
    ) -> Result<Credentials, Error> {
        let session_name = self.session_name.clone().unwrap_or_else(|| session_name(&**seams.clock()));
        let allowed = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
        if !(2..=128).contains(&session_name.len()) || !session_name.chars().all(allowed) {
            return Err(Error::credentials(format!("`{session_name}` cannot be the name of a session"))
                .with_hint("write 2 to 128 letters, digits, and `_+=,.@-`"));
        }
        if self.duration < Duration::from_secs(1) || self.duration > LONGEST {
            return Err(Error::credentials(format!("a role cannot be assumed for {:?}", self.duration))
                .with_hint("ask for 1 second to 12 hours"));
        }
        let parameters = Parameters {
            role_arn: &self.arn,
            role_session_name: &session_name,
            duration_seconds: self.duration.as_secs(),
            external_id: self.external_id.as_deref(),
        };
        let (endpoint, region) = (self.endpoint.as_ref(), &*self.region);
        let exchange = Exchange { action: "AssumeRole", requests_per_second: 600, endpoint, region };
        exchange.credentials(base, &parameters, seams).await
    }
}

/// What a session is called that has no name: who made it, and when.
pub(super) fn session_name(clock: &dyn Clock) -> String {
    let now = clock.now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    format!("tencentcloud-rust-{now}")
}

impl ProvideCredentials for AssumeRole {
    fn credentials(&self) -> BoxFuture<'_, Result<Credentials, Error>> {
        Box::pin(self.cache.credentials(&**self.seams.clock(), || self.obtain()))
    }

    fn refresh(&self, rejected: &Credentials) -> BoxFuture<'_, Result<Option<Credentials>, Error>> {
        let rejected = rejected.clone();
        Box::pin(async move { self.cache.refresh(&**self.seams.clock(), &rejected, || self.obtain()).await })
    }

    fn attach(&self, transport: &Arc<dyn Transport>, clock: &Arc<dyn Clock>, sts: &Endpoint) {
        // The base is told when it is used, by the configuration that the exchange is made with.
        self.seams.attach(transport, clock, sts);
    }
}

impl fmt::Debug for AssumeRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Role { arn, session_name, duration, .. } = &self.role;
        f.debug_struct("AssumeRole")
            .field("role_arn", arn)
            .field("session_name", session_name)
            .field("duration", duration)
            .finish_non_exhaustive()
    }
}
