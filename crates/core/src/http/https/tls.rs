//! Configures TLS: the trusted root certificates and the cryptography.

use std::error::Error as StdError;
use std::sync::{Arc, OnceLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{self, CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, OtherError, RootCertStore, SignatureScheme};
use rustls_platform_verifier::Verifier;

use super::super::causes::root_cause;
use crate::error::{Error, ErrorKind};

/// The trusted root certificates: those of the platform, and added ones.
///
/// The platform's certificates are loaded on first use, which takes milliseconds. A program that
/// only connects to this machine does not wait for them, and works on a machine without
/// certificates, such as a minimal container. A source of credentials may still need them at any
/// time.
#[derive(Debug)]
pub(super) struct Roots {
    added: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
    verifier: OnceLock<Verifier>,
}

impl Roots {
    /// The platform's certificates, and those in the given PEM files.
    pub(super) fn new(files: &[Vec<u8>]) -> Result<Arc<Self>, Error> {
        // The cryptography is ring's. The default of rustls is aws-lc, a C library that takes
        // minutes to build. The provider is passed to the client and not installed, so that the
        // default of the process remains the user's choice.
        let provider = Arc::new(ring::default_provider());
        Ok(Arc::new(Self { added: certificates(files)?, provider, verifier: OnceLock::new() }))
    }

    /// Loads the platform's certificates, unless they are loaded. A failure is not cached.
    pub(super) fn load(&self) -> Result<&Verifier, Error> {
        if let Some(verifier) = self.verifier.get() {
            return Ok(verifier);
        }
        let verifier =
            Verifier::new_with_extra_roots(self.added.clone(), Arc::clone(&self.provider)).map_err(unusable)?;
        Ok(self.verifier.get_or_init(|| verifier))
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

/// The TLS configuration of the client.
pub(super) fn config(roots: &Arc<Roots>) -> Result<ClientConfig, Error> {
    let builder = ClientConfig::builder_with_provider(Arc::clone(&roots.provider));
    let builder = builder.with_safe_default_protocol_versions().map_err(unusable)?;
    let verifier = Arc::clone(roots);
    Ok(builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth())
}

fn unusable(error: rustls::Error) -> Error {
    Error::new(ErrorKind::Connect, format!("TLS cannot be set up: {}", root_cause(&error)))
        .with_source(error)
        .with_hint("install the root certificates of the platform, such as the package `ca-certificates`")
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
