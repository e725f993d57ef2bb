//! Purges host names of EdgeOne: finds the zone by a domain name, and waits.

use std::error::Error;
use std::time::Duration;

use tencentcloud_teo::runtime::jobs::Outcome;
use tencentcloud_teo::{Client, Config, CreatePurgeTask, PurgeMethod};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::new(&Config::from_env()?);

    // The zone with the longest name that the domain name ends with. If there are several of one
    // name, the error lists their aliases, and an alias finds the one that is meant.
    let zone = client.find_zone("www.example.com").await?;
    println!("zone {} ({})", zone.zone_name, zone.zone_id);

    // `Invalidate`, the default, makes the nodes ask the origin whether a copy is still valid.
    let hosts = ["www.example.com", "img.example.com"];
    let request = CreatePurgeTask::hosts(&zone.zone_id, hosts).method(PurgeMethod::Delete);
    let report = client.create_purge_task(request).in_batches().await;

    // The service can accept some host names of a request and refuse others.
    for item in report.items() {
        if let Outcome::Refused(error) = item.outcome() {
            println!("refused: {}: {error}", item.target());
        }
    }
    let done = client.wait(report.tasks(), Duration::from_secs(10 * 60)).await?;
    println!("{done}");
    Ok(())
}
