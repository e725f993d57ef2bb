//! Checks that a prefetch follows a purge, and only of what was purged.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use serde_json::{Value, json};
use tencentcloud_cdn as cdn;
use tencentcloud_core::ErrorKind;
use tencentcloud_core::jobs::{Batches, LeftOut, NotPrefetched, Prefetched};
use tencentcloud_core::time::Clock as _;
use tencentcloud_teo as teo;

use super::service::{Entry, Fault};
use super::{Bench, TEN_MINUTES};

type OfCdn = Prefetched<cdn::PurgeUrlsCache, cdn::PushUrlsCache>;

fn urls(paths: &[&str]) -> Vec<String> {
    paths.iter().map(|path| format!("https://www.example.com/{path}")).collect()
}

/// Purges URLs, two in each request, and prefetches them, three in each.
fn purge_and_prefetch(bench: &Bench, paths: &[&str], limit: Duration) -> OfCdn {
    let client = &bench.cdn;
    bench.clock.run(async {
        let purge = client.purge_urls_cache(cdn::PurgeUrlsCache::new(urls(paths))).in_batches().size(2).await;
        let prefetch = |urls| {
            let request = cdn::PushUrlsCache::new(urls).area(cdn::TaskArea::Global);
            client.push_urls_cache(request).in_batches().size(3)
        };
        is_send(purge.then_prefetch(client, limit, prefetch)).await
    })
}

fn is_send<F: Future + Send>(future: F) -> F {
    future
}

/// The requests with a list of targets, with the time of each.
fn submitted(bench: &Bench) -> Vec<(f64, Value)> {
    let requests = bench.service.requests().into_iter().filter(|asked| asked.parameters["Urls"].is_array());
    requests.map(|asked| (asked.at, asked.parameters)).collect()
}

fn reasons(prefetched: &OfCdn) -> Vec<(usize, &str, NotPrefetched)> {
    let left_out = prefetched.left_out.iter();
    left_out.map(|LeftOut { position, target, reason, .. }| (*position, &**target, reason.clone())).collect()
}

#[test]
fn the_same_list_is_prefetched_when_its_purge_is_done() {
    let bench = Bench::cdn();
    let prefetched = purge_and_prefetch(&bench, &["a", "b", "c", "d"], TEN_MINUTES);
    assert_eq!(prefetched.waited.as_ref().unwrap().succeeded, 4);
    assert_eq!(prefetched.left_out, []);
    let submitted = submitted(&bench);
    let expected = [
        json!({ "Urls": urls(&["a", "b"]) }),
        json!({ "Urls": urls(&["c", "d"]) }),
        json!({ "Urls": urls(&["a", "b", "c"]), "Area": "global" }),
        json!({ "Urls": urls(&["d"]), "Area": "global" }),
    ];
    assert_eq!(submitted.iter().map(|(_, parameters)| parameters.clone()).collect::<Vec<_>>(), expected);
    assert!(submitted[2].0 >= 30.0, "after the purge");
    let expected = "purge: done after 31.4s: 4 succeeded, 0 failed\n\
                    cdn.PushUrlsCache: 4 targets: 4 accepted, 0 refused, 0 unknown, 0 not tried";
    assert_eq!(prefetched.to_string(), expected);
    assert_eq!(prefetched.into_result().unwrap().len(), 2);
}

#[test]
fn a_target_whose_purge_failed_is_not_prefetched() {
    let bench = Bench::cdn();
    let failed = Entry::ending(10.0, "fail");
    bench.service.state().ends.push(("/bad", failed));
    let prefetched = purge_and_prefetch(&bench, &["a", "bad", "c", "no url"], TEN_MINUTES);
    let [bad, no_url] = ["bad", "no url"].map(|path| format!("https://www.example.com/{path}"));
    let expected = [(1, &*bad, NotPrefetched::Failed(None)), (3, &*no_url, NotPrefetched::NotAccepted)];
    assert_eq!(reasons(&prefetched), expected);
    let targets: Vec<_> = prefetched.report.items().map(|item| item.target().into_owned()).collect();
    assert_eq!(targets, urls(&["a", "c"]));
    let text = format!(
        "\n  1: `{bad}`: not prefetched: its purge failed\n  \
         3: `{no_url}`: not prefetched: its purge was not accepted",
    );
    assert!(prefetched.to_string().ends_with(&text), "{prefetched}");
    let error = prefetched.into_result().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PartialFailure);
    let expected = format!(
        "2 of 4 targets were not prefetched: `{bad}` (its purge failed), `{no_url}` (its purge was not accepted); \
         help: purge these targets again, or wait for their purge, and then prefetch them"
    );
    assert_eq!(error.to_string(), expected);
}

#[test]
fn a_failure_whose_target_is_not_recognized_leaves_out_its_whole_task() {
    let bench = Bench::cdn();
    let failed = Entry { target: "https://elsewhere.example/".to_owned(), ..Entry::ending(10.0, "fail") };
    let unknown = Entry::ending(10.0, "skipped");
    bench.service.state().ends.extend([("/bad", failed), ("/new", unknown)]);
    let prefetched = purge_and_prefetch(&bench, &["a", "b", "c", "bad", "new", "f"], TEN_MINUTES);
    let left_out: Vec<_> = prefetched.left_out.iter().map(|left_out| (left_out.position, &left_out.reason)).collect();
    let (unclear, not_done) = (&NotPrefetched::Unclear, &NotPrefetched::NotDone);
    // The last two are in a task with an entry in a state that is not known.
    assert_eq!(left_out, [(2, unclear), (3, unclear), (4, not_done), (5, not_done)]);
    assert_eq!(prefetched.report.len(), 2);
}

#[test]
fn a_target_in_another_form_is_recognized() {
    let bench = Bench::cdn();
    bench.service.state().ends.push(("%E5%9B%BE", Entry::ending(10.0, "fail")));
    let prefetched = purge_and_prefetch(&bench, &["图", "b"], TEN_MINUTES);
    assert_eq!(reasons(&prefetched), [(0, "https://www.example.com/图", NotPrefetched::Failed(None))]);
}

#[test]
fn what_is_not_done_in_time_is_left_out_and_the_rest_is_prefetched() {
    let bench = Bench::cdn();
    bench.service.state().ends.push(("/slow", Entry::ending(5_000.0, "done")));
    let prefetched = purge_and_prefetch(&bench, &["a", "b", "c", "slow"], Duration::from_secs(60));
    assert!(prefetched.waited.is_err());
    let left_out: Vec<_> = prefetched.left_out.iter().map(|left_out| (left_out.position, &left_out.reason)).collect();
    assert_eq!(left_out, [(2, &NotPrefetched::NotDone), (3, &NotPrefetched::NotDone)]);
    assert_eq!(prefetched.report.len(), 2);
}

#[test]
fn nothing_is_prefetched_if_waiting_is_refused() {
    let bench = Bench::cdn();
    bench.service.state().faults.extend([(2, Some(Fault::Code("UnauthorizedOperation.CdnCamUnauthorized")))]);
    let prefetched = purge_and_prefetch(&bench, &["a", "b"], TEN_MINUTES);
    assert_eq!(submitted(&bench).len(), 1);
    assert_eq!(prefetched.into_result().unwrap_err().kind(), ErrorKind::Permission);
}

#[test]
fn a_zone_is_prefetched_after_its_purge() {
    let bench = Bench::teo();
    bench.service.state().ends.push(("/bad", Entry::ending(10.0, "failed")));
    let client = &bench.teo;
    let prefetched = bench.clock.run(async {
        let request = teo::CreatePurgeTask::urls("zone-1", urls(&["a", "bad", "c"]));
        let purge = client.create_purge_task(request).in_batches().await;
        let prefetch = |urls: Vec<String>| -> Batches<'_, _> {
            client.create_prefetch_task(teo::CreatePrefetchTask::new("zone-1", urls)).in_batches()
        };
        purge.then_prefetch(client, TEN_MINUTES, prefetch).await
    });
    assert_eq!(prefetched.left_out[0].reason, NotPrefetched::Failed(Some("origin".to_owned())));
    let accepted = prefetched.report.counts().accepted;
    assert_eq!((prefetched.left_out.len(), accepted, bench.service.state().tasks.len()), (1, 2, 2));
}

#[test]
fn a_prefetch_that_is_dropped_reports_what_was_sent() {
    for (seconds, expected) in [(10.0, None), (32.0, Some([1, 1, 0, 4]))] {
        let bench = Bench::cdn();
        let client = &bench.cdn;
        let prefetched = bench.clock.run(async {
            let purge = client.purge_urls_cache(cdn::PurgeUrlsCache::new(urls(&["a", "b", "c", "d", "e", "f"])));
            let purge = purge.in_batches().await;
            let prefetch = |urls| {
                // The second request of the prefetch has no response.
                let second = bench.service.requests().len() + 2;
                bench.service.state().faults.insert(second, Some(Fault::Hang));
                let request = cdn::PushUrlsCache::new(urls).area(cdn::TaskArea::Global);
                client.push_urls_cache(request).in_batches().size(1).in_flight(1)
            };
            let mut prefetch = purge.then_prefetch(client, TEN_MINUTES, prefetch);
            let mut alarm = bench.clock.sleep(Duration::from_secs_f64(seconds));
            poll_fn(|context| {
                assert!(Pin::new(&mut prefetch).poll(context).is_pending());
                alarm.as_mut().poll(context)
            })
            .await;
            assert_eq!(prefetch.run().is_some(), expected.is_some());
            prefetch.into_prefetched()
        });
        let counts = prefetched.map(|prefetched| {
            assert!(prefetched.waited.is_ok());
            let counts = prefetched.report.counts();
            [counts.accepted, counts.unknown, counts.refused, counts.not_tried]
        });
        assert_eq!(counts, expected, "after {seconds} s");
    }
}
