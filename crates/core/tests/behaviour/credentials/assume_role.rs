//! Tests the credentials of a role.

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use tencentcloud_core::credentials::{AssumeRole, CachedCredentials};
use tencentcloud_core::http::{HttpResponse, TransportError, TransportErrorKind};
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::time::Clock;
use tencentcloud_core::{Client, Endpoint, ErrorKind};

use super::InContext;
use super::sts::{ARN, assume, base, issued};
use crate::sample::{Cdn, NOW, PURGED, config, error_of, purge};

#[test]
fn a_role_is_assumed_with_a_request_that_the_base_signs() {
    let transport = ScriptedTransport::new().respond(200, issued("AKIDrole", NOW + 7_200));
    let credentials = assume(AssumeRole::new(base().with_token("base-token").unwrap(), ARN), &transport).unwrap();
    assert_eq!(credentials.secret_id(), "AKIDrole");
    assert_eq!(credentials.expiry(), Some(UNIX_EPOCH + Duration::from_secs(NOW + 7_200)));

    let [request] = transport.requests().try_into().unwrap();
    assert_eq!((request.method(), request.url()), ("POST", "https://sts.tencentcloudapi.com/"));
    assert_eq!(
        str::from_utf8(request.body()).unwrap(),
        format!(r#"{{"RoleArn":"{ARN}","RoleSessionName":"tencentcloud-rust-{NOW}","DurationSeconds":7200}}"#)
    );
    assert!(request.header("authorization").unwrap().starts_with(
        "TC3-HMAC-SHA256 Credential=AKIDbase/2023-11-14/sts/tc3_request, SignedHeaders=content-type;host, "
    ));
    for (name, value) in [
        ("x-tc-action", "AssumeRole"),
        ("x-tc-version", "2018-08-13"),
        ("x-tc-region", "ap-guangzhou"),
        ("x-tc-token", "base-token"),
    ] {
        assert_eq!(request.header(name), Some(value));
    }
}

#[test]
fn all_parameters_of_a_role_are_sent() {
    let transport = ScriptedTransport::new().respond(200, issued("AKIDrole", NOW + 900));
    let role = AssumeRole::new(base(), ARN)
        .session_name("nightly")
        .duration(Duration::from_secs(900))
        .external_id("shared")
        .region("ap-singapore")
        .endpoint(Endpoint::International);
    assume(role, &transport).unwrap();
    let [request] = transport.requests().try_into().unwrap();
    assert_eq!(request.url(), "https://sts.intl.tencentcloudapi.com/");
    assert_eq!(request.header("x-tc-region"), Some("ap-singapore"));
    assert_eq!(
        str::from_utf8(request.body()).unwrap(),
        format!(r#"{{"RoleArn":"{ARN}","RoleSessionName":"nightly","DurationSeconds":900,"ExternalId":"shared"}}"#)
    );
}

#[test]
fn parameters_that_the_service_would_refuse_are_not_sent() {
    let transport = ScriptedTransport::new();
    for name in ["a", "a b", "", "ä".repeat(3).as_str(), "a".repeat(129).as_str()] {
        let error = assume(AssumeRole::new(base(), ARN).session_name(name), &transport).unwrap_err();
        assert_eq!(error.message(), format!("`{name}` is not a valid session name"));
    }
    for seconds in [0, 43_201] {
        let role = AssumeRole::new(base(), ARN).duration(Duration::from_secs(seconds));
        assert_eq!(assume(role, &transport).unwrap_err().hint(), Some("set a duration of 1 second to 12 hours"));
    }
    assert!(transport.requests().is_empty());
}

#[test]
fn calls_are_signed_as_the_role_which_is_assumed_again_before_the_expiry() {
    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new()
        .respond(200, issued("AKIDfirst", NOW + 7_200))
        .respond(200, PURGED)
        .respond(200, PURGED)
        .respond(200, issued("AKIDsecond", NOW + 14_100))
        .respond(200, PURGED);
    let config = config(&transport, &clock).credentials(AssumeRole::new(base(), ARN)).build().unwrap();
    let client = Client::<Cdn>::new(&config);
    for seconds in [0, 6_899, 1] {
        clock.advance(Duration::from_secs(seconds));
        clock.run(client.call(&purge()).into_future()).unwrap();
    }
    let requests = transport.requests();
    let signed: Vec<_> = requests
        .iter()
        .map(|request| {
            let id = request.header("authorization").unwrap().split(['=', '/']).nth(1).unwrap();
            (request.header("x-tc-action").unwrap(), id, request.header("x-tc-token"))
        })
        .collect();
    assert_eq!(
        signed,
        [
            ("AssumeRole", "AKIDbase", None),
            ("PurgeUrlsCache", "AKIDfirst", Some("hidden-token")),
            ("PurgeUrlsCache", "AKIDfirst", Some("hidden-token")),
            ("AssumeRole", "AKIDbase", None),
            ("PurgeUrlsCache", "AKIDsecond", Some("hidden-token")),
        ]
    );
}

#[test]
fn a_role_can_be_assumed_by_a_role() {
    let transport = ScriptedTransport::new()
        .respond(200, issued("AKIDinner", NOW + 7_200))
        .respond(200, issued("AKIDouter", NOW + 7_200));
    let inner = AssumeRole::new(base(), "qcs::cam::uin/1:roleName/inner");
    assert_eq!(assume(AssumeRole::new(inner, ARN), &transport).unwrap().secret_id(), "AKIDouter");
    let [_, second] = transport.requests().try_into().unwrap();
    assert!(second.header("authorization").unwrap().contains("Credential=AKIDinner/"));
}

#[test]
fn wrapped_providers_use_the_transport_of_the_configuration() {
    let transport = ScriptedTransport::new()
        .respond(200, issued("AKIDinner", NOW + 7_200))
        .respond(200, issued("AKIDouter", NOW + 7_200))
        .respond(200, PURGED);
    let clock = VirtualClock::at_unix(NOW);
    let inner = Arc::new(CachedCredentials::new(AssumeRole::new(base(), "qcs::cam::uin/1:roleName/inner")));
    let provider = CachedCredentials::new(AssumeRole::new(inner, ARN));
    let config = config(&transport, &clock).credentials(provider).build().unwrap();
    clock.run(Client::<Cdn>::new(&config).call(&purge()).into_future()).unwrap();
    assert_eq!(transport.requests().len(), 3);
}

#[test]
fn a_failing_service_is_retried_and_its_last_error_is_kept() {
    let refused = r#"{"Response":{"Error":{"Code":"InternalError.DbError","Message":"m"},"RequestId":"request-2"}}"#;
    let transport = ScriptedTransport::new()
        .fail(TransportError::new(TransportErrorKind::Read, "cut"))
        .respond(200, refused)
        .respond(200, issued("AKIDrole", NOW + 7_200));
    assert_eq!(assume(AssumeRole::new(base(), ARN), &transport).unwrap().secret_id(), "AKIDrole");

    let refused = refused.replace("InternalError.DbError", "AuthFailure.SecretIdNotFound");
    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new().respond(200, refused);
    let config = config(&transport, &clock).credentials(AssumeRole::new(base(), ARN)).build().unwrap();
    let error = error_of(&clock, Client::<Cdn>::new(&config).call(&purge()));
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Credentials, 0));
    assert_eq!(
        error.to_string(),
        "cdn.PurgeUrlsCache: sts.AssumeRole: AuthFailure.SecretIdNotFound: m (request id request-2); \
         help: check that the secret id is complete and enabled, and not of the other site \
         (mainland or international)"
    );
    let source = std::error::Error::source(&error).unwrap();
    assert!(source.to_string().starts_with("sts.AssumeRole: AuthFailure.SecretIdNotFound: m"), "{source}");
}

#[test]
fn a_transient_failure_is_retryable_and_a_refusal_is_not() {
    let no_connection = || TransportError::new(TransportErrorKind::Connect, "refused");
    let refusal =
        |code: &str| format!(r#"{{"Response":{{"Error":{{"Code":"{code}","Message":"m"}},"RequestId":"request-2"}}}}"#);
    let always = |step: &dyn Fn(ScriptedTransport) -> ScriptedTransport| {
        (0..100).fold(ScriptedTransport::new(), |transport, _| step(transport))
    };
    let cases = [
        (always(&|transport| transport.fail(no_connection())), true),
        (always(&|transport| transport.respond(503, "<html>")), true),
        (always(&|transport| transport.respond(429, "")), true),
        (always(&|transport| transport.respond(200, refusal("InternalError.DbError"))), true),
        (ScriptedTransport::new().respond(200, refusal("AuthFailure.SignatureFailure")), false),
        (ScriptedTransport::new().respond(200, refusal("UnauthorizedOperation")), false),
        (ScriptedTransport::new().respond(200, "<html>"), false),
    ];
    for (transport, is_transient) in cases {
        let clock = VirtualClock::at_unix(NOW);
        let config = config(&transport, &clock).credentials(AssumeRole::new(base(), ARN)).build().unwrap();
        let client = Client::<Cdn>::new(&config);
        let error = error_of(&clock, client.call(&purge()));
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Credentials, 0), "{error}");
        assert_eq!(error.is_retryable(), is_transient, "{error}");
        // The second call gets a copy of the error.
        assert_eq!(error_of(&clock, client.call(&purge())).is_retryable(), is_transient, "{error}");
        // The action itself was never sent.
        assert!(transport.requests().iter().all(|request| request.header("x-tc-action") == Some("AssumeRole")));
    }
    let inner = AssumeRole::new(base(), "qcs::cam::uin/1:roleName/inner");
    let error = assume(AssumeRole::new(inner, ARN), &always(&|transport| transport.fail(no_connection()))).unwrap_err();
    assert!(error.is_retryable(), "{error}");
}

#[test]
fn assuming_a_role_takes_twenty_seconds_at_most() {
    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new().hang().hang().hang().hang();
    let role = InContext::new(AssumeRole::new(base(), ARN), &transport, &clock);
    let error = clock.run(role.credentials()).unwrap_err();
    assert!((15..=20).contains(&(clock.unix() - NOW)), "{error}");
    assert_eq!(transport.requests().len(), 3);
    assert!(
        error
            .message()
            .starts_with("sts.AssumeRole: timeout: no response in time: the attempt's timeout of 5s has passed"),
        "{error}"
    );
}

#[test]
fn credentials_of_a_removed_role_are_used_until_they_expire() {
    let refused = r#"{"Response":{"Error":{"Code":"UnauthorizedOperation","Message":"m"},"RequestId":"request-2"}}"#;
    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new().respond(200, issued("AKIDrole", NOW + 7_200));
    let transport = (0..11).fold(transport, |transport, _| transport.respond(200, refused));
    let role = InContext::new(AssumeRole::new(base(), ARN), &transport, &clock);
    clock.run(role.credentials()).unwrap();
    clock.advance(Duration::from_secs(6_900));
    for second in 0..300 {
        assert_eq!(clock.run(role.credentials()).unwrap().secret_id(), "AKIDrole", "{second}");
        assert_eq!(transport.requests().len(), 2 + second / 30, "{second}");
        clock.advance(Duration::from_secs(1));
    }
    let error = clock.run(role.credentials()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "sts.AssumeRole: UnauthorizedOperation: m (request id request-2); \
         help: check the caller's access policies in CAM, and the state of the account"
    );
}

#[test]
fn an_invalid_response_is_not_shown() {
    let whole = issued("hidden-id", NOW);
    let cases = [
        whole.replace("1700000000", r#"["hidden"]"#),
        whole.replace("TmpSecretKey", "Other"),
        whole.replace(r#""hidden-token""#, r#"{"hidden":1}"#),
        whole.replace(r#""Token":"#, r#""Token":"hidden","Token":"#),
        whole.replace("hidden-key", "hidden-key\\n"),
        whole.get(..120).unwrap().to_owned(),
        whole.replace("Response", "Answer"),
        "hidden".to_owned(),
    ];
    for body in cases {
        let error =
            assume(AssumeRole::new(base(), ARN), &ScriptedTransport::new().respond(200, body.as_str())).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials, "{body}");
        assert!(error.message().starts_with("sts.AssumeRole: "), "{error}");
        assert!(!format!("{error} {error:?}").contains("hidden"), "{error:?}");
        let mut source = std::error::Error::source(&error);
        while let Some(error) = source {
            assert!(!format!("{error} {error:?}").contains("hidden"), "{error:?}");
            source = error.source();
        }
    }
}

#[test]
fn a_wrong_clock_does_not_shorten_the_lifetime() {
    let clock = VirtualClock::at_unix(NOW + 36_000);
    let expired =
        r#"{"Response":{"Error":{"Code":"AuthFailure.SignatureExpire","Message":"m"},"RequestId":"request-2"}}"#;
    let dated = |body: &str| HttpResponse::new(200, body).with_header("Date", "Tue, 14 Nov 2023 22:13:20 GMT");
    let transport =
        ScriptedTransport::new().respond_with(dated(expired)).respond_with(dated(&issued("AKIDrole", NOW + 7_200)));
    let role = InContext::new(AssumeRole::new(base(), ARN), &transport, &clock);
    let credentials = clock.run(role.credentials()).unwrap();
    let left = credentials.expiry().unwrap().duration_since(clock.now()).unwrap();
    // The rate limit delays the second request by a moment.
    assert_eq!(left.as_millis().div_ceil(1_000), 7_200);
    clock.advance(Duration::from_secs(6_899));
    clock.run(role.credentials()).unwrap();
    assert_eq!(transport.requests().len(), 2);
}

#[test]
fn debug_output_shows_no_secret_of_a_role() {
    let role = AssumeRole::new(base(), ARN).external_id("hidden").session_name("mine");
    assert_eq!(
        format!("{role:?}"),
        format!(r#"AssumeRole {{ role_arn: "{ARN}", session_name: Some("mine"), duration: 7200s, .. }}"#)
    );
}
