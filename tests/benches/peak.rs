//! Measures how much memory the process needs to receive a response of 200 MB.

#![expect(clippy::disallowed_methods, reason = "the operating system reports the memory in files")]

#[path = "support/resident.rs"]
mod resident;
#[path = "support/server.rs"]
mod server;
#[path = "support/table.rs"]
mod table;

use server::Length;
use tencentcloud_cdn::{Client, Config, Credentials, ErrorKind, PurgeUrlsCache};
use tencentcloud_tests::Outcome;
use tokio::runtime;

/// Size of the response, in bytes.
const SIZE: usize = 200_000_000;
/// The client's default limit for a response, in bytes.
const DEFAULT_LIMIT: usize = 16 << 20;
/// Maximum memory in units of the limit. A tenth is for the read buffer and the rest of the client.
const MAX_RATIO: f64 = 1.10;

fn main() -> Outcome<()> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let padding = "x".repeat(SIZE);
    let response = server::RESPONSE.replace(r#","RequestId""#, &format!(r#","Padding":"{padding}","RequestId""#));
    drop(padding);
    let length = response.len();

    table::title("memory for a response of 200 MB, MiB", ["limit", "peak", "ratio"]);
    for (announcement, how) in [("with a content length", Length::Announced), ("without one", Length::Unknown)] {
        let address = server::start(response.clone().into_bytes(), how)?;
        for (outcome, limit) in [("refused", DEFAULT_LIMIT), ("read", length)] {
            let config = Config::builder()
                .credentials(Credentials::new("AKIDexample", "example-key")?)
                .endpoint(format!("http://{address}"))
                .max_response_bytes(limit)
                .build()?;
            let client = Client::new(&config);
            let before = resident::reset_peak()?;
            let call = client.purge_urls_cache(PurgeUrlsCache::new(["https://www.example.com/"]));
            match runtime.block_on(call.into_future()) {
                Ok(_) if limit == length => {}
                Err(error) if limit < length && error.kind() == ErrorKind::Decode => {}
                Ok(_) => return Err("the response was not refused".into()),
                Err(error) => return Err(error.into()),
            }
            let peak = resident::mebibytes("VmHWM:")? - before;
            let limit = limit as f64 / 1_048_576.0;
            let cells = [&*format!("{limit:.1}"), &format!("{peak:.1}"), &format!("{:.2}x", peak / limit), "<= 1.10x"];
            table::line(&format!("{announcement}, {outcome}"), cells, peak / limit <= MAX_RATIO);
        }
    }
    Ok(())
}
