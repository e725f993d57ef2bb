//! Tests the responses of the actions.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tencentcloud_emulator::Emulator;

use crate::calls::{perform, refusal};
use crate::client::{Call, NOW, at, block_on, start, start_with};

fn purge(emulator: &Emulator, urls: &[&str]) -> String {
    let response = perform(emulator, "cdn", "PurgeUrlsCache", &json!({ "Urls": urls }));
    response["TaskId"].as_str().unwrap().to_owned()
}

fn purge_path(emulator: &Emulator, path: &str, flush_type: &str) -> String {
    let parameters = json!({ "Paths": [path], "FlushType": flush_type });
    perform(emulator, "cdn", "PurgePathCache", &parameters)["TaskId"].as_str().unwrap().to_owned()
}

fn describe(emulator: &Emulator, parameters: &Value) -> Value {
    perform(emulator, "ecdn", "DescribePurgeTasks", parameters)
}

/// The URLs of the entries, and the total count.
fn entries(emulator: &Emulator, parameters: &Value) -> (Vec<String>, u64) {
    let response = describe(emulator, parameters);
    let urls = response["PurgeLogs"].as_array().unwrap().iter().map(|entry| entry["Url"].as_str().unwrap().to_owned());
    (urls.collect(), response["TotalCount"].as_u64().unwrap())
}

#[test]
fn each_purge_has_its_own_task() {
    let emulator = start();
    let response = perform(&emulator, "cdn", "PurgeUrlsCache", &json!({ "Urls": ["https://www.example.com/"] }));
    let members: Vec<&str> = response.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["RequestId", "TaskId"]);
    assert!(response["TaskId"].as_str().unwrap().starts_with("1700000000-"), "{response}");
    assert_ne!(purge(&emulator, &["http://a.b/"]), purge(&emulator, &["http://a.b/"]));
}

#[test]
fn each_response_has_its_own_request_id() {
    let emulator = start();
    let id = || describe(&emulator, &json!({ "TaskId": "1-a" }))["RequestId"].as_str().unwrap().to_owned();
    let (first, second) = (id(), id());
    assert_eq!(first.len(), 36);
    assert_ne!(first, second);
}

#[test]
fn a_seed_makes_responses_repeatable() {
    let body = || {
        let emulator = start_with(|builder| builder.seed(1));
        Call::new("cdn", "PurgeUrlsCache", r#"{"Urls":["http://a.b/"]}"#).send(&emulator).body
    };
    assert_eq!(body(), body());
}

#[test]
fn a_url_without_a_scheme_is_refused() {
    let (code, message) = refusal("cdn", "PurgeUrlsCache", &json!({ "Urls": ["http://a.b/", "a.b/1.jpg"] }));
    assert_eq!(code, "InvalidParameter.CdnParamError");
    assert!(message.contains("`Urls.1`"), "{message}");
    let (code, message) = refusal("cdn", "PurgePathCache", &json!({ "Paths": ["/a/"], "FlushType": "flush" }));
    assert_eq!(code, "InvalidParameter.CdnParamError");
    assert!(message.contains("`Paths.0`"), "{message}");
}

#[test]
fn a_wildcard_domain_name_is_refused() {
    let (code, message) = refusal("cdn", "PurgeUrlsCache", &json!({ "Urls": ["http://*.example.com/1.jpg"] }));
    assert_eq!(code, "InvalidParameter.CdnPurgeWildcardNotAllowed");
    assert!(message.contains("`Urls.0`"), "{message}");
}

#[test]
fn a_refused_purge_purges_nothing() {
    let emulator = start();
    let response = Call::new("cdn", "PurgeUrlsCache", r#"{"Urls":["http://a.b/","a.b"]}"#).send(&emulator);
    assert_ne!(response.code(), "");
    assert_eq!(entries(&emulator, &json!({ "StartTime": "2000-01-01 00:00:00" })), (vec![], 0));
}

#[test]
fn the_log_has_a_entry_per_url() {
    let emulator = start();
    let task = purge(&emulator, &["http://a.b/1.jpg", "http://a.b/2.jpg"]);
    let response = describe(&emulator, &json!({ "TaskId": task }));
    let entry = |url: &str| {
        json!({
            "TaskId": task, "Url": url, "Status": "Done", "PurgeType": "url", "FlushType": "flush",
            "CreateTime": "2023-11-15 06:13:20",
        })
    };
    assert_eq!(response["PurgeLogs"], json!([entry("http://a.b/1.jpg"), entry("http://a.b/2.jpg")]));
    assert_eq!(response["TotalCount"], 2);
}

#[test]
fn the_log_begins_with_the_latest_purge() {
    let emulator = start();
    purge(&emulator, &["http://a.b/1.jpg", "http://a.b/2.jpg"]);
    purge(&emulator, &["http://a.b/3.jpg", "http://a.b/4.jpg"]);
    let (urls, _) = entries(&emulator, &json!({ "StartTime": "2000-01-01 00:00:00" }));
    assert_eq!(urls, ["http://a.b/3.jpg", "http://a.b/4.jpg", "http://a.b/1.jpg", "http://a.b/2.jpg"]);
}

#[test]
fn the_log_shows_directories_with_type_path() {
    let emulator = start();
    let task = purge_path(&emulator, "http://a.b/c/", "delete");
    let entries = describe(&emulator, &json!({ "TaskId": task }))["PurgeLogs"].take();
    assert_eq!((&entries[0]["PurgeType"], &entries[0]["FlushType"]), (&json!("path"), &json!("delete")));
}

#[test]
fn a_query_needs_a_task_id_or_a_start_time() {
    for parameters in [json!({ "Status": "done" }), json!({ "TaskId": "" })] {
        let (code, message) = refusal("ecdn", "DescribePurgeTasks", &parameters);
        assert_eq!(code, "InvalidParameter.EcdnParamError");
        assert!(message.contains("`TaskId`") && message.contains("`StartTime`"), "{message}");
    }
}

#[test]
fn a_query_selects_entries_by_each_parameter() {
    let emulator = start();
    let url = "http://www.example.com/1.jpg";
    let path = "https://static.example.com/a/";
    let task = purge(&emulator, &[url]);
    purge_path(&emulator, path, "flush");

    let since = |more: Value| {
        let mut parameters = json!({ "StartTime": "2023-11-15 06:13:20" });
        parameters.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        entries(&emulator, &parameters).0
    };
    let both = [path, url];
    assert_eq!(since(json!({})), both);
    assert_eq!(since(json!({ "TaskId": task })), [url]);
    assert_eq!(since(json!({ "TaskId": "1-a" })), [""; 0]);
    assert_eq!(since(json!({ "PurgeType": "path" })), [path]);
    assert_eq!(since(json!({ "PurgeType": "url" })), [url]);
    assert_eq!(since(json!({ "Status": "done" })), both);
    assert_eq!(since(json!({ "Status": "process" })), [""; 0]);
    assert_eq!(since(json!({ "Keyword": "static.example.com" })), [path]);
    assert_eq!(since(json!({ "Keyword": url })), [url]);
    assert_eq!(since(json!({ "Keyword": "example.com" })), [""; 0]);
    assert_eq!(since(json!({ "EndTime": "2023-11-15 06:13:20" })), both);
    let (code, message) = refusal(
        "ecdn",
        "DescribePurgeTasks",
        &json!({ "StartTime": "2023-11-15 06:13:20", "EndTime": "2023-11-15 06:13:19" }),
    );
    assert_eq!(
        (code.as_str(), message.as_str()),
        ("InvalidParameter.EcdnParamError", "`EndTime` is before `StartTime`")
    );
    assert_eq!(entries(&emulator, &json!({ "StartTime": "2023-11-15 06:13:21" })), (vec![], 0));
}

#[test]
fn a_query_returns_one_page_and_the_total_count() {
    let emulator = start();
    let urls: Vec<String> = (0..45).map(|number| format!("http://a.b/{number}")).collect();
    let task = purge(&emulator, &urls.iter().map(String::as_str).collect::<Vec<_>>());
    let page = |parameters: Value| {
        let mut parameters = parameters;
        parameters["TaskId"] = task.clone().into();
        entries(&emulator, &parameters)
    };
    assert_eq!(page(json!({})), (urls[..20].to_vec(), 45));
    assert_eq!(page(json!({ "Offset": 20 })), (urls[20..40].to_vec(), 45));
    assert_eq!(page(json!({ "Offset": 40, "Limit": 20 })), (urls[40..].to_vec(), 45));
    assert_eq!(page(json!({ "Offset": 45 })), (vec![], 45));
    assert_eq!(page(json!({ "Limit": 1 })), (urls[..1].to_vec(), 45));
    assert_eq!(page(json!({ "Limit": 0 })), (vec![], 45));
}

#[test]
fn a_purge_is_in_progress_for_the_purge_duration() {
    let seconds = Arc::new(AtomicU64::new(NOW));
    let clock = Arc::clone(&seconds);
    let builder = Emulator::builder().purge_duration(Duration::from_secs(60));
    let emulator = block_on(builder.clock(move || at(clock.load(Ordering::Relaxed))).start()).unwrap();
    let task = purge(&emulator, &["http://a.b/"]);
    let status = |elapsed: u64| {
        seconds.store(NOW + elapsed, Ordering::Relaxed);
        describe(&emulator, &json!({ "TaskId": task }))["PurgeLogs"][0]["Status"].take()
    };
    assert_eq!(status(0), "process");
    assert_eq!(status(59), "process");
    assert_eq!(status(60), "Done");
    let processing = json!({ "TaskId": task, "Status": "process" });
    assert_eq!(entries(&emulator, &processing).1, 0);
    seconds.store(NOW, Ordering::Relaxed);
    assert_eq!(entries(&emulator, &processing).1, 1);
}

#[test]
fn a_job_is_created_for_each_type() {
    let emulator = start();
    for (kind, target) in [
        ("purge_url", "http://www.example.com/a.txt"),
        ("purge_prefix", "http://www.example.com/test/"),
        ("purge_host", "www.example.com"),
        ("purge_cache_tag", "tag1"),
    ] {
        let parameters = json!({ "ZoneId": "zone-1", "Type": kind, "Targets": [target] });
        let response = perform(&emulator, "teo", "CreatePurgeTask", &parameters);
        assert_eq!(response["FailedList"], json!([]), "{kind}");
        assert_eq!(response["JobId"].as_str().unwrap().len(), 12, "{kind}");
    }
    let response = perform(&emulator, "teo", "CreatePurgeTask", &json!({ "ZoneId": "zone-1", "Type": "purge_all" }));
    assert_eq!(response["FailedList"], json!([]));
}

#[test]
fn every_type_but_purge_all_needs_targets() {
    for targets in [json!({}), json!({ "Targets": [] })] {
        let mut parameters = json!({ "ZoneId": "zone-1", "Type": "purge_host" });
        parameters.as_object_mut().unwrap().extend(targets.as_object().unwrap().clone());
        assert_eq!(refusal("teo", "CreatePurgeTask", &parameters).0, "InvalidParameter.Target");
    }
}

#[test]
fn purge_all_needs_a_single_zone() {
    let all = json!({ "ZoneId": "*", "Type": "purge_all" });
    assert_eq!(refusal("teo", "CreatePurgeTask", &all).0, "InvalidParameter.ParameterError");
    let host = json!({ "ZoneId": "*", "Type": "purge_host", "Targets": ["www.example.com"] });
    assert_eq!(refusal("teo", "CreatePurgeTask", &host).0, "");
}

#[test]
fn purge_all_refuses_targets() {
    let all = |targets: Value| json!({ "ZoneId": "zone-1", "Type": "purge_all", "Targets": targets });
    let (code, message) = refusal("teo", "CreatePurgeTask", &all(json!(["http://www.example.com/a.txt"])));
    assert_eq!(code, "InvalidParameter.Target");
    assert!(message.contains("purges the whole zone"), "{message}");
    assert_eq!(refusal("teo", "CreatePurgeTask", &all(json!([]))).0, "");
}

#[test]
fn what_is_not_the_id_of_a_zone_is_refused() {
    for zone in ["", " ", "example.com", "zone-", "ZONE-1"] {
        for (kind, targets) in [("purge_all", json!([])), ("purge_host", json!(["www.example.com"]))] {
            let parameters = json!({ "ZoneId": zone, "Type": kind, "Targets": targets });
            let (code, message) = refusal("teo", "CreatePurgeTask", &parameters);
            assert_eq!(code, "InvalidParameter.ParameterError", "{kind} of {zone:?}");
            assert!(message.contains("`ZoneId`"), "{message}");
        }
    }
}

#[test]
fn invalid_targets_are_listed_by_reason() {
    let failed = |kind: &str, targets: &[&str]| {
        let parameters = json!({ "ZoneId": "zone-1", "Type": kind, "Targets": targets });
        perform(&start(), "teo", "CreatePurgeTask", &parameters)["FailedList"].take()
    };
    assert_eq!(
        failed("purge_host", &["*.example.com", "www.example.com", "http://a.b", "*.example.org", "localhost"]),
        json!([
            { "Reason": "wildcards are not supported", "Targets": ["*.example.com", "*.example.org"] },
            { "Reason": "not a hostname", "Targets": ["http://a.b", "localhost"] },
        ])
    );
    let not_a_url = json!([{ "Reason": "not a URL that begins with http:// or https://", "Targets": ["a.b/1.jpg"] }]);
    assert_eq!(failed("purge_url", &["a.b/1.jpg", "http://a.b/1.jpg"]), not_a_url);
    assert_eq!(failed("purge_prefix", &["a.b/1.jpg"]), not_a_url);
    assert_eq!(
        failed("purge_prefix", &["http://*.b/"]),
        json!([{ "Reason": "wildcards are not supported", "Targets": ["http://*.b/"] }])
    );
    assert_eq!(
        failed("purge_cache_tag", &[" ", "a"]),
        json!([{ "Reason": "white space, a control character or an invisible character", "Targets": [" "] }])
    );
}

#[test]
fn a_job_of_which_every_target_failed_has_no_id() {
    let parameters = json!({ "ZoneId": "zone-1", "Type": "purge_host", "Targets": ["*.example.com"] });
    assert_eq!(perform(&start(), "teo", "CreatePurgeTask", &parameters)["JobId"], "");
}
