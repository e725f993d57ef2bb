//! Tests which requests are refused, with which code, and what the message says.

use serde_json::json;
use tencentcloud_emulator::{Credential, common_codes};

use crate::client::{Call, NOW, start, start_with};

const URLS: &str = r#"{"Urls":["http://www.example.com/1.jpg"]}"#;

fn call() -> Call {
    Call::new("cdn", "PurgeUrlsCache", URLS)
}

#[track_caller]
fn assert_refused(call: &Call, code: &str, says: &str) {
    let response = call.send(&start());
    assert_eq!(response.code(), code, "{}", response.body);
    assert!(response.message().contains(says), "{}", response.body);
    assert_eq!(response.status(), "200");
    assert_eq!(response.header("content-type"), Some("application/json"));
    let members: Vec<String> = response.members().as_object().unwrap().keys().cloned().collect();
    assert_eq!(members, ["Error", "RequestId"]);
}

#[test]
fn methods_other_than_post_and_get_are_refused() {
    assert_refused(&call().with(|call| call.method = "PUT"), "UnsupportedProtocol", "PUT");
}

#[test]
fn paths_other_than_the_root_are_refused() {
    assert_refused(&call().with(|call| call.path = "/cdn"), "UnsupportedOperation", "`/cdn`");
}

#[test]
fn missing_common_parameters_are_refused() {
    assert_refused(&call().with(|call| call.action.clear()), "MissingParameter", "`Action`");
    assert_refused(&call().with(|call| call.version.clear()), "MissingParameter", "`Version`");
}

#[test]
fn a_wrong_signature_is_refused() {
    let other_key = call().with(|call| call.secret_key.push('x'));
    assert_refused(&other_key, "AuthFailure.SignatureFailure", "check the secret key");
}

#[test]
fn an_unknown_secret_id_is_refused() {
    let unknown = call().with(|call| call.secret_id = "AKIDUNKNOWN".into());
    assert_refused(&unknown, "AuthFailure.SecretIdNotFound", "`AKID...`");
}

#[test]
fn a_wrong_clock_is_refused() {
    let late = call().with(|call| call.timestamp = NOW + 301);
    assert_refused(&late, "AuthFailure.SignatureExpire", "the server time 1700000000");
}

#[test]
fn a_missing_token_is_refused() {
    let emulator = start_with(|builder| builder.credential(Credential::default().with_token("token")));
    assert_eq!(call().send(&emulator).code(), "AuthFailure.TokenFailure");
    let with_token = call().with(|call| call.other_headers.push(("X-TC-Token", "token".into())));
    assert_eq!(with_token.send(&emulator).code(), "");
}

#[test]
fn an_unknown_product_is_refused() {
    assert_refused(&Call::new("cvm", "RunInstances", "{}"), "NoSuchProduct", "use one of cdn, ecdn, teo");
}

#[test]
fn a_service_that_a_client_read_from_an_address_is_refused() {
    let call = Call::new("127", "PurgeUrlsCache", URLS).with(|call| call.host = "127.0.0.1".into());
    assert_refused(&call, "NoSuchProduct", "http://cdn.localhost:<port>");
}

#[test]
fn an_unknown_version_is_refused() {
    let call = call().with(|call| call.version = "2018-06-07".into());
    assert_refused(&call, "NoSuchVersion", "use 2018-06-06");
}

#[test]
fn an_unknown_action_is_refused() {
    assert_refused(&Call::new("cdn", "PurgeUrlCache", "{}"), "InvalidAction", "PurgeUrlsCache");
    assert_refused(&Call::new("cdn", "CreatePurgeTask", "{}"), "InvalidAction", "call it on `teo`, version 2022-09-01");
}

#[test]
fn a_wrong_content_type_is_refused() {
    let form = call().with(|call| call.content_type = "application/x-www-form-urlencoded".into());
    assert_refused(&form, "InvalidParameter", "`application/x-www-form-urlencoded`");
    let get = call().with(|call| call.method = "GET");
    assert_refused(&get, "InvalidParameter", "send `application/x-www-form-urlencoded` with a GET request");
    let charset = call().with(|call| call.content_type = "application/json; charset=utf-8".into());
    assert_eq!(charset.send(&start()).code(), "");
}

#[test]
fn invalid_parameters_are_refused() {
    let purge = |body: &str| Call::new("cdn", "PurgeUrlsCache", body);
    assert_refused(&purge("{"), "InvalidParameter", "not JSON");
    assert_refused(&purge("{}"), "MissingParameter", "`Urls`");
    assert_refused(&purge(r#"{"Urls":[]}"#), "MissingParameter", "`Urls`");
    assert_refused(
        &purge(r#"{"Urls":["http://a.b/"],"Urlencode":true}"#),
        "UnknownParameter",
        "did you mean `UrlEncode`?",
    );
    assert_refused(&purge(r#"{"Urls":["http://a.b/",1]}"#), "InvalidParameter", "`Urls.1`");
    assert_refused(&purge(r#"{"Urls":["http://a.b/"],"Area":"global"}"#), "InvalidParameterValue", "`Area`");

    let tags = |body: &str| Call::new("teo", "CreatePurgeTask", body);
    let domains = r#"{"ZoneId":"zone-1","Type":"purge_cache_tag","Targets":["a"],"CacheTag":{"Domains":[1]}}"#;
    assert_refused(&tags(domains), "InvalidParameter", "`CacheTag.Domains.0`");
}

#[test]
fn batches_that_are_too_large_are_refused() {
    let urls = json!({ "Urls": vec!["http://www.example.com/"; 1_001] }).to_string();
    let too_many = Call::new("cdn", "PurgeUrlsCache", &urls);
    assert_refused(&too_many, "LimitExceeded.CdnPurgeUrlExceedBatchLimit", "1001 elements: at most 1000");

    let paths = json!({ "Paths": vec!["http://www.example.com/"; 501], "FlushType": "flush" }).to_string();
    let too_many = Call::new("cdn", "PurgePathCache", &paths);
    assert_refused(&too_many, "LimitExceeded.CdnPurgePathExceedBatchLimit", "501 elements: at most 500");
}

#[test]
fn the_codes_of_the_emulator_are_documented() {
    let known: Vec<&str> = common_codes().iter().map(|code| code.code).collect();
    for code in [
        "AuthFailure.InvalidAuthorization",
        "AuthFailure.SecretIdNotFound",
        "AuthFailure.SignatureExpire",
        "AuthFailure.SignatureFailure",
        "AuthFailure.TokenFailure",
        "InternalError",
        "InvalidAction",
        "InvalidParameter",
        "InvalidParameterValue",
        "LimitExceeded",
        "MissingParameter",
        "NoSuchProduct",
        "NoSuchVersion",
        "RequestSizeLimitExceeded",
        "UnknownParameter",
        "UnsupportedOperation",
        "UnsupportedProtocol",
    ] {
        assert!(known.contains(&code), "{code}");
    }
}
