//! Lists what failed to be purged in a period: all pages of a long list, as a stream.

use std::error::Error;

use tencentcloud_teo::{AdvancedFilter, Client, Config, DescribePurgeTasks};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::new(&Config::from_env()?);
    let zone = client.find_zone("example.com").await?;

    // At most seven days. The service selects the entries.
    let (from, until) = ("2024-05-01T00:00:00Z".parse()?, "2024-05-08T00:00:00Z".parse()?);
    let failed = AdvancedFilter::new("statuses", ["failed", "timeout", "canceled"]);
    let request = DescribePurgeTasks::filtered_between(zone.zone_id, from, until, [failed]);

    // 1,000 entries per page. The next page is requested while the entries of one are handled.
    let mut entries = client.describe_purge_tasks(request).items().read_ahead();
    let mut count = 0;
    while let Some(entry) = entries.next().await {
        let entry = entry?;
        println!("{} {}: {}", entry.create_time, entry.target, entry.status);
        count += 1;
    }
    println!("{count} entries");
    Ok(())
}
