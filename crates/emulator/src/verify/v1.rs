//! Signature V1: an HMAC over the parameters themselves, which the signature is one of.

use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::Sha256;

use super::explain::{TAILS, without_its_port};
use super::{Rules, Scheme, Verified, known, seconds, token, within_window};
use crate::credential::Credential;
use crate::parameters::form::{self, Pairs};
use crate::refusal::Refusal;
use crate::request::{Request, without_port};

/// The parameters that every action takes, which with TC3 are headers.
pub(super) const COMMON: [&str; 11] = [
    "Action",
    "Version",
    "Region",
    "Timestamp",
    "Nonce",
    "SecretId",
    "Signature",
    "SignatureMethod",
    "Token",
    "Language",
    "RequestClient",
];

/// The parameters of a request that is signed with V1; none if it is not.
pub(super) fn pairs(request: &Request) -> Option<Result<Pairs, Refusal>> {
    if request.stated("Authorization").is_some() {
        return None;
    }
    let text = match request.method.as_str() {
        "GET" => request.query.as_bytes(),
        "POST" if request.is_form() => request.body.as_slice(),
        _ => return None,
    };
    let names = |pair: &[u8]| pair.starts_with(b"Signature=") || pair.starts_with(b"SecretId=");
    text.split(|byte| *byte == b'&').any(names).then(|| form::pairs(text))
}

/// The value of a common parameter, which counts as absent when it is empty.
pub(super) fn stated<'a>(pairs: &'a Pairs, name: &str) -> Option<&'a str> {
    pairs.iter().find(|(known, value)| known == name && !value.is_empty()).map(|(_, value)| value.as_str())
}

pub(super) fn verify(
    rules: Rules,
    request: &Request,
    pairs: &Pairs,
    credentials: &[Credential],
    now: SystemTime,
) -> Result<Verified, Refusal> {
    if let Some(twice) = COMMON.iter().find(|name| pairs.iter().filter(|(known, _)| known == *name).count() > 1) {
        return Err(Refusal::new("InvalidParameter", format!("the parameter `{twice}` was sent twice")));
    }
    required(pairs, "Action")?;
    required(pairs, "Version")?;
    let timestamp = seconds("Timestamp", required(pairs, "Timestamp")?)?;
    check_nonce(required(pairs, "Nonce")?)?;
    let secret_id = required(pairs, "SecretId")?;
    let signature = required(pairs, "Signature")?;
    let scheme = scheme(stated(pairs, "SignatureMethod"))?;
    let credential = known(credentials, secret_id)?;
    within_window("Timestamp", timestamp, now)?;

    let host = request.header("Host").unwrap_or_default();
    let signed = Signed { method: &request.method, host, pairs, scheme, key: credential.secret_key() };
    let fits = signed.signature() == signature;
    let host_without_port = !fits && rules.host_without_port && signed.without_port().signature() == signature;
    if !fits && !host_without_port {
        return Err(Refusal::new("AuthFailure.SignatureFailure", signed.mismatch(signature)));
    }

    token("Token", stated(pairs, "Token"), credential)?;
    let service = request.service_of_host().unwrap_or_default().to_owned();
    Ok(Verified { secret_id: secret_id.to_owned(), service, timestamp, scheme, host_without_port })
}

fn required<'a>(pairs: &'a Pairs, name: &str) -> Result<&'a str, Refusal> {
    stated(pairs, name).ok_or_else(|| {
        let message = format!("the common parameter `{name}` is missing: a request that is signed with V1 has it");
        Refusal::new("MissingParameter", message)
    })
}

fn check_nonce(nonce: &str) -> Result<(), Refusal> {
    if nonce.bytes().all(|byte| byte.is_ascii_digit()) && nonce.bytes().any(|byte| byte != b'0') {
        return Ok(());
    }
    let message = format!("`Nonce` is `{nonce}`: a positive whole number is expected");
    Err(Refusal::new("InvalidParameterValue", message))
}

fn scheme(method: Option<&str>) -> Result<Scheme, Refusal> {
    match method {
        None | Some("HmacSHA1") => Ok(Scheme::HmacSha1),
        Some("HmacSHA256") => Ok(Scheme::HmacSha256),
        Some(other) => {
            let message = format!("`SignatureMethod` is `{other}`: `HmacSHA1` or `HmacSHA256` is expected");
            Err(Refusal::new("InvalidParameterValue", message))
        }
    }
}

/// Everything that goes into a signature.
#[derive(Clone, Copy)]
struct Signed<'a> {
    method: &'a str,
    host: &'a str,
    pairs: &'a Pairs,
    scheme: Scheme,
    key: &'a str,
}

impl<'a> Signed<'a> {
    fn without_port(self) -> Self {
        Self { host: without_port(self.host), ..self }
    }

    fn signature(&self) -> String {
        sign(self.scheme, self.key, &self.text(str::to_owned))
    }

    /// The string to sign, with the values as `written` writes them.
    fn text(&self, written: impl Fn(&str) -> String) -> String {
        let mut pairs: Vec<_> = self.pairs.iter().filter(|(name, _)| name != "Signature").collect();
        pairs.sort_by(|(name, _), (other, _)| name.cmp(other));
        let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={}", written(value))).collect();
        format!("{}{}/?{}", self.method, self.host, pairs.join("&"))
    }

    /// A sentence that names the mistake, or else one that shows what should have been signed.
    fn mismatch(&self, signature: &str) -> String {
        let bare = self.without_port();
        if bare.signature() == signature {
            return said(&without_its_port(bare.host, self.host));
        }
        // A `+` that was sent as it is arrives as a space.
        if self.signature() == signature.replace(' ', "+") {
            return said("its `+` was sent as it is; in a query and in a form it is written `%2B`");
        }
        let encoded = self.text(|value| form_urlencoded::byte_serialize(value.as_bytes()).collect());
        if sign(self.scheme, self.key, &encoded) == signature
            || sign(self.scheme, self.key, &encoded.replace('+', "%20")) == signature
        {
            return said(
                "it was made with values that were URL-encoded; they are signed as they are, and encoded after",
            );
        }
        for method in ["GET", "POST"] {
            if (Self { method, ..*self }).signature() == signature {
                return said(&format!("it was made for {method}, but the request is a {}", self.method));
            }
        }
        for scheme in [Scheme::HmacSha1, Scheme::HmacSha256] {
            if (Self { scheme, ..*self }).signature() == signature {
                let (made, stated) = (scheme.as_str(), self.scheme.as_str());
                return said(&format!("it was made with {made}, but `SignatureMethod` stands for {stated}"));
            }
        }
        for tail in TAILS {
            if (Signed { key: &[self.key, tail].concat(), ..*self }).signature() == signature {
                return said(&format!("it was made with a secret key that ends in {tail:?}; take that off"));
            }
        }
        format!(
            "the signature does not match, and no usual mistake explains it: check the secret key, and compare what the \
             client signs with the string to sign {:?}",
            self.shown()
        )
    }

    /// The string to sign, but for the token.
    fn shown(&self) -> String {
        match stated(self.pairs, "Token") {
            Some(token) => self.text(|value| if value == token { "<token>" } else { value }.to_owned()),
            None => self.text(str::to_owned),
        }
    }
}

fn said(sentence: &str) -> String {
    format!("the signature does not match: {sentence}")
}

fn sign(scheme: Scheme, key: &str, text: &str) -> String {
    // HMAC takes keys of any length (RFC 2104, section 3); a signature of nothing would fit no request.
    let (key, text) = (key.as_bytes(), text.as_bytes());
    let mac = match scheme {
        Scheme::HmacSha1 => {
            Hmac::<Sha1>::new_from_slice(key).map(|mac| mac.chain_update(text).finalize().into_bytes().to_vec())
        }
        Scheme::HmacSha256 | Scheme::Tc3 => {
            Hmac::<Sha256>::new_from_slice(key).map(|mac| mac.chain_update(text).finalize().into_bytes().to_vec())
        }
    };
    STANDARD.encode(mac.unwrap_or_default())
}
