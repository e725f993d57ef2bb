//! Purges URLs, waits until their copies are gone, and prefetches them.

use std::error::Error;
use std::time::Duration;

use tencentcloud_cdn::{Client, Config, PurgeUrlsCache, PushUrlsCache, TaskArea};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::new(&Config::from_env()?);

    let urls = (0..100).map(|number| format!("https://www.example.com/{number}.jpg"));
    let purge = client.purge_urls_cache(PurgeUrlsCache::new(urls)).in_batches().await;
    println!("{purge}");

    // A purge without a region is for all regions, but a prefetch without one is for the Chinese
    // mainland only. `Global` uses the quotas of both regions.
    let prefetch = |urls| {
        let request = PushUrlsCache::new(urls).area(TaskArea::Global);
        client.push_urls_cache(request).in_batches()
    };
    let limit = Duration::from_secs(10 * 60);
    let prefetched = purge.then_prefetch(&client, limit, prefetch).await;
    println!("{prefetched}");

    // URLs whose purge failed are not prefetched: their old copies would stay.
    for left_out in &prefetched.left_out {
        println!("{}: {}", left_out.target, left_out.reason);
    }
    // A prefetch is a task, too.
    let done = client.wait(prefetched.report.tasks(), limit).await?;
    println!("prefetch: {done}");
    Ok(())
}
