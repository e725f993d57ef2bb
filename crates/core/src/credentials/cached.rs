//! Any provider with a cache before it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::cache::{Cache, Work};
use super::seams::Seams;
use crate::credentials::{Credentials, ProvideCredentials};
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::http::Transport;
use crate::time::within;
use crate::time::{BoxFuture, Clock};

/// How long a provider may take: as long as a call has by default. One that never answers must not keep the next from
/// being asked.
const LIMIT: Duration = Duration::from_secs(60);

/// Keeps the credentials of another provider, and refreshes them ahead.
///
/// - Credentials that say when they [expire](Credentials::with_expiry) are refreshed five minutes before, or halfway if they
///   live for less than ten minutes, but once a second at most; others are asked for again every five minutes.
/// - There is one refresh at a time, however many calls need it. While it runs the old credentials are served; the call
///   that began it waits for at most one second.
/// - A refresh that fails leaves the old credentials in use until they expire. The next one begins after a pause: 30
///   seconds, or less for credentials that live shortly.
/// - A provider that has not answered after a minute has failed.
/// - A call that is dropped takes nothing with it: the next one goes on with the refresh that it began.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use tencentcloud_core::{BoxFuture, CachedCredentials, Config, Credentials, Error, ProvideCredentials};
///
/// struct Vault;
///
/// impl ProvideCredentials for Vault {
///     fn credentials(&self) -> BoxFuture<'_, Result<Credentials, Error>> {
///         Box::pin(async {
///             let credentials = Credentials::new("AKIDexample", "example-key")?.with_token("example-token")?;
///             Ok(credentials.with_expiry(SystemTime::now() + Duration::from_secs(7_200)))
///         })
///     }
/// }
///
/// let config = Config::new(CachedCredentials::new(Vault))?;
/// # Ok::<(), Error>(())
/// ```
pub struct CachedCredentials<P> {
    provider: Arc<P>,
    cache: Cache,
    seams: Seams,
}

impl<P: ProvideCredentials + 'static> CachedCredentials<P> {
    /// A cache before a provider, still empty.
    pub fn new(provider: P) -> Self {
        Self { provider: Arc::new(provider), cache: Cache::default(), seams: Seams::default() }
    }

    /// Obtains credentials in the time that a provider may take.
    fn limited(&self, obtain: impl Future<Output = Result<Credentials, Error>> + Send + 'static) -> Work {
        let clock = Arc::clone(self.seams.clock());
        Box::pin(async move {
            let in_time = within(&*clock, LIMIT, obtain).await;
            in_time.unwrap_or_else(|| {
                Err(Error::credentials(format!("the provider has not answered within {LIMIT:?}")).transient(true))
            })
        })
    }
}

impl<P: ProvideCredentials + 'static> ProvideCredentials for CachedCredentials<P> {
    fn credentials(&self) -> BoxFuture<'_, Result<Credentials, Error>> {
        let obtain = || {
            let provider = Arc::clone(&self.provider);
            self.limited(async move { provider.credentials().await })
        };
        Box::pin(self.cache.credentials(&**self.seams.clock(), obtain))
    }

    fn refresh(&self, rejected: &Credentials) -> BoxFuture<'_, Result<Option<Credentials>, Error>> {
        let (provider, rejected) = (Arc::clone(&self.provider), rejected.clone());
        Box::pin(async move {
            let again = rejected.clone();
            let obtain = || {
                self.limited(async move {
                    // It may have a cache of its own.
                    match provider.refresh(&again).await? {
                        Some(credentials) => Ok(credentials),
                        None => provider.credentials().await,
                    }
                })
            };
            self.cache.refresh(&**self.seams.clock(), &rejected, obtain).await
        })
    }

    fn attach(&self, transport: &Arc<dyn Transport>, clock: &Arc<dyn Clock>, sts: &Endpoint) {
        self.seams.attach(transport, clock, sts);
        self.seams.pass_on(&*self.provider);
    }
}

impl<P: fmt::Debug> fmt::Debug for CachedCredentials<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CachedCredentials").field(&self.provider).finish()
    }
}
