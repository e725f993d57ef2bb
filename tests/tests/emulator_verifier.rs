//! Checks the emulator's verifier with requests of an official SDK: each is accepted, and refused
//! when a byte of it is changed.

use std::time::{Duration, UNIX_EPOCH};

use serde::Deserialize;
use tencentcloud_emulator::Credential;
use tencentcloud_emulator::verify::{Request, verify};

const VECTORS: &str = include_str!("../vectors/tc3.json");

const WRONG: &str = "AuthFailure.SignatureFailure";

#[derive(Deserialize)]
struct Vectors {
    vectors: Vec<Vector>,
}

#[derive(Clone, Deserialize)]
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
    authorization: String,
}

impl Vector {
    fn request(&self) -> Request {
        let headers = [
            ("Host", self.host.clone()),
            ("Content-Type", self.content_type.clone()),
            ("X-TC-Timestamp", self.timestamp.to_string()),
            ("Authorization", self.authorization.clone()),
        ];
        Request {
            method: self.method.clone(),
            path: "/".to_owned(),
            query: self.query.clone(),
            headers: headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            body: self.payload.clone().into_bytes(),
        }
    }

    /// The code of the refusal, if any, when the emulator's clock is `seconds` later than the
    /// timestamp.
    fn refused_after(&self, seconds: u64) -> Option<String> {
        let now = UNIX_EPOCH + Duration::from_secs(self.timestamp + seconds);
        let credential = Credential::new(&self.secret_id, &self.secret_key);
        verify(&self.request(), &[credential], now).err().map(|refusal| refusal.code().to_owned())
    }
}

#[test]
fn requests_of_the_sdk_are_accepted() {
    for vector in read() {
        let now = UNIX_EPOCH + Duration::from_secs(vector.timestamp);
        let credential = Credential::new(&vector.secret_id, &vector.secret_key);
        let verified = verify(&vector.request(), &[credential], now).unwrap();
        assert_eq!((&verified.secret_id, &verified.service), (&vector.secret_id, &vector.service), "{}", vector.id);
        assert_eq!(verified.timestamp, vector.timestamp, "{}", vector.id);
    }
}

#[test]
fn requests_of_the_sdk_expire_after_five_minutes() {
    for vector in read() {
        assert_eq!(vector.refused_after(300), None, "{}", vector.id);
        assert_eq!(vector.refused_after(301).as_deref(), Some("AuthFailure.SignatureExpire"), "{}", vector.id);
    }
}

#[test]
fn a_changed_body_is_refused() {
    assert_refused(WRONG, |vector| flip(&mut vector.payload, 0));
    assert_refused(WRONG, |vector| vector.payload.push(' '));
}

#[test]
fn a_changed_query_is_refused() {
    assert_refused(WRONG, |vector| flip(&mut vector.query, 0));
}

#[test]
fn a_changed_method_is_refused() {
    assert_refused(WRONG, |vector| vector.method = if vector.method == "POST" { "GET" } else { "POST" }.to_owned());
}

#[test]
fn a_changed_host_is_refused() {
    assert_refused(WRONG, |vector| flip(&mut vector.host, 0));
    assert_refused(WRONG, |vector| vector.host = vector.host.replace(".com", ".con"));
}

#[test]
fn a_changed_time_is_refused() {
    assert_refused(WRONG, |vector| vector.timestamp += 1);
}

#[test]
fn a_changed_content_type_is_refused() {
    assert_refused(WRONG, |vector| vector.content_type.push('x'));
}

#[test]
fn a_changed_service_is_refused() {
    assert_refused(WRONG, |vector| {
        let scope = format!("/{}/tc3_request", vector.service);
        vector.authorization = vector.authorization.replace(&scope, "/cdm/tc3_request");
    });
}

#[test]
fn a_changed_date_is_refused() {
    assert_refused(WRONG, |vector| vector.authorization = vector.authorization.replacen("/20", "/21", 1));
}

#[test]
fn a_changed_key_is_refused() {
    assert_refused(WRONG, |vector| flip(&mut vector.secret_key, 0));
}

#[test]
fn a_changed_signature_is_refused() {
    assert_refused(WRONG, |vector| {
        let last = if vector.authorization.ends_with('0') { '1' } else { '0' };
        vector.authorization.pop();
        vector.authorization.push(last);
    });
}

#[test]
fn a_changed_secret_id_is_refused() {
    assert_refused("AuthFailure.SecretIdNotFound", |vector| flip(&mut vector.secret_id, 4));
}

#[test]
fn a_changed_algorithm_is_refused() {
    assert_refused("AuthFailure.InvalidAuthorization", |vector| flip(&mut vector.authorization, 0));
}

/// Changes each vector, and expects a refusal. The clock shows the vector's original time.
#[track_caller]
fn assert_refused(code: &str, change: impl Fn(&mut Vector)) {
    for vector in read() {
        let mut changed = vector.clone();
        change(&mut changed);
        assert_eq!(changed.refused_after(0).as_deref(), Some(code), "{}", vector.id);
    }
}

/// Replaces the character at `index`, or appends one if the text is shorter.
fn flip(text: &mut String, index: usize) {
    match text.get(index..=index) {
        Some("~") => text.replace_range(index..=index, "!"),
        Some(_) => text.replace_range(index..=index, "~"),
        None => text.push('~'),
    }
}

#[cfg(test)]
fn read() -> Vec<Vector> {
    let Vectors { vectors } = serde_json::from_str(VECTORS).unwrap();
    assert_eq!(vectors.len(), 10, "vectors");
    vectors
}
