//! Checks the emulator's verifier with V1 requests of an official SDK: each is accepted, and
//! refused when it is changed.

use std::time::{Duration, UNIX_EPOCH};

use serde::Deserialize;
use tencentcloud_emulator::verify::{Request, verify};
use tencentcloud_emulator::{Credential, Refusal};

const VECTORS: &str = include_str!("../vectors/v1.json");

const WRONG: &str = "AuthFailure.SignatureFailure";

#[derive(Deserialize)]
struct Vectors {
    vectors: Vec<Vector>,
}

#[derive(Clone, Deserialize)]
struct Vector {
    id: String,
    scheme: String,
    secret_id: String,
    secret_key: String,
    method: String,
    host: String,
    content_type: String,
    timestamp: u64,
    /// All parameters and the signature, encoded as the query or the form.
    encoded: String,
    string_to_sign: String,
    signature: String,
}

impl Vector {
    fn request(&self) -> Request {
        let headers = [("Host", &self.host), ("Content-Type", &self.content_type)];
        let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value.clone())).collect();
        let (query, body) = match self.method.as_str() {
            "GET" => (self.encoded.clone(), Vec::new()),
            _ => (String::new(), self.encoded.clone().into_bytes()),
        };
        Request { method: self.method.clone(), path: "/".to_owned(), query, headers, body }
    }

    /// The refusal, if any, when the emulator's clock is `seconds` later than the timestamp.
    fn refused_after(&self, seconds: u64) -> Option<Refusal> {
        let now = UNIX_EPOCH + Duration::from_secs(self.timestamp + seconds);
        verify(&self.request(), &[Credential::new(&self.secret_id, &self.secret_key)], now).err()
    }
}

#[test]
fn requests_of_the_sdk_are_accepted() {
    for vector in read() {
        let now = UNIX_EPOCH + Duration::from_secs(vector.timestamp);
        let credential = Credential::new(&vector.secret_id, &vector.secret_key);
        let verified = verify(&vector.request(), &[credential], now).unwrap();
        assert_eq!((&verified.secret_id, verified.service.as_str()), (&vector.secret_id, "cdn"), "{}", vector.id);
        assert_eq!(
            (verified.timestamp, verified.scheme.as_str()),
            (vector.timestamp, vector.scheme.as_str()),
            "{}",
            vector.id
        );
    }
}

#[test]
fn requests_of_the_sdk_expire_after_five_minutes() {
    for vector in read() {
        assert_eq!(vector.refused_after(300), None, "{}", vector.id);
        let refusal = vector.refused_after(301).unwrap();
        assert_eq!(refusal.code(), "AuthFailure.SignatureExpire", "{}", vector.id);
    }
}

#[test]
fn a_refusal_shows_the_string_to_sign_of_the_sdk() {
    assert_refused(WRONG, |vector| vector.secret_key.push('~'));
    for mut vector in read() {
        vector.secret_key.push('~');
        let refusal = vector.refused_after(0).unwrap();
        let explanation = refusal.explanation().unwrap_or_default();
        assert!(explanation.contains(&format!("{:?}", vector.string_to_sign)), "{}: {explanation}", vector.id);
    }
}

#[test]
fn a_changed_value_is_refused() {
    assert_refused(WRONG, |vector| vector.encoded = vector.encoded.replacen("example", "examplf", 1));
    assert_refused(WRONG, |vector| vector.encoded = vector.encoded.replace("PurgeUrlsCache", "PurgePathCache"));
    assert_refused(WRONG, |vector| vector.encoded = vector.encoded.replace("11886", "11887"));
    assert_refused(WRONG, |vector| vector.encoded = vector.encoded.replace("2018-06-06", "2018-06-07"));
}

#[test]
fn a_changed_name_is_refused() {
    assert_refused(WRONG, |vector| vector.encoded = vector.encoded.replacen("Urls.0", "Urls.2", 1));
    assert_refused(WRONG, |vector| vector.encoded = vector.encoded.replace("RequestClient", "RequestServer"));
}

#[test]
fn an_additional_parameter_is_refused() {
    assert_refused(WRONG, |vector| vector.encoded.push_str("&Language=zh-CN"));
    assert_refused(WRONG, |vector| vector.encoded.insert_str(0, "Urls.5=a&"));
}

#[test]
fn a_missing_parameter_is_refused() {
    assert_refused(WRONG, |vector| vector.encoded = vector.encoded.replace("&RequestClient=VECTOR_1.0", ""));
}

#[test]
fn a_changed_time_is_refused() {
    assert_refused(WRONG, |vector| {
        let next = (vector.timestamp + 1).to_string();
        vector.encoded = vector.encoded.replace(&vector.timestamp.to_string(), &next);
    });
}

#[test]
fn a_changed_algorithm_is_refused() {
    assert_refused(WRONG, |vector| {
        let other = if vector.scheme == "HmacSHA1" { "=HmacSHA256" } else { "=HmacSHA1" };
        vector.encoded = vector.encoded.replace(&format!("={}", vector.scheme), other);
    });
}

#[test]
fn a_changed_host_is_refused() {
    assert_refused(WRONG, |vector| vector.host = vector.host.replace("cdn", "cdm"));
    assert_refused(WRONG, |vector| vector.host.push_str(":8088"));
}

#[test]
fn a_changed_method_is_refused() {
    assert_refused(WRONG, |vector| vector.method = if vector.method == "GET" { "POST" } else { "GET" }.to_owned());
}

#[test]
fn a_changed_key_is_refused() {
    assert_refused(WRONG, |vector| vector.secret_key = vector.secret_key.replace('v', "w"));
}

#[test]
fn a_changed_secret_id_is_refused() {
    assert_refused("AuthFailure.SecretIdNotFound", |vector| {
        vector.encoded = vector.encoded.replace("AKIDvector", "AKIDwector");
    });
}

#[test]
fn a_changed_signature_is_refused() {
    assert_refused(WRONG, |vector| {
        let first = vector.signature.get(..4).unwrap_or_default();
        vector.encoded = vector.encoded.replacen(&format!("Signature={first}"), "Signature=AAAA", 1);
    });
}

/// Changes each vector, and expects a refusal. The clock shows the vector's original time.
#[track_caller]
fn assert_refused(code: &str, change: impl Fn(&mut Vector)) {
    for vector in read() {
        let mut changed = vector.clone();
        change(&mut changed);
        let request = changed.request();
        assert!(
            request != vector.request() || changed.secret_key != vector.secret_key,
            "{}: nothing changed",
            vector.id
        );
        assert_eq!(
            changed.refused_after(0).map(|refusal| refusal.code().to_owned()).as_deref(),
            Some(code),
            "{}",
            vector.id
        );
    }
}

#[cfg(test)]
fn read() -> Vec<Vector> {
    let Vectors { vectors } = serde_json::from_str(VECTORS).unwrap();
    assert_eq!(vectors.len(), 2, "vectors");
    vectors
}
