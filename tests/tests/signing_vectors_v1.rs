//! Checks each step of signature V1 against vectors of an official SDK, so that a failure names the
//! vector and the step.

#![cfg(test)]

use serde::Deserialize;
use tencentcloud_core::signing::{V1Hash, V1Request};

const VECTORS: &str = include_str!("../vectors/v1.json");

#[derive(Deserialize)]
struct Vectors {
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    id: String,
    scheme: String,
    secret_key: String,
    method: String,
    host: String,
    string_to_sign: String,
    signature: String,
}

impl Vector {
    /// The parameters of the string to sign, in reverse order.
    fn parameters(&self) -> Vec<(String, String)> {
        let (_, query) = self.string_to_sign.split_once("/?").unwrap();
        // This would split a value that contains `&`, so no vector has one.
        let parameters = query.split('&').map(|parameter| parameter.split_once('=').unwrap());
        let mut parameters: Vec<_> = parameters.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        parameters.reverse();
        parameters
    }

    fn hash(&self) -> V1Hash {
        match self.scheme.as_str() {
            "HmacSHA1" => V1Hash::Sha1,
            "HmacSHA256" => V1Hash::Sha256,
            other => panic!("{}: {other}", self.id),
        }
    }
}

#[test]
fn strings_to_sign_are_those_of_the_sdk() {
    check(|vector, request| (request.string_to_sign().as_str().to_owned(), vector.string_to_sign.clone()));
}

#[test]
fn signatures_are_those_of_the_sdk() {
    check(|vector, request| (request.sign(&vector.secret_key, vector.hash()), vector.signature.clone()));
}

#[track_caller]
fn check(step: impl Fn(&Vector, V1Request<'_>) -> (String, String)) {
    let Vectors { vectors } = serde_json::from_str(VECTORS).unwrap();
    assert_eq!(vectors.len(), 2);
    for vector in vectors {
        let parameters = vector.parameters();
        let request = V1Request { method: &vector.method, host: &vector.host, parameters: &parameters };
        let (ours, theirs) = step(&vector, request);
        assert_eq!(ours, theirs, "{}", vector.id);
    }
}
