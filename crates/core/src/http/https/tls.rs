//! Configures TLS: the cryptography, and who verifies certificates.

use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::CryptoProvider;

use super::super::causes::root_cause;
use super::roots::Roots;
use crate::error::{Error, ErrorKind};

/// The cryptography of the transport: aws-lc or ring, whichever feature is enabled.
///
/// It is passed to the client and not installed, so that the default of the process remains the
/// program's choice. ring is the default feature: aws-lc is a C library that takes longer to build
/// than all other dependencies together.
#[cfg(any(feature = "rustls-aws-lc-rs", feature = "rustls-ring"))]
pub(super) fn provider() -> Result<Arc<CryptoProvider>, Error> {
    // With both features, a dependency has usually enabled ring by default, and the program has
    // chosen aws-lc.
    #[cfg(feature = "rustls-aws-lc-rs")]
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    #[cfg(not(feature = "rustls-aws-lc-rs"))]
    let provider = rustls::crypto::ring::default_provider();
    Ok(Arc::new(provider))
}

/// The cryptography of the transport: what the program has installed.
#[cfg(not(any(feature = "rustls-aws-lc-rs", feature = "rustls-ring")))]
pub(super) fn provider() -> Result<Arc<CryptoProvider>, Error> {
    CryptoProvider::get_default().cloned().ok_or_else(|| {
        Error::new(ErrorKind::InvalidRequest, "no cryptography provider of rustls is installed").with_hint(
            "install one first, with `CryptoProvider::install_default` of rustls, or enable the feature `rustls-ring`",
        )
    })
}

/// The TLS configuration of the client.
pub(super) fn config(roots: &Arc<Roots>) -> Result<ClientConfig, Error> {
    let builder = ClientConfig::builder_with_provider(Arc::clone(roots.provider()));
    let builder = builder.with_safe_default_protocol_versions().map_err(unusable)?;
    let verifier = Arc::clone(roots);
    Ok(builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth())
}

fn unusable(error: rustls::Error) -> Error {
    Error::new(ErrorKind::Connect, format!("TLS cannot be set up: {}", root_cause(&error))).with_source(error)
}
