//! Purges the URLs that earlier processes have not purged, and writes a report.

use std::fs;
use std::path::Path;
use std::time::Duration;

use tencentcloud_cdn::{Client, Config, Credentials, PurgeUrlsCache};
use tencentcloud_core::jobs::FileJournal;
use tencentcloud_emulator::{SECRET_ID, SECRET_KEY};
use tencentcloud_tests::Outcome;

/// Number of URLs: the quota of a day, so that a URL that is accepted twice uses the quota of
/// another one.
pub(crate) const URLS: u64 = 10_000;
/// Number of URLs in a request. 10, not the documented maximum of 1,000: with that, ten requests
/// would do the job, and most kills would hit none of them.
pub(crate) const SIZE: usize = 10;
/// Time limit of an attempt. Shorter than the default of some seconds, which each fault would take.
pub(crate) const TIMEOUT: Duration = Duration::from_millis(500);
/// How long the history may lack a task. The emulator lists a task at once, so this is as long as a
/// request may be on its way to it.
const HISTORY_DELAY: Duration = Duration::from_secs(1);
/// Name of the file with the report.
pub(crate) const REPORT: &str = "report.json";

/// Name of the file with the journal.
pub(crate) const JOURNAL: &str = "journal";

pub(crate) fn url(number: u64) -> String {
    format!("https://www.example.com/assets/{number}.png")
}

pub(crate) fn urls() -> impl Iterator<Item = String> {
    (0..URLS).map(url)
}

pub(crate) fn run(endpoint: &str, folder: &Path) -> Outcome<()> {
    let config = Config::builder()
        .credentials(Credentials::new(SECRET_ID, SECRET_KEY)?)
        .endpoint(endpoint)
        .attempt_timeout(TIMEOUT)
        .build()?;
    let mut journal = FileJournal::open(folder.join(JOURNAL))?;
    let batches = Client::new(&config).purge_urls_cache(PurgeUrlsCache::new(urls())).in_batches().size(SIZE);
    let batches = batches.history_delay(HISTORY_DELAY).resume(&mut journal);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let report = runtime.block_on(batches.into_future());
    fs::write(folder.join(REPORT), serde_json::to_vec(&report)?)?;
    Ok(())
}
