//! Checks with scripted histories which entries are taken for those of a lost request.

use std::time::Duration;

use serde_json::{Value, json};
use tencentcloud_cdn as cdn;
use tencentcloud_core::http::{TransportError, TransportErrorKind};
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{Config, Credentials};
use tencentcloud_teo as teo;
use tencentcloud_tests::Outcome;

fn config(transport: &ScriptedTransport, clock: &VirtualClock) -> Outcome<Config> {
    let credentials = Credentials::new("AKIDexample", "example-key")?;
    Ok(Config::builder().credentials(credentials).transport(transport.clone()).clock(clock.clone()).build()?)
}

fn lost() -> ScriptedTransport {
    ScriptedTransport::new().fail(TransportError::new(TransportErrorKind::Send, "cut"))
}

/// Answers all searches with this list.
fn always(transport: ScriptedTransport, response: &Value) -> ScriptedTransport {
    let body = json!({ "Response": response }).to_string();
    (0..60).fold(transport, |transport, _| transport.respond(200, body.clone()))
}

#[test]
fn the_purge_of_a_url_is_not_taken_for_the_lost_purge_of_a_directory() -> Outcome<()> {
    let clock = VirtualClock::at_unix(1_700_000_000);
    // The program has purged the home page by URL a moment before. The purge of the directory was
    // lost, and not carried out.
    let row = json!({
        "TaskId": "by-url", "Url": "https://www.example.com/", "Status": "done", "PurgeType": "url",
        "FlushType": "flush", "CreateTime": "2023-11-15 06:13:20",
    });
    let response = json!({ "PurgeLogs": [row], "TotalCount": 1, "RequestId": "r" });
    let client = cdn::Client::new(&config(&always(lost(), &response), &clock)?);
    let request = cdn::PurgePathCache::new(["https://www.example.com/"], cdn::FlushType::Delete);
    let mut report = clock.run(client.purge_path_cache(&request).in_batches());
    let settled = clock.run(report.settle());
    assert_eq!((settled.accepted, settled.not_tried), (0, 1), "the directory was not purged");
    Ok(())
}

#[test]
fn the_purge_of_a_url_is_not_taken_for_the_lost_purge_of_a_prefix() -> Outcome<()> {
    let clock = VirtualClock::at_unix(1_700_000_000);
    let row = json!({
        "JobId": "by-url", "Target": "https://www.example.com/", "Status": "success", "Type": "purge_url",
        "Method": "invalidate", "CreateTime": "2023-11-14T22:13:20Z", "UpdateTime": "2023-11-14T22:13:20Z",
    });
    let response = json!({ "Tasks": [row], "TotalCount": 1, "RequestId": "r" });
    let client = teo::Client::new(&config(&always(lost(), &response), &clock)?);
    let request = teo::CreatePurgeTask::prefixes("zone-1", ["https://www.example.com/"]);
    let mut report = clock.run(client.create_purge_task(&request).in_batches());
    let settled = clock.run(report.settle());
    assert_eq!((settled.accepted, settled.not_tried), (0, 1), "the prefix was not purged");
    Ok(())
}

#[test]
fn a_target_whose_text_the_service_has_changed_is_not_called_untried() -> Outcome<()> {
    let clock = VirtualClock::at_unix(1_700_000_000);
    // The service writes host names in lower case: in the list of failed targets, so the client
    // knows that it changes texts, and in the history.
    let failed = json!({ "Reason": "not yours", "Targets": ["https://www.example.com/failed"] });
    let accepted = json!({ "Response": { "JobId": "job-1", "FailedList": [failed], "RequestId": "r" } });
    let row = json!({
        "JobId": "job-1", "Target": "https://www.example.com/a", "Status": "success", "Type": "purge_url",
        "Method": "delete", "CreateTime": "2023-11-14T22:13:20Z", "UpdateTime": "2023-11-14T22:13:20Z",
    });
    let history = json!({ "Tasks": [row], "TotalCount": 1, "RequestId": "r" });
    let transport = ScriptedTransport::new().respond(200, accepted.to_string());
    let client = teo::Client::new(&config(&always(transport, &history), &clock)?);
    let request = teo::CreatePurgeTask::urls("zone-1", ["https://www.Example.com/a", "https://www.Example.com/failed"]);
    let mut report = clock.run(client.create_purge_task(&request).in_batches());
    assert_eq!(report.counts().unknown, 2, "{report}");
    clock.run(report.settle());
    let first = report.items().next().ok_or("there are two targets")?;
    assert_ne!(first.outcome().as_str(), "not_tried", "job-1 contains it: {first:?}");
    Ok(())
}

#[test]
fn a_target_that_the_service_encodes_is_not_called_untried() -> Outcome<()> {
    let clock = VirtualClock::at_unix(1_700_000_000);
    // With `UrlEncode`, the client sends the characters, and the service encodes them.
    let row = json!({
        "TaskId": "1", "Url": "https://www.example.com/%C3%A9", "Status": "done", "PurgeType": "url",
        "FlushType": "flush", "CreateTime": "2023-11-15 06:13:20",
    });
    let response = json!({ "PurgeLogs": [row], "TotalCount": 1, "RequestId": "r" });
    let client = cdn::Client::new(&config(&always(lost(), &response), &clock)?);
    let request = cdn::PurgeUrlsCache::new(["https://www.example.com/\u{e9}"]).url_encode(true);
    let mut report = clock.run(client.purge_urls_cache(&request).in_batches());
    let settled = clock.run(report.settle());
    assert_eq!(settled.not_tried, 0, "task 1 contains it");
    Ok(())
}

#[test]
fn a_request_for_all_zones_is_not_called_untried_if_the_history_of_all_zones_is_empty() -> Outcome<()> {
    let clock = VirtualClock::at_unix(1_700_000_000);
    let response = json!({ "Tasks": [], "TotalCount": 0, "RequestId": "r" });
    let client = teo::Client::new(&config(&always(lost(), &response), &clock)?);
    let request = teo::CreatePrefetchTask::new("*", ["https://www.example.com/"]);
    let mut report = clock.run(client.create_prefetch_task(&request).in_batches());
    let settled = clock.run(report.settle());
    assert_eq!((settled.not_tried, settled.unknown), (0, 1), "no page says that this history can be read");
    Ok(())
}

#[test]
fn an_entry_is_not_missed_because_the_history_moves_while_it_is_read() -> Outcome<()> {
    let clock = VirtualClock::at_unix(1_700_000_000);
    let urls = ["a", "b", "c"].map(|name| format!("https://www.example.com/{name}"));
    let [a, b, c] = &urls;
    let row = |job: &str, url: &str| {
        json!({
            "JobId": job, "Target": url, "Status": "success", "Type": "purge_url", "Method": null,
            "CreateTime": "2023-11-14T22:13:20Z", "UpdateTime": "2023-11-14T22:13:20Z",
        })
    };
    let page = |rows: &[Value], total: usize| {
        json!({ "Response": { "Tasks": rows, "TotalCount": total, "RequestId": "r" } }).to_string()
    };
    // Two entries in front leave, so the second page does not begin with `a`, the last one so far,
    // and is the end of the list.
    let transport = lost()
        .respond(200, page(&[row("other", b), row("other", c), row("lost", a)], 5))
        .respond(200, page(&[row("lost", c)], 3))
        .respond(200, page(&[row("lost", a), row("lost", b), row("lost", c)], 3));
    let client = teo::Client::new(&config(&transport, &clock)?);
    let mut report = clock.run(client.create_purge_task(teo::CreatePurgeTask::urls("zone-1", &urls)).in_batches());
    let settled = clock.run(report.settle().history_delay(Duration::ZERO));
    assert_eq!(settled.accepted, 3, "{report}");
    Ok(())
}
