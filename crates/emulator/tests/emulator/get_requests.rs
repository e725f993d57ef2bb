//! Tests requests by GET, whose parameters are in the query, and the sizes of queries and forms.

use tencentcloud_emulator::Emulator;

use crate::client::{Call, Response, V1Call, start};

fn get(service: &str, action: &str, query: &'static str) -> Call {
    Call::new(service, action, "").with(|call| {
        call.method = "GET";
        call.query = query;
        call.content_type = "application/x-www-form-urlencoded".into();
    })
}

#[track_caller]
fn send_ok(emulator: &Emulator, call: &Call) -> Response {
    let response = call.send(emulator);
    assert_eq!(response.code(), "", "{}", response.body);
    response
}

#[test]
fn each_action_can_be_called() {
    let emulator = start();
    send_ok(
        &emulator,
        &get("cdn", "PurgeUrlsCache", "Urls.0=http%3A%2F%2Fa.b%2F1&Urls.1=http%3A%2F%2Fa.b%2F2&UrlEncode=True"),
    );
    send_ok(&emulator, &get("cdn", "PurgePathCache", "FlushType=flush&Paths.0=http%3A%2F%2Fa.b%2F"));
    let query = "CacheTag.Domains.0=a.b&Targets.0=a&Type=purge_cache_tag&ZoneId=zone-1";
    send_ok(&emulator, &get("teo", "CreatePurgeTask", query));
    let query = "EndTime=2024-01-31+23%3A59%3A59&Limit=1&Offset=1&PurgeType=url&StartTime=2023-01-01%2000%3A00%3A00";
    let log = send_ok(&emulator, &get("ecdn", "DescribePurgeTasks", query)).members();
    assert_eq!((&log["TotalCount"], &log["PurgeLogs"][0]["Url"]), (&2.into(), &"http://a.b/2".into()));
    let received = emulator.received();
    let first = &received[0];
    assert_eq!(first.parameters, r#"{"UrlEncode":true,"Urls":["http://a.b/1","http://a.b/2"]}"#);
}

#[test]
fn a_query_is_checked_like_a_body() {
    for (query, code, says) in [
        ("", "MissingParameter", "`Urls`"),
        ("Urls=http%3A%2F%2Fa.b%2F", "InvalidParameter", "`Urls` of PurgeUrlsCache must be an array, not a string"),
        ("Urls.1=http%3A%2F%2Fa.b%2F", "InvalidParameter", "`Urls.0` was not"),
        (
            "Urls.0=http%3A%2F%2Fa.b%2F&UrlEncode=yes",
            "InvalidParameter",
            "`UrlEncode` must be `true` or `false`, not `yes`",
        ),
        ("Urls.0=http%3A%2F%2Fa.b%2F&Area=global", "InvalidParameterValue", "`Area`"),
        ("Urls.0=http%3A%2F%2Fa.b%2F&Action=PurgeUrlsCache", "UnknownParameter", "`Action`"),
        ("Urls.0=a.b", "InvalidParameter.CdnParamError", "`Urls.0`"),
        ("Urls.0", "InvalidParameter", "has no `=`"),
    ] {
        let response = get("cdn", "PurgeUrlsCache", query).send(&start());
        assert_eq!(response.code(), code, "{query}: {}", response.body);
        assert!(response.message().contains(says), "{query}: {}", response.message());
    }
}

#[test]
fn a_query_of_32_kib_is_accepted_and_a_larger_one_refused() {
    let emulator = start();
    // A call whose query has this number of bytes, because of its URL.
    let of_size = |bytes: usize| {
        let short = V1Call::new("GET", "PurgeUrlsCache", "2018-06-06", &[("Urls.0", "http://a.b/")]);
        // The length of the signature varies with the characters that are encoded.
        (bytes.saturating_sub(short.request().query.len() + 20)..)
            .map(|letters| short.clone().set("Urls.0", Some(&format!("http://a.b/{}", "x".repeat(letters)))))
            .find(|call| call.request().query.len() == bytes)
            .unwrap()
    };
    assert_eq!(of_size(32 << 10).send(&emulator).code(), "");
    assert_eq!(of_size((32 << 10) + 1).send(&emulator).code(), "RequestSizeLimitExceeded");
}

#[test]
fn a_form_of_1_mib_is_accepted_and_a_larger_one_refused() {
    let emulator = start();
    let form = |letters: usize| {
        let url = format!("http://a.b/{}", "x".repeat(letters));
        V1Call::new("POST", "PurgeUrlsCache", "2018-06-06", &[("Urls.0", &url)])
    };
    assert_eq!(form((1 << 20) - 1_000).send(&emulator).code(), "");
    let response = form(1 << 20).send(&emulator);
    assert_eq!((response.code().as_str(), response.status()), ("RequestSizeLimitExceeded", "200"));
    let received = emulator.received();
    assert_eq!((received[1].body_bytes, received[1].request.body.len()), (0, 0));
}
