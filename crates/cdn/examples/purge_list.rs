//! Purges a list of any length, and accounts for each URL.
//!
//! `cargo run --example purge_list`, with `TENCENTCLOUD_SECRET_ID` and `TENCENTCLOUD_SECRET_KEY` in
//! the environment. The same holds for the other examples.

use std::error::Error;

use tencentcloud_cdn::runtime::jobs::Outcome;
use tencentcloud_cdn::{Client, Config, PurgeUrlsCache};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::new(&Config::from_env()?);

    let mut urls: Vec<String> = (0..2_500).map(|number| format!("https://www.example.com/{number}.jpg")).collect();
    urls.push("www.example.com/without-scheme.jpg".to_owned());

    // 1,000 URLs per request, and four requests at a time at most. `size` and `in_flight` set that.
    let report = client.purge_urls_cache(PurgeUrlsCache::new(urls)).in_batches().await;
    println!("{report}");

    for item in report.items() {
        match item.outcome() {
            Outcome::Accepted { .. } => {}
            Outcome::Refused(error) => println!("correct {}: {error}", item.target()),
            Outcome::Unknown(error) => println!("perhaps purged: {}: {error}", item.target()),
            Outcome::NotTried(why) => println!("send again: {}: {why}", item.target()),
        }
    }
    for task in report.tasks() {
        println!("task {task}");
    }
    Ok(())
}
