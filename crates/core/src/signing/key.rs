//! Derives the signing key of a day, and signs with it.

use std::fmt;

use hmac::digest::Key;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::scope::TERMINATOR;
use super::{ALGORITHM, HexDigest, Scope};

/// The string to sign, as its parts.
#[derive(Clone, Copy, Debug)]
pub struct StringToSign<'a> {
    /// Seconds since 1970-01-01 UTC, as in `X-TC-Timestamp`.
    pub timestamp: u64,
    /// Scope of the request, for the same timestamp.
    pub scope: &'a Scope,
    /// Digest of the canonical request.
    pub request: &'a HexDigest,
}

impl StringToSign<'_> {
    /// The string to sign as text, for diagnosis. [`SigningKey::sign`] does not build it.
    #[must_use]
    pub fn text(&self) -> String {
        self.pieces(&self.timestamp.to_string()).concat()
    }

    fn pieces<'a>(&'a self, timestamp: &'a str) -> [&'a str; 7] {
        [ALGORITHM, "\n", timestamp, "\n", self.scope.as_str(), "\n", self.request.as_str()]
    }
}

/// The signing key of one day and one service, derived from a secret key. Zeroized when dropped.
#[derive(Clone)]
pub struct SigningKey {
    // Initialized with the key, which saves each signature two compressions of SHA-256.
    mac: Hmac<Sha256>,
}

impl SigningKey {
    /// Derives the key of a scope from the secret key.
    #[must_use]
    pub fn derive(secret_key: &str, scope: &Scope) -> Self {
        let secret = Zeroizing::new(["TC3", secret_key].concat());
        let day = Self::keyed(secret.as_bytes()).derived(scope.date());
        let service = day.derived(scope.service());
        service.derived(TERMINATOR)
    }

    /// Signs a string.
    #[must_use]
    pub fn sign(&self, string: &StringToSign<'_>) -> HexDigest {
        let mut mac = self.mac.clone();
        string.pieces(&string.timestamp.to_string()).iter().for_each(|piece| mac.update(piece.as_bytes()));
        HexDigest::encode(mac.finalize().into_bytes().into())
    }

    /// Derives the next key from this one and `text`.
    fn derived(&self, text: &str) -> Self {
        let mut mac = self.mac.clone();
        mac.update(text.as_bytes());
        let key = Zeroizing::new(<[u8; 32]>::from(mac.finalize().into_bytes()));
        Self::keyed(key.as_slice())
    }

    fn keyed(key: &[u8]) -> Self {
        // HMAC accepts keys of any length (RFC 2104, section 3); `new_from_slice` returns a
        // `Result` because other algorithms do not. If it ever failed, the key of zeros would
        // produce a signature that the service rejects.
        Self { mac: Hmac::new_from_slice(key).unwrap_or_else(|_| Hmac::new(&Key::<Hmac<Sha256>>::default())) }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_the_string_that_is_signed() {
        let scope = Scope::new(1_700_000_000, "cdn");
        let string = StringToSign { timestamp: 1_700_000_000, scope: &scope, request: &HexDigest::sha256(b"") };
        let key = SigningKey::derive("secret", &scope);
        let mut mac = key.mac.clone();
        mac.update(string.text().as_bytes());
        assert_eq!(key.sign(&string), HexDigest::encode(mac.finalize().into_bytes().into()));
    }

    #[test]
    fn a_secret_key_longer_than_a_block_is_used_whole() {
        let scope = Scope::new(0, "cdn");
        let string = StringToSign { timestamp: 0, scope: &scope, request: &HexDigest::sha256(b"") };
        let sign = |secret: &str| SigningKey::derive(secret, &scope).sign(&string);
        assert_ne!(sign(&"k".repeat(100)), sign(&"k".repeat(101)));
    }

    #[test]
    fn debug_prints_no_part_of_a_key() {
        let key = SigningKey::derive("secret", &Scope::new(0, "cdn"));
        assert_eq!(format!("{key:?}"), "SigningKey { .. }");
    }
}
