//! Checks against the emulator that the history settles lost requests of every action with batches.

use std::time::Duration;

use tencentcloud_cdn as cdn;
use tencentcloud_core::Call;
use tencentcloud_core::action::Batched;
use tencentcloud_emulator::{Emulator, Fault};
use tencentcloud_teo as teo;
use tencentcloud_tests::{Outcome, config};

/// Sends three requests with two targets each: one has a response, the second is carried out and
/// has none, and the third does not arrive. Then asks the history.
async fn settles<A: Batched>(emulator: &Emulator, call: Call<A>) -> Outcome<()> {
    let faults = [Fault::reset_after().after(1), Fault::reset()];
    faults.into_iter().for_each(|fault| emulator.faults().add(fault.on(A::NAME)));
    let mut report = call.in_batches().size(2).in_flight(1).await;
    assert_eq!((report.counts().accepted, report.counts().unknown), (2, 4), "{report}");
    let settled = report.settle().history_delay(Duration::ZERO).await;
    assert_eq!((settled.accepted, settled.not_tried), (2, 2), "{report}");
    let tasks = report.tasks();
    let latest = emulator.tasks().first().map(|task| task.id.clone());
    assert_eq!(tasks.len(), 2);
    assert_eq!(tasks.last().map(|task| task.id().to_owned()), latest, "that of the second request");
    Ok(())
}

fn targets(pattern: &str) -> impl Iterator<Item = String> {
    (0..6).map(|number| pattern.replace("{}", &number.to_string()))
}

#[tokio::test]
async fn lost_purges_and_prefetches_of_cdn_are_settled() -> Outcome<()> {
    let emulator = Emulator::start().await?;
    let client = cdn::Client::new(&config(&emulator)?);
    let urls = || targets("https://example.com/{}.png");
    settles(&emulator, client.purge_urls_cache(cdn::PurgeUrlsCache::new(urls()))).await?;
    let paths = targets("https://example.com/{}/");
    let request = cdn::PurgePathCache::new(paths, cdn::FlushType::Flush);
    settles(&emulator, client.purge_path_cache(request)).await?;
    settles(&emulator, client.push_urls_cache(cdn::PushUrlsCache::new(urls()))).await
}

#[tokio::test]
async fn lost_purges_and_prefetches_of_teo_are_settled() -> Outcome<()> {
    let emulator = Emulator::start().await?;
    let (client, zone) = (teo::Client::new(&config(&emulator)?), "zone-2noz3g48ev6k");
    let urls = || targets("https://example.com/{}.png");
    let purges = [
        teo::CreatePurgeTask::urls(zone, urls()),
        teo::CreatePurgeTask::prefixes(zone, targets("https://example.com/{}/")),
        teo::CreatePurgeTask::hosts(zone, targets("{}.example.com")),
        teo::CreatePurgeTask::cache_tags(zone, targets("tag-{}")),
        teo::CreatePurgeTask::urls("*", targets("https://other.example.com/{}.png")),
    ];
    for request in purges {
        settles(&emulator, client.create_purge_task(request)).await?;
    }
    settles(&emulator, client.create_prefetch_task(teo::CreatePrefetchTask::new(zone, urls()))).await
}

#[tokio::test]
async fn a_url_that_is_sent_in_another_form_is_settled() -> Outcome<()> {
    let emulator = Emulator::start().await?;
    let client = cdn::Client::new(&config(&emulator)?);
    let call = client.purge_urls_cache(cdn::PurgeUrlsCache::new(targets("https://例子.测试/图{}.png")));
    settles(&emulator, call).await
}
