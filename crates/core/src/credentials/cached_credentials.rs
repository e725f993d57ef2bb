//! Caches the credentials of any provider.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::cached_source::{CachedSource, Obtain};
use super::{Credentials, ProvideCredentials, ProviderContext};
use crate::error::Error;
use crate::time::{BoxFuture, within};

/// Maximum duration of one refresh. 60 s: the default timeout of a call. A provider that never
/// responds must not prevent the next refresh.
const REFRESH_TIMEOUT: Duration = Duration::from_secs(60);

/// Caches the credentials of a provider, and refreshes them before they expire.
///
/// - Credentials with an [expiry](Credentials::with_expiry) are refreshed five minutes before it.
///   If they live for less than ten minutes, they are refreshed halfway, but at most once a second.
///   Credentials without an expiry are refreshed every five minutes.
/// - A Tokio runtime has one refresh at a time, however many calls need it. While it runs, calls
///   get the cached credentials as long as these are valid; only the call that began the refresh
///   waits for it, for at most one second. If the service has rejected the cached credentials, all
///   calls of the runtime wait for the refresh. If several runtimes have no valid credentials, each
///   begins a refresh, and the first that succeeds is the result of all.
/// - If a refresh fails, the cached credentials stay in use until they expire. The next refresh
///   begins after a pause: 30 seconds, or less for short-lived credentials.
/// - A refresh that takes longer than a minute fails.
/// - A refresh does not end with the call that began it. If that call is dropped, another call of
///   its runtime continues it, unless another runtime begins a refresh before that.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use tencentcloud_core::credentials::{CachedCredentials, ProvideCredentials, ProviderContext};
/// use tencentcloud_core::{BoxFuture, Config, Credentials, Error};
///
/// struct Vault;
///
/// impl ProvideCredentials for Vault {
///     fn credentials<'a>(
///         &'a self,
///         context: &'a ProviderContext,
///     ) -> BoxFuture<'a, Result<Credentials, Error>> {
///         Box::pin(async {
///             let credentials = Credentials::new("AKIDexample", "example-key")?;
///             let credentials = credentials.with_token("example-token")?;
///             Ok(credentials.with_expiry(context.clock().now() + Duration::from_secs(7_200)))
///         })
///     }
/// }
///
/// let config = Config::new(CachedCredentials::new(Vault))?;
/// # Ok::<(), Error>(())
/// ```
pub struct CachedCredentials<P>(CachedSource<TimeLimited<P>>);

/// A provider whose refreshes fail after [`REFRESH_TIMEOUT`].
struct TimeLimited<P>(Arc<P>);

impl<P: ProvideCredentials + 'static> CachedCredentials<P> {
    /// Wraps `provider` in an empty cache.
    pub fn new(provider: P) -> Self {
        Self(CachedSource::new(TimeLimited(Arc::new(provider))))
    }
}

impl<P> Clone for TimeLimited<P> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<P: ProvideCredentials + 'static> Obtain for TimeLimited<P> {
    async fn obtain(self, rejected: Option<Credentials>, context: ProviderContext) -> Result<Credentials, Error> {
        let Self(provider) = self;
        let obtaining = async {
            // The provider may have a cache of its own, which must not return the rejected ones.
            if let Some(rejected) = rejected
                && let Some(credentials) = provider.refresh(&rejected, &context).await?
            {
                return Ok(credentials);
            }
            provider.credentials(&context).await
        };
        let in_time = within(&**context.clock(), REFRESH_TIMEOUT, obtaining).await;
        in_time.unwrap_or_else(|| {
            Err(Error::credentials(format!("the provider has not responded within {REFRESH_TIMEOUT:?}"))
                .transient(true))
        })
    }
}

impl<P: ProvideCredentials + 'static> ProvideCredentials for CachedCredentials<P> {
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

impl<P: fmt::Debug> fmt::Debug for CachedCredentials<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CachedCredentials").field(&self.0.source.0).finish()
    }
}
