//! A client of one product.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use bytes::Bytes;
use reqwest::Url;
use reqwest::header::{HOST, HeaderValue};

use crate::day_key::LatestDayKey;
use crate::endpoint::Origin;
use crate::signed::REQUEST_CLIENT;
use crate::signing::CanonicalHead;
use crate::{Action, Call, Config, Error, Product, headers, signed};

/// A client of one product: what the clients of the product crates are made of.
///
/// Cloning it is cheap, and clones may be used at the same time.
pub struct Client<P: Product> {
    service: Arc<Service>,
    product: PhantomData<fn() -> P>,
}

/// What a client needs for every call, whatever its product.
pub(crate) struct Service {
    pub(crate) config: Config,
    pub(crate) origin: Origin,
    pub(crate) url: Url,
    /// What every request says in the same words.
    pub(crate) host: HeaderValue,
    pub(crate) request_client: HeaderValue,
    pub(crate) head: CanonicalHead,
    pub(crate) latest_key: LatestDayKey,
}

impl Service {
    pub(crate) fn new(config: &Config, origin: Origin) -> Result<Self, Error> {
        Ok(Self {
            config: config.clone(),
            url: origin.url()?,
            host: headers::value(&HOST, Bytes::from(origin.authority.clone()))?,
            request_client: headers::value(&REQUEST_CLIENT, Bytes::from(config.request_client().to_owned()))?,
            head: signed::head(&origin),
            latest_key: LatestDayKey::default(),
            origin,
        })
    }
}

impl<P: Product> Client<P> {
    /// A client that shares the credentials, connections and limits of a configuration.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the endpoint of the configuration is none.
    pub fn new(config: &Config) -> Result<Self, Error> {
        let origin = config.endpoint(P::SERVICE).origin(P::HOSTS)?;
        Ok(Self { service: Arc::new(Service::new(config, origin)?), product: PhantomData })
    }

    /// A call of an action of the product; it is sent when it is awaited.
    pub fn call<A: Action<Product = P>>(&self, action: A) -> Call<A> {
        Call::new(Arc::clone(&self.service), action)
    }
}

impl<P: Product> Clone for Client<P> {
    fn clone(&self) -> Self {
        Self { service: Arc::clone(&self.service), product: PhantomData }
    }
}

impl<P: Product> fmt::Debug for Client<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("service", &P::SERVICE)
            .field("url", &self.service.url.as_str())
            .finish_non_exhaustive()
    }
}
