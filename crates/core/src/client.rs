//! Makes calls to one product: the client that the clients of the product crates wrap.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::action::{Action, Product};
use crate::call::{Call, Service};
use crate::config::Config;

/// A client of one product. The clients of the product crates wrap it.
///
/// Cloning is cheap. Clones share everything, and may be used at the same time.
pub struct Client<P: Product> {
    service: Arc<Service>,
    product: PhantomData<fn() -> P>,
}

impl<P: Product> Client<P> {
    /// Creates a client that shares the credentials, connections and rate limits of a
    /// configuration.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let origin = config.endpoint(P::SERVICE).origin(P::HOSTS.mainland, P::HOSTS.international);
        Self { service: Arc::new(Service::new(config, origin)), product: PhantomData }
    }

    /// What its calls share.
    pub(crate) fn service(&self) -> Arc<Service> {
        Arc::clone(&self.service)
    }

    /// Calls an action of the product. The request is encoded at once, and sent when the call is
    /// awaited.
    pub fn call<A: Action<Product = P>>(&self, request: &A) -> Call<A> {
        Call::new(Arc::clone(&self.service), request)
    }
}

impl<P: Product> Clone for Client<P> {
    fn clone(&self) -> Self {
        Self { service: Arc::clone(&self.service), product: PhantomData }
    }
}

impl<P: Product> fmt::Debug for Client<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("service", &P::SERVICE).field("url", &self.service.url()).finish_non_exhaustive()
    }
}
