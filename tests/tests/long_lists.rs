//! Reads long lists of the emulator page by page, with the facts of the products, while they grow.
//!
//! `changing_lists.rs` of the core reads 100,000 items of a list in memory.

use std::collections::{BTreeMap, HashSet};
use std::time::{Duration, UNIX_EPOCH};

use tencentcloud_cdn as cdn;
use tencentcloud_core::{Config, Credentials};
use tencentcloud_emulator::{Emulator, Limit};
use tencentcloud_teo as teo;
use tencentcloud_tests::Outcome;

/// An emulator without limits, whose clock shows 2023-11-14T22:13:20Z, and a configuration for it.
async fn unlimited() -> Outcome<(Emulator, Config)> {
    let emulator = Emulator::builder()
        .clock(|| UNIX_EPOCH + Duration::from_secs(1_700_000_000))
        .history_delay(Duration::ZERO)
        .requests_per_second(Limit::Unlimited)
        .per_request(Limit::Unlimited)
        .per_day(Limit::Unlimited)
        .seed(1)
        .start()
        .await?;
    let credentials = Credentials::new(emulator.secret_id(), emulator.secret_key())?;
    let config = Config::builder().credentials(credentials).endpoint(emulator.endpoint()).without_limits().build()?;
    Ok((emulator, config))
}

/// URLs with these numbers.
fn urls(numbers: std::ops::Range<u32>) -> impl Iterator<Item = String> {
    numbers.map(|number| format!("https://www.example.com/{number}"))
}

#[tokio::test]
async fn a_list_of_30_000_entries_that_grows_is_read_once_and_completely() -> Outcome<()> {
    let (emulator, config) = unlimited().await?;
    let client = teo::Client::new(&config);
    let submit = async |from: u32, count: u32| -> Outcome<()> {
        client
            .create_purge_task(teo::CreatePurgeTask::urls("zone-1", urls(from..from + count)))
            .await?
            .into_result()?;
        Ok(())
    };
    for block in 0..6 {
        submit(block * 5_000, 5_000).await?;
    }
    let (from, until) = ("2023-11-10T00:00:00Z".parse()?, "2023-11-16T00:00:00Z".parse()?);
    let request = teo::DescribePurgeTasks::between("zone-1", from, until);
    let mut pages = client.describe_purge_tasks(request).pages();
    let (mut seen, mut new, mut requests) = (HashSet::new(), 30_000, 0);
    while let Some(page) = pages.next().await {
        requests += 1;
        for entry in page?.items {
            assert!(seen.insert(entry.target.clone()), "{} is repeated", entry.target);
        }
        // New entries are in front of the others, and move them.
        let count = [0, 1, 700, 999][requests % 4];
        if count > 0 {
            submit(new, count).await?;
            new += count;
        }
    }
    let skipped = urls(0..30_000).filter(|url| !seen.contains(url)).count();
    assert_eq!(skipped, 0, "entries that existed at the start");
    assert!(new > 45_000, "the list has grown: {new}");
    let pages = emulator.received().iter().filter(|request| request.action == "DescribePurgeTasks").count();
    println!(
        "teo: {new} entries at the end, {} read, {requests} pages, {pages} of the last 1,000 requests",
        seen.len()
    );
    Ok(())
}

#[tokio::test]
async fn equal_entries_of_a_list_that_grows_are_each_read() -> Outcome<()> {
    let (_emulator, config) = unlimited().await?;
    let client = cdn::Client::new(&config);
    client.purge_urls_cache(cdn::PurgeUrlsCache::new(urls(0..1_000))).await?;
    let request = cdn::DescribePurgeTasks::since("2023-11-10 00:00:00".parse()?);
    let mut entries = client.describe_purge_tasks(request).items();
    let (mut counts, mut read, mut new) = (BTreeMap::new(), 0, 1_000);
    while let Some(entry) = entries.next().await {
        *counts.entry(entry?.url).or_insert(0) += 1;
        read += 1;
        if read % 4 == 0 {
            client.purge_urls_cache(cdn::PurgeUrlsCache::new(urls(new..new + 1))).await?;
            new += 1;
        }
    }
    // An entry for each region, which does not name it.
    let expected: BTreeMap<String, i32> = urls(0..1_000).map(|url| (url, 2)).collect();
    assert_eq!(counts, expected);
    assert_eq!(new, 1_500, "the list has grown");
    Ok(())
}
