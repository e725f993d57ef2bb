//! Makes one call with the crate.

use tencentcloud_cdn::{Client, Config, PurgeUrlsCache};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::new(&Config::from_env()?);
    let task = client.purge_urls_cache(PurgeUrlsCache::new(["http://www.example.com/1.jpg"])).await?;
    println!("{}", task.task_id);
    Ok(())
}
