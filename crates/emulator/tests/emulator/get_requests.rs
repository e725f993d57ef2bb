//! TC3 by GET: parameters come in the query.

use tencentcloud_emulator::Emulator;

use crate::client::{Call, OldCall, Reply, start};

fn get(service: &str, action: &str, query: &'static str) -> Call {
    Call::new(service, action, "").with(|call| {
        call.method = "GET";
        call.query = query;
        call.content_type = "application/x-www-form-urlencoded".into();
    })
}

#[track_caller]
fn answered(emulator: &Emulator, call: &Call) -> Reply {
    let reply = call.send(emulator);
    assert_eq!(reply.code(), "", "{}", reply.body);
    reply
}

#[test]
fn every_action_can_be_called() {
    let emulator = start();
    answered(
        &emulator,
        &get("cdn", "PurgeUrlsCache", "Urls.0=http%3A%2F%2Fa.b%2F1&Urls.1=http%3A%2F%2Fa.b%2F2&UrlEncode=True"),
    );
    answered(&emulator, &get("cdn", "PurgePathCache", "FlushType=flush&Paths.0=http%3A%2F%2Fa.b%2F"));
    let query = "CacheTag.Domains.0=a.b&Targets.0=a&Type=purge_cache_tag&ZoneId=zone-1";
    answered(&emulator, &get("teo", "CreatePurgeTask", query));
    let query = "EndTime=2024-01-31+23%3A59%3A59&Limit=1&Offset=1&PurgeType=url&StartTime=2023-01-01%2000%3A00%3A00";
    let log = answered(&emulator, &get("ecdn", "DescribePurgeTasks", query)).response();
    assert_eq!((&log["TotalCount"], &log["PurgeLogs"][0]["Url"]), (&2.into(), &"http://a.b/2".into()));
    let received = emulator.received();
    let first = &received[0];
    assert_eq!(first.parameters, r#"{"UrlEncode":true,"Urls":["http://a.b/1","http://a.b/2"]}"#);
}

#[test]
fn a_query_is_checked_as_a_body_is() {
    for (query, code, says) in [
        ("", "MissingParameter", "`Urls`"),
        ("Urls=http%3A%2F%2Fa.b%2F", "InvalidParameter", "`Urls` of PurgeUrlsCache is a string: an array is expected"),
        ("Urls.1=http%3A%2F%2Fa.b%2F", "InvalidParameter", "`Urls.0` was not"),
        ("Urls.0=http%3A%2F%2Fa.b%2F&UrlEncode=yes", "InvalidParameter", "`UrlEncode` is `yes`"),
        ("Urls.0=http%3A%2F%2Fa.b%2F&Area=global", "InvalidParameterValue", "`Area`"),
        ("Urls.0=http%3A%2F%2Fa.b%2F&Action=PurgeUrlsCache", "UnknownParameter", "`Action`"),
        ("Urls.0=a.b", "InvalidParameter.CdnParamError", "`Urls.0`"),
        ("Urls.0", "InvalidParameter", "has no `=`"),
    ] {
        let reply = get("cdn", "PurgeUrlsCache", query).send(&start());
        assert_eq!(reply.code(), code, "{query}: {}", reply.body);
        assert!(reply.message().contains(says), "{query}: {}", reply.message());
    }
}

#[test]
fn a_get_has_thirty_two_kibibytes() {
    let emulator = start();
    // The query of a call that fills it to so many bytes with the URL.
    let of_size = |bytes: usize| {
        let short = OldCall::new("GET", "PurgeUrlsCache", "2018-06-06", &[("Urls.0", "http://a.b/")]);
        // The signature's length varies with what of it is encoded.
        (bytes.saturating_sub(short.request().query.len() + 20)..)
            .map(|letters| short.clone().set("Urls.0", Some(&format!("http://a.b/{}", "x".repeat(letters)))))
            .find(|call| call.request().query.len() == bytes)
            .unwrap()
    };
    assert_eq!(of_size(32 << 10).send(&emulator).code(), "");
    assert_eq!(of_size((32 << 10) + 1).send(&emulator).code(), "RequestSizeLimitExceeded");
}

#[test]
fn a_form_has_one_mebibyte() {
    let emulator = start();
    let form = |letters: usize| {
        let url = format!("http://a.b/{}", "x".repeat(letters));
        OldCall::new("POST", "PurgeUrlsCache", "2018-06-06", &[("Urls.0", &url)])
    };
    assert_eq!(form((1 << 20) - 1_000).send(&emulator).code(), "");
    let reply = form(1 << 20).send(&emulator);
    assert_eq!((reply.code().as_str(), reply.status()), ("RequestSizeLimitExceeded", "200"));
    let received = emulator.received();
    assert_eq!((received[1].body_bytes, received[1].request.body.len()), (0, 0));
}
