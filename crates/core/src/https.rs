//! The default transport: HTTP/1.1 over TLS, by reqwest and rustls.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect;
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;
use tokio::runtime::Handle;

use crate::endpoint::Scheme;
use crate::transport::Header;
use crate::{BoxFuture, Error, ErrorKind, HttpRequest, HttpResponse, Transport, TransportError, TransportErrorKind};

/// How long a connection may take to open: a lost SYN is sent again after 1 s, and then after 2 s more (RFC 6298), so this
/// lets the third one be answered in a tenth of a second.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_millis(3_100);
/// How long an unused connection is kept: the service closes its end after 60 s, and a request sent into a connection that
/// is being closed fails without a way to know whether it arrived.
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(50);

/// The default transport: HTTP/1.1 over TLS. It needs a Tokio runtime.
///
/// A configuration makes its own. It is public so that another [`Transport`] can be put around it, to watch or to record.
pub struct HttpsTransport {
    client: reqwest::Client,
}

impl fmt::Debug for HttpsTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpsTransport").finish_non_exhaustive()
    }
}

impl HttpsTransport {
    /// A transport as a configuration makes it, with its default timeout for connections.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Connect`] if the machine's root certificates cannot be loaded.
    pub fn new() -> Result<Self, Error> {
        Self::with(Scheme::Https, CONNECT_TIMEOUT)
    }

    /// A transport for endpoints on this machine, whose scheme is `http`: it uses no proxy and needs no certificates.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Connect`] if the HTTP client cannot be set up.
    pub fn for_loopback() -> Result<Self, Error> {
        Self::with(Scheme::Http, CONNECT_TIMEOUT)
    }

    /// A transport for endpoints of one scheme.
    pub(crate) fn with(scheme: Scheme, connect_timeout: Duration) -> Result<Self, Error> {
        let tls = tls(scheme).map_err(|error| unusable("TLS cannot be set up", error))?;
        let builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .connect_timeout(connect_timeout)
            .pool_idle_timeout(POOL_IDLE_TIMEOUT)
            // A signature holds for one host, and credentials are sent to no other.
            .redirect(redirect::Policy::none());
        let builder = match scheme {
            Scheme::Https => builder,
            // Plain HTTP is for this machine, which no proxy is asked for whatever `HTTP_PROXY` says.
            Scheme::Http => builder.no_proxy(),
        };
        let client = builder.build().map_err(|error| unusable("the HTTP client cannot be set up", error))?;
        Ok(Self { client })
    }
}

/// TLS with the certificates that the platform trusts.
///
/// The cryptography is ring's and not aws-lc's, the default of rustls: aws-lc is a C library of its own that takes
/// minutes to build. It is handed to the client rather than installed, so that the process's default stays the user's.
fn tls(scheme: Scheme) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions()?;
    let builder = match scheme {
        Scheme::Https => builder.dangerous().with_custom_certificate_verifier(Arc::new(Verifier::new(provider)?)),
        // Never used, so it must not fail on a machine without certificates, such as a bare container under test.
        Scheme::Http => builder.with_root_certificates(RootCertStore::empty()),
    };
    Ok(builder.with_no_client_auth())
}

fn unusable(what: &str, error: impl StdError + Send + Sync + 'static) -> Error {
    Error::new(ErrorKind::Connect, format!("{what}: {}", root_cause(&error)))
        .with_source(error)
        .with_hint("install the root certificates of the platform, such as the package `ca-certificates`")
}

impl Transport for HttpsTransport {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            if Handle::try_current().is_err() {
                let help = "there is no Tokio runtime; help: call from inside `#[tokio::main]` or `Runtime::block_on`";
                return Err(TransportError::new(TransportErrorKind::Connect, help));
            }
            let limit = request.max_response_bytes();
            let response = self.post(request).await?;
            read(response, limit).await
        })
    }
}

impl HttpsTransport {
    async fn post(&self, request: HttpRequest) -> Result<reqwest::Response, TransportError> {
        let headers = headers(&request)?;
        let HttpRequest { url, body, .. } = request;
        self.client.post(url).headers(headers).body(body).send().await.map_err(|error| {
            // A request that could not even be made was not sent either.
            let never_sent = error.is_connect() || error.is_builder();
            failed(if never_sent { TransportErrorKind::Connect } else { TransportErrorKind::Send }, error)
        })
    }
}

fn headers(request: &HttpRequest) -> Result<HeaderMap, TransportError> {
    let mut headers = HeaderMap::new();
    for Header { name, value } in &request.headers {
        let mut value = HeaderValue::from_str(value).map_err(|_| {
            TransportError::new(TransportErrorKind::Connect, format!("the header `{name}` cannot be sent as it is"))
        })?;
        value.set_sensitive(HttpRequest::is_secret(name));
        headers.insert(HeaderName::from_static(name), value);
    }
    Ok(headers)
}

/// Reads the response to its end, or to the limit.
async fn read(mut response: reqwest::Response, limit: usize) -> Result<HttpResponse, TransportError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failed(TransportErrorKind::Read, error))? {
        if chunk.len() > limit - body.len() {
            return Err(TransportError::new(TransportErrorKind::TooLarge, format!("more than {limit} bytes")));
        }
        body.extend_from_slice(&chunk);
    }
    let whole = HttpResponse::new(response.status().as_u16(), body);
    Ok(response.headers().iter().fold(whole, |whole, (name, value)| {
        whole.with_header(name.as_str(), String::from_utf8_lossy(value.as_bytes()))
    }))
}

fn failed(kind: TransportErrorKind, error: reqwest::Error) -> TransportError {
    TransportError::new(kind, root_cause(&error)).with_source(error.without_url())
}

/// What the innermost error says: the ones around it say only that something failed.
fn root_cause(error: &(dyn StdError + 'static)) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
