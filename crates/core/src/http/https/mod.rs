//! Implements the default transport: HTTP/1.1 over TLS, by reqwest and rustls.

mod hints;
mod pools;
mod roots;
mod tls;
mod tracked_body;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Body, Client, Method, Url};
use tokio::runtime::Id;

pub(super) use self::hints::hint;
use self::pools::{Pools, Settings};
use self::roots::Roots;
use self::tracked_body::TrackedBody;
use super::causes::{self, root_cause};
use super::{HttpRequest, HttpResponse, Progress, Proxy, Transport};
use crate::endpoint::{Origin, Scheme};
use crate::error::{Error, TransportError, TransportErrorKind};
use crate::time::{BoxFuture, runtime};

/// How long a connection may take to open, from the lookup of the host to the TLS handshake. 10 s:
/// a lost SYN is sent again after 1 s, 2 s later and 4 s later (RFC 6298), so the fourth one is
/// sent after 7 s. The 3 s that remain are enough for the round trips of a proxy and of TLS, or for
/// one lost packet among them. It is less than an attempt's timeout, so that the error says what
/// was slow.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Number of times that a request yields to the runtime before it chooses a connection. 2, for a
/// runtime with one thread.
///
/// A server that has closed a kept connection is noticed by the task of that connection, which a
/// runtime with one thread does not run between two calls. A request that was written nevertheless
/// may have arrived. The first time, the runtime asks the operating system for events; the second
/// time, it runs the tasks that wait for them.
const YIELDS_BEFORE_REQUEST: usize = 2;

/// The default transport: HTTP/1.1 over TLS.
///
/// It needs a Tokio runtime that was built with `enable_all`, as `#[tokio::main]` does. Without a
/// runtime, or in one without timers or I/O, it fails with [`TransportErrorKind::Unsendable`].
///
/// A configuration creates its own. The type is public so that another [`Transport`] can wrap it,
/// for example to record requests.
///
/// It may be used from several runtimes. Each runtime has its own connections, which are closed
/// with it, and no runtime waits for another one. A request stays in the runtime in which it was
/// sent: polled in another one, it fails with [`TransportErrorKind::Send`], or with
/// [`TransportErrorKind::Connect`] if nothing was sent yet.
///
/// The name `localhost` is not looked up: it is `127.0.0.1` and `::1`.
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
    /// Sets how long a connection may take to open, proxy and TLS included. The default is 10 s.
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
        self.build_for(&[Origin::of_all_products()])
    }

    /// Builds a transport for the given endpoints. If none of them uses TLS, the machine's root
    /// certificates are loaded by the first request over TLS, for example to a source of
    /// credentials.
    pub(crate) fn build_for(self, endpoints: &[Origin]) -> Result<HttpsTransport, Error> {
        let roots = Roots::new(&self.root_certificates)?;
        if endpoints.iter().any(|origin| origin.scheme == Scheme::Https) {
            roots.load()?;
        }
        let tls = tls::config(&roots)?;
        let route = self.proxy.route(endpoints)?;
        let settings = Settings { tls, connect_timeout: self.connect_timeout, route };
        Ok(HttpsTransport { pools: Pools::new(settings)?, roots })
    }
}

impl Transport for HttpsTransport {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let runtime = runtime::current()?;
            let (limit, progress) = (request.max_response_bytes(), request.progress.clone());
            progress.begin();
            let exchange = async {
                let response = self.response(request, runtime).await?;
                read(response, limit).await
            };
            runtime::in_runtime(runtime, exchange).await.unwrap_or_else(|| Err(moved(&progress)))
        })
    }
}

impl HttpsTransport {
    async fn response(&self, request: HttpRequest, runtime: Id) -> Result<reqwest::Response, TransportError> {
        let HttpRequest { method, url, headers, body, progress, .. } = request;
        let url = Url::parse(&url).map_err(|error| {
            TransportError::new(TransportErrorKind::Unsendable, format!("the URL is invalid: {error}"))
                .with_source(error)
        })?;
        let client = self.client(&url, runtime)?;
        let method = Method::from_bytes(method.as_bytes()).map_err(|error| {
            TransportError::new(TransportErrorKind::Unsendable, format!("the method is `{method}`")).with_source(error)
        })?;
        // Not by reqwest's builder, which would insert each header into another map.
        let mut request = reqwest::Request::new(method, url);
        *request.headers_mut() = headers.into_map();
        *request.body_mut() = Some(Body::wrap(TrackedBody::new(body, progress)));
        for _ in 0..YIELDS_BEFORE_REQUEST {
            tokio::task::yield_now().await;
        }
        client.execute(request).await.map_err(|error| {
            if error.is_builder() {
                failed(TransportErrorKind::Unsendable, error)
            } else if error.is_connect() {
                let is_permanent = causes::is_permanent(&error);
                let error = self.pools.route().no_connection(error);
                if is_permanent { error.permanent() } else { error }
            } else if causes::is_not_http(&error) {
                failed(TransportErrorKind::NotHttp, error)
            } else {
                failed(TransportErrorKind::Send, error)
            }
        })
    }

    /// The client for a URL. For TLS, a proxy must be valid and the root certificates loaded.
    fn client(&self, url: &Url, runtime: Id) -> Result<Client, TransportError> {
        if url.scheme() == "http" {
            return self.pools.direct(runtime);
        }
        self.pools.route().check(url)?;
        self.roots.load().map_err(|error| {
            TransportError::new(TransportErrorKind::Connect, error.to_string()).with_source(error).permanent()
        })?;
        self.pools.routed(runtime)
    }
}

/// Reads a response, but no more than `limit` bytes of its body.
async fn read(mut response: reqwest::Response, limit: usize) -> Result<HttpResponse, TransportError> {
    let too_large = || TransportError::new(TransportErrorKind::TooLarge, format!("more than {limit} bytes"));
    let out_of_memory = |_| TransportError::new(TransportErrorKind::TooLarge, "more than there is memory for");
    // An announced length is rejected or reserved at once: growing to it would take twice the
    // memory.
    let announced = response.content_length().unwrap_or_default();
    let announced = usize::try_from(announced).ok().filter(|&announced| announced <= limit).ok_or_else(too_large)?;
    let mut body = Vec::new();
    body.try_reserve_exact(announced).map_err(out_of_memory)?;
    while let Some(chunk) = response.chunk().await.map_err(broken_body)? {
        if chunk.len() > limit - body.len() {
            return Err(too_large());
        }
        if chunk.len() > body.capacity() - body.len() {
            // Doubles the capacity, as `Vec` does, but never beyond the limit.
            body.try_reserve_exact(body.len().max(chunk.len()).min(limit - body.len())).map_err(out_of_memory)?;
        }
        body.extend_from_slice(&chunk);
    }
    let headers = std::mem::take(response.headers_mut());
    Ok(HttpResponse::new(response.status().as_u16(), body).with_headers(headers))
}

/// The error for a body that ended early, or is not encoded as its headers say.
fn broken_body(error: reqwest::Error) -> TransportError {
    let kind = if causes::is_not_http(&error) { TransportErrorKind::NotHttp } else { TransportErrorKind::Read };
    failed(kind, error)
}

/// The error for a request that is polled outside of the runtime in which it was sent.
fn moved(progress: &Progress) -> TransportError {
    let kind = if progress.cancel() { TransportErrorKind::Connect } else { TransportErrorKind::Send };
    TransportError::new(kind, "the call was moved to another Tokio runtime")
        .with_hint("await a call in the runtime in which it was first polled")
}

fn failed(kind: TransportErrorKind, error: reqwest::Error) -> TransportError {
    // Before anything else, because the query of the URL may contain a token.
    let error = error.without_url();
    TransportError::new(kind, root_cause(&error)).with_source(error)
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use tokio::runtime::Builder;

    use super::*;

    #[test]
    fn an_invalid_url_is_rejected_and_not_shown() {
        let request = HttpRequest::get("http://host:port/?token=hidden".to_owned(), "host", 1).unwrap();
        let transport = HttpsTransport::for_loopback().unwrap();
        let error = Builder::new_current_thread().enable_all().build().unwrap().block_on(transport.send(request));
        let error = error.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Unsendable);
        assert_eq!(error.source().unwrap().to_string(), "invalid port number");
        assert!(!format!("{error} {error:?}").contains("hidden"), "{error:?}");
    }
}
