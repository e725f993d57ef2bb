//! Tests a function that purges, against the emulator: the service on this machine.
//!
//! `main` is the test. In a test file it is `#[tokio::test]`, and `tencentcloud-emulator` is a
//! development dependency. It needs neither an account nor a network.

use std::error::Error;

use tencentcloud_cdn::{Client, Config, Credentials, ErrorKind, PurgeUrlsCache};
use tencentcloud_emulator::{Emulator, Limit};

/// The function to test: purges a page, and the index that links to it.
async fn page_was_edited(client: &Client, page: &str) -> Result<String, tencentcloud_cdn::Error> {
    let urls = [format!("https://www.example.com/{page}"), "https://www.example.com/".to_owned()];
    let response = client.purge_urls_cache(PurgeUrlsCache::new(urls)).await?;
    Ok(response.task_id)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // An emulator with room for two URLs a day. It stops when it is dropped.
    let emulator = Emulator::builder().per_day(Limit::At(2)).start().await?;
    let credentials = Credentials::new(emulator.secret_id(), emulator.secret_key())?;
    let config = Config::builder().credentials(credentials).endpoint(emulator.endpoint()).build()?;
    let client = Client::new(&config);

    let id = page_was_edited(&client, "news.html").await?;
    let task = emulator.tasks().pop().ok_or("the emulator has no task")?;
    assert_eq!(task.id, id);
    let purged: Vec<&str> = task.targets.iter().map(|target| target.address.as_str()).collect();
    assert_eq!(purged, ["https://www.example.com/news.html", "https://www.example.com/"]);

    // Failures can be tested, too: here the quota of the day is used up.
    let Err(error) = page_was_edited(&client, "news.html").await else { return Err("more than the quota".into()) };
    assert_eq!(error.kind(), ErrorKind::Quota);
    println!("tested with {} requests", emulator.received().len());
    Ok(())
}
