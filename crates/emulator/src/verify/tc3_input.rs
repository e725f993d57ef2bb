//! Collects what a TC3 signature signs, and computes the signature.

use std::borrow::Cow;

use tencentcloud_core::signing::{CanonicalRequest, HexDigest, Scope, SigningKey, StringToSign};

use super::authorization::{self, Authorization};
use crate::refusal::Refusal;
use crate::request::Request;

/// What clients sign instead of the body if they send it in `X-TC-Content-SHA256`, too.
pub(super) const UNSIGNED_PAYLOAD: &[u8] = b"UNSIGNED-PAYLOAD";

/// Everything that a signature signs. A variant of it has the signature that a client computes when
/// it makes a mistake.
#[derive(Clone)]
pub(super) struct Tc3Input<'a> {
    method: &'a str,
    query: &'a str,
    /// The signed headers, sorted by name.
    headers: Vec<(&'a str, &'a str)>,
    payload: Cow<'a, [u8]>,
    timestamp: u64,
    scope: &'a Scope,
    secret_key: Cow<'a, str>,
    /// Whether header values are signed as they were sent, which is a mistake.
    keeps_letter_case: bool,
}

impl<'a> Tc3Input<'a> {
    /// What a correct client signs for this request.
    pub(super) fn new(
        request: &'a Request,
        authorization: &Authorization<'a>,
        timestamp: u64,
        scope: &'a Scope,
        secret_key: &'a str,
    ) -> Result<Self, Refusal> {
        let header = |name: &&'a str| Ok((*name, single_header(request, name)?));
        let headers = authorization.signed_headers.iter().map(header).collect::<Result<_, _>>()?;
        let unsigned = request.header("X-TC-Content-SHA256").is_some_and(|value| value.as_bytes() == UNSIGNED_PAYLOAD);
        Ok(Self {
            method: &request.method,
            query: &request.query,
            headers,
            payload: Cow::Borrowed(if unsigned { UNSIGNED_PAYLOAD } else { &request.body }),
            timestamp,
            scope,
            secret_key: Cow::Borrowed(secret_key),
            keeps_letter_case: false,
        })
    }

    /// The value of a signed header, as it was sent.
    pub(super) fn header(&self, name: &str) -> Option<&'a str> {
        self.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }

    pub(super) fn payload(&self) -> &[u8] {
        &self.payload
    }

    pub(super) fn with_header(mut self, name: &str, value: &'a str) -> Self {
        for (_, signed) in self.headers.iter_mut().filter(|(known, _)| *known == name) {
            *signed = value;
        }
        self
    }

    pub(super) fn with_payload(self, payload: Cow<'a, [u8]>) -> Self {
        Self { payload, ..self }
    }

    pub(super) fn with_letter_case(self) -> Self {
        Self { keeps_letter_case: true, ..self }
    }

    pub(super) fn with_key_suffix(mut self, suffix: &str) -> Self {
        self.secret_key.to_mut().push_str(suffix);
        self
    }

    pub(super) fn canonical_request(&self) -> String {
        let Self { method, query, headers, payload, .. } = self;
        let mut text = CanonicalRequest { method, query, headers, payload }.text();
        if self.keeps_letter_case {
            for (name, value) in headers {
                let lower = format!("\n{name}:{}\n", value.to_ascii_lowercase());
                text = text.replacen(&lower, &format!("\n{name}:{value}\n"), 1);
            }
        }
        text
    }

    pub(super) fn string_to_sign(&self) -> String {
        let request = HexDigest::sha256(self.canonical_request().as_bytes());
        StringToSign { timestamp: self.timestamp, scope: self.scope, request: &request }.text()
    }

    pub(super) fn signature(&self) -> HexDigest {
        let request = HexDigest::sha256(self.canonical_request().as_bytes());
        let string = StringToSign { timestamp: self.timestamp, scope: self.scope, request: &request };
        SigningKey::derive(&self.secret_key, self.scope).sign(&string)
    }
}

/// The value of a header that must be sent exactly once to be signed.
fn single_header<'a>(request: &'a Request, name: &str) -> Result<&'a str, Refusal> {
    let mut values = request.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
    match (values.next(), values.next()) {
        (Some((_, value)), None) => Ok(value.trim()),
        (None, _) => Err(authorization::invalid(&format!("the signed header `{name}` was not sent"))),
        (Some(_), Some(_)) => Err(authorization::invalid(&format!("the signed header `{name}` was sent twice"))),
    }
}
