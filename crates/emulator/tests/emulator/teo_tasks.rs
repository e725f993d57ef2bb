//! Tests the history of `teo` tasks: their entries, their progress, each filter, and their quotas.

use std::time::Duration;

use serde_json::{Value, json};
use tencentcloud_emulator::{Emulator, FailedStatus, Fault, Limit};

use crate::calls::{column, job, perform, refusal, refusal_of, wait, with};
use crate::client::{start, start_with};

const ZONE: &str = "zone-1";

fn slow() -> Emulator {
    start_with(|builder| builder.purge_duration(Duration::from_secs(100)))
}

/// A period that contains all tasks, with more parameters.
fn period(more: &Value) -> Value {
    let period = json!({ "ZoneId": ZONE, "StartTime": "2023-11-14T22:13:20Z", "EndTime": "2023-11-15T23:00:00Z" });
    with(period, more)
}

fn filter(name: &str, values: &[&str]) -> Value {
    json!({ "Name": name, "Values": values })
}

#[track_caller]
fn tasks(emulator: &Emulator, action: &str, parameters: &Value) -> (Value, u64) {
    let mut response = perform(emulator, "teo", action, parameters);
    (response["Tasks"].take(), response["TotalCount"].as_u64().unwrap())
}

/// The targets of the selected purges, separated by spaces.
#[track_caller]
fn purged(emulator: &Emulator, filters: &Value) -> String {
    column(&tasks(emulator, "DescribePurgeTasks", &period(&json!({ "Filters": filters }))).0, "Target").join(" ")
}

#[track_caller]
fn prefetch(emulator: &Emulator, targets: &[&str]) -> String {
    let parameters = json!({ "ZoneId": ZONE, "Targets": targets });
    perform(emulator, "teo", "CreatePrefetchTask", &parameters)["JobId"].as_str().unwrap().to_owned()
}

#[test]
fn a_purge_has_a_entry_for_each_target() {
    let emulator = slow();
    let job = job(&emulator, ZONE, "purge_url", &["http://a.b/1", "http://a.b/2"]);
    let by_job = json!({ "ZoneId": ZONE, "Filters": [filter("job-id", &[&job])] });
    let entry = |target: &str, status: &str, updated: &str| {
        json!({
            "JobId": job, "Target": target, "Type": "purge_url", "Method": null, "Status": status,
            "CreateTime": "2023-11-14T22:13:20Z", "UpdateTime": updated, "FailType": null, "FailMessage": null,
        })
    };
    let entries =
        |status, updated| json!([entry("http://a.b/1", status, updated), entry("http://a.b/2", status, updated)]);
    let found = tasks(&emulator, "DescribePurgeTasks", &by_job);
    assert_eq!(found, (entries("processing", "2023-11-14T22:13:20Z"), 2));
    wait(&emulator, 100);
    assert_eq!(tasks(&emulator, "DescribePurgeTasks", &by_job), (entries("success", "2023-11-14T22:15:00Z"), 2));
}

#[test]
fn a_purge_of_a_whole_zone_has_a_entry_with_its_name() {
    let emulator = start();
    for (zone, target) in [("zone-1", "zone-1"), ("zone-2noz3g48ev6k", "example.com")] {
        let job = job(&emulator, zone, "purge_all", &[]);
        let by_job = json!({ "ZoneId": zone, "Filters": [filter("job-id", &[&job])] });
        let (entries, total) = tasks(&emulator, "DescribePurgeTasks", &by_job);
        assert_eq!(
            (column(&entries, "Target"), column(&entries, "Method"), total),
            (vec![target.into()], vec!["invalidate".into()], 1)
        );
    }
}

#[test]
fn failing_targets_are_accepted_and_fail_in_the_end() {
    let emulator = slow();
    let purge = json!({ "ZoneId": ZONE, "Type": "purge_host", "Targets": ["a.b", "c.d"] });
    let prefetch = json!({ "ZoneId": ZONE, "Targets": ["http://a.b/1", "http://c.d/1"] });
    for (submit, list, parameters, status, shown, fail_type) in [
        ("CreatePurgeTask", "DescribePurgeTasks", &purge, FailedStatus::Fail, "failed", "taskFailed"),
        ("CreatePurgeTask", "DescribePurgeTasks", &purge, FailedStatus::Timeout, "timeout", "taskFailed"),
        ("CreatePurgeTask", "DescribePurgeTasks", &purge, FailedStatus::Canceled, "canceled", "taskFailed"),
        ("CreatePurgeTask", "DescribePurgeTasks", &purge, FailedStatus::Invalid, "failed", "taskFailed"),
        ("CreatePrefetchTask", "DescribePrefetchTasks", &prefetch, FailedStatus::Fail, "failed", "taskFailed"),
        (
            "CreatePrefetchTask",
            "DescribePrefetchTasks",
            &prefetch,
            FailedStatus::Invalid,
            "invalid",
            "originPullFailed",
        ),
    ] {
        emulator.faults().add(Fault::fail().matching("c.d").ending(status).saying("no luck"));
        let response = perform(&emulator, "teo", submit, parameters);
        assert_eq!(response["FailedList"], json!([]));
        let by_job = json!({ "ZoneId": ZONE, "Filters": [filter("job-id", &[response["JobId"].as_str().unwrap()])] });
        let (entries, _) = tasks(&emulator, list, &by_job);
        assert_eq!(
            (column(&entries, "Status"), &entries[1]["FailType"]),
            (vec!["processing".to_owned(); 2], &Value::Null)
        );
        wait(&emulator, 100);
        let (entries, _) = tasks(&emulator, list, &by_job);
        assert_eq!(column(&entries, "Status"), ["success", shown], "{submit} {status:?}");
        assert_eq!((&entries[0]["FailType"], &entries[0]["FailMessage"]), (&Value::Null, &Value::Null));
        assert_eq!((&entries[1]["FailType"], &entries[1]["FailMessage"]), (&json!(fail_type), &json!("no luck")));
    }
    assert_eq!(purged(&emulator, &json!([filter("statuses", &["timeout", "canceled"])])), "c.d c.d");
}

#[test]
fn targets_of_a_prefetch_may_fail_at_once() {
    let emulator = start();
    emulator.faults().add(Fault::fail().matching("/2").saying("no such file"));
    let parameters = json!({ "ZoneId": ZONE, "Targets": ["http://a.b/1", "http://a.b/2", "a.b", "http://*.b/"] });
    let response = perform(&emulator, "teo", "CreatePrefetchTask", &parameters);
    assert_eq!(
        response["FailedList"],
        json!([
            { "Reason": "no such file", "Targets": ["http://a.b/2"] },
            { "Reason": "not a URL that begins with http:// or https://", "Targets": ["a.b"] },
            { "Reason": "wildcards are not supported", "Targets": ["http://*.b/"] },
        ])
    );
    let by_job = json!({ "ZoneId": ZONE, "Filters": [filter("job-id", &[response["JobId"].as_str().unwrap()])] });
    let (entries, total) = tasks(&emulator, "DescribePrefetchTasks", &by_job);
    assert_eq!((column(&entries, "Target"), total), (vec!["http://a.b/1".to_owned()], 1));
    assert_eq!((&entries[0]["Type"], &entries[0]["Method"]), (&json!("prefetch_url"), &Value::Null));
}

#[test]
fn each_filter_selects_purges() {
    let emulator = start();
    let urls = job(&emulator, ZONE, "purge_url", &["http://a.b/1", "http://www.a.b/12"]);
    wait(&emulator, 60);
    emulator.faults().add(Fault::fail().matching("c.d").ending(FailedStatus::Timeout));
    job(&emulator, ZONE, "purge_host", &["a.b", "c.d"]);
    job(&emulator, ZONE, "purge_cache_tag", &["tag"]);
    job(&emulator, "zone-2", "purge_host", &["other.zone"]);
    prefetch(&emulator, &["http://a.b/prefetched"]);

    let select = |filters: Value| purged(&emulator, &filters);
    let fuzzy = |part: &str| json!([{ "Name": "target", "Values": [part], "Fuzzy": true }]);
    assert_eq!(select(json!([])), "tag a.b c.d http://a.b/1 http://www.a.b/12");
    assert_eq!(select(json!([filter("job-id", &[&urls])])), "http://a.b/1 http://www.a.b/12");
    assert_eq!(select(json!([filter("job-id", &["unknown"])])), "");
    assert_eq!(select(json!([filter("target", &["http://a.b/1"])])), "http://a.b/1");
    assert_eq!(select(fuzzy("a.b/1")), "http://a.b/1 http://www.a.b/12");
    assert_eq!(select(json!([filter("domains", &["a.b"])])), "a.b http://a.b/1");
    assert_eq!(select(json!([filter("domains", &["c.d", "www.a.b"])])), "c.d http://www.a.b/12");
    assert_eq!(select(json!([filter("type", &["purge_host"])])), "a.b c.d");
    assert_eq!(select(json!([filter("statuses", &["timeout"])])), "c.d");
    assert_eq!(select(json!([filter("statuses", &["processing"])])), "");
    assert_eq!(select(json!([filter("statuses", &["success", "timeout"]), filter("domains", &["c.d"])])), "c.d");
    let at = |start: &str, end: &str| {
        let parameters = json!({ "ZoneId": ZONE, "StartTime": start, "EndTime": end });
        tasks(&emulator, "DescribePurgeTasks", &parameters).1
    };
    assert_eq!(at("2023-11-15T06:13:20+08:00", "2023-11-15T06:14:19+08:00"), 2);
    assert_eq!(at("2023-11-14T22:13:21Z", "2023-11-14T22:14:20Z"), 3);
}

#[test]
fn each_filter_selects_prefetches() {
    let emulator = start();
    emulator.faults().add(Fault::fail().matching("c.d").ending(FailedStatus::Invalid));
    let job_id = prefetch(&emulator, &["http://a.b/1", "http://c.d/2"]);
    prefetch(&emulator, &["http://a.b/3"]);
    job(&emulator, ZONE, "purge_url", &["http://a.b/purged"]);
    let select = |filters: Value| {
        let (entries, _) = tasks(&emulator, "DescribePrefetchTasks", &period(&json!({ "Filters": filters })));
        column(&entries, "Target").join(" ")
    };
    assert_eq!(select(json!([])), "http://a.b/3 http://a.b/1 http://c.d/2");
    assert_eq!(select(json!([filter("job-id", &[&job_id])])), "http://a.b/1 http://c.d/2");
    assert_eq!(select(json!([filter("target", &["http://a.b/1"])])), "http://a.b/1");
    assert_eq!(select(json!([filter("domains", &["c.d"])])), "http://c.d/2");
    assert_eq!(select(json!([filter("statuses", &["invalid"])])), "http://c.d/2");
    assert_eq!(select(json!([filter("statuses", &["success"])])), "http://a.b/3 http://a.b/1");
}

#[test]
fn one_query_finds_what_is_left_of_all_tasks_of_a_zone() {
    let emulator = slow();
    job(&emulator, ZONE, "purge_url", &["http://a.b/1", "http://a.b/2"]);
    wait(&emulator, 60);
    job(&emulator, ZONE, "purge_host", &["a.b"]);
    let left = || {
        let left = period(&json!({ "Filters": [filter("statuses", &["processing"])], "Limit": 1 }));
        let (entries, total) = tasks(&emulator, "DescribePurgeTasks", &left);
        (column(&entries, "Target").join(" "), total)
    };
    assert_eq!(left(), ("a.b".to_owned(), 3));
    wait(&emulator, 40);
    assert_eq!(left(), ("a.b".to_owned(), 1));
    wait(&emulator, 60);
    assert_eq!(left(), (String::new(), 0));
}

#[test]
fn an_invalid_query_is_refused_with_the_code_of_its_page() {
    let week = |start: &str, end: &str| json!({ "ZoneId": ZONE, "StartTime": start, "EndTime": end });
    let filters = |filters: Value| period(&json!({ "Filters": filters }));
    let twenty_one: Vec<String> = (0..21).map(|n| format!("{n}.b")).collect();
    let twenty_one: Vec<&str> = twenty_one.iter().map(String::as_str).collect();
    for action in ["DescribePurgeTasks", "DescribePrefetchTasks"] {
        for (parameters, says) in [
            (json!({ "ZoneId": ZONE }), "a period (`StartTime` and `EndTime`) or a filter for `job-id` is required"),
            (json!({ "ZoneId": ZONE, "StartTime": "2023-11-14T00:00:00Z" }), "are required together"),
            (week("2023-11-01T00:00:00Z", "2023-11-08T00:00:01Z"), "has more than 7 days"),
            (week("2023-11-02T00:00:00Z", "2023-11-01T00:00:00Z"), "`EndTime` is before `StartTime`"),
            (with(period(&json!({})), &json!({ "ZoneId": "example.com" })), "`ZoneId` must be the id of a zone"),
            (period(&json!({ "Limit": 1_001 })), "`Limit` must be between 0 and 1000, not 1001"),
            (period(&json!({ "Offset": -1 })), "`Offset` must be at least 0, not -1"),
            (filters(json!([filter("JobId", &["a"])])), "unknown name `JobId`"),
            (filters(json!([filter("job-id", &["a", "b"])])), "at most 1 may be sent for `job-id`"),
            (filters(json!([filter("target", &["a", "b"])])), "at most 1 may be sent for `target`"),
            (filters(json!([filter("domains", &twenty_one)])), "at most 20 may be sent for `domains`"),
            (filters(json!([filter("domains", &["a.b", ""])])), "has an empty value"),
            (filters(json!([filter("statuses", &["process"])])), "must be one of processing, success"),
            (filters(json!([{ "Name": "job-id", "Values": ["a"], "Fuzzy": true }])), "is fuzzy"),
        ] {
            let (code, message) = refusal("teo", action, &parameters);
            assert_eq!(code, "InvalidParameter.ParameterError", "{action} {parameters}: {message}");
            assert!(message.contains(says), "{message}");
        }
        assert_eq!(refusal("teo", action, &week("2023-11-01T00:00:00Z", "2023-11-08T00:00:00Z")).0, "");
        assert_eq!(refusal("teo", action, &json!({})).0, "MissingParameter");
        // Official examples have empty lists within records.
        assert_eq!(refusal("teo", action, &filters(json!([filter("job-id", &[])]))).0, "");
    }
    // Purges and prefetches have different filters.
    let refused = |action: &str, list: Value| refusal("teo", action, &filters(list)).1;
    let fuzzy = json!([{ "Name": "target", "Values": ["a"], "Fuzzy": true }]);
    assert!(refused("DescribePrefetchTasks", fuzzy).contains("is fuzzy, which `target` does not support"));
    assert!(refused("DescribePrefetchTasks", json!([filter("type", &["purge_url"])])).contains("unknown name `type`"));
    assert!(
        refused("DescribePurgeTasks", json!([filter("type", &["prefetch_url"])])).contains("must be one of purge_url")
    );
    assert!(refused("DescribePurgeTasks", json!([filter("statuses", &["invalid"])])).contains("not `invalid`"));
}

#[test]
fn an_invalid_prefetch_is_refused_with_the_code_of_its_page() {
    let targets = |more: Value| with(json!({ "ZoneId": ZONE, "Targets": ["http://a.b/1"] }), &more);
    for (parameters, code) in [
        (json!({ "ZoneId": ZONE }), "MissingParameter"),
        (json!({ "ZoneId": ZONE, "Targets": [] }), "MissingParameter"),
        (targets(json!({ "ZoneId": "example.com" })), "InvalidParameter.ParameterError"),
        (targets(json!({ "Targets": vec!["http://a.b/1"; 2_001] })), "LimitExceeded.BatchQuota"),
        (targets(json!({ "Mode": "far" })), "InvalidParameterValue"),
        (
            targets(
                json!({ "Mode": "edge", "PrefetchMediaSegments": "on", "Headers": [{ "Name": "a", "Value": "b" }] }),
            ),
            "",
        ),
        (targets(json!({ "ZoneId": "*" })), ""),
    ] {
        assert_eq!(refusal("teo", "CreatePrefetchTask", &parameters).0, code, "{parameters}");
    }
}

#[test]
fn the_quota_of_a_type_goes_down_with_its_targets() {
    let emulator = start();
    let left = || {
        let quotas = perform(&emulator, "teo", "DescribeContentQuota", &json!({ "ZoneId": ZONE }));
        let all = ["PurgeQuota", "PrefetchQuota"].map(|member| quotas[member].as_array().unwrap().clone()).concat();
        assert!(all.iter().all(|quota| quota["Daily"] == 10_000), "{quotas}");
        let entries = all.iter().map(|quota| {
            let number = |member: &str| quota[member].as_u64().unwrap();
            (quota["Type"].as_str().unwrap().to_owned(), number("Batch"), 10_000 - number("DailyAvailable"))
        });
        entries.collect::<Vec<_>>()
    };
    let expected = |used: [u64; 6]| {
        let types = ["purge_url", "purge_prefix", "purge_host", "purge_all", "purge_cache_tag", "prefetch_url"];
        let batches = [5_000, 1_000, 1_000, 1, 100, 2_000];
        let entries = types.into_iter().zip(batches).zip(used).map(|((of, batch), used)| (of.to_owned(), batch, used));
        entries.collect::<Vec<_>>()
    };
    assert_eq!(left(), expected([0; 6]));
    job(&emulator, ZONE, "purge_url", &["http://a.b/1", "http://a.b/2"]);
    job(&emulator, ZONE, "purge_host", &["a.b", "not a host"]);
    job(&emulator, ZONE, "purge_all", &[]);
    prefetch(&emulator, &["http://a.b/1"; 7]);
    assert_eq!(left(), expected([2, 0, 1, 1, 0, 7]));
    // Prefetches by edge nodes have a quota of their own.
    let edge = |count: usize| {
        let targets = json!({ "ZoneId": ZONE, "Targets": vec!["http://a.b/1"; count], "Mode": "edge" });
        refusal_of(&emulator, "teo", "CreatePrefetchTask", &targets).0
    };
    assert_eq!((edge(1_000), edge(1)), (String::new(), "LimitExceeded.DailyQuota".to_owned()));
    assert_eq!(left(), expected([2, 0, 1, 1, 0, 7]));
}

#[test]
fn the_reported_quota_is_the_one_that_is_enforced() {
    let emulator = start_with(|builder| builder.per_request(Limit::At(3)).per_day(Limit::At(5)));
    let quota = || {
        let quotas = perform(&emulator, "teo", "DescribeContentQuota", &json!({ "ZoneId": ZONE }));
        let quota = &quotas["PurgeQuota"][2];
        ["Batch", "Daily", "DailyAvailable"].map(|member| quota[member].as_u64().unwrap())
    };
    let purge = |count: usize| {
        let purge = json!({ "ZoneId": ZONE, "Type": "purge_host", "Targets": vec!["a.b"; count] });
        refusal_of(&emulator, "teo", "CreatePurgeTask", &purge).0
    };
    assert_eq!(quota(), [3, 5, 5]);
    assert_eq!((purge(4), purge(3)), ("LimitExceeded.BatchQuota".to_owned(), String::new()));
    assert_eq!(quota(), [3, 5, 2]);
    assert_eq!((purge(3), purge(2)), ("LimitExceeded.DailyQuota".to_owned(), String::new()));
    assert_eq!(quota(), [3, 5, 0]);
}
