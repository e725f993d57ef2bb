//! Signs requests with TC3-HMAC-SHA256: pure functions of the request, the credentials and the
//! time.
//!
//! The steps are those of the service's documentation. The result of each can be printed:
//!
//! 1. [`CanonicalRequest`]: the signed parts of the request, in a canonical form;
//! 2. [`StringToSign`]: the algorithm, the time, the [`Scope`], and the hash of the canonical
//!    request;
//! 3. [`SigningKey`]: the key of one day and one service, derived from the secret key;
//! 4. [`SigningKey::sign`]: the signature;
//! 5. [`authorization`]: the value of the `Authorization` header.
//!
//! ```
//! use tencentcloud_core::signing::{
//!     CanonicalRequest, Scope, SigningKey, StringToSign, authorization,
//! };
//!
//! let request = CanonicalRequest {
//!     method: "POST",
//!     query: "",
//!     headers: &[("Content-Type", "application/json"), ("Host", "cdn.tencentcloudapi.com")],
//!     payload: br#"{"Urls":["http://www.example.com/1.jpg"]}"#,
//! };
//! let timestamp = 1_700_000_000;
//! let scope = Scope::new(timestamp, "cdn");
//! let key = SigningKey::derive("vectorKey/EXAMPLE+0123456789abcdef", &scope);
//! let string = StringToSign { timestamp, scope: &scope, request: &request.digest() };
//! let signature = key.sign(&string);
//! let secret_id = "AKIDvector0000000000000000000000000001";
//! assert_eq!(
//!     authorization(secret_id, &scope, &request.signed_headers(), &signature),
//!     "TC3-HMAC-SHA256 \
//!      Credential=AKIDvector0000000000000000000000000001/2023-11-14/cdn/tc3_request, \
//!      SignedHeaders=content-type;host, \
//!      Signature=59ccd1bf03e463022e179c5350596dc88218f03ccbbf41ef7a145fa48bb09102",
//! );
//! ```
//!
//! A server verifies a signature by the same steps: it takes the credential and the names of the
//! signed headers from the `Authorization` header, everything else from the request, and compares
//! the signatures.

mod canonical_request;
mod hex_digest;
mod key;
mod scope;
#[cfg(feature = "legacy-signing")]
mod v1;

pub use self::canonical_request::{CanonicalHead, CanonicalRequest};
pub use self::hex_digest::HexDigest;
pub use self::key::{SigningKey, StringToSign};
pub use self::scope::Scope;
#[cfg(feature = "legacy-signing")]
pub use self::v1::{V1Hash, V1Request, Zeroized};

/// Name of the algorithm. The string to sign and the `Authorization` header begin with it.
pub const ALGORITHM: &str = "TC3-HMAC-SHA256";

/// Returns the value of the `Authorization` header.
///
/// `signed_headers` is the result of [`CanonicalRequest::signed_headers`] for the signed request.
#[must_use]
pub fn authorization(secret_id: &str, scope: &Scope, signed_headers: &str, signature: &HexDigest) -> String {
    let (scope, signature) = (scope.as_str(), signature.as_str());
    [ALGORITHM, " Credential=", secret_id, "/", scope, ", SignedHeaders=", signed_headers, ", Signature=", signature]
        .concat()
}
