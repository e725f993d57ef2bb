//! Purges from a program that is not asynchronous, with a runtime of its own.
//!
//! Do not do this inside of another runtime: `block_on` would panic there. Use `await`.

use std::error::Error;

use tencentcloud_cdn::{Client, Config, PurgeUrlsCache};
use tokio::runtime::{Builder, Runtime};

/// A client whose methods wait for the response.
struct BlockingClient {
    /// One runtime for all calls: connections are kept only as long as it exists.
    runtime: Runtime,
    client: Client,
}

impl BlockingClient {
    fn from_env() -> Result<Self, Box<dyn Error>> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        Ok(Self { runtime, client: Client::new(&Config::from_env()?) })
    }

    /// Purges URLs, and returns the id of the task.
    fn purge(&self, urls: &[&str]) -> Result<String, tencentcloud_cdn::Error> {
        let call = self.client.purge_urls_cache(PurgeUrlsCache::new(urls.iter().copied()));
        self.runtime.block_on(call.into_future()).map(|response| response.task_id)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let client = BlockingClient::from_env()?;
    println!("{}", client.purge(&["https://www.example.com/", "https://www.example.com/logo.png"])?);
    println!("{}", client.purge(&["https://www.example.com/style.css"])?);
    Ok(())
}
