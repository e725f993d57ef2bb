//! Purges the URLs that earlier processes have not purged, and writes a report.

use std::fs;
use std::path::Path;
use std::time::Duration;

use tencentcloud_cdn as cdn;
use tencentcloud_core::action::Batched;
use tencentcloud_core::jobs::FileJournal;
use tencentcloud_core::{Call, Config, Credentials};
use tencentcloud_emulator::{SECRET_ID, SECRET_KEY};
use tencentcloud_teo as teo;
use tencentcloud_tests::Outcome;

use crate::product::Product;

/// Number of URLs: the quota of a day, so that a URL that is accepted twice uses the quota of
/// another one.
pub(crate) const URLS: u64 = 10_000;
/// Number of URLs in a request. 10, not the documented maximum of 1,000: with that, ten requests
/// would do the job, and most kills would hit none of them.
pub(crate) const SIZE: usize = 10;
/// Time limit of an attempt. Shorter than the default of some seconds, which each fault would take.
pub(crate) const TIMEOUT: Duration = Duration::from_millis(500);
/// How long the history may lack a task. The emulator lists a task at once, so this is as long as a
/// request may take to reach it.
const HISTORY_DELAY: Duration = Duration::from_secs(1);
/// Id of the emulator's zone with the URLs.
const ZONE: &str = "zone-2noz3g48ev6k";
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

pub(crate) fn run(product: Product, endpoint: &str, folder: &Path) -> Outcome<()> {
    let config = Config::builder()
        .credentials(Credentials::new(SECRET_ID, SECRET_KEY)?)
        .endpoint(endpoint)
        .attempt_timeout(TIMEOUT)
        .build()?;
    let report = match product {
        Product::Cdn => report_of(cdn::Client::new(&config).purge_urls_cache(cdn::PurgeUrlsCache::new(urls())), folder),
        Product::Teo => {
            let request = teo::CreatePurgeTask::urls(ZONE, urls());
            report_of(teo::Client::new(&config).create_purge_task(request), folder)
        }
    };
    fs::write(folder.join(REPORT), report?)?;
    Ok(())
}

/// Does what is left of the job, and returns its report as JSON.
fn report_of<A: Batched>(call: Call<A>, folder: &Path) -> Outcome<Vec<u8>> {
    let mut journal = FileJournal::open(folder.join(JOURNAL))?;
    let batches = call.in_batches().size(SIZE).history_delay(HISTORY_DELAY).resume(&mut journal);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(serde_json::to_vec(&runtime.block_on(batches.into_future()))?)
}
