//! How much more memory the process takes while an answer of 200 MB comes.

#[path = "support/server.rs"]
mod server;
#[path = "support/table.rs"]
mod table;

use std::fs;

use server::Length;
use tencentcloud_cdn::{Client, Config, Credentials, ErrorKind, PurgeUrlsCache};
use tencentcloud_tests::Outcome;
use tokio::runtime;

/// What the answer is padded to, in bytes.
const LARGE: usize = 200_000_000;
/// What a configuration has if nothing is set, in bytes.
const LIMIT: usize = 16 << 20;
/// How much of the limit it may take: a tenth is for what is read at a time, and for the rest of the client.
const AT_MOST: f64 = 1.10;

/// Begins to look for the peak anew; see proc(5).
fn reset() -> Outcome<f64> {
    fs::write("/proc/self/clear_refs", "5")?;
    resident("VmRSS:")
}

/// What the process has, or had at most, in MiB.
fn resident(name: &str) -> Outcome<f64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)).ok_or(name)?;
    Ok(line.trim().trim_end_matches("kB").trim().parse::<f64>()? / 1_024.0)
}

fn main() -> Outcome<()> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let padding = "x".repeat(LARGE);
    let answer = server::ANSWER.replace(r#","RequestId""#, &format!(r#","Padding":"{padding}","RequestId""#));
    drop(padding);
    let length = answer.len();

    table::title("peak of an answer of 200 MB, MiB", ["limit", "more memory", "ratio"]);
    for (announcement, how) in [("its length said", Length::Announced), ("its length not said", Length::Unknown)] {
        let address = server::start(answer.clone().into_bytes(), how)?;
        for (outcome, limit) in [("refused", LIMIT), ("read", length)] {
            let config = Config::builder()
                .credentials(Credentials::new("AKIDexample", "example-key")?)
                .endpoint(format!("http://{address}"))
                .max_response_bytes(limit)
                .build()?;
            let client = Client::new(&config);
            let before = reset()?;
            let call = client.purge_urls_cache(PurgeUrlsCache::new(["https://www.example.com/"]));
            match runtime.block_on(call.into_future()) {
                Ok(_) if limit == length => {}
                Err(error) if limit < length && error.kind() == ErrorKind::Decode => {}
                Ok(_) => return Err("the answer was not refused".into()),
                Err(error) => return Err(error.into()),
            }
            let more = resident("VmHWM:")? - before;
            let limit = limit as f64 / 1_048_576.0;
            let cells = [&*format!("{limit:.1}"), &format!("{more:.1}"), &format!("{:.2}x", more / limit), "<= 1.10x"];
            table::line(&format!("{announcement}, {outcome}"), cells, more / limit <= AT_MOST);
        }
    }
    Ok(())
}
