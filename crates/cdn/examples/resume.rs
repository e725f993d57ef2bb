//! Purges a list that takes long, so that a run which is killed can be gone on with.
//!
//! Run it again after it was interrupted, in whatever way: it looks up requests without a response,
//! and sends what is left. No URL is purged twice.

use std::error::Error;

use tencentcloud_cdn::runtime::jobs::FileJournal;
use tencentcloud_cdn::{Client, Config, PurgeUrlsCache};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::new(&Config::from_env()?);

    // The list must be the same in each run. The journal refuses another one.
    let urls = (0..8_000).map(|number| format!("https://www.example.com/{number}.jpg"));

    // Each request is in the file before it is sent. The file is locked until the program ends.
    let mut journal = FileJournal::open("purge.journal")?;
    let call = client.purge_urls_cache(PurgeUrlsCache::new(urls));
    let report = call.in_batches().resume(&mut journal).await;

    // The report contains what the earlier runs have done.
    println!("{report}");
    report.into_result()?;
    println!("done: delete purge.journal");
    Ok(())
}
