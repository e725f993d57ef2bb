//! Checks each step of TC3 against vectors of an official SDK, so that a failure names the vector
//! and the step.

#![cfg(test)]

use serde::Deserialize;
use tencentcloud_core::signing::{CanonicalRequest, HexDigest, Scope, SigningKey, StringToSign, authorization};

const VECTORS: &str = include_str!("../vectors/tc3.json");

#[derive(Deserialize)]
struct Vectors {
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    id: String,
    secret_id: String,
    secret_key: String,
    service: String,
    method: String,
    host: String,
    content_type: String,
    timestamp: u64,
    query: String,
    payload: String,
    payload_sha256: String,
    canonical_request: String,
    string_to_sign: String,
    signature: String,
    authorization: String,
}

impl Vector {
    fn headers(&self) -> [(&str, &str); 2] {
        [("Content-Type", &self.content_type), ("Host", &self.host)]
    }

    fn request<'a>(&'a self, headers: &'a [(&'a str, &'a str)]) -> CanonicalRequest<'a> {
        CanonicalRequest { method: &self.method, query: &self.query, headers, payload: self.payload.as_bytes() }
    }

    fn scope(&self) -> Scope {
        Scope::new(self.timestamp, &self.service)
    }
}

#[test]
fn payload_hashes_are_those_of_the_sdk() {
    check(|vector| {
        let digest = HexDigest::sha256(vector.payload.as_bytes());
        (digest.to_string(), vector.payload_sha256.clone())
    });
}

#[test]
fn canonical_requests_are_those_of_the_sdk() {
    check(|vector| (vector.request(&vector.headers()).text(), vector.canonical_request.clone()));
}

#[test]
fn a_digest_is_the_hash_of_the_canonical_request() {
    check(|vector| {
        let digest = vector.request(&vector.headers()).digest();
        (digest.to_string(), HexDigest::sha256(vector.canonical_request.as_bytes()).to_string())
    });
}

#[test]
fn strings_to_sign_are_those_of_the_sdk() {
    check(|vector| {
        let request = HexDigest::sha256(vector.canonical_request.as_bytes());
        let string = StringToSign { timestamp: vector.timestamp, scope: &vector.scope(), request: &request };
        (string.text(), vector.string_to_sign.clone())
    });
}

#[test]
fn signatures_are_those_of_the_sdk() {
    check(|vector| {
        let request = HexDigest::sha256(vector.canonical_request.as_bytes());
        let scope = vector.scope();
        let string = StringToSign { timestamp: vector.timestamp, scope: &scope, request: &request };
        let signature = SigningKey::derive(&vector.secret_key, &scope).sign(&string);
        (signature.to_string(), vector.signature.clone())
    });
}

#[test]
fn authorization_headers_are_those_of_the_sdk() {
    check(|vector| {
        let headers = vector.headers();
        let request = vector.request(&headers);
        let scope = vector.scope();
        let string = StringToSign { timestamp: vector.timestamp, scope: &scope, request: &request.digest() };
        let signature = SigningKey::derive(&vector.secret_key, &scope).sign(&string);
        let header = authorization(&vector.secret_id, &scope, &request.signed_headers(), &signature);
        (header, vector.authorization.clone())
    });
}

/// Compares the result of a step with the SDK's, for each vector.
#[track_caller]
fn check(step: impl Fn(&Vector) -> (String, String)) {
    let Vectors { vectors } = serde_json::from_str(VECTORS).unwrap();
    assert_eq!(vectors.len(), 10, "vectors");
    for vector in vectors {
        let (ours, theirs) = step(&vector);
        assert_eq!(ours, theirs, "{}", vector.id);
    }
}
