//! Purges a list and waits until the copies are gone, with the progress on the way.

use std::error::Error;
use std::time::Duration;

use tencentcloud_cdn::runtime::jobs::Progress;
use tencentcloud_cdn::{Client, Config, PurgeUrlsCache};

/// How long to wait. A usual purge takes five minutes at most.
const LIMIT: Duration = Duration::from_secs(15 * 60);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::new(&Config::from_env()?);

    let urls = (0..1_500).map(|number| format!("https://www.example.com/{number}.jpg"));
    let report = client.purge_urls_cache(PurgeUrlsCache::new(urls)).in_batches().await;
    let tasks = report.into_result()?;

    // `client.wait(&tasks, LIMIT).await` returns the result alone.
    let mut progress = client.wait(&tasks, LIMIT).progress();
    while let Some(step) = progress.next().await {
        match step? {
            Progress::Waiting(now) => println!("{} of {} tasks left", now.tasks_left, now.tasks),
            Progress::Done(done) => {
                println!("{done}");
                for (url, reason) in done.failed_targets() {
                    println!("failed: {url}: {}", reason.unwrap_or("without a reason"));
                }
            }
        }
    }
    Ok(())
}
