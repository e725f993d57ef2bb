//! Signs requests with signature V1: HMAC-SHA1 or HMAC-SHA256 over the parameters, which include
//! everything that TC3 sends as headers.
//!
//! The token of temporary credentials is one of the parameters. This crate wipes its copies of it:
//! in the parameters, in the string to sign, and in the form. It does not wipe the URL of a `GET`,
//! because the HTTP client copies the URL several times anyway. As with TC3, the HTTP client's own
//! buffers are not wiped either.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::Sha256;
use zeroize::Zeroizing;

/// The hash of signature V1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum V1Hash {
    /// HMAC-SHA1, which the service assumes if the parameter `SignatureMethod` is absent.
    #[default]
    Sha1,
    /// HMAC-SHA256.
    Sha256,
}

impl V1Hash {
    /// The value of the parameter `SignatureMethod`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sha1 => "HmacSHA1",
            Self::Sha256 => "HmacSHA256",
        }
    }
}

impl fmt::Display for V1Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The parts of a request that signature V1 signs. The path is always `/`.
#[derive(Clone, Copy)]
pub struct V1Request<'a> {
    /// HTTP method in upper case.
    pub method: &'a str,
    /// Host as it is sent, with its port if that is not the default of the scheme.
    pub host: &'a str,
    /// Every parameter except `Signature`, in any order. Values are not encoded.
    pub parameters: &'a [(String, String)],
}

impl V1Request<'_> {
    /// The string to sign: the method, the host, and the parameters, sorted by the bytes of their
    /// names.
    ///
    /// It contains the token of temporary credentials, so it is wiped when dropped.
    #[must_use]
    pub fn string_to_sign(&self) -> Zeroized {
        let mut parameters: Vec<&(String, String)> = self.parameters.iter().collect();
        parameters.sort_by(|(one, _), (other, _)| one.as_bytes().cmp(other.as_bytes()));
        let head = [self.method, self.host, "/?"];
        let separators = std::iter::once("").chain(std::iter::repeat("&"));
        let pairs = separators.zip(parameters).flat_map(|(separator, (name, value))| [separator, name, "=", value]);
        let parts: Vec<&str> = head.into_iter().chain(pairs).collect();
        // In one allocation: a growing `String` would leave unwiped copies.
        Zeroized(Zeroizing::new(parts.concat()))
    }

    /// Returns the value of the parameter `Signature`, not yet encoded.
    #[must_use]
    pub fn sign(&self, secret_key: &str, hash: V1Hash) -> String {
        let (key, text) = (secret_key.as_bytes(), self.string_to_sign());
        match hash {
            V1Hash::Sha1 => signature::<Hmac<Sha1>>(key, text.as_str()),
            V1Hash::Sha256 => signature::<Hmac<Sha256>>(key, text.as_str()),
        }
    }
}

// Without the parameters, which may include a token.
impl fmt::Debug for V1Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { method, host, .. } = self;
        f.debug_struct("V1Request").field("method", method).field("host", host).finish_non_exhaustive()
    }
}

/// A text that is wiped when dropped, and that `Debug` does not print.
pub struct Zeroized(Zeroizing<String>);

impl Zeroized {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Zeroized {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

fn signature<M: Mac + KeyInit>(key: &[u8], text: &str) -> String {
    // HMAC accepts keys of any length, so this cannot fail. An empty signature would never match.
    let Ok(mut mac) = <M as KeyInit>::new_from_slice(key) else { return String::new() };
    mac.update(text.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}
