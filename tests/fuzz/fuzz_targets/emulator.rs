//! Sends any requests to the emulator, one after the other: each gets a response in the envelope.
//!
//! An input is a sequence of requests, each beginning with a line such as `POST /?query`. A request
//! with a header `sign: <service>` is signed with TC3, so that the checks after the signature run
//! too.

#![no_main]

use std::time::{Duration, UNIX_EPOCH};

use fuzz::{Message, NOW, messages};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use tencentcloud_core::signing::{CanonicalRequest, Scope, SigningKey, StringToSign, authorization};
use tencentcloud_emulator::fuzzing::{FuzzResponse, SocketlessEmulator};
use tencentcloud_emulator::verify::Request;
use tencentcloud_emulator::{SECRET_ID, SECRET_KEY};

const HOST: &str = "localhost:8088";

/// Requests to the control API that always succeed.
const CONTROL_PATHS: [&str; 5] = ["/received", "/tasks?limit=3", "/usage", "/faults", "/clock"];

fuzz_target!(|data: &[u8]| {
    let emulator = SocketlessEmulator::new(UNIX_EPOCH + Duration::from_secs(NOW));
    for message in messages(data) {
        if let Some(FuzzResponse::Service(body)) = emulator.respond(&request(&message)) {
            check(&body);
        }
    }
    for path in CONTROL_PATHS {
        let request = request(&Message { line: format!("GET /_emulator{path}"), headers: Vec::new(), body: b"" });
        assert!(matches!(emulator.respond(&request), Some(FuzzResponse::Control(200))), "{path}");
    }
});

fn request(message: &Message<'_>) -> Request {
    let (method, target) = message.line.split_once(' ').unwrap_or(("POST", &message.line));
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut headers = message.headers.clone();
    let has = |headers: &[(String, String)], name: &str| headers.iter().any(|(known, _)| known == name);
    if !has(&headers, "host") {
        headers.push(("host".to_owned(), HOST.to_owned()));
    }
    if let Some((_, service)) = message.headers.iter().find(|(name, _)| name == "sign") {
        if !has(&headers, "content-type") {
            headers.push(("content-type".to_owned(), "application/json".to_owned()));
        }
        let value = |name: &str| headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.trim());
        let signed = CanonicalRequest {
            method,
            query,
            headers: &[("content-type", value("content-type")), ("host", value("host"))],
            payload: message.body,
        };
        let scope = Scope::new(NOW, service);
        let string = StringToSign { timestamp: NOW, scope: &scope, request: &signed.digest() };
        let signature = SigningKey::derive(SECRET_KEY, &scope).sign(&string);
        let authorization = authorization(SECRET_ID, &scope, &signed.signed_headers(), &signature);
        headers.push(("authorization".to_owned(), authorization));
        headers.push(("x-tc-timestamp".to_owned(), NOW.to_string()));
    }
    Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers,
        body: message.body.to_vec(),
    }
}

fn check(body: &str) {
    let envelope: Value = serde_json::from_str(body).expect("the response is not JSON");
    let response = &envelope["Response"];
    assert!(response["RequestId"].as_str().is_some_and(|id| !id.is_empty()), "{body}");
    if let Some(error) = response.get("Error") {
        assert!(error["Code"].is_string() && error["Message"].is_string(), "{body}");
    }
}
