//! Loads the trusted root certificates, and verifies certificates with them.

use std::error::Error as StdError;
use std::sync::{Arc, OnceLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{self, CryptoProvider};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, OtherError, RootCertStore, SignatureScheme};

use super::super::causes::root_cause;
use super::tls;
use crate::error::{Error, ErrorKind};

/// Root certificates that are a part of the program: Mozilla's, or none.
#[cfg(feature = "webpki-roots")]
const COMPILED_IN: &[CertificateDer<'static>] = webpki_root_certs::TLS_SERVER_ROOT_CERTS;
#[cfg(not(feature = "webpki-roots"))]
const COMPILED_IN: &[CertificateDer<'static>] = &[];

/// The trusted root certificates: those of the enabled features, and added ones.
///
/// The platform's certificates are loaded on first use, which takes milliseconds. A program that
/// only connects to this machine does not wait for them, and works on a machine without
/// certificates, such as a minimal container. A source of credentials may still need them at any
/// time.
#[derive(Debug)]
pub(super) struct Roots {
    added: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
    verifier: OnceLock<Arc<dyn ServerCertVerifier>>,
}

impl Roots {
    /// The certificates of the enabled features, and those in the given PEM files.
    pub(super) fn new(files: &[Vec<u8>]) -> Result<Arc<Self>, Error> {
        Ok(Arc::new(Self { added: certificates(files)?, provider: tls::provider()?, verifier: OnceLock::new() }))
    }

    /// The cryptography with which certificates are verified.
    pub(super) fn provider(&self) -> &Arc<CryptoProvider> {
        &self.provider
    }

    /// Loads the certificates, unless they are loaded. A failure is not cached.
    pub(super) fn load(&self) -> Result<&dyn ServerCertVerifier, Error> {
        if let Some(verifier) = self.verifier.get() {
            return Ok(&**verifier);
        }
        let verifier = verifier([&self.added, COMPILED_IN].concat(), &self.provider)?;
        Ok(&**self.verifier.get_or_init(|| verifier))
    }
}

/// A verifier that trusts the given certificates and those of the platform.
#[cfg(feature = "platform")]
fn verifier(
    trusted: Vec<CertificateDer<'static>>,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, Error> {
    match rustls_platform_verifier::Verifier::new_with_extra_roots(trusted, Arc::clone(provider)) {
        Ok(verifier) => Ok(Arc::new(verifier)),
        Err(error) => Err(unusable(
            error,
            "install the root certificates of the platform, such as the package `ca-certificates`, or enable the \
             feature `webpki-roots`",
        )),
    }
}

/// A verifier that trusts the given certificates.
#[cfg(not(feature = "platform"))]
fn verifier(
    trusted: Vec<CertificateDer<'static>>,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, Error> {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(trusted);
    let builder = rustls::client::WebPkiServerVerifier::builder_with_provider(Arc::new(store), Arc::clone(provider));
    match builder.build() {
        Ok(verifier) => Ok(verifier),
        Err(error) => Err(unusable(
            error,
            "enable the feature `platform` or `webpki-roots`, or set the root certificates with `root_certificates`",
        )),
    }
}

impl ServerCertVerifier for Roots {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verifier = self.load().map_err(|error| OtherError(Arc::new(error)))?;
        verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    // The other methods need no root certificates. The platform's verifier implements them in the
    // same way.

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        crypto::verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

fn unusable(error: impl StdError + Send + Sync + 'static, help: &'static str) -> Error {
    Error::new(ErrorKind::Connect, format!("TLS cannot be set up: {}", root_cause(&error)))
        .with_source(error)
        .with_hint(help)
}

/// The certificates in the given PEM files. Each file must contain at least one, and only valid
/// ones.
fn certificates(files: &[Vec<u8>]) -> Result<Vec<CertificateDer<'static>>, Error> {
    let mut all = Vec::new();
    for file in files {
        let before = all.len();
        for certificate in CertificateDer::pem_slice_iter(file) {
            let certificate = certificate.map_err(|error| invalid("are not valid PEM", error))?;
            // The verifier would reject it too, but its error would not say where the certificate
            // is from.
            RootCertStore::empty()
                .add(certificate.clone())
                .map_err(|error| invalid("contain an invalid certificate", error))?;
            all.push(certificate);
        }
        if all.len() == before {
            return Err(Error::new(ErrorKind::InvalidRequest, "the root certificates contain no certificate")
                .with_hint("pass the content of the PEM file, which has a line `-----BEGIN CERTIFICATE-----`"));
        }
    }
    Ok(all)
}

fn invalid(what: &str, error: impl StdError + Send + Sync + 'static) -> Error {
    Error::new(ErrorKind::InvalidRequest, format!("the root certificates {what}: {error}")).with_source(error)
}
