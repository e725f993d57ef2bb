//! TLS: whom to trust, and with which cryptography.

use std::error::Error as StdError;
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use super::root_cause;
use crate::{Error, ErrorKind};

/// Whom to trust.
pub(super) enum Roots {
    /// Whom the platform trusts, and these.
    Platform { and: Vec<CertificateDer<'static>> },
    /// Nobody: for connections without TLS, which must not fail on a machine without certificates, such as a bare
    /// container under test.
    None,
}

/// How TLS is spoken.
///
/// The cryptography is ring's and not aws-lc's, the default of rustls: aws-lc is a C library of its own that takes
/// minutes to build. It is handed to the client rather than installed, so that the process's default stays the user's.
pub(super) fn config(roots: Roots) -> Result<ClientConfig, Error> {
    configure(roots).map_err(|error| {
        Error::new(ErrorKind::Connect, format!("TLS cannot be set up: {}", root_cause(&error)))
            .with_source(error)
            .with_hint("install the root certificates of the platform, such as the package `ca-certificates`")
    })
}

fn configure(roots: Roots) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions()?;
    let builder = match roots {
        Roots::Platform { and } => {
            let verifier = Verifier::new_with_extra_roots(and, provider)?;
            builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier))
        }
        Roots::None => builder.with_root_certificates(RootCertStore::empty()),
    };
    Ok(builder.with_no_client_auth())
}

/// The certificates of some PEM files; each must hold one at least, and nothing that cannot be one.
pub(super) fn certificates(files: &[Vec<u8>]) -> Result<Vec<CertificateDer<'static>>, Error> {
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
