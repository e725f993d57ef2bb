//! Provides cached credentials from a source that obtains them.

use super::cache::{Cache, RefreshFuture};
use super::{Credentials, ProvideCredentials, ProviderContext};
use crate::error::Error;
use crate::time::BoxFuture;

/// Obtains credentials, without a cache.
///
/// A refresh belongs to the cache and not to the call that began it, so it owns all that it needs:
/// a clone of the source, and a clone of the context.
pub(super) trait Obtain: Clone + Send + Sync + 'static {
    /// Obtains credentials. If the service has rejected some, obtains others if it can; else it may
    /// return the same.
    fn obtain(
        self,
        rejected: Option<Credentials>,
        context: ProviderContext,
    ) -> impl Future<Output = Result<Credentials, Error>> + Send + 'static;
}

/// A source with a cache.
pub(super) struct CachedSource<S> {
    pub(super) source: S,
    cache: Cache,
}

impl<S: Obtain> CachedSource<S> {
    pub(super) fn new(source: S) -> Self {
        Self { source, cache: Cache::default() }
    }

    fn obtain(&self, rejected: Option<&Credentials>, context: &ProviderContext) -> RefreshFuture {
        Box::pin(self.source.clone().obtain(rejected.cloned(), context.clone()))
    }
}

impl<S: Obtain> ProvideCredentials for CachedSource<S> {
    fn credentials<'a>(&'a self, context: &'a ProviderContext) -> BoxFuture<'a, Result<Credentials, Error>> {
        Box::pin(self.cache.credentials(&**context.clock(), || self.obtain(None, context)))
    }

    fn refresh<'a>(
        &'a self,
        rejected: &'a Credentials,
        context: &'a ProviderContext,
    ) -> BoxFuture<'a, Result<Option<Credentials>, Error>> {
        let obtain = || self.obtain(Some(rejected), context);
        Box::pin(self.cache.refresh(rejected, &**context.clock(), obtain))
    }
}
