//! Purges from a program that is not asynchronous. Requires the feature `blocking`.
//!
//! Do not do this inside of a Tokio runtime: the calls would fail there. Use `await`.

use std::error::Error;
use std::time::Duration;

use tencentcloud_cdn::runtime::blocking::block_on;
use tencentcloud_cdn::{Client, Config, DescribePurgeTasks, PurgeUrlsCache};

fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::new(&Config::from_env()?);

    // One call.
    let task = client.purge_urls_cache(PurgeUrlsCache::new(["https://www.example.com/style.css"])).block()?;
    println!("{}", task.task_id);

    // Jobs of several calls.
    let request = PurgeUrlsCache::new(["https://www.example.com/", "https://www.example.com/logo.png"]);
    let report = block_on(client.purge_urls_cache(request).in_batches())?;
    let done = block_on(client.wait(report.into_result()?, Duration::from_secs(600)))??;
    println!("{} targets failed", done.failed_targets().count());

    // A list.
    let tasks = client.describe_purge_tasks(DescribePurgeTasks::by_task(task.task_id)).block()?;
    println!("{} entries", tasks.total_count);
    Ok(())
}
