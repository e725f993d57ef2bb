//! What is refused, with which code, and what the message points at.

use serde_json::json;
use tencentcloud_emulator::{Credential, common_codes};

use crate::client::{Call, NOW, start, start_with};

const URLS: &str = r#"{"Urls":["http://www.example.com/1.jpg"]}"#;

fn call() -> Call {
    Call::new("cdn", "PurgeUrlsCache", URLS)
}

#[track_caller]
fn assert_refused(call: &Call, code: &str, says: &str) {
    let reply = call.send(&start());
    assert_eq!(reply.code(), code, "{}", reply.body);
    assert!(reply.message().contains(says), "{}", reply.body);
    assert_eq!(reply.status(), "200");
    assert_eq!(reply.header("content-type"), Some("application/json"));
    let members: Vec<String> = reply.response().as_object().unwrap().keys().cloned().collect();
    assert_eq!(members, ["Error", "RequestId"]);
}

#[test]
fn another_method_than_post_and_get() {
    assert_refused(&call().with(|call| call.method = "PUT"), "UnsupportedProtocol", "PUT");
}

#[test]
fn another_path_than_the_root() {
    assert_refused(&call().with(|call| call.path = "/cdn"), "UnsupportedOperation", "`/cdn`");
}

#[test]
fn common_parameters_that_are_missing() {
    assert_refused(&call().with(|call| call.action.clear()), "MissingParameter", "`Action`");
    assert_refused(&call().with(|call| call.version.clear()), "MissingParameter", "`Version`");
}

#[test]
fn a_signature_that_does_not_match() {
    let other_key = call().with(|call| call.secret_key.push('x'));
    assert_refused(&other_key, "AuthFailure.SignatureFailure", "check the secret key");
}

#[test]
fn a_secret_id_that_nobody_has() {
    let stranger = call().with(|call| call.secret_id = "AKIDSTRANGER".into());
    assert_refused(&stranger, "AuthFailure.SecretIdNotFound", "`AKID...`");
}

#[test]
fn a_clock_that_is_wrong() {
    let late = call().with(|call| call.timestamp = NOW + 301);
    assert_refused(&late, "AuthFailure.SignatureExpire", "the server time 1700000000");
}

#[test]
fn a_token_that_is_missing() {
    let emulator = start_with(|builder| builder.credential(Credential::default().token("token")));
    assert_eq!(call().send(&emulator).code(), "AuthFailure.TokenFailure");
    let with_token = call().with(|call| call.others.push(("X-TC-Token", "token".into())));
    assert_eq!(with_token.send(&emulator).code(), "");
}

#[test]
fn a_product_that_is_not_there() {
    assert_refused(&Call::new("cvm", "RunInstances", "{}"), "NoSuchProduct", "there are cdn, ecdn, teo");
}

#[test]
fn a_service_that_was_taken_from_the_address() {
    let call = Call::new("127", "PurgeUrlsCache", URLS).with(|call| call.host = "127.0.0.1".into());
    assert_refused(&call, "NoSuchProduct", "http://cdn.localhost:<port>");
}

#[test]
fn a_version_that_the_product_does_not_have() {
    let call = call().with(|call| call.version = "2018-06-07".into());
    assert_refused(&call, "NoSuchVersion", "it has 2018-06-06");
}

#[test]
fn an_action_that_the_product_does_not_have() {
    assert_refused(&Call::new("cdn", "PurgeUrlCache", "{}"), "InvalidAction", "PurgeUrlsCache");
    assert_refused(&Call::new("cdn", "CreatePurgeTask", "{}"), "InvalidAction", "one of `teo`, version 2022-09-01");
}

#[test]
fn a_content_type_other_than_json() {
    let form = call().with(|call| call.content_type = "application/x-www-form-urlencoded".into());
    assert_refused(&form, "InvalidParameter", "`application/x-www-form-urlencoded`");
    let get = call().with(|call| call.method = "GET");
    assert_refused(&get, "InvalidParameter", "a GET has `application/x-www-form-urlencoded`");
    let charset = call().with(|call| call.content_type = "application/json; charset=utf-8".into());
    assert_eq!(charset.send(&start()).code(), "");
}

#[test]
fn parameters_that_the_table_does_not_allow() {
    let purge = |body: &str| Call::new("cdn", "PurgeUrlsCache", body);
    assert_refused(&purge("{"), "InvalidParameter", "not JSON");
    assert_refused(&purge("{}"), "MissingParameter", "`Urls`");
    assert_refused(&purge(r#"{"Urls":[]}"#), "MissingParameter", "`Urls`");
    assert_refused(
        &purge(r#"{"Urls":["http://a.b/"],"Urlencode":true}"#),
        "UnknownParameter",
        "`UrlEncode` is written so",
    );
    assert_refused(&purge(r#"{"Urls":["http://a.b/",1]}"#), "InvalidParameter", "`Urls.1`");
    assert_refused(&purge(r#"{"Urls":["http://a.b/"],"Area":"global"}"#), "InvalidParameterValue", "`Area`");

    let tags = |body: &str| Call::new("teo", "CreatePurgeTask", body);
    let domains = r#"{"ZoneId":"zone-1","Type":"purge_cache_tag","Targets":["a"],"CacheTag":{"Domains":[1]}}"#;
    assert_refused(&tags(domains), "InvalidParameter", "`CacheTag.Domains.0`");
}

#[test]
fn batches_that_are_too_large() {
    let urls = json!({ "Urls": vec!["http://www.example.com/"; 1_001] }).to_string();
    let too_many = Call::new("cdn", "PurgeUrlsCache", &urls);
    assert_refused(&too_many, "LimitExceeded.CdnPurgeUrlExceedBatchLimit", "1001 elements: at most 1000");

    let paths = json!({ "Paths": vec!["http://www.example.com/"; 501], "FlushType": "flush" }).to_string();
    let too_many = Call::new("cdn", "PurgePathCache", &paths);
    assert_refused(&too_many, "LimitExceeded.CdnPurgePathExceedBatchLimit", "501 elements: at most 500");
}

#[test]
fn the_common_codes_are_documented() {
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
