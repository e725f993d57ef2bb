//! Verifies signatures, TC3-HMAC-SHA256 and V1. A pure function of the request, the known
//! credentials and the time.
//!
//! ```
//! use std::time::{Duration, UNIX_EPOCH};
//! use tencentcloud_emulator::Credential;
//! use tencentcloud_emulator::verify::{Request, verify};
//!
//! let now = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
//! let refusal = verify(&Request::default(), &[Credential::default()], now).unwrap_err();
//! assert_eq!(refusal.code(), "AuthFailure.InvalidAuthorization");
//! ```

mod authorization;
mod checks;
mod claim;
mod mistakes;
mod tc3;
mod tc3_input;
mod v1;

use std::time::SystemTime;

use tencentcloud_core::signing::ALGORITHM;

pub use self::checks::CLOCK_WINDOW;
pub(crate) use self::claim::Claim;
pub(crate) use self::v1::is_common;
use crate::credential::Credential;
use crate::refusal::Refusal;
pub use crate::request::Request;

/// What a valid signature proves.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// The secret id of the credential.
    pub secret_id: String,
    /// The service in the credential scope, whether or not such a service exists. V1 does not sign
    /// a service: then it is the one that the host names, and empty if the host names none.
    pub service: String,
    /// The time at which the request was signed, in seconds since 1970.
    pub timestamp: u64,
    /// How it was signed.
    pub scheme: Scheme,
    /// Whether the signature matches only the host without its port, which
    /// [`VerifyOptions::host_without_port`] accepts.
    pub host_without_port: bool,
}

/// A signature scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scheme {
    /// TC3-HMAC-SHA256, also called V3.
    Tc3,
    /// V1 with HMAC-SHA1, its default.
    HmacSha1,
    /// V1 with HMAC-SHA256.
    HmacSha256,
}

impl Scheme {
    /// The name of the scheme in requests.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tc3 => ALGORITHM,
            Self::HmacSha1 => "HmacSHA1",
            Self::HmacSha256 => "HmacSHA256",
        }
    }
}

/// Deviations from the signature schemes that [`verify_with`] accepts. The default accepts none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifyOptions {
    /// Whether the host may be signed without the port that was sent.
    ///
    /// The service itself listens on the default port, which clients do not send. Some clients,
    /// such as the official SDK for Node, never sign a port. They need this on any other port.
    pub host_without_port: bool,
}

impl VerifyOptions {
    /// Sets whether the host may be signed without its port.
    #[must_use]
    pub fn host_without_port(mut self, accepted: bool) -> Self {
        self.host_without_port = accepted;
        self
    }
}

/// Verifies that a request was signed with one of the credentials, within five minutes of `now`,
/// and for its own host.
///
/// A request with an `Authorization` header is signed with TC3. A request without that header, but
/// with `Signature` or `SecretId` in its query or form, is signed with V1.
///
/// # Errors
///
/// The first check that fails decides the code:
///
/// - `AuthFailure.InvalidAuthorization`: the `Authorization` header is missing or malformed, or a
///   signed header was not sent exactly once.
/// - `InvalidParameter`: the query or the form is malformed (V1).
/// - `MissingParameter`, `InvalidParameterValue`: the timestamp, or for V1 any common parameter, is
///   missing or invalid.
/// - `AuthFailure.SecretIdNotFound`: no credential has this secret id.
/// - `AuthFailure.SignatureExpire`: the timestamp is too far from `now`. The message has both.
/// - `AuthFailure.SignatureFailure`: the credential scope does not fit the request, or the
///   signature does not match. The message names the mistake if it is a common one; otherwise the
///   [explanation](Refusal::explanation) shows what should have been signed.
/// - `AuthFailure.TokenFailure`: the token is missing or wrong, or the credential has none.
pub fn verify(request: &Request, credentials: &[Credential], now: SystemTime) -> Result<Verified, Refusal> {
    verify_with(VerifyOptions::default(), request, credentials, now)
}

/// Verifies a request as [`verify`] does, and accepts some deviations.
///
/// # Errors
///
/// As [`verify`].
pub fn verify_with(
    options: VerifyOptions,
    request: &Request,
    credentials: &[Credential],
    now: SystemTime,
) -> Result<Verified, Refusal> {
    match v1::pairs(request) {
        Some(pairs) => v1::verify(options, request, &pairs?, credentials, now),
        None => tc3::verify(options, request, credentials, now),
    }
}
