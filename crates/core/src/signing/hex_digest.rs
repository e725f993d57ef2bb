//! Encodes SHA-256 digests as they are signed and sent: 64 lower-case hexadecimal digits.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// A SHA-256 digest, or an HMAC-SHA256, as lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct HexDigest([u8; 64]);

impl HexDigest {
    /// Computes the SHA-256 digest of bytes, such as the payload of a request.
    #[must_use]
    pub fn sha256(bytes: &[u8]) -> Self {
        Self::encode(Sha256::digest(bytes).into())
    }

    pub(super) fn encode(digest: [u8; 32]) -> Self {
        let mut digits = [0; 64];
        for (pair, byte) in digits.as_chunks_mut().0.iter_mut().zip(digest) {
            *pair = [digit(byte >> 4), digit(byte & 0xf)];
        }
        Self(digits)
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // The digits are ASCII, so this cannot fail.
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// Encodes four bits. Without a branch, so that the compiler vectorizes the loop.
fn digit(value: u8) -> u8 {
    b'0' + value + (b'a' - b'9' - 1) * u8::from(value > 9)
}

impl fmt::Display for HexDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for HexDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("HexDigest").field(&self.as_str()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_becomes_its_two_digits() {
        for first in (0..=224).step_by(32) {
            let bytes: [u8; 32] = std::array::from_fn(|index| first + u8::try_from(index).unwrap());
            let expected: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(HexDigest::encode(bytes).as_str(), expected);
        }
    }

    #[test]
    fn the_digest_of_an_empty_payload_is_the_documented_one() {
        assert_eq!(HexDigest::sha256(b"").as_str(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}
