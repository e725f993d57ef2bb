//! Whom a connection is opened to: a server with the right name, a certificate that holds, and the key that belongs to it.

use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::version::{TLS12, TLS13};
use rustls::{ServerConfig, SupportedProtocolVersion};
use tencentcloud_core::{Client, Config, Credentials, Error, ErrorKind};
use tokio_rustls::TlsAcceptor;

use crate::fake_server::{AUTHORITY, answer, answer_connect, listen};
use crate::sample::{Cdn, PURGED, purge};

const CERTIFICATE: &[u8] = include_bytes!("tls/server.pem");
const KEY: &[u8] = include_bytes!("tls/server.key");
/// Of nobody's certificate.
const OTHER_KEY: &[u8] = include_bytes!("tls/other.key");
/// For the same name and key as the other one, until 2021, and the authority that signed it.
const PAST_CERTIFICATE: &[u8] = include_bytes!("tls/past.pem");
const PAST_AUTHORITY: &[u8] = include_bytes!("tls/past-ca.pem");

/// A server that shows one certificate and signs with one key, whether they belong together or not.
#[derive(Debug)]
struct Server {
    version: &'static SupportedProtocolVersion,
    certified: Arc<CertifiedKey>,
}

impl ResolvesServerCert for Server {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.certified))
    }
}

impl Server {
    fn new(version: &'static SupportedProtocolVersion, certificate: &[u8], key: &[u8]) -> Self {
        let certificates = CertificateDer::pem_slice_iter(certificate).map(Result::unwrap).collect();
        let key = PrivateKeyDer::from_pem_slice(key).unwrap();
        let key = ring::default_provider().key_provider.load_private_key(key).unwrap();
        Self { version, certified: Arc::new(CertifiedKey::new(certificates, key)) }
    }

    /// What comes of a call to a host, behind whose name this server is.
    async fn call(self, host: &str, authority: &[u8]) -> Result<(), Error> {
        let (listener, address) = listen().await;
        let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let builder = builder.with_protocol_versions(&[self.version]).unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(builder.with_no_client_auth().with_cert_resolver(Arc::new(self))));
        let config = Config::builder()
            .credentials(Credentials::new("AKIDexample", "key").unwrap())
            .endpoint(format!("https://{host}"))
            .proxy(format!("http://{address}"))
            .root_certificates(authority)
            .build()?;
        let client = Client::<Cdn>::new(&config);
        let server = async {
            let (_, stream) = answer_connect(&listener, "HTTP/1.1 200 OK\r\n\r\n").await;
            if let Ok(mut stream) = acceptor.accept(stream).await {
                answer(&mut stream, &[PURGED]).await;
            }
            // A second attempt would wait for the proxy, which is gone.
            drop(listener);
        };
        let both = async { tokio::join!(client.call(&purge()).max_attempts(1).into_future(), server) };
        tokio::time::timeout(Duration::from_secs(10), both).await.expect("it is not served").0.map(drop)
    }
}

/// Whether there was no connection, for a reason that says this.
fn is_refused(outcome: Result<(), Error>, why: &str) {
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
    assert!(error.to_string().to_ascii_lowercase().contains(why), "{error}");
}

#[tokio::test]
async fn the_server_with_the_certificate_and_its_key_is_trusted() {
    for version in [&TLS12, &TLS13] {
        Server::new(version, CERTIFICATE, KEY).call("api.example.com", AUTHORITY).await.unwrap();
    }
}

#[tokio::test]
async fn a_server_that_has_not_got_the_key_is_refused() {
    for version in [&TLS12, &TLS13] {
        let outcome = Server::new(version, CERTIFICATE, OTHER_KEY).call("api.example.com", AUTHORITY).await;
        is_refused(outcome, "badsignature");
    }
}

#[tokio::test]
async fn a_server_with_another_name_is_refused() {
    for version in [&TLS12, &TLS13] {
        let outcome = Server::new(version, CERTIFICATE, KEY).call("other.example.com", AUTHORITY).await;
        is_refused(outcome, "not valid for name");
    }
}

#[tokio::test]
async fn a_certificate_that_has_expired_is_refused() {
    for version in [&TLS12, &TLS13] {
        let outcome = Server::new(version, PAST_CERTIFICATE, KEY).call("api.example.com", PAST_AUTHORITY).await;
        is_refused(outcome, "expired");
    }
}

#[tokio::test]
async fn a_certificate_of_an_authority_that_is_not_trusted_is_refused() {
    for version in [&TLS12, &TLS13] {
        let outcome = Server::new(version, CERTIFICATE, KEY).call("api.example.com", PAST_AUTHORITY).await;
        is_refused(outcome, "unknownissuer");
    }
}
