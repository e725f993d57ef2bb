//! Rates and quotas: enforced as documented, by a clock that is turned by hand.

use std::time::Duration;

use serde_json::json;
use tencentcloud_emulator::{Credential, Emulator, Limit};

use crate::client::{Call, NOW, Reply, start, start_with};

fn purge(emulator: &Emulator, urls: usize, area: Option<&str>) -> Reply {
    let mut parameters = json!({ "Urls": vec!["http://a.b/"; urls] });
    if let Some(area) = area {
        parameters["Area"] = area.into();
    }
    at_its_time(emulator, Call::new("cdn", "PurgeUrlsCache", &parameters.to_string()))
}

/// Sends a call that is signed at the emulator's time.
fn at_its_time(emulator: &Emulator, call: Call) -> Reply {
    let passed = emulator.now().duration_since(crate::client::at(NOW)).unwrap().as_secs();
    let call = call.with(|call| {
        call.timestamp = NOW + passed;
        call.date = ["2023-11-14", "2023-11-15"][usize::from(call.timestamp >= 1_700_006_400)].into();
    });
    call.send(emulator)
}

/// The codes of so many calls in a row, and how often each came.
fn counted(emulator: &Emulator, call: &Call, times: usize) -> Vec<(String, usize)> {
    let mut counted: Vec<(String, usize)> = Vec::new();
    for _ in 0..times {
        let code = at_its_time(emulator, call.clone()).code();
        match counted.iter_mut().find(|(known, _)| *known == code) {
            Some((_, count)) => *count += 1,
            None => counted.push((code, 1)),
        }
    }
    counted
}

fn one(action: &str) -> Call {
    match action {
        "CreatePurgeTask" => Call::new("teo", action, r#"{"ZoneId":"z","Type":"purge_all"}"#),
        "PurgePathCache" => Call::new("cdn", action, r#"{"Paths":["http://a.b/"],"FlushType":"flush"}"#),
        "DescribePurgeTasks" => Call::new("ecdn", action, r#"{"TaskId":"1-a"}"#),
        _ => Call::new("cdn", action, r#"{"Urls":["http://a.b/"]}"#),
    }
}

#[test]
fn a_second_takes_twenty_requests_to_an_action() {
    let emulator = start();
    for action in ["PurgeUrlsCache", "PurgePathCache", "CreatePurgeTask", "DescribePurgeTasks"] {
        let expected = [(String::new(), 20), ("RequestLimitExceeded".to_owned(), 5)];
        assert_eq!(counted(&emulator, &one(action), 25), expected, "{action}");
    }
    let reply = one("PurgeUrlsCache").send(&emulator);
    assert_eq!(reply.status(), "200");
    assert_eq!(
        reply.message(),
        "the account has sent 20 requests to PurgeUrlsCache within a second, which is its limit: send them more slowly"
    );
    emulator.advance(Duration::from_secs(1));
    assert_eq!(counted(&emulator, &one("PurgeUrlsCache"), 20), [(String::new(), 20)]);
}

#[test]
fn an_account_has_its_own_rate_however_many_credentials_it_has() {
    let emulator = start_with(|builder| {
        builder
            .credential(Credential::default())
            .credential(Credential::new("AKIDSECOND", "second"))
            .credential(Credential::new("AKIDOTHER", "other").of_account("other"))
            .requests_per_second(Limit::At(2))
    });
    let of = |id: &str, key: &str| {
        one("PurgeUrlsCache").with(|call| (call.secret_id, call.secret_key) = (id.into(), key.into()))
    };
    let throttled = |code: &str| vec![(code.to_owned(), 1)];
    assert_eq!(counted(&emulator, &one("PurgeUrlsCache"), 1), throttled(""));
    assert_eq!(counted(&emulator, &of("AKIDSECOND", "second"), 1), throttled(""));
    assert_eq!(counted(&emulator, &of("AKIDSECOND", "second"), 1), throttled("RequestLimitExceeded"));
    assert_eq!(counted(&emulator, &of("AKIDOTHER", "other"), 2), [(String::new(), 2)]);
}

#[test]
fn only_who_is_known_is_counted_and_parameters_do_not_matter() {
    let emulator = start_with(|builder| builder.requests_per_second(Limit::At(1)));
    let stranger = one("PurgeUrlsCache").with(|call| call.secret_key.push('x'));
    assert_eq!(counted(&emulator, &stranger, 2), [("AuthFailure.SignatureFailure".to_owned(), 2)]);
    let mistyped = Call::new("cdn", "PurgeUrlsCache", "{}");
    let expected = [("MissingParameter".to_owned(), 1), ("RequestLimitExceeded".to_owned(), 1)];
    assert_eq!(counted(&emulator, &mistyped, 2), expected);
}

#[test]
fn a_rate_can_be_lifted() {
    let emulator = start_with(|builder| builder.requests_per_second(Limit::Unlimited));
    assert_eq!(counted(&emulator, &one("PurgeUrlsCache"), 50), [(String::new(), 50)]);
    assert_eq!((emulator.usage()[0].used, emulator.usage()[0].most), (50, None));
}

#[test]
fn a_day_takes_ten_thousand_urls_a_region() {
    let emulator = start();
    for _ in 0..10 {
        assert_eq!(purge(&emulator, 1_000, Some("overseas")).code(), "");
    }
    let refused = purge(&emulator, 1, Some("overseas"));
    assert_eq!((refused.code().as_str(), refused.status()), ("LimitExceeded.CdnPurgeUrlExceedDayLimit", "200"));
    assert!(refused.message().contains("10000 of 10000 targets"), "{}", refused.message());
    // Where no region is named the purge is in both, one of which is used up.
    assert_eq!(purge(&emulator, 1, None).code(), "LimitExceeded.CdnPurgeUrlExceedDayLimit");
    assert_eq!(purge(&emulator, 1, Some("mainland")).code(), "");
    // The clock shows 06:13:20 in UTC+8: the day ends 17:46:40 later.
    emulator.advance(Duration::from_secs(17 * 3600 + 46 * 60 + 39));
    assert_eq!(purge(&emulator, 1, Some("overseas")).code(), "LimitExceeded.CdnPurgeUrlExceedDayLimit");
    emulator.advance(Duration::from_secs(1));
    assert_eq!(purge(&emulator, 1_000, Some("overseas")).code(), "");
}

#[test]
fn what_is_refused_uses_nothing_up() {
    let emulator = start_with(|builder| builder.per_day(Limit::At(10)));
    assert_eq!(purge(&emulator, 11, None).code(), "LimitExceeded.CdnPurgeUrlExceedDayLimit");
    let mixed = Call::new("cdn", "PurgeUrlsCache", r#"{"Urls":["http://a.b/","a.b"]}"#);
    assert_eq!(mixed.send(&emulator).code(), "InvalidParameter.CdnParamError");
    assert_eq!(purge(&emulator, 10, None).code(), "");
    let used: Vec<_> =
        emulator.usage().into_iter().filter_map(|usage| Some((usage.lane?, usage.used, usage.most))).collect();
    assert_eq!(used, [("mainland".to_owned(), 10, Some(10)), ("overseas".to_owned(), 10, Some(10))]);
}

#[test]
fn a_plan_of_teo_has_the_day_that_it_is_given() {
    let hosts =
        |count: usize| json!({ "ZoneId": "z", "Type": "purge_host", "Targets": vec!["a.b"; count] }).to_string();
    let job = |emulator: &Emulator, count| Call::new("teo", "CreatePurgeTask", &hosts(count)).send(emulator).code();
    let plan = start_with(|builder| builder.per_day(Limit::At(5)));
    assert_eq!((job(&plan, 5), job(&plan, 1)), (String::new(), "LimitExceeded.DailyQuota".to_owned()));
    let none = start();
    assert_eq!((job(&none, 1_000), job(&none, 1_001)), (String::new(), "LimitExceeded.BatchQuota".to_owned()));
}

#[test]
fn an_account_sees_its_own_tasks() {
    let emulator = start_with(|builder| {
        builder.credential(Credential::default()).credential(Credential::new("AKIDOTHER", "other").of_account("other"))
    });
    purge(&emulator, 1, None);
    let query = Call::new("ecdn", "DescribePurgeTasks", r#"{"StartTime":"2000-01-01 00:00:00"}"#);
    assert_eq!(query.send(&emulator).response()["TotalCount"], 1);
    let other = query.with(|call| (call.secret_id, call.secret_key) = ("AKIDOTHER".into(), "other".into()));
    assert_eq!(other.send(&emulator).response()["TotalCount"], 0);
}
