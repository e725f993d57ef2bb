//! TLS: whom to trust, and with which cryptography.

use std::error::Error as StdError;
use std::sync::{Arc, OnceLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{self, CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, OtherError, RootCertStore, SignatureScheme};
use rustls_platform_verifier::Verifier;

use super::root_cause;
use crate::error::{Error, ErrorKind};

/// Whom to trust: those whom the platform trusts, and some more.
///
/// Whom the platform trusts is read when it is needed, which takes milliseconds: a program that speaks with this machine
/// only need not wait for it, nor fail on a machine that has no certificates, such as a bare container under test. What it
/// obtains credentials from may need them nevertheless, at any time.
#[derive(Debug)]
pub(super) struct Roots {
    added: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
    verifier: OnceLock<Verifier>,
}

impl Roots {
    /// Those whom the platform trusts, and the certificates of some PEM files.
    pub(super) fn new(files: &[Vec<u8>]) -> Result<Arc<Self>, Error> {
        // The cryptography is ring's and not aws-lc's, the default of rustls: aws-lc is a C library of its own that takes
        // minutes to build. It is handed to the client rather than installed, so that the process's default stays the
        // user's.
        let provider = Arc::new(ring::default_provider());
        Ok(Arc::new(Self { added: certificates(files)?, provider, verifier: OnceLock::new() }))
    }

    /// Reads whom the platform trusts, unless that is done. What fails is tried again the next time.
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

    // What follows needs no roots, and is what the platform's verifier does as well.

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

/// How TLS is spoken.
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

/// The certificates of some PEM files; each must hold one at least, and nothing that cannot be one.
fn certificates(files: &[Vec<u8>]) -> Result<Vec<CertificateDer<'static>>, Error> {
    let mut all = Vec::new();
    for file in files {
        let before = all.len();
        for certificate in CertificateDer::pem_slice_iter(file) {
            let certificate = certificate.map_err(|error| unreadable("are broken PEM", error))?;
            // The verifier would refuse it as well, but not say whose it is.
            RootCertStore::empty()
                .add(certificate.clone())
                .map_err(|error| unreadable("hold something else", error))?;
            all.push(certificate);
        }
        if all.len() == before {
            return Err(Error::new(ErrorKind::InvalidRequest, "the root certificates hold no certificate")
                .with_hint("give the PEM file itself: it has a line `-----BEGIN CERTIFICATE-----`"));
        }
    }
    Ok(all)
}

fn unreadable(what: &str, error: impl StdError + Send + Sync + 'static) -> Error {
    Error::new(ErrorKind::InvalidRequest, format!("the root certificates {what}: {error}")).with_source(error)
}
