//! The default transport: HTTP/1.1 over TLS, by reqwest and rustls.

mod pools;
mod tls;

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, Method};
use tokio::runtime::Id;

use self::pools::{Pools, Settings};
use self::tls::Roots;
use crate::endpoint::Scheme;
use crate::error::Error;
use crate::http::{HttpRequest, HttpResponse, Proxy, Transport, TransportError, TransportErrorKind};
use crate::time::{BoxFuture, runtime};

/// How long a connection may take to open: a lost SYN is sent again after 1 s, and then after 2 s more (RFC 6298), so this
/// lets the third one be answered in a tenth of a second.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(3_100);

/// The default transport: HTTP/1.1 over TLS. It needs a Tokio runtime that was built with `enable_all`, as `#[tokio::main]`
/// does; without a runtime it fails with [`TransportErrorKind::Unsendable`].
///
/// A configuration makes its own. It is public so that another [`Transport`] can be put around it, to watch or to record.
///
/// It may be used from several runtimes. Each has connections of its own, which are gone with it; no runtime waits for what
/// another one has to do.
pub struct HttpsTransport {
    pools: Pools,
    roots: Arc<Roots>,
}

impl fmt::Debug for HttpsTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpsTransport").finish_non_exhaustive()
    }
}

impl HttpsTransport {
    /// A transport as a configuration makes it if nothing is set.
    ///
    /// # Errors
    ///
    /// As [`HttpsTransportBuilder::build`].
    pub fn new() -> Result<Self, Error> {
        Self::builder().build()
    }

    /// A transport for endpoints on this machine, whose scheme is `http`: the machine's root certificates are loaded only if
    /// something is sent over TLS after all.
    ///
    /// # Errors
    ///
    /// As [`HttpsTransportBuilder::build`].
    pub fn for_loopback() -> Result<Self, Error> {
        Self::builder().build_for(Scheme::Http)
    }

    /// Starts a transport with settings of its own.
    pub fn builder() -> HttpsTransportBuilder {
        HttpsTransportBuilder {
            connect_timeout: CONNECT_TIMEOUT,
            proxy: Proxy::from_env(),
            root_certificates: Vec::new(),
        }
    }
}

/// Builds an [`HttpsTransport`]; from [`HttpsTransport::builder`].
#[must_use = "a builder does nothing until `build` is called"]
pub struct HttpsTransportBuilder {
    connect_timeout: Duration,
    proxy: Proxy,
    root_certificates: Vec<Vec<u8>>,
}

impl fmt::Debug for HttpsTransportBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpsTransportBuilder")
            .field("connect_timeout", &self.connect_timeout)
            .field("proxy", &self.proxy)
            .field("root_certificates", &format_args!("{} files", self.root_certificates.len()))
            .finish()
    }
}

impl HttpsTransportBuilder {
    /// Sets how long a connection may take to open, proxy and TLS included; 3.1 s if nothing is set.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets the proxy; [`Proxy::from_env`] if nothing is set.
    pub fn proxy(mut self, proxy: impl Into<Proxy>) -> Self {
        self.proxy = proxy.into();
        self
    }

    /// Adds root certificates, in PEM, to those that the platform trusts.
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.root_certificates.push(pem.into());
        self
    }

    /// Builds the transport; nothing is sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::error::ErrorKind::InvalidRequest) if the proxy or a root certificate is invalid;
    /// [`ErrorKind::Connect`](crate::error::ErrorKind::Connect) if the machine's root certificates cannot be loaded.
    pub fn build(self) -> Result<HttpsTransport, Error> {
        self.build_for(Scheme::Https)
    }

    /// Builds a transport for endpoints of one scheme: for `http` alone, the machine's root certificates are loaded when
    /// something else is asked over TLS, such as what credentials are obtained from.
    pub(crate) fn build_for(self, scheme: Scheme) -> Result<HttpsTransport, Error> {
        let roots = Roots::new(&self.root_certificates)?;
        if scheme == Scheme::Https {
            roots.load()?;
        }
        let tls = tls::config(&roots)?;
        let route = self.proxy.route(scheme)?;
        let settings = Settings { tls, connect_timeout: self.connect_timeout, route };
        Ok(HttpsTransport { pools: Pools::new(settings)?, roots })
    }
}

impl Transport for HttpsTransport {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let runtime = runtime::current()?;
            let limit = request.max_response_bytes();
            let response = self.response(request, runtime).await?;
            read(response, limit).await
        })
    }
}

impl HttpsTransport {
    async fn response(&self, request: HttpRequest, runtime: Id) -> Result<reqwest::Response, TransportError> {
        let HttpRequest { method, url, headers, body, .. } = request;
        let client = self.client(url.scheme(), runtime)?;
        let method = Method::from_bytes(method.as_bytes()).map_err(|error| {
            TransportError::new(TransportErrorKind::Unsendable, format!("the method is `{method}`")).with_source(error)
        })?;
        // Not by the builder, which would put each header into a map anew.
        let mut request = reqwest::Request::new(method, url);
        *request.headers_mut() = headers.into_map();
        *request.body_mut() = Some(body.into());
        client.execute(request).await.map_err(|error| match () {
            () if error.is_builder() => failed(TransportErrorKind::Unsendable, error),
            () if error.is_connect() => self.pools.route().no_connection(error, |error| root_cause(error)),
            () => failed(TransportErrorKind::Send, error),
        })
    }

    /// The client for a scheme; for TLS, once it is known which way to go and whom to trust.
    fn client(&self, scheme: &str, runtime: Id) -> Result<Cow<'_, Client>, TransportError> {
        let unusable =
            |error: Error| TransportError::new(TransportErrorKind::Connect, error.to_string()).with_source(error);
        if scheme == "http" {
            return self.pools.direct(runtime).map_err(unusable);
        }
        self.pools.route().check()?;
        self.roots.load().map_err(unusable)?;
        self.pools.routed(runtime).map_err(unusable)
    }
}

/// Reads the response to its end, or to the limit.
async fn read(mut response: reqwest::Response, limit: usize) -> Result<HttpResponse, TransportError> {
    let too_large = || TransportError::new(TransportErrorKind::TooLarge, format!("more than {limit} bytes"));
    let no_room = |_| TransportError::new(TransportErrorKind::TooLarge, "more than there is memory for");
    // What is announced is refused at once, or has its room at once: growing to it would take twice as much for a while.
    let announced = response.content_length().unwrap_or_default();
    let announced = usize::try_from(announced).ok().filter(|&announced| announced <= limit).ok_or_else(too_large)?;
    let mut body = Vec::new();
    body.try_reserve_exact(announced).map_err(no_room)?;
    while let Some(chunk) = response.chunk().await.map_err(|error| failed(TransportErrorKind::Read, error))? {
        if chunk.len() > limit - body.len() {
            return Err(too_large());
        }
        if chunk.len() > body.capacity() - body.len() {
            // Twice as much as there is, as ever, but never more than the limit.
            body.try_reserve_exact(body.len().max(chunk.len()).min(limit - body.len())).map_err(no_room)?;
        }
        body.extend_from_slice(&chunk);
    }
    let headers = std::mem::take(response.headers_mut());
    Ok(HttpResponse::new(response.status().as_u16(), body).with_headers(headers))
}

fn failed(kind: TransportErrorKind, error: reqwest::Error) -> TransportError {
    // First of all: the query of a URL may hold a token.
    let error = error.without_url();
    TransportError::new(kind, root_cause(&error)).with_source(error)
}

/// What the innermost error says: the ones around it say only that something failed.
fn root_cause(error: &(dyn StdError + 'static)) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
