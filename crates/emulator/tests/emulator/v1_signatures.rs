//! Signature V1: what is accepted, what is refused, and whether it is said why.

use tencentcloud_emulator::verify::{Request, Rules, Scheme, verify, verify_by};
use tencentcloud_emulator::{Credential, Limit};

use crate::client::{NOW, OldCall, Reply, at, percent_encoded, send, start, start_with};

const URL: (&str, &str) = ("Urls.0", "http://www.example.com/中文 a+b&c=d.jpg");

fn call(method: &'static str) -> OldCall {
    OldCall::new(method, "PurgeUrlsCache", "2018-06-06", &[URL])
}

#[track_caller]
fn assert_refused(request: &Request, code: &str, says: &str) {
    let refusal = verify(request, &[Credential::default()], at(NOW)).unwrap_err();
    assert_eq!(refusal.code(), code, "{refusal}");
    assert!(refusal.message().contains(says), "{refusal}");
}

#[test]
fn both_algorithms_are_accepted_by_get_and_by_post() {
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
    assert_eq!(first.parameters, r#"{"Urls":["http://www.example.com/中文 a+b&c=d.jpg"]}"#);
    assert_eq!((first.action.as_str(), first.version.as_str()), ("PurgeUrlsCache", "2018-06-06"));
    assert_eq!(first.service, "cdn");
}

#[test]
fn every_action_can_be_called() {
    let emulator = start();
    let reply = |action: &str, version: &str, parameters: &[(&str, &str)]| -> Reply {
        let call = OldCall::new("POST", action, version, parameters);
        let reply = call.send(&emulator);
        assert_eq!(reply.code(), "", "{}", reply.body);
        reply
    };
    let task = reply(
        "PurgeUrlsCache",
        "2018-06-06",
        &[("Urls.0", "http://a.b/"), ("UrlEncode", "True"), ("Area", "overseas")],
    );
    reply(
        "PurgePathCache",
        "2018-06-06",
        &[("Paths.0", "http://a.b/"), ("FlushType", "delete"), ("UrlEncode", "false")],
    );
    let tags = [("ZoneId", "zone-1"), ("Type", "purge_cache_tag"), ("Targets.0", "a"), ("CacheTag.Domains.0", "a.b")];
    reply("CreatePurgeTask", "2022-09-01", &tags);
    let id = task.response()["TaskId"].as_str().unwrap().to_owned();
    let log = reply("DescribePurgeTasks", "2019-10-12", &[("TaskId", &id), ("Limit", "5"), ("Offset", "0")]);
    assert_eq!(log.response()["TotalCount"], 1);
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
fn what_every_request_has_is_required() {
    for name in ["Action", "Version", "Timestamp", "Nonce", "SecretId"] {
        for value in [None, Some("")] {
            let request = call("GET").set(name, value).request();
            assert_refused(&request, "MissingParameter", &format!("`{name}`"));
        }
    }
    assert_refused(&call("GET").request_with(""), "MissingParameter", "`Signature`");
}

#[test]
fn common_parameters_have_their_values() {
    for (name, value) in [("Timestamp", "now"), ("Nonce", "0"), ("Nonce", "-1"), ("SignatureMethod", "HmacMD5")] {
        assert_refused(&call("GET").set(name, Some(value)).request(), "InvalidParameterValue", &format!("`{name}`"));
    }
    let mut twice = call("GET");
    twice.pairs.push(("Nonce".into(), "1".into()));
    assert_refused(&twice.request(), "InvalidParameter", "`Nonce` was sent twice");
    let mut unreadable = call("GET").request();
    unreadable.query.push_str("&Urls.1");
    assert_refused(&unreadable, "InvalidParameter", "`Urls.1` has no `=`");
}

#[test]
fn the_clock_may_be_five_minutes_off() {
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
fn a_token_goes_with_its_credential() {
    let temporary = [Credential::default().token("right")];
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
fn another_key_is_refused_and_what_should_have_been_signed_is_shown() {
    let call = call("GET").set("Token", Some("hidden-token")).with(|call| call.secret_key = "other".into());
    let refusal = verify(&call.request(), &[Credential::default()], at(NOW)).unwrap_err();
    assert_eq!(refusal.code(), "AuthFailure.SignatureFailure");
    let says = r#""GET127.0.0.1:8088/?Action=PurgeUrlsCache&Nonce=11886&SecretId="#;
    assert!(refusal.message().contains(says) && refusal.message().contains("Token=<token>"), "{refusal}");
    assert!(!refusal.message().contains("hidden") && !refusal.message().contains(Credential::default().secret_key()));
}

#[test]
fn usual_mistakes_are_found_out() {
    let sent = call("GET");
    let code = "AuthFailure.SignatureFailure";
    let bare = sent.clone().with(|call| call.host = "127.0.0.1".into()).signature();
    assert_refused(&sent.request_with(&bare), code, "with the host `127.0.0.1`, but `127.0.0.1:8088` was sent");
    let posted = call("POST").signature();
    assert_refused(&sent.request_with(&posted), code, "it was made for POST, but the request is a GET");
    let sha256 = sent.signature_by(true);
    assert_refused(
        &sent.request_with(&sha256),
        code,
        "made with HmacSHA256, but `SignatureMethod` stands for HmacSHA1",
    );
    let with_tail = sent.clone().with(|call| call.secret_key.push('\n')).signature();
    assert_refused(&sent.request_with(&with_tail), code, r#"a secret key that ends in "\n""#);
    let encoded = sent.clone().with(|call| call.pairs.iter_mut().for_each(|pair| pair.1 = percent_encoded(&pair.1)));
    assert_refused(&sent.request_with(&encoded.signature()), code, "values that were URL-encoded");
}

#[test]
fn a_plus_that_is_not_encoded_is_found_out() {
    // With this nonce the signature has a `+`.
    let sent = (1..).map(|nonce| call("GET").set("Nonce", Some(&nonce.to_string())));
    let sent = sent.into_iter().find(|call| call.signature().contains('+')).unwrap();
    let mut request = sent.request();
    request.query = request.query.replace("%2B", "+").replace("a+b", "a%2Bb");
    assert_refused(&request, "AuthFailure.SignatureFailure", "its `+` was sent as it is");
}

#[test]
fn a_host_signed_without_its_port_can_be_let_pass() {
    let sent = call("POST");
    let bare = sent.clone().with(|call| call.host = "127.0.0.1".into()).signature();
    let rules = Rules::default().host_without_port(true);
    let verified = verify_by(rules, &sent.request_with(&bare), &[Credential::default()], at(NOW)).unwrap();
    assert!(verified.host_without_port);
    let emulator = start_with(|builder| builder.host_without_port(true));
    assert_eq!(send(emulator.address(), &sent.request_with(&bare)).code(), "");
    let [received] = emulator.received().try_into().unwrap();
    assert!(received.verified.unwrap().host_without_port);
}
