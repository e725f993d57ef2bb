//! Tests rates and quotas, with a clock that the test advances.

use std::time::Duration;

use serde_json::json;
use tencentcloud_emulator::{Credential, Emulator, Limit};

use crate::calls::send_now;
use crate::client::{Call, Response, start, start_with};

fn purge(emulator: &Emulator, urls: usize, area: Option<&str>) -> Response {
    let mut parameters = json!({ "Urls": vec!["http://a.b/"; urls] });
    if let Some(area) = area {
        parameters["Area"] = area.into();
    }
    send_now(emulator, Call::new("cdn", "PurgeUrlsCache", &parameters.to_string()))
}

/// The codes of `times` calls in an entry, each with its number.
fn codes(emulator: &Emulator, call: &Call, times: usize) -> Vec<(String, usize)> {
    let mut codes: Vec<(String, usize)> = Vec::new();
    for _ in 0..times {
        let code = send_now(emulator, call.clone()).code();
        match codes.iter_mut().find(|(known, _)| *known == code) {
            Some((_, count)) => *count += 1,
            None => codes.push((code, 1)),
        }
    }
    codes
}

fn call(action: &str) -> Call {
    match action {
        "CreatePurgeTask" => Call::new("teo", action, r#"{"ZoneId":"zone-1","Type":"purge_all"}"#),
        "PurgePathCache" => Call::new("cdn", action, r#"{"Paths":["http://a.b/"],"FlushType":"flush"}"#),
        "DescribePurgeTasks" => Call::new("ecdn", action, r#"{"TaskId":"1-a"}"#),
        _ => Call::new("cdn", action, r#"{"Urls":["http://a.b/"]}"#),
    }
}

#[test]
fn twenty_requests_per_second_to_an_action_are_allowed() {
    let emulator = start();
    for action in ["PurgeUrlsCache", "PurgePathCache", "CreatePurgeTask", "DescribePurgeTasks"] {
        let expected = [(String::new(), 20), ("RequestLimitExceeded".to_owned(), 5)];
        assert_eq!(codes(&emulator, &call(action), 25), expected, "{action}");
    }
    let response = call("PurgeUrlsCache").send(&emulator);
    assert_eq!(response.status(), "200");
    assert_eq!(
        response.message(),
        "the rate limit of 20 requests per second to PurgeUrlsCache is exceeded; help: send requests more slowly"
    );
    emulator.advance(Duration::from_secs(1));
    assert_eq!(codes(&emulator, &call("PurgeUrlsCache"), 20), [(String::new(), 20)]);
}

#[test]
fn the_credentials_of_an_account_share_its_rate() {
    let emulator = start_with(|builder| {
        builder
            .credential(Credential::default())
            .credential(Credential::new("AKIDSECOND", "second"))
            .credential(Credential::new("AKIDOTHER", "other").with_account("other"))
            .requests_per_second(Limit::At(2))
    });
    let of = |id: &str, key: &str| {
        call("PurgeUrlsCache").with(|call| (call.secret_id, call.secret_key) = (id.into(), key.into()))
    };
    let once = |code: &str| vec![(code.to_owned(), 1)];
    assert_eq!(codes(&emulator, &call("PurgeUrlsCache"), 1), once(""));
    assert_eq!(codes(&emulator, &of("AKIDSECOND", "second"), 1), once(""));
    assert_eq!(codes(&emulator, &of("AKIDSECOND", "second"), 1), once("RequestLimitExceeded"));
    assert_eq!(codes(&emulator, &of("AKIDOTHER", "other"), 2), [(String::new(), 2)]);
}

#[test]
fn a_request_is_counted_if_its_signature_is_valid_even_if_its_parameters_are_not() {
    let emulator = start_with(|builder| builder.requests_per_second(Limit::At(1)));
    let unsigned = call("PurgeUrlsCache").with(|call| call.secret_key.push('x'));
    assert_eq!(codes(&emulator, &unsigned, 2), [("AuthFailure.SignatureFailure".to_owned(), 2)]);
    let invalid = Call::new("cdn", "PurgeUrlsCache", "{}");
    let expected = [("MissingParameter".to_owned(), 1), ("RequestLimitExceeded".to_owned(), 1)];
    assert_eq!(codes(&emulator, &invalid, 2), expected);
}

#[test]
fn the_rate_limit_can_be_removed() {
    let emulator = start_with(|builder| builder.requests_per_second(Limit::Unlimited));
    assert_eq!(codes(&emulator, &call("PurgeUrlsCache"), 50), [(String::new(), 50)]);
    assert_eq!((emulator.usage()[0].used, emulator.usage()[0].limit), (50, None));
}

#[test]
fn ten_thousand_urls_per_day_and_region_are_allowed() {
    let emulator = start();
    for _ in 0..10 {
        assert_eq!(purge(&emulator, 1_000, Some("overseas")).code(), "");
    }
    let refused = purge(&emulator, 1, Some("overseas"));
    assert_eq!((refused.code().as_str(), refused.status()), ("LimitExceeded.CdnPurgeUrlExceedDayLimit", "200"));
    assert!(refused.message().contains("10000 are used"), "{}", refused.message());
    // A purge without a region counts for both, and the quota of one is used up.
    assert_eq!(purge(&emulator, 1, None).code(), "LimitExceeded.CdnPurgeUrlExceedDayLimit");
    assert_eq!(purge(&emulator, 1, Some("mainland")).code(), "");
    // The clock shows 06:13:20 in UTC+8, so the day ends after 17:46:40.
    emulator.advance(Duration::from_secs(17 * 3600 + 46 * 60 + 39));
    assert_eq!(purge(&emulator, 1, Some("overseas")).code(), "LimitExceeded.CdnPurgeUrlExceedDayLimit");
    emulator.advance(Duration::from_secs(1));
    assert_eq!(purge(&emulator, 1_000, Some("overseas")).code(), "");
}

#[test]
fn a_refused_purge_does_not_use_the_quota() {
    let emulator = start_with(|builder| builder.per_day(Limit::At(10)));
    assert_eq!(purge(&emulator, 11, None).code(), "LimitExceeded.CdnPurgeUrlExceedDayLimit");
    let mixed = Call::new("cdn", "PurgeUrlsCache", r#"{"Urls":["http://a.b/","a.b"]}"#);
    assert_eq!(mixed.send(&emulator).code(), "InvalidParameter.CdnParamError");
    assert_eq!(purge(&emulator, 10, None).code(), "");
    let used: Vec<_> =
        emulator.usage().into_iter().filter_map(|usage| Some((usage.counter?, usage.used, usage.limit))).collect();
    assert_eq!(used, [("mainland".to_owned(), 10, Some(10)), ("overseas".to_owned(), 10, Some(10))]);
}

#[test]
fn teo_has_a_daily_quota_only_if_one_is_set() {
    let hosts =
        |count: usize| json!({ "ZoneId": "zone-1", "Type": "purge_host", "Targets": vec!["a.b"; count] }).to_string();
    let job = |emulator: &Emulator, count| Call::new("teo", "CreatePurgeTask", &hosts(count)).send(emulator).code();
    let limited = start_with(|builder| builder.per_day(Limit::At(5)));
    assert_eq!((job(&limited, 5), job(&limited, 1)), (String::new(), "LimitExceeded.DailyQuota".to_owned()));
    let unlimited = start();
    assert_eq!(
        (job(&unlimited, 1_000), job(&unlimited, 1_001)),
        (String::new(), "LimitExceeded.BatchQuota".to_owned())
    );
}

#[test]
fn an_account_sees_its_own_tasks() {
    let emulator = start_with(|builder| {
        builder
            .credential(Credential::default())
            .credential(Credential::new("AKIDOTHER", "other").with_account("other"))
    });
    purge(&emulator, 1, None);
    let query = Call::new("ecdn", "DescribePurgeTasks", r#"{"StartTime":"2000-01-01 00:00:00"}"#);
    assert_eq!(query.send(&emulator).members()["TotalCount"], 1);
    let other = query.with(|call| (call.secret_id, call.secret_key) = ("AKIDOTHER".into(), "other".into()));
    assert_eq!(other.send(&emulator).members()["TotalCount"], 0);
}
