//! Tests the history of `cdn` tasks: their entries, their progress, and each filter.

use std::time::Duration;

use serde_json::{Value, json};
use tencentcloud_emulator::{Emulator, FailedStatus, Fault};

use crate::calls::{column, perform, purge, refusal, refusal_of, wait, with};
use crate::client::{start, start_with};

/// The start of a period that contains all tasks.
const SINCE: &str = "2023-11-15 06:13:20";

fn slow() -> Emulator {
    start_with(|builder| builder.purge_duration(Duration::from_secs(100)))
}

#[track_caller]
fn logs(emulator: &Emulator, parameters: &Value) -> (Value, u64) {
    let mut response = perform(emulator, "cdn", "DescribePurgeTasks", parameters);
    (response["PurgeLogs"].take(), response["TotalCount"].as_u64().unwrap())
}

/// The URLs of the entries of purges since the beginning that meet more conditions.
#[track_caller]
fn urls(emulator: &Emulator, more: &Value) -> Vec<String> {
    column(&logs(emulator, &with(json!({ "StartTime": SINCE }), more)).0, "Url")
}

#[track_caller]
fn push(emulator: &Emulator, parameters: &Value) -> String {
    perform(emulator, "cdn", "PushUrlsCache", parameters)["TaskId"].as_str().unwrap().to_owned()
}

#[track_caller]
fn push_logs(emulator: &Emulator, parameters: &Value) -> (Value, u64) {
    let mut response = perform(emulator, "cdn", "DescribePushTasks", parameters);
    (response["PushLogs"].take(), response["TotalCount"].as_u64().unwrap())
}

#[test]
fn a_purge_without_a_region_has_two_entries_for_each_url() {
    let emulator = start();
    let task = purge(&emulator, &json!({ "Urls": ["http://a.b/1", "http://a.b/2"] }));
    let (entries, total) = logs(&emulator, &json!({ "TaskId": task }));
    let entry = |url: &str| {
        json!({
            "TaskId": task, "Url": url, "Status": "done", "PurgeType": "url", "FlushType": "flush",
            "CreateTime": "2023-11-15 06:13:20",
        })
    };
    let [first, second] = ["http://a.b/1", "http://a.b/2"].map(entry);
    assert_eq!((entries, total), (json!([first, first, second, second]), 4));
}

#[test]
fn a_purge_of_one_region_has_one_entry_for_each_url() {
    let emulator = start();
    let overseas = purge(&emulator, &json!({ "Urls": ["http://a.b/1"], "Area": "overseas" }));
    let both = purge(&emulator, &json!({ "Urls": ["http://a.b/2"] }));
    let area = |area: &str| urls(&emulator, &json!({ "Area": area }));
    assert_eq!(area("overseas"), ["http://a.b/2", "http://a.b/1"]);
    assert_eq!(area("mainland"), ["http://a.b/2"]);
    assert_eq!(area("global"), ["http://a.b/2", "http://a.b/2", "http://a.b/1"]);
    assert_eq!(logs(&emulator, &json!({ "TaskId": overseas, "Area": "mainland" })), (json!([]), 0));
    assert_eq!(logs(&emulator, &json!({ "TaskId": both, "Area": "mainland" })).1, 1);
}

#[test]
fn a_purge_moves_from_process_to_done() {
    let emulator = slow();
    let task = purge(&emulator, &json!({ "Urls": ["http://a.b/1"], "Area": "mainland" }));
    let count = |status: &str| logs(&emulator, &json!({ "TaskId": task, "Status": status, "Limit": 1 })).1;
    assert_eq!((count("process"), count("done"), count("fail")), (1, 0, 0));
    wait(&emulator, 99);
    assert_eq!((count("process"), count("done"), count("fail")), (1, 0, 0));
    wait(&emulator, 1);
    assert_eq!((count("process"), count("done"), count("fail")), (0, 1, 0));
}

#[test]
fn failing_urls_fail_in_each_region_and_in_the_end() {
    let emulator = slow();
    for (status, shown) in [
        (None, "fail"),
        (Some(FailedStatus::Fail), "fail"),
        (Some(FailedStatus::Timeout), "fail"),
        (Some(FailedStatus::Canceled), "fail"),
        (Some(FailedStatus::Invalid), "fail"),
    ] {
        let fault = Fault::fail().matching("/2");
        emulator.faults().add(status.map_or(fault.clone(), |status| fault.ending(status)));
        let task = purge(&emulator, &json!({ "Urls": ["http://a.b/1", "http://a.b/2"] }));
        let statuses = || column(&logs(&emulator, &json!({ "TaskId": task })).0, "Status");
        assert_eq!(statuses(), ["process"; 4]);
        wait(&emulator, 100);
        assert_eq!(statuses(), ["done", "done", shown, shown], "{status:?}");
        let failed = logs(&emulator, &json!({ "TaskId": task, "Status": "fail" }));
        assert_eq!((column(&failed.0, "Url"), failed.1), (vec!["http://a.b/2".to_owned(); 2], 2));
    }
}

#[test]
fn a_query_selects_purges_by_each_parameter() {
    let emulator = start();
    let (url, path) = ("http://www.example.com/1.jpg", "https://static.example.com/a/");
    let task = purge(&emulator, &json!({ "Urls": [url], "Area": "mainland" }));
    wait(&emulator, 60);
    let paths = json!({ "Paths": [path], "FlushType": "delete", "Area": "overseas" });
    perform(&emulator, "cdn", "PurgePathCache", &paths);
    push(&emulator, &json!({ "Urls": ["http://www.example.com/pushed"] }));

    let select = |more: Value| urls(&emulator, &more);
    assert_eq!(select(json!({})), [path, url]);
    assert_eq!(select(json!({ "TaskId": task })), [url]);
    assert_eq!(select(json!({ "TaskId": "1-a" })), [""; 0]);
    assert_eq!(select(json!({ "PurgeType": "path" })), [path]);
    assert_eq!(select(json!({ "PurgeType": "url" })), [url]);
    assert_eq!(select(json!({ "Status": "done" })), [path, url]);
    assert_eq!(select(json!({ "Keyword": "static.example.com" })), [path]);
    assert_eq!(select(json!({ "Keyword": "STATIC.example.com" })), [path]);
    assert_eq!(select(json!({ "Keyword": url })), [url]);
    assert_eq!(select(json!({ "Keyword": "example.com" })), [""; 0]);
    assert_eq!(select(json!({ "EndTime": "2023-11-15 06:14:20" })), [path, url]);
    assert_eq!(select(json!({ "EndTime": "2023-11-15 06:14:19" })), [url]);
    assert_eq!(select(json!({ "StartTime": "2023-11-15 06:13:21" })), [path]);
    assert_eq!(select(json!({ "Status": "done", "Keyword": url, "PurgeType": "path" })), [""; 0]);
}

#[test]
fn a_page_may_begin_and_end_in_the_middle_of_a_task() {
    let emulator = start();
    for task in 0..3 {
        let urls: Vec<String> = (0..3).map(|url| format!("http://a.b/{task}/{url}")).collect();
        purge(&emulator, &json!({ "Urls": urls }));
    }
    let all: Vec<String> =
        [2, 1, 0].iter().flat_map(|task| [0, 0, 1, 1, 2, 2].map(|url| format!("http://a.b/{task}/{url}"))).collect();
    assert_eq!(all.len(), 18);
    for offset in 0..20 {
        for limit in 0..20 {
            let page = json!({ "StartTime": SINCE, "Offset": offset, "Limit": limit });
            let (entries, total) = logs(&emulator, &page);
            let expected = all.iter().skip(offset).take(limit).cloned().collect::<Vec<_>>();
            assert_eq!((column(&entries, "Url"), total), (expected, 18), "{offset} {limit}");
            // The entries are the same if they are looked at one by one.
            assert_eq!(logs(&emulator, &with(page, &json!({ "Keyword": "a.b", "Status": "done" }))), (entries, 18));
            wait(&emulator, 1);
        }
    }
}

#[test]
fn a_new_task_may_be_missing_from_the_history_at_first() {
    let emulator =
        start_with(|builder| builder.history_delay(Duration::from_secs(5)).purge_duration(Duration::from_secs(10)));
    let task = purge(&emulator, &json!({ "Urls": ["http://a.b/1"], "Area": "mainland" }));
    let by_task = || column(&logs(&emulator, &json!({ "TaskId": task })).0, "Status");
    wait(&emulator, 4);
    assert_eq!((by_task(), urls(&emulator, &json!({})).len()), (vec![], 0));
    wait(&emulator, 1);
    assert_eq!((by_task(), urls(&emulator, &json!({})).len()), (vec!["process".to_owned()], 1));
    wait(&emulator, 5);
    assert_eq!(by_task(), ["done"]);
}

#[test]
fn a_prefetch_without_a_region_applies_to_the_mainland() {
    let emulator = slow();
    let task = push(&emulator, &json!({ "Urls": ["http://a.b/1"] }));
    wait(&emulator, 25);
    let entry = |status: &str, percent: u64, updated: &str| {
        json!([{
            "TaskId": task, "Url": "http://a.b/1", "Status": status, "Percent": percent, "Area": "mainland",
            "CreateTime": "2023-11-15 06:13:20", "UpdateTime": updated,
        }])
    };
    let logs = || push_logs(&emulator, &json!({ "TaskId": task }));
    assert_eq!(logs(), (entry("process", 25, "2023-11-15 06:13:20"), 1));
    wait(&emulator, 100);
    assert_eq!(logs(), (entry("Done", 100, "2023-11-15 06:15:00"), 1));
}

#[test]
fn a_prefetch_of_all_regions_has_a_entry_for_each() {
    let emulator = start();
    let task = push(&emulator, &json!({ "Urls": ["http://a.b/1"], "Area": "global" }));
    let areas = |more: Value| column(&push_logs(&emulator, &with(json!({ "TaskId": task }), &more)).0, "Area");
    assert_eq!(areas(json!({})), ["mainland", "overseas"]);
    assert_eq!(areas(json!({ "Area": "global" })), ["mainland", "overseas"]);
    assert_eq!(areas(json!({ "Area": "overseas" })), ["overseas"]);
}

#[test]
fn a_query_selects_prefetches_by_each_parameter() {
    let emulator = start();
    emulator.faults().add(Fault::fail().matching("/2").ending(FailedStatus::Invalid).on("PushUrlsCache"));
    let task = push(&emulator, &json!({ "Urls": ["http://a.b/1", "http://c.d/2"] }));
    wait(&emulator, 60);
    push(&emulator, &json!({ "Urls": ["http://a.b/3"], "Layer": "middle" }));
    purge(&emulator, &json!({ "Urls": ["http://a.b/purged"] }));
    let select =
        |more: Value| column(&push_logs(&emulator, &with(json!({ "StartTime": SINCE }), &more)).0, "Url").join(" ");
    assert_eq!(select(json!({})), "http://a.b/3 http://a.b/1 http://c.d/2");
    assert_eq!(select(json!({ "TaskId": task })), "http://a.b/1 http://c.d/2");
    assert_eq!(select(json!({ "Keyword": "a.b" })), "http://a.b/3 http://a.b/1");
    assert_eq!(select(json!({ "Keyword": "http://c.d/2" })), "http://c.d/2");
    assert_eq!(select(json!({ "Status": "invalid" })), "http://c.d/2");
    assert_eq!(select(json!({ "Status": "done" })), "http://a.b/3 http://a.b/1");
    assert_eq!(select(json!({ "Status": "fail" })), "");
    assert_eq!(select(json!({ "Area": "overseas" })), "");
    assert_eq!(select(json!({ "StartTime": "2023-11-15 06:13:21" })), "http://a.b/3");
    assert_eq!(select(json!({ "EndTime": "2023-11-15 06:13:20" })), "http://a.b/1 http://c.d/2");
    assert_eq!(select(json!({ "Offset": 1, "Limit": 1 })), "http://a.b/1");
}

#[test]
fn an_invalid_query_is_refused_with_the_code_of_its_page() {
    let since = |more: Value| with(json!({ "StartTime": SINCE }), &more);
    for action in ["DescribePurgeTasks", "DescribePushTasks"] {
        for (parameters, code, says) in [
            (json!({}), "InvalidParameter.CdnParamError", "one of `TaskId` and `StartTime` is required"),
            (json!({ "TaskId": "" }), "InvalidParameter.CdnParamError", "one of `TaskId` and `StartTime`"),
            (json!({ "EndTime": SINCE }), "InvalidParameter.CdnParamError", "one of `TaskId` and `StartTime`"),
            (
                since(json!({ "EndTime": "2023-11-15 06:13:19" })),
                "InvalidParameter.CdnParamError",
                "`EndTime` is before `StartTime`",
            ),
            (since(json!({ "Offset": -1 })), "InvalidParameter.CdnParamError", "`Offset` must be at least 0, not -1"),
            (since(json!({ "Limit": -1 })), "InvalidParameter.CdnParamError", "`Limit` must be at least 0, not -1"),
            (since(json!({ "Status": "Done" })), "InvalidParameterValue", "`Status`"),
            (since(json!({ "Area": "" })), "InvalidParameterValue", "`Area`"),
            (json!({ "StartTime": "2023-11-15T06:13:20Z" }), "InvalidParameterValue", "`StartTime`"),
        ] {
            let refused = refusal("cdn", action, &parameters);
            assert!(refused.0 == code && refused.1.contains(says), "{action} {parameters}: {refused:?}");
        }
    }
    assert_eq!(refusal("cdn", "DescribePurgeTasks", &since(json!({ "Status": "invalid" }))).0, "InvalidParameterValue");
    assert_eq!(refusal("cdn", "DescribePushTasks", &since(json!({ "Status": "invalid" }))).0, "");
}

#[test]
fn an_invalid_prefetch_is_refused_with_the_code_of_its_page() {
    let urls = |more: Value| with(json!({ "Urls": ["http://a.b/1"] }), &more);
    let header = |name: usize, value: usize| json!({ "Name": "n".repeat(name), "Value": "v".repeat(value) });
    for (parameters, code) in [
        (json!({ "Urls": ["http://*.b/1"] }), "InvalidParameter.CdnPushWildcardNotAllowed"),
        (json!({ "Urls": ["a.b/1"] }), "InvalidParameter.CdnParamError"),
        (json!({ "Urls": vec!["http://a.b/1"; 501] }), "LimitExceeded.CdnPushExceedBatchLimit"),
        (json!({ "Urls": [] }), "MissingParameter"),
        (urls(json!({ "Area": "asia" })), "InvalidParameterValue"),
        (urls(json!({ "Headers": vec![header(1, 1); 21] })), "InvalidParameter.CdnParamError"),
        (urls(json!({ "Headers": [header(0, 1)] })), "InvalidParameter.CdnParamError"),
        (urls(json!({ "Headers": [header(129, 1)] })), "InvalidParameter.CdnParamError"),
        (urls(json!({ "Headers": [header(1, 1_025)] })), "InvalidParameter.CdnParamError"),
        (urls(json!({ "Headers": vec![header(128, 1_024); 20] })), ""),
        (urls(json!({ "Layer": "middle", "ParseM3U8": true, "DisableRange": true, "UrlEncode": true })), ""),
    ] {
        assert_eq!(refusal("cdn", "PushUrlsCache", &parameters).0, code, "{parameters}");
    }
}

#[test]
fn the_quotas_of_a_region_go_down_with_its_targets() {
    let emulator = start();
    let quota = |batch: u64, total: u64, [mainland, overseas]: [u64; 2]| {
        json!([
            { "Area": "mainland", "Batch": batch, "Total": total, "Available": mainland },
            { "Area": "overseas", "Batch": batch, "Total": total, "Available": overseas },
        ])
    };
    let assert_left = |urls: [u64; 2], paths: [u64; 2], pushes: [u64; 2]| {
        let purge = perform(&emulator, "cdn", "DescribePurgeQuota", &json!({}));
        let push = perform(&emulator, "cdn", "DescribePushQuota", &json!({}));
        assert_eq!(purge["UrlPurge"], quota(1_000, 10_000, urls));
        assert_eq!(purge["PathPurge"], quota(500, 100, paths));
        assert_eq!(push["UrlPush"], quota(500, 1_000, pushes));
    };
    assert_left([10_000; 2], [100; 2], [1_000; 2]);
    purge(&emulator, &json!({ "Urls": vec!["http://a.b/1"; 30] }));
    purge(&emulator, &json!({ "Urls": ["http://a.b/1"], "Area": "overseas" }));
    let paths = json!({ "Paths": ["http://a.b/"], "FlushType": "flush", "Area": "mainland" });
    perform(&emulator, "cdn", "PurgePathCache", &paths);
    assert_left([9_970, 9_969], [99, 100], [1_000; 2]);
    push(&emulator, &json!({ "Urls": vec!["http://a.b/1"; 500] }));
    push(&emulator, &json!({ "Urls": ["http://a.b/1"], "Area": "global" }));
    assert_left([9_970, 9_969], [99, 100], [499, 999]);

    let refused = |more: Value| {
        let urls = with(json!({ "Urls": vec!["http://a.b/1"; 500] }), &more);
        refusal_of(&emulator, "cdn", "PushUrlsCache", &urls).0
    };
    for area in [json!({}), json!({ "Area": "mainland" }), json!({ "Area": "global" })] {
        assert_eq!(refused(area), "LimitExceeded.CdnPushExceedDayLimit");
    }
    assert_eq!(refused(json!({ "Area": "overseas" })), "");
    wait(&emulator, 18 * 3_600);
    assert_left([10_000; 2], [100; 2], [1_000; 2]);
}
