//! Verifies signature V1: an HMAC of the parameters, which is itself a parameter.

use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::Sha256;

use super::mistakes::{TRAILING, mismatch, signed_with_key_suffix, signed_without_port, uncommon};
use super::{Scheme, Verified, VerifyOptions, checks};
use crate::credential::Credential;
use crate::parameters::form::{self, Pairs};
use crate::refusal::Refusal;
use crate::request::{Request, without_port};

/// The common parameters, which every action accepts. With TC3 they are headers.
const COMMON: [&str; 11] = [
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

/// Whether a parameter is a common one, not one of the action.
pub(crate) fn is_common(name: &str) -> bool {
    COMMON.contains(&name)
}

/// The parameters of a request that is signed with V1. `None` if it is not.
pub(super) fn pairs(request: &Request) -> Option<Result<Pairs, Refusal>> {
    if request.non_empty_header("Authorization").is_some() {
        return None;
    }
    let text = match request.method.as_str() {
        "GET" => request.query.as_bytes(),
        "POST" if request.is_form() => request.body.as_slice(),
        _ => return None,
    };
    let is_v1 = |pair: &[u8]| pair.starts_with(b"Signature=") || pair.starts_with(b"SecretId=");
    text.split(|byte| *byte == b'&').any(is_v1).then(|| form::pairs(text))
}

/// The value of a common parameter, which counts as absent when it is empty.
pub(super) fn non_empty<'a>(pairs: &'a Pairs, name: &str) -> Option<&'a str> {
    pairs.iter().find(|(known, value)| known == name && !value.is_empty()).map(|(_, value)| value.as_str())
}

pub(super) fn verify(
    options: VerifyOptions,
    request: &Request,
    pairs: &Pairs,
    credentials: &[Credential],
    now: SystemTime,
) -> Result<Verified, Refusal> {
    check_sent_once(pairs)?;
    required(pairs, "Action")?;
    required(pairs, "Version")?;
    let timestamp = checks::timestamp("Timestamp", required(pairs, "Timestamp")?)?;
    check_nonce(required(pairs, "Nonce")?)?;
    let secret_id = required(pairs, "SecretId")?;
    let signature = required(pairs, "Signature")?;
    let scheme = scheme(non_empty(pairs, "SignatureMethod"))?;
    let credential = checks::find(credentials, secret_id)?;
    checks::check_clock("Timestamp", timestamp, now)?;

    let host = request.header("Host").unwrap_or_default();
    let input = V1Input { method: &request.method, host, pairs, scheme, key: credential.secret_key() };
    let matches = input.signature() == signature;
    let host_without_port = !matches && options.host_without_port && input.without_port().signature() == signature;
    if !matches && !host_without_port {
        return Err(input.refuse(signature));
    }

    checks::check_token("Token", non_empty(pairs, "Token"), credential)?;
    let service = request.service_of_host().unwrap_or_default();
    Ok(Verified { secret_id: secret_id.to_owned(), service, timestamp, scheme, host_without_port })
}

fn check_sent_once(pairs: &Pairs) -> Result<(), Refusal> {
    match COMMON.iter().find(|name| pairs.iter().filter(|(known, _)| known == *name).count() > 1) {
        Some(twice) => Err(Refusal::new("InvalidParameter", format!("the parameter `{twice}` was sent twice"))),
        None => Ok(()),
    }
}

fn required<'a>(pairs: &'a Pairs, name: &str) -> Result<&'a str, Refusal> {
    non_empty(pairs, name).ok_or_else(|| {
        let message = format!("the common parameter `{name}` is missing; signature V1 requires it");
        Refusal::new("MissingParameter", message)
    })
}

fn check_nonce(nonce: &str) -> Result<(), Refusal> {
    if nonce.bytes().all(|byte| byte.is_ascii_digit()) && nonce.bytes().any(|byte| byte != b'0') {
        return Ok(());
    }
    Err(Refusal::new("InvalidParameterValue", format!("`Nonce` must be a positive integer, not `{nonce}`")))
}

fn scheme(method: Option<&str>) -> Result<Scheme, Refusal> {
    match method {
        None | Some("HmacSHA1") => Ok(Scheme::HmacSha1),
        Some("HmacSHA256") => Ok(Scheme::HmacSha256),
        Some(other) => {
            let message = format!("`SignatureMethod` must be `HmacSHA1` or `HmacSHA256`, not `{other}`");
            Err(Refusal::new("InvalidParameterValue", message))
        }
    }
}

/// Everything that a V1 signature signs. A variant of it has the signature that a client computes
/// when it makes a mistake.
#[derive(Clone, Copy)]
struct V1Input<'a> {
    method: &'a str,
    host: &'a str,
    pairs: &'a Pairs,
    scheme: Scheme,
    key: &'a str,
}

impl<'a> V1Input<'a> {
    fn without_port(self) -> Self {
        Self { host: without_port(self.host), ..self }
    }

    fn signature(&self) -> String {
        sign(self.scheme, self.key, &self.string_to_sign(str::to_owned))
    }

    /// The string to sign, with each value converted by `convert`.
    fn string_to_sign(&self, convert: impl Fn(&str) -> String) -> String {
        let mut pairs: Vec<_> = self.pairs.iter().filter(|(name, _)| name != "Signature").collect();
        pairs.sort_by(|(name, _), (other, _)| name.cmp(other));
        let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={}", convert(value))).collect();
        format!("{}{}/?{}", self.method, self.host, pairs.join("&"))
    }

    /// Refuses a signature that does not match: names the mistake, or explains what should have
    /// been signed.
    fn refuse(&self, signature: &str) -> Refusal {
        let mistake = self
            .host_mistake(signature)
            .or_else(|| self.encoding_mistake(signature))
            .or_else(|| self.method_mistake(signature))
            .or_else(|| self.scheme_mistake(signature))
            .or_else(|| self.key_mistake(signature));
        match mistake {
            Some(message) => mismatch(&message),
            None => uncommon(&format!("the string to sign is {:?}", self.string_to_sign_without_token())),
        }
    }

    fn host_mistake(&self, signature: &str) -> Option<String> {
        let without_port = self.without_port();
        (without_port.signature() == signature).then(|| signed_without_port(without_port.host, self.host))
    }

    fn encoding_mistake(&self, signature: &str) -> Option<String> {
        // A `+` that is sent as it is arrives as a space.
        if self.signature() == signature.replace(' ', "+") {
            return Some("its `+` was sent as it is; help: encode it as `%2B` in a query and in a form".to_owned());
        }
        let encoded = self.string_to_sign(|value| form_urlencoded::byte_serialize(value.as_bytes()).collect());
        let is_encoded = sign(self.scheme, self.key, &encoded) == signature
            || sign(self.scheme, self.key, &encoded.replace('+', "%20")) == signature;
        is_encoded.then(|| {
            "it was made with values that were URL-encoded; help: sign them first, then encode them".to_owned()
        })
    }

    fn method_mistake(&self, signature: &str) -> Option<String> {
        let signed = ["GET", "POST"].into_iter().find(|method| Self { method, ..*self }.signature() == signature)?;
        Some(format!("it was made for {signed}, but the method of the request is {}", self.method))
    }

    fn scheme_mistake(&self, signature: &str) -> Option<String> {
        let schemes = [Scheme::HmacSha1, Scheme::HmacSha256];
        let signed = schemes.into_iter().find(|&scheme| Self { scheme, ..*self }.signature() == signature)?;
        let (signed, sent) = (signed.as_str(), self.scheme.as_str());
        Some(format!("it was made with {signed}, but the signature method of the request is {sent}"))
    }

    fn key_mistake(&self, signature: &str) -> Option<String> {
        let has_suffix =
            |suffix: &&str| V1Input { key: &[self.key, suffix].concat(), ..*self }.signature() == signature;
        TRAILING.into_iter().find(has_suffix).map(signed_with_key_suffix)
    }

    fn string_to_sign_without_token(&self) -> String {
        match non_empty(self.pairs, "Token") {
            Some(token) => self.string_to_sign(|value| if value == token { "<token>" } else { value }.to_owned()),
            None => self.string_to_sign(str::to_owned),
        }
    }
}

fn sign(scheme: Scheme, key: &str, text: &str) -> String {
    // HMAC accepts keys of any length (RFC 2104, section 3). An empty signature matches no request.
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
