//! Asks how much of a list fits into the quota of the day, and sends nothing if not all of it does.

use std::error::Error;

use tencentcloud_cdn::{Area, Client, Config, PurgeUrlsCache};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::new(&Config::from_env()?);

    // A line for each kind of targets and each region: an account can have another quota than the
    // documented one.
    for line in client.purge_quota().await? {
        let area = line.area.as_deref().unwrap_or("everywhere");
        println!("{:?}, {area}: {} of {} left today", line.kind, line.left_today, line.per_day);
    }

    let urls = (0..1_500).map(|number| format!("https://www.example.com/{number}.jpg"));
    let request = PurgeUrlsCache::new(urls).area(Area::Overseas);
    let batches = client.purge_urls_cache(request).in_batches();
    let quota = batches.ask_quota().await?;
    println!("{quota}");
    if !quota.all_fit() {
        println!("nothing was sent");
        return Ok(());
    }
    println!("{}", batches.await);
    Ok(())
}
