//! Checks which servers are trusted: those with a valid certificate for the host, and its private
//! key.

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
/// A key that belongs to neither certificate.
const OTHER_KEY: &[u8] = include_bytes!("tls/other.key");
/// A certificate for the same name and key that expired in 2021, and the authority that signed it.
const PAST_CERTIFICATE: &[u8] = include_bytes!("tls/past.pem");
const PAST_AUTHORITY: &[u8] = include_bytes!("tls/past-ca.pem");

/// A server with a certificate and a private key, which need not belong together.
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

    /// Calls this server by the given host name.
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
            // A second attempt would find no proxy.
            drop(listener);
        };
        let both = async { tokio::join!(client.call(&purge()).without_retries().into_future(), server) };
        tokio::time::timeout(Duration::from_secs(10), both)
            .await
            .expect("the call does not reach the server")
            .0
            .map(drop)
    }
}

/// Checks that there was no connection, for the given reason.
fn assert_rejected(outcome: Result<(), Error>, why: &str) {
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
    assert!(error.to_string().to_ascii_lowercase().contains(why), "{error}");
}

#[tokio::test]
async fn a_server_with_the_certificate_and_its_key_is_trusted() {
    for version in [&TLS12, &TLS13] {
        Server::new(version, CERTIFICATE, KEY).call("api.example.com", AUTHORITY).await.unwrap();
    }
}

#[tokio::test]
async fn a_server_without_the_private_key_is_rejected() {
    for version in [&TLS12, &TLS13] {
        let outcome = Server::new(version, CERTIFICATE, OTHER_KEY).call("api.example.com", AUTHORITY).await;
        assert_rejected(outcome, "badsignature");
    }
}

#[tokio::test]
async fn a_server_with_another_name_is_rejected() {
    for version in [&TLS12, &TLS13] {
        let outcome = Server::new(version, CERTIFICATE, KEY).call("other.example.com", AUTHORITY).await;
        assert_rejected(outcome, "not valid for name");
    }
}

#[tokio::test]
async fn an_expired_certificate_is_rejected() {
    for version in [&TLS12, &TLS13] {
        let outcome = Server::new(version, PAST_CERTIFICATE, KEY).call("api.example.com", PAST_AUTHORITY).await;
        assert_rejected(outcome, "expired");
    }
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_rejected() {
    for version in [&TLS12, &TLS13] {
        let outcome = Server::new(version, CERTIFICATE, KEY).call("api.example.com", PAST_AUTHORITY).await;
        assert_rejected(outcome, "unknownissuer");
    }
}
