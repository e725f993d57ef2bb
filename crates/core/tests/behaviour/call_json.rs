//! Tests calls of any action, by its name and in JSON.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tencentcloud_core::call::{JsonCall, JsonResponse};
use tencentcloud_core::http::{TransportError, TransportErrorKind};
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{Client, Endpoint, Error, ErrorKind, GenericClient};

use crate::sample::{Cdn, NOW, PURGED, PurgeResponse, config, purge};

fn client(transport: &ScriptedTransport, clock: &VirtualClock) -> GenericClient {
    GenericClient::new(&config(transport, clock).build().unwrap())
}

/// The result of a call over this transport.
fn outcome(
    transport: &ScriptedTransport,
    call: impl FnOnce(&GenericClient) -> JsonCall,
) -> Result<JsonResponse, Error> {
    let clock = VirtualClock::at_unix(NOW);
    let client = client(transport, &clock);
    clock.run(call(&client).into_future())
}

#[test]
fn a_call_is_sent_to_the_services_host_with_its_region() {
    let transport = ScriptedTransport::new().respond(200, r#"{"Response":{"TotalCount":2,"RequestId":"request-9"}}"#);
    let response = outcome(&transport, |client| {
        client.call_json("vod", "2018-07-17", "DescribeMediaInfos", r#"{ "Limit": 2 }"#).region("ap-guangzhou")
    });
    let response = response.unwrap();
    assert_eq!(response.as_str(), r#"{"TotalCount":2,"RequestId":"request-9"}"#);
    assert_eq!(response.request_id(), Some("request-9"));

    let [request] = transport.requests().try_into().unwrap();
    assert_eq!((request.url(), request.body()), ("https://vod.tencentcloudapi.com/", &br#"{ "Limit": 2 }"#[..]));
    for (name, value) in [
        ("host", "vod.tencentcloudapi.com"),
        ("x-tc-action", "DescribeMediaInfos"),
        ("x-tc-version", "2018-07-17"),
        ("x-tc-region", "ap-guangzhou"),
    ] {
        assert_eq!(request.header(name), Some(value), "{name}");
    }
    assert!(request.header("authorization").unwrap().contains("/2023-11-14/vod/tc3_request"));
}

#[test]
fn a_call_by_name_sends_the_same_request_as_a_typed_one() {
    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new().respond(200, PURGED).respond(200, PURGED);
    let config = config(&transport, &clock).build().unwrap();
    let typed = clock.run(Client::<Cdn>::new(&config).call(&purge()).into_future()).unwrap();
    let call = GenericClient::new(&config).call("cdn", "2018-06-06", "PurgeUrlsCache", &purge());
    let response: PurgeResponse = clock.run(call.into_future()).unwrap().deserialize().unwrap();
    assert_eq!(response, typed);
    let [one, other] = transport.requests().try_into().unwrap();
    assert_eq!(one.body(), other.body());
    // The second one waits for a permit, so its time differs.
    let lasting = |request: &tencentcloud_core::http::HttpRequest| {
        let headers = request.headers().filter(|(name, _)| !matches!(*name, "authorization" | "x-tc-timestamp"));
        headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect::<Vec<_>>()
    };
    assert_eq!(lasting(&one), lasting(&other));
}

#[test]
fn each_service_has_its_own_host_and_key() {
    let clock = VirtualClock::at_unix(NOW);
    let response = r#"{"Response":{}}"#;
    let transport = ScriptedTransport::new().respond(200, response).respond(200, response).respond(200, response);
    let client = GenericClient::new(&config(&transport, &clock).endpoint(Endpoint::International).build().unwrap());
    for service in ["vod", "cvm", "vod"] {
        clock.run(client.call_json(service, "2018-07-17", "DescribeThings", "{}").into_future()).unwrap();
    }
    let hosts: Vec<_> = transport.requests().iter().map(|request| request.url().to_owned()).collect();
    assert_eq!(
        hosts,
        [
            "https://vod.intl.tencentcloudapi.com/",
            "https://cvm.intl.tencentcloudapi.com/",
            "https://vod.intl.tencentcloudapi.com/"
        ]
    );
    let scopes: Vec<_> = transport
        .requests()
        .iter()
        .map(|request| {
            let authorization = request.header("authorization").unwrap();
            authorization.split('/').nth(2).unwrap().to_owned()
        })
        .collect();
    assert_eq!(scopes, ["vod", "cvm", "vod"]);
}

#[test]
fn a_call_by_name_may_be_repeated_only_if_it_says_so() {
    let broken = || TransportError::new(TransportErrorKind::Send, "reset");
    let call = |client: &GenericClient| client.call_json("vod", "2018-07-17", "DeleteMedia", "{}");
    let transport = ScriptedTransport::new().fail(broken());
    let error = outcome(&transport, call).unwrap_err();
    assert_eq!((error.kind(), error.attempts(), error.is_retryable()), (ErrorKind::Interrupted, 1, false));
    assert!(
        error.to_string().starts_with("vod.DeleteMedia: the connection broke before a response arrived: reset"),
        "{error}"
    );

    let transport = ScriptedTransport::new().fail(broken()).respond(200, r#"{"Response":{}}"#);
    outcome(&transport, |client| call(client).repeatable(true)).unwrap();
    assert_eq!(transport.requests().len(), 2);

    let transport = ScriptedTransport::new().fail(broken()).respond(200, r#"{"Response":{}}"#);
    outcome(&transport, |client| call(client).repeatable(true).max_attempts(1)).unwrap_err();
    assert_eq!(transport.requests().len(), 1);
}

#[test]
fn a_call_by_name_has_the_timeouts_that_it_sets() {
    let clock = VirtualClock::at_unix(NOW);
    let client = client(&ScriptedTransport::new().hang().hang(), &clock);
    let call = || client.call_json("vod", "2018-07-17", "DeleteMedia", "{}");
    clock.run(call().attempt_timeout(Duration::from_secs(2)).into_future()).unwrap_err();
    assert_eq!(clock.unix() - NOW, 2);
    clock.run(call().timeout(Duration::from_secs(3)).into_future()).unwrap_err();
    assert_eq!(clock.unix() - NOW, 5);
}

#[test]
fn a_call_by_name_has_the_rate_limit_that_it_sets() {
    let clock = VirtualClock::at_unix(NOW);
    let response = r#"{"Response":{}}"#;
    let transport = (0..4).fold(ScriptedTransport::new(), |transport, _| transport.respond(200, response));
    let client = client(&transport, &clock);
    for _ in 0..4 {
        let call = client.call_json("vod", "2018-07-17", "DescribeThings", "{}").requests_per_second(1);
        clock.run(call.into_future()).unwrap();
    }
    assert!(clock.unix() - NOW >= 3, "{}", clock.unix() - NOW);
}

#[test]
fn an_undocumented_code_has_the_kind_of_its_first_segment() {
    let refusal =
        r#"{"Response":{"Error":{"Code":"ResourceNotFound.File","Message":"no such file"},"RequestId":"r-1"}}"#;
    let error = outcome(&ScriptedTransport::new().respond(200, refusal), |client| {
        client.call_json("vod", "2018-07-17", "DeleteMedia", "{}")
    });
    let error = error.unwrap_err();
    assert_eq!(
        (error.kind(), error.code(), error.action()),
        (ErrorKind::NotFound, Some("ResourceNotFound.File"), Some("DeleteMedia"))
    );
    assert_eq!(error.to_string(), "vod.DeleteMedia: ResourceNotFound.File: no such file (request id r-1)");
}

#[test]
fn a_response_that_does_not_fit_is_an_error_with_the_path() {
    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Count {
        #[expect(dead_code, reason = "it is never read successfully")]
        total_count: u64,
    }

    let transport = ScriptedTransport::new().respond(200, r#"{"Response":{"TotalCount":"many","RequestId":"r-1"}}"#);
    let response = outcome(&transport, |client| client.call_json("vod", "2018-07-17", "DescribeThings", "{}")).unwrap();
    let error = response.deserialize::<Count>().unwrap_err();
    assert_eq!((error.kind(), error.attempts(), error.request_id()), (ErrorKind::Decode, 1, Some("r-1")));
    assert!(
        error.to_string().starts_with(
            "vod.DescribeThings: the response does not match the action's type at `Response.TotalCount`: "
        ),
        "{error}"
    );
}

#[test]
fn an_invalid_name_or_body_is_refused_before_it_is_sent() {
    let cases = [
        (
            ["", "2018-07-17", "DeleteMedia", "{}"],
            "`` is not a valid service; help: write it as the API does, such as `vod`",
        ),
        (["vod.example.com/", "2018-07-17", "DeleteMedia", "{}"], "`vod.example.com/` is not a valid service"),
        (["VOD", "2018-07-17", "DeleteMedia", "{}"], "`VOD` is not a valid service"),
        (["vod", "v1\r\nx: y", "DeleteMedia", "{}"], r"`v1\r\nx: y` is not a valid version"),
        (["vod", "2018-07-17", "Delete Media", "{}"], "`Delete Media` is not a valid action"),
        (
            ["vod", "2018-07-17", "DeleteMedia", "[]"],
            "the body is JSON, but not an object; help: write a JSON object, `{}` if",
        ),
        (["vod", "2018-07-17", "DeleteMedia", "\"{}\""], "the body is JSON, but not an object"),
        (
            ["vod", "2018-07-17", "DeleteMedia", ""],
            "the body is not JSON: EOF while parsing a value at line 1 column 0",
        ),
        (
            ["vod", "2018-07-17", "DeleteMedia", "{password}"],
            "the body is not JSON: key must be a string at line 1 column 2",
        ),
        (["vod", "2018-07-17", "DeleteMedia", "{} {}"], "the body is not JSON: trailing characters"),
    ];
    for ([service, version, action, body], message) in cases {
        let transport = ScriptedTransport::new();
        let error = outcome(&transport, |client| client.call_json(service, version, action, body)).unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::InvalidRequest, 0));
        assert!(error.to_string().contains(message), "{error}");
        assert!(transport.requests().is_empty());
    }
    let error = outcome(&ScriptedTransport::new(), |client| {
        client.call_json("vod", "2018-07-17", "DeleteMedia", "{}").region("Guangzhou")
    });
    assert!(error.unwrap_err().to_string().contains("`Guangzhou` is not a valid region"));
}

#[test]
fn the_error_for_an_invalid_name_is_one_short_line() {
    let long = "x\ny".repeat(100_000);
    for [service, version, action] in
        [[&*long, "2018-07-17", "DeleteMedia"], ["vod", &*long, "DeleteMedia"], ["vod", "2018-07-17", &*long]]
    {
        let error = outcome(&ScriptedTransport::new(), |client| client.call_json(service, version, action, "{}"));
        let line = error.unwrap_err().to_string();
        assert!(line.len() < 250 && line.contains("…` is not a valid ") && !line.contains('\n'), "{line}");
    }
}

#[test]
fn a_rate_limit_of_zero_is_refused() {
    let transport = ScriptedTransport::new();
    let error =
        outcome(&transport, |client| client.call_json("vod", "2018-07-17", "DeleteMedia", "{}").requests_per_second(0));
    assert_eq!(
        error.unwrap_err().to_string(),
        "vod.DeleteMedia: a rate of 0 requests per second would never send anything; \
         help: set `requests_per_second` to at least 1, or remove all limits with `ConfigBuilder::without_limits`"
    );
    assert!(transport.requests().is_empty());
}

#[test]
fn a_value_that_is_not_an_object_is_refused() {
    #[derive(Serialize)]
    struct Unit;

    let error = outcome(&ScriptedTransport::new(), |client| client.call("vod", "2018-07-17", "DeleteMedia", &Unit));
    assert!(error.unwrap_err().to_string().contains("the body is JSON, but not an object"));
}

#[test]
fn debug_prints_neither_body_nor_response() {
    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new().respond(200, r#"{"Response":{"Key":"hidden","RequestId":"r-1"}}"#);
    let client = client(&transport, &clock);
    let call = client.call_json("vod", "2018-07-17", "DescribeThings", r#"{"Key":"hidden"}"#);
    let mut printed = format!("{client:?} {call:?}");
    printed += &format!("{:?}", clock.run(call.into_future()).unwrap());
    assert!(printed.contains("vod.DescribeThings") && printed.contains("r-1"), "{printed}");
    assert!(!printed.contains("hidden"), "{printed}");
}
