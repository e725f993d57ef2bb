//! Implements the default transport: HTTP/1.1 over TLS, by hyper and rustls.

mod address;
mod connect;
mod connection;
mod failure;
mod pools;
mod socket;
#[cfg(feature = "socks")]
mod socks;
mod tls;
mod tunnel;

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Method, Request};
use tokio_rustls::TlsConnector;
use url::Position;

use self::connect::{Connector, Destination};
use self::connection::{Connection, Failure};
use self::pools::Pools;
use self::tls::Roots;
use super::{HttpRequest, HttpResponse, Proxy, Transport};
use crate::endpoint::{Origin, Scheme};
use crate::error::{Error, TransportError, TransportErrorKind};
use crate::time::{BoxFuture, runtime};

/// How long each step of opening a connection may take: the lookup of the host, TCP, the tunnel
/// through a proxy, and TLS.
///
/// 6 s, for slow networks with a round trip of a second. Lookup: a resolver repeats a lost query
/// after 5 s. TCP: a lost SYN is sent again after 1 s and again 2 s later (RFC 6298), which leaves
/// 3 s for the response. TLS: two round trips, and the same repetitions of a lost packet.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(6);

/// The default transport: HTTP/1.1 over TLS.
///
/// It needs a Tokio runtime that was built with `enable_all`, as `#[tokio::main]` does. Without a
/// runtime, or without its timers or its I/O, it fails with [`TransportErrorKind::Unsendable`].
///
/// A configuration creates its own. The type is public so that another [`Transport`] can wrap it,
/// for example to record requests.
///
/// It may be used from several runtimes. Each runtime has its own connections, which are closed
/// with it, and no runtime waits for another one.
///
/// # Connections
///
/// After a response, the connection is kept for up to 50 seconds. Before it is used again, it is
/// checked: a connection that the server has closed is replaced, and the request is sent over
/// another one. If the server closes the connection while the request is on its way, the request
/// may have arrived, so the call fails unless it may be repeated.
pub struct HttpsTransport {
    connector: Connector,
    roots: Arc<Roots>,
    pools: Pools,
}

impl fmt::Debug for HttpsTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpsTransport").finish_non_exhaustive()
    }
}

impl HttpsTransport {
    /// Creates a transport with the default settings.
    ///
    /// # Errors
    ///
    /// The same as for [`HttpsTransportBuilder::build`].
    pub fn new() -> Result<Self, Error> {
        Self::builder().build()
    }

    /// Creates a transport for endpoints on this machine, which use plain `http`. It loads the
    /// machine's root certificates when it sends the first request over TLS.
    ///
    /// # Errors
    ///
    /// The same as for [`HttpsTransportBuilder::build`].
    pub fn for_loopback() -> Result<Self, Error> {
        Self::builder().build_for(&[])
    }

    /// Creates a builder, to change settings.
    pub fn builder() -> HttpsTransportBuilder {
        HttpsTransportBuilder {
            connect_timeout: CONNECT_TIMEOUT,
            proxy: Proxy::from_env(),
            root_certificates: Vec::new(),
        }
    }
}

/// Builds an [`HttpsTransport`]. Created by [`HttpsTransport::builder`].
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
    /// Sets how long each step of opening a connection may take: the lookup of the host, the TCP
    /// connection, the tunnel through a proxy, and the TLS handshake. The default is 6 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets the proxy. The default is [`Proxy::from_env`].
    pub fn proxy(mut self, proxy: impl Into<Proxy>) -> Self {
        self.proxy = proxy.into();
        self
    }

    /// Adds root certificates, in PEM, to those of the platform.
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.root_certificates.push(pem.into());
        self
    }

    /// Builds the transport. Nothing is sent.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::InvalidRequest`](crate::error::ErrorKind::InvalidRequest) if the proxy or a
    ///   root certificate is invalid.
    /// - [`ErrorKind::Connect`](crate::error::ErrorKind::Connect) if the machine's root
    ///   certificates cannot be loaded.
    pub fn build(self) -> Result<HttpsTransport, Error> {
        self.build_for(&[Origin::of_all_services()])
    }

    /// Builds a transport for the given endpoints. If none of them uses TLS, the machine's root
    /// certificates are loaded by the first request over TLS, for example to a source of
    /// credentials.
    pub(crate) fn build_for(self, endpoints: &[Origin]) -> Result<HttpsTransport, Error> {
        let roots = Roots::new(&self.root_certificates)?;
        if endpoints.iter().any(|origin| origin.scheme == Scheme::Https) {
            roots.load()?;
        }
        let connector = Connector {
            tls: TlsConnector::from(Arc::new(tls::config(&roots)?)),
            route: self.proxy.route(endpoints)?,
            step_timeout: self.connect_timeout,
        };
        Ok(HttpsTransport { connector, roots, pools: Pools::default() })
    }
}

impl Transport for HttpsTransport {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let pool = self.pools.of(runtime::current()?);
            let limit = request.max_response_bytes();
            let destination = Destination::of(&request.url)
                .ok_or_else(|| TransportError::new(TransportErrorKind::Unsendable, "the URL is not one of HTTP"))?;
            let mut request = message(request)?;
            // A kept connection may turn out to be closed. Then nothing was sent, and the next one
            // is tried.
            while let Some(mut connection) = pool.take(&destination) {
                match connection.send(request, limit).await {
                    Ok(response) => {
                        pool.put(destination, connection);
                        return Ok(response);
                    }
                    Err(Failure::Unsent(unsent, _)) => request = *unsent,
                    Err(Failure::Failed(error)) => return Err(error),
                }
            }
            runtime::check_timers()?;
            runtime::check_io()?;
            if destination.is_tls() {
                self.roots.load().map_err(|error| {
                    TransportError::new(TransportErrorKind::Connect, error.to_string()).with_source(error).permanent()
                })?;
            }
            let mut connection = Connection::new(self.connector.connect(&destination).await?).await?;
            match connection.send(request, limit).await {
                Ok(response) => {
                    pool.put(destination, connection);
                    Ok(response)
                }
                Err(Failure::Unsent(_, error) | Failure::Failed(error)) => Err(error),
            }
        })
    }
}

/// The request as hyper's type.
fn message(request: HttpRequest) -> Result<Request<Full<Bytes>>, TransportError> {
    let HttpRequest { method, url, headers, body, .. } = request;
    let unsendable = |error: hyper::http::Error| {
        TransportError::new(TransportErrorKind::Unsendable, error.to_string()).with_source(error)
    };
    let method = Method::from_bytes(method.as_bytes()).map_err(|error| unsendable(error.into()))?;
    // The host is in the header `Host`.
    let target = url[Position::BeforePath..Position::AfterQuery]
        .parse()
        .map_err(|error: hyper::http::uri::InvalidUri| unsendable(error.into()))?;
    let mut message = Request::new(Full::new(body));
    *message.method_mut() = method;
    *message.uri_mut() = target;
    *message.headers_mut() = headers.into_map();
    Ok(message)
}

/// Waits for `work`, but no longer than `limit`.
#[expect(clippy::disallowed_methods, reason = "a transport has no clock: it is replaced as a whole in tests")]
async fn within<T>(limit: Duration, work: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(limit, work).await.ok()
}

/// The message of the innermost error. The outer ones say only that something failed.
fn root_cause(error: &(dyn StdError + 'static)) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
