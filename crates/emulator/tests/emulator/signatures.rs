//! Tests the verification of TC3, and the messages of refusals.

use tencentcloud_emulator::verify::{Request, VerifyOptions, verify, verify_with};
use tencentcloud_emulator::{Credential, Refusal};

use crate::client::{Call, NOW, at};

fn call() -> Call {
    Call::new("cdn", "PurgeUrlsCache", r#"{"Urls":["http://www.example.com/1.jpg"]}"#)
}

fn verified(request: &Request) -> Result<(), Refusal> {
    verify(request, &[Credential::default()], at(NOW)).map(drop)
}

#[track_caller]
fn assert_refused(request: &Request, code: &str, says: &str) {
    let refusal = verified(request).unwrap_err();
    assert_eq!(refusal.code(), code, "{refusal}");
    assert!(refusal.message().contains(says), "{refusal}");
}

/// Asserts that a signature of another request is refused with a short message, and that the
/// explanation contains a text.
#[track_caller]
fn assert_explained_separately(sent: &Call, signed: &Call, says: &str) {
    let refusal = verified(&sent.request_signed_as(signed)).unwrap_err();
    assert_eq!(refusal.code(), "AuthFailure.SignatureFailure", "{refusal}");
    assert_eq!(
        refusal.message(),
        "the signature does not match; help: check the secret key; `GET /_emulator/received` explains what to sign"
    );
    let explanation = refusal.explanation().unwrap();
    assert!(explanation.contains(says), "{explanation}");
    assert!(!explanation.contains(Credential::default().secret_key()), "{explanation}");
}

/// Asserts that a signature of another request is refused, and that the message names the mistake.
#[track_caller]
fn assert_explained(sent: &Call, signed: &Call, says: &str) {
    assert_refused(&sent.request_signed_as(signed), "AuthFailure.SignatureFailure", says);
}

fn without(request: Request, header: &str) -> Request {
    let headers = request.headers.into_iter().filter(|(name, _)| !name.eq_ignore_ascii_case(header)).collect();
    Request { headers, ..request }
}

fn with_authorization(value: &str) -> Request {
    let mut request = without(call().request(), "Authorization");
    request.headers.push(("Authorization".into(), value.into()));
    request
}

#[test]
fn a_valid_signature_proves_the_secret_id_the_service_and_the_time() {
    let verified = verify(&call().request(), &[Credential::default()], at(NOW)).unwrap();
    assert_eq!(verified.secret_id, Credential::default().secret_id());
    assert_eq!(verified.service, "cdn");
    assert_eq!(verified.timestamp, NOW);
}

#[test]
fn further_headers_may_be_signed() {
    let call = call().with(|call| call.signed = "content-type;host;x-tc-action");
    verified(&call.request()).unwrap();
    assert_explained_separately(
        &call,
        &call.clone().with(|call| call.action = "PurgePathCache".into()),
        "canonical request",
    );
}

#[test]
fn a_payload_may_be_declared_unsigned() {
    let unsigned = call().with(|call| call.body = b"UNSIGNED-PAYLOAD".to_vec());
    let declared = call().with(|call| call.other_headers.push(("X-TC-Content-SHA256", "UNSIGNED-PAYLOAD".into())));
    verified(&declared.request_signed_as(&unsigned)).unwrap();
    assert_explained(&call(), &unsigned, "`X-TC-Content-SHA256: UNSIGNED-PAYLOAD` is missing");
}

#[test]
fn the_clocks_may_differ_by_five_minutes() {
    let request = call().request();
    for now in [NOW - 300, NOW, NOW + 300] {
        verify(&request, &[Credential::default()], at(now)).unwrap();
    }
    for now in [NOW - 301, NOW + 301] {
        let refusal = verify(&request, &[Credential::default()], at(now)).unwrap_err();
        assert_eq!(refusal.code(), "AuthFailure.SignatureExpire");
        assert!(refusal.message().ends_with(&format!("the server time {now}.")), "{refusal}");
    }
}

#[test]
fn an_invalid_timestamp_is_refused() {
    let request = |value: &str| {
        let mut request = without(call().request(), "X-TC-Timestamp");
        request.headers.push(("X-TC-Timestamp".into(), value.into()));
        request
    };
    for value in ["now", "-1700000000", "+1700000000", "1700000000.5", "99999999999999999999"] {
        assert_refused(&request(value), "InvalidParameterValue", "`X-TC-Timestamp`");
    }
    assert_refused(&request(&u64::MAX.to_string()), "AuthFailure.SignatureExpire", "");
    assert_refused(&request(""), "MissingParameter", "`X-TC-Timestamp`");
    assert_refused(&without(call().request(), "X-TC-Timestamp"), "MissingParameter", "`X-TC-Timestamp`");
}

#[test]
fn a_malformed_authorization_header_is_refused() {
    let code = "AuthFailure.InvalidAuthorization";
    let id = Credential::default().secret_id().to_owned();
    let signature = "0".repeat(64);
    let header = |credential: &str, signed: &str, signature: &str| {
        with_authorization(&format!(
            "TC3-HMAC-SHA256 Credential={credential}, SignedHeaders={signed}, Signature={signature}"
        ))
    };
    let scope = format!("{id}/2023-11-14/cdn/tc3_request");

    assert_refused(&without(call().request(), "Authorization"), code, "no `Authorization` header");
    assert_refused(&with_authorization("Bearer token"), code, "TC3-HMAC-SHA256");
    assert_refused(&with_authorization("TC3-HMAC-SHA256 signature"), code, "an unknown part");
    assert_refused(&with_authorization(&format!("TC3-HMAC-SHA256 Credential={scope}")), code, "lacks a part");
    assert_refused(&with_authorization("TC3-HMAC-SHA256 Signature=0,Signature=0"), code, "a part twice");
    assert_refused(&header(&id, "content-type;host", &signature), code, "<secret id>/<date>/<service>/tc3_request");
    let other_end = scope.replace("tc3", "tc4");
    assert_refused(
        &header(&other_end, "content-type;host", &signature),
        code,
        "<secret id>/<date>/<service>/tc3_request",
    );
    assert_refused(&header(&scope, "host", &signature), code, "does not contain `content-type`");
    assert_refused(&header(&scope, "content-type", &signature), code, "does not contain `host`");
    assert_refused(&header(&scope, "host;content-type", &signature), code, "ascending");
    assert_refused(&header(&scope, "Content-Type;Host", &signature), code, "lower case");
    assert_refused(&header(&scope, "content-type;host;x-absent", &signature), code, "`x-absent` was not sent");
    assert_refused(&header(&scope, "content-type;host", "0"), code, "64 hexadecimal digits");
    assert_refused(&header(&scope, "content-type;host", &"A".repeat(64)), code, "64 hexadecimal digits");

    let mut twice = call().request();
    twice.headers.push(("host".into(), "cdn.tencentcloudapi.com".into()));
    assert_refused(&twice, code, "`host` was sent twice");
}

#[test]
fn parts_may_be_separated_by_commas_without_spaces() {
    let mut request = call().request();
    for (_, value) in request.headers.iter_mut().filter(|(name, _)| name == "Authorization") {
        *value = value.replace(", ", ",");
    }
    verified(&request).unwrap();
}

#[test]
fn an_unknown_secret_id_is_refused() {
    let unknown = call().with(|call| call.secret_id = "AKIDUNKNOWN".into());
    assert_refused(&unknown.request(), "AuthFailure.SecretIdNotFound", "`AKID...`");
}

#[test]
fn a_key_that_was_sent_as_the_secret_id_is_not_shown() {
    let swapped = call().with(|call| call.secret_id = "wJ8rQ5tZ2xN7vK1m".into());
    let refusal = verify(&swapped.request(), &[Credential::default()], at(NOW)).unwrap_err();
    assert_eq!(refusal.code(), "AuthFailure.SecretIdNotFound");
    assert!(refusal.message().contains("`wJ8r...`") && !refusal.message().contains("wJ8rQ"), "{refusal}");
}

#[test]
fn several_credentials_may_be_accepted() {
    let second = call().with(|call| {
        call.secret_id = "AKIDSECOND".into();
        call.secret_key = "second".into();
    });
    let known = [Credential::default(), Credential::new("AKIDSECOND", "second")];
    assert_eq!(verify(&second.request(), &known, at(NOW)).unwrap().secret_id, "AKIDSECOND");
}

#[test]
fn a_token_must_belong_to_its_credential() {
    let temporary = [Credential::default().with_token("right")];
    let permanent = [Credential::default()];
    let with = |token: &str| call().with(|call| call.other_headers.push(("X-TC-Token", token.into()))).request();

    verify(&with("right"), &temporary, at(NOW)).unwrap();
    verify(&with(""), &permanent, at(NOW)).unwrap();
    for (request, credentials, says) in [
        (with("wrong"), &temporary, "not the token"),
        (call().request(), &temporary, "send its token"),
        (with("right"), &permanent, "do not send `X-TC-Token`"),
    ] {
        let refusal = verify(&request, credentials, at(NOW)).unwrap_err();
        assert_eq!(refusal.code(), "AuthFailure.TokenFailure");
        assert!(refusal.message().contains(says), "{refusal}");
        assert!(!refusal.message().contains("right"), "{refusal}");
    }
}

#[test]
fn a_credential_scope_must_fit_the_request() {
    let yesterday = call().with(|call| call.date = "2023-11-13".into());
    assert_explained(&yesterday, &yesterday, "`2023-11-13`, but `X-TC-Timestamp` is on 2023-11-14");
    let other = call().with(|call| call.service = "teo".into());
    assert_explained(&other, &other, "the service `teo`, but the request was sent to a host of `cdn`");
}

#[test]
fn a_host_signed_without_its_port_is_named() {
    let sent = call().with(|call| call.host = "127.0.0.1:8088".into());
    verified(&sent.request()).unwrap();
    let signed = sent.clone().with(|call| call.host = "127.0.0.1".into());
    assert_explained(&sent, &signed, "with the host `127.0.0.1`, but `127.0.0.1:8088` was sent");
}

#[test]
fn a_host_signed_without_its_port_can_be_accepted() {
    let sent = call().with(|call| call.host = "127.0.0.1:8088".into());
    let signed = sent.clone().with(|call| call.host = "127.0.0.1".into());
    let lenient = |request: &Request| {
        verify_with(VerifyOptions::default().host_without_port(true), request, &[Credential::default()], at(NOW))
    };
    assert!(lenient(&sent.request_signed_as(&signed)).unwrap().host_without_port);
    assert!(!lenient(&sent.request()).unwrap().host_without_port);
    let other = signed.with(|call| call.host = "127.0.0.2".into());
    assert_eq!(lenient(&sent.request_signed_as(&other)).unwrap_err().code(), "AuthFailure.SignatureFailure");
}

#[test]
fn a_get_signs_its_query() {
    let sent = call().with(|call| {
        call.method = "GET";
        call.query = "Urls.0=http%3A%2F%2Fa.b%2F";
        call.content_type = "application/x-www-form-urlencoded".into();
        call.body.clear();
    });
    verified(&sent.request()).unwrap();
    assert_explained_separately(
        &sent,
        &sent.clone().with(|call| call.query = "Urls.0=http%3A%2F%2Fa.c%2F"),
        "canonical request",
    );
}

#[test]
fn another_content_type_is_named() {
    let sent = call().with(|call| call.content_type = "application/json; charset=utf-8".into());
    assert_explained(&sent, &call(), "the content type `application/json`, but `application/json; charset=utf-8`");
}

#[test]
fn another_end_of_the_body_is_named() {
    let longer = call().with(|call| call.body.push(b'\n'));
    assert_explained(&longer, &call(), r#"without the "\n" at the end of the body"#);
    assert_explained(&call(), &longer, r#"with "\n" at the end of the body"#);
    let empty = call().with(|call| call.body.clear());
    assert_explained(&call(), &empty, "with an empty body");
}

#[test]
fn white_space_after_the_key_is_named() {
    let read_from_a_file = call().with(|call| call.secret_key.push('\n'));
    assert_explained(&call(), &read_from_a_file, r#"a secret key that ends in "\n""#);
}

#[test]
fn capitals_in_a_signed_value_are_named() {
    // The client of these tests cannot make this signature: the canonical request contains
    // `x-tc-action:PurgeUrlsCache` instead of lower case.
    let sent = call().with(|call| call.signed = "content-type;host;x-tc-action");
    let mut request = sent.request();
    for (_, value) in request.headers.iter_mut().filter(|(name, _)| name == "Authorization") {
        let (parts, _) = value.split_at(value.len() - 64);
        *value = format!("{parts}{SIGNED_WITH_CAPITALS}");
    }
    assert_refused(&request, "AuthFailure.SignatureFailure", "sign them in lower case");
}

const SIGNED_WITH_CAPITALS: &str = "e1237e931d1dbc63a96fea2fe96d01dcc94a1d24f528d5750a7db73d7167b7b1";

#[test]
fn a_mistake_that_is_not_common_shows_what_should_have_been_signed() {
    let other_key = call().with(|call| call.secret_key = "other".into());
    let says = r#""POST\n/\n\ncontent-type:application/json\nhost:cdn.tencentcloudapi.com\n\ncontent-type;host\n"#;
    assert_explained_separately(&call(), &other_key, says);
    let says = r#""TC3-HMAC-SHA256\n1700000000\n2023-11-14/cdn/tc3_request\n"#;
    assert_explained_separately(&call(), &other_key, says);
}

#[test]
fn a_token_that_is_signed_is_not_shown() {
    let sent = call().with(|call| {
        call.signed = "content-type;host;x-tc-token";
        call.other_headers.push(("X-TC-Token", "VerySecretToken".into()));
    });
    let signed =
        sent.clone().with(|call| call.action = "PurgePathCache".into()).with(|call| call.body = b"{}".to_vec());
    let refusal = verified(&sent.request_signed_as(&signed)).unwrap_err();
    let explanation = refusal.explanation().unwrap();
    assert!(explanation.contains("x-tc-token:<token>"), "{explanation}");
    for text in [refusal.message(), explanation] {
        assert!(!text.to_lowercase().contains("verysecrettoken"), "{text}");
    }
}
