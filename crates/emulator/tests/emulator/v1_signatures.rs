//! Tests the verification of signature V1, and the messages of refusals.

use tencentcloud_emulator::verify::{Request, Scheme, VerifyOptions, verify, verify_with};
use tencentcloud_emulator::{Credential, Limit};

use crate::client::{NOW, Response, V1Call, at, percent_encoded, send, start, start_with};

const URL: (&str, &str) = ("Urls.0", "http://www.example.com/中文%20a+b&c=d.jpg");

fn call(method: &'static str) -> V1Call {
    V1Call::new(method, "PurgeUrlsCache", "2018-06-06", &[URL])
}

#[track_caller]
fn assert_refused(request: &Request, code: &str, says: &str) {
    let refusal = verify(request, &[Credential::default()], at(NOW)).unwrap_err();
    assert_eq!(refusal.code(), code, "{refusal}");
    assert!(refusal.message().contains(says), "{refusal}");
}

#[test]
fn both_algorithms_are_accepted_with_get_and_post() {
    let emulator = start_with(|builder| builder.requests_per_second(Limit::Unlimited));
    for method in ["GET", "POST"] {
        for (stated, scheme) in
            [(None, Scheme::HmacSha1), (Some("HmacSHA1"), Scheme::HmacSha1), (Some("HmacSHA256"), Scheme::HmacSha256)]
        {
            let call = call(method).set("SignatureMethod", stated);
            let verified = verify(&call.request(), &[Credential::default()], at(NOW)).unwrap();
            assert_eq!((verified.scheme, verified.service.as_str(), verified.timestamp), (scheme, "", NOW));
            assert_eq!(call.send(&emulator).code(), "", "{method} {stated:?}");
        }
    }
    let received = emulator.received();
    let first = &received[0];
    assert_eq!(first.parameters, r#"{"Urls":["http://www.example.com/中文%20a+b&c=d.jpg"]}"#);
    assert_eq!((first.action.as_str(), first.version.as_str()), ("PurgeUrlsCache", "2018-06-06"));
    assert_eq!(first.service, "cdn");
}

#[test]
fn each_action_can_be_called() {
    let emulator = start();
    let response = |action: &str, version: &str, parameters: &[(&str, &str)]| -> Response {
        let call = V1Call::new("POST", action, version, parameters);
        let response = call.send(&emulator);
        assert_eq!(response.code(), "", "{}", response.body);
        response
    };
    let task = response(
        "PurgeUrlsCache",
        "2018-06-06",
        &[("Urls.0", "http://a.b/"), ("UrlEncode", "True"), ("Area", "overseas")],
    );
    response(
        "PurgePathCache",
        "2018-06-06",
        &[("Paths.0", "http://a.b/"), ("FlushType", "delete"), ("UrlEncode", "false")],
    );
    let tags = [("ZoneId", "zone-1"), ("Type", "purge_cache_tag"), ("Targets.0", "a"), ("CacheTag.Domains.0", "a b")];
    response("CreatePurgeTask", "2022-09-01", &tags);
    let id = task.members()["TaskId"].as_str().unwrap().to_owned();
    let log = response("DescribePurgeTasks", "2019-10-12", &[("TaskId", &id), ("Limit", "5"), ("Offset", "0")]);
    assert_eq!(log.members()["TotalCount"], 1);
}

#[test]
fn the_host_may_name_the_product() {
    let emulator = start();
    let at = |host: &str| call("GET").with(|call| call.host = host.into()).send(&emulator);
    assert_eq!(at("cdn.tencentcloudapi.com").code(), "");
    assert_eq!(at("cdn.localhost:8088").code(), "");
    assert_eq!(at("teo.localhost:8088").code(), "NoSuchVersion");
    let unknown = call("GET").set("Version", Some("2000-01-01")).send(&emulator);
    assert_eq!(unknown.code(), "NoSuchProduct", "{}", unknown.message());
    let elsewhere = call("GET").set("Action", Some("CreatePurgeTask")).send(&emulator);
    assert_eq!(elsewhere.code(), "InvalidAction", "{}", elsewhere.message());
}

#[test]
fn common_parameters_are_required() {
    for name in ["Action", "Version", "Timestamp", "Nonce", "SecretId"] {
        for value in [None, Some("")] {
            let request = call("GET").set(name, value).request();
            assert_refused(&request, "MissingParameter", &format!("`{name}`"));
        }
    }
    assert_refused(&call("GET").request_with(""), "MissingParameter", "`Signature`");
}

#[test]
fn invalid_common_parameters_are_refused() {
    for (name, value) in [("Timestamp", "now"), ("Nonce", "0"), ("Nonce", "-1"), ("SignatureMethod", "HmacMD5")] {
        assert_refused(&call("GET").set(name, Some(value)).request(), "InvalidParameterValue", &format!("`{name}`"));
    }
    let mut twice = call("GET");
    twice.pairs.push(("Nonce".into(), "1".into()));
    assert_refused(&twice.request(), "InvalidParameter", "`Nonce` was sent twice");
    let mut malformed = call("GET").request();
    malformed.query.push_str("&Urls.1");
    assert_refused(&malformed, "InvalidParameter", "`Urls.1` has no `=`");
}

#[test]
fn the_clocks_may_differ_by_five_minutes() {
    let request = call("POST").request();
    for now in [NOW - 300, NOW + 300] {
        verify(&request, &[Credential::default()], at(now)).unwrap();
    }
    for now in [NOW - 301, NOW + 301] {
        let refusal = verify(&request, &[Credential::default()], at(now)).unwrap_err();
        assert_eq!(refusal.code(), "AuthFailure.SignatureExpire");
        assert!(refusal.message().ends_with(&format!("the server time {now}.")), "{refusal}");
    }
}

#[test]
fn a_token_must_belong_to_its_credential() {
    let temporary = [Credential::default().with_token("right")];
    let with = |token| call("GET").set("Token", token).request();
    verify(&with(Some("right")), &temporary, at(NOW)).unwrap();
    for (request, credentials) in
        [(with(Some("wrong")), &temporary), (with(None), &temporary), (with(Some("right")), &[Credential::default()])]
    {
        let refusal = verify(&request, credentials, at(NOW)).unwrap_err();
        assert_eq!(refusal.code(), "AuthFailure.TokenFailure");
    }
}

#[test]
fn a_wrong_key_is_refused_and_the_explanation_has_the_string_to_sign() {
    let call = call("GET").set("Token", Some("hidden-token")).with(|call| call.secret_key = "other".into());
    let refusal = verify(&call.request(), &[Credential::default()], at(NOW)).unwrap_err();
    assert_eq!(refusal.code(), "AuthFailure.SignatureFailure");
    let says = r#""GET127.0.0.1:8088/?Action=PurgeUrlsCache&Nonce=11886&SecretId="#;
    assert!(refusal.message().contains("`GET /_emulator/received` explains what to sign"), "{refusal}");
    let explanation = refusal.explanation().unwrap();
    assert!(explanation.contains(says) && explanation.contains("Token=<token>"), "{explanation}");
    for text in [refusal.message(), explanation] {
        assert!(!text.contains("hidden") && !text.contains(Credential::default().secret_key()), "{text}");
    }
}

#[test]
fn common_mistakes_are_named() {
    let sent = call("GET");
    let code = "AuthFailure.SignatureFailure";
    let bare = sent.clone().with(|call| call.host = "127.0.0.1".into()).signature();
    assert_refused(&sent.request_with(&bare), code, "with the host `127.0.0.1`, but `127.0.0.1:8088` was sent");
    let posted = call("POST").signature();
    assert_refused(&sent.request_with(&posted), code, "it was made for POST, but the method of the request is GET");
    let sha256 = sent.signature_by(true);
    assert_refused(
        &sent.request_with(&sha256),
        code,
        "made with HmacSHA256, but the signature method of the request is HmacSHA1",
    );
    let with_tail = sent.clone().with(|call| call.secret_key.push('\n')).signature();
    assert_refused(&sent.request_with(&with_tail), code, r#"a secret key that ends in "\n""#);
    let encoded = sent.clone().with(|call| call.pairs.iter_mut().for_each(|pair| pair.1 = percent_encoded(&pair.1)));
    assert_refused(&sent.request_with(&encoded.signature()), code, "values that were URL-encoded");
}

#[test]
fn a_plus_that_was_not_encoded_is_named() {
    // A nonce with which the signature contains a `+`.
    let sent = (1..).map(|nonce| call("GET").set("Nonce", Some(&nonce.to_string())));
    let sent = sent.into_iter().find(|call| call.signature().contains('+')).unwrap();
    let mut request = sent.request();
    request.query = request.query.replace("%2B", "+").replace("a+b", "a%2Bb");
    assert_refused(&request, "AuthFailure.SignatureFailure", "its `+` was sent as it is");
}

#[test]
fn a_host_signed_without_its_port_can_be_accepted() {
    let sent = call("POST");
    let bare = sent.clone().with(|call| call.host = "127.0.0.1".into()).signature();
    let options = VerifyOptions::default().host_without_port(true);
    let verified = verify_with(options, &sent.request_with(&bare), &[Credential::default()], at(NOW)).unwrap();
    assert!(verified.host_without_port);
    let emulator = start_with(|builder| builder.host_without_port(true));
    assert_eq!(send(emulator.address(), &sent.request_with(&bare)).code(), "");
    let [received] = emulator.received().try_into().unwrap();
    assert!(received.verified.unwrap().host_without_port);
}
