//! Measures the processor time and the peak memory of a job with a million URLs from a stream, and
//! compares the time with bare calls. The emulator is a process of its own: this program again,
//! with a mark in its environment.

#![expect(clippy::disallowed_methods, reason = "starts a process, and reads from files what memory is in use")]

#[path = "support/pairs.rs"]
mod pairs;
#[path = "support/resident.rs"]
mod resident;
#[path = "support/table.rs"]
mod table;

use std::env;
use std::future::poll_fn;
use std::io::{BufRead as _, BufReader, Read as _, stdin};
use std::pin::{Pin, pin};
use std::process::{Command, Stdio};
use std::task::{Context, Poll};

use futures_core::Stream;
use pairs::{Pairs, timed};
use tencentcloud_cdn::{Client, Config, Credentials, PurgeUrlsCache};
use tencentcloud_core::jobs::Outcome as TargetOutcome;
use tencentcloud_emulator::{Emulator, Limit, SECRET_ID, SECRET_KEY};
use tencentcloud_tests::Outcome;
use tokio::runtime::{Builder, Runtime};

/// If it is set, the program is the emulator.
const EMULATOR: &str = "TENCENTCLOUD_BENCH_EMULATOR";
const URLS: usize = 1_000_000;
/// The documented maximum of a request.
const SIZE: usize = 1_000;
const ROUNDS: usize = 5;
/// Maximum time of the job, in units of the time of the bare calls.
const MAX_RATIO: f64 = 1.25;
/// Maximum memory of the job, in MiB. Four requests of 1,000 URLs are in flight, the outcomes of
/// four are read, and one is being filled. The URLs of a request take 70 KB, and its body 60 KB, so
/// these need 1 MiB. The rest is for what the allocator keeps.
const MAX_MEMORY: f64 = 4.0;

fn main() -> Outcome<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    if env::var_os(EMULATOR).is_some() {
        return runtime.block_on(emulate());
    }
    let mut emulator =
        Command::new(env::current_exe()?).env(EMULATOR, "1").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut endpoint = String::new();
    BufReader::new(emulator.stdout.take().ok_or("no output")?).read_line(&mut endpoint)?;
    let outcome = measure(&runtime, endpoint.trim());
    drop(emulator.stdin.take());
    emulator.wait()?;
    outcome
}

/// Serves every request without a limit, until the measuring process closes the standard input.
async fn emulate() -> Outcome<()> {
    let builder = Emulator::builder().requests_per_second(Limit::Unlimited).per_day(Limit::Unlimited);
    let emulator = builder.start().await?;
    println!("{}", emulator.endpoint());
    stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

fn measure(runtime: &Runtime, endpoint: &str) -> Outcome<()> {
    let credentials = Credentials::new(SECRET_ID, SECRET_KEY)?;
    // So high that no call waits. This measures the cost of the limiter, not its effect.
    let config = Config::builder().credentials(credentials).endpoint(endpoint).requests_per_second(1_000_000);
    let client = Client::new(&config.build()?);
    let job = || Ok(timed(|| runtime.block_on(purge_stream(&client)))?.as_secs_f64() * 1e6);

    // Before the bare calls, so that what these have freed is not used again.
    let before = resident::reset_peak()?;
    job()?;
    let peak = resident::mebibytes("VmHWM:")? - before;

    table::title("1,000,000 URLs, us", ["bare calls", "job", "ratio"]);
    let floor = || Ok(timed(|| runtime.block_on(purge_in_slices(&client)))?.as_secs_f64() * 1e6);
    Pairs::measure(ROUNDS, floor, job)?.print("from a stream, with events", MAX_RATIO);
    table::title("1,000,000 URLs, memory in MiB", ["", "peak", ""]);
    let (peak_cell, target) = (format!("{peak:.1}"), format!("<= {MAX_MEMORY:.0}"));
    table::line("from a stream, with events", ["", &peak_cell, "", &target], peak <= MAX_MEMORY);
    Ok(())
}

fn urls() -> impl Iterator<Item = String> + Send {
    (0..URLS).map(|number| format!("https://www.example.com/assets/images/{number:07}.png"))
}

/// Makes a bare call for every slice of the list.
async fn purge_in_slices(client: &Client) -> Outcome<()> {
    let mut urls = urls();
    loop {
        let slice: Vec<String> = urls.by_ref().take(SIZE).collect();
        if slice.is_empty() {
            return Ok(());
        }
        client.purge_urls_cache(PurgeUrlsCache::new(slice)).await?;
    }
}

/// Sends the URLs as a job, and reads the outcome of each.
async fn purge_stream(client: &Client) -> Outcome<()> {
    let none: [&str; 0] = [];
    let batches = client.purge_urls_cache(PurgeUrlsCache::new(none)).in_batches();
    let mut events = pin!(batches.from_stream(Iterated(urls())).events());
    let mut accepted = 0;
    while let Some(event) = poll_fn(|context| events.as_mut().poll_next(context)).await {
        accepted += usize::from(matches!(event.outcome(), TargetOutcome::Accepted { .. }));
    }
    if accepted == URLS { Ok(()) } else { Err(format!("{accepted} URLs were accepted").into()) }
}

/// An iterator as a stream that is always ready.
struct Iterated<I>(I);

impl<I: Iterator + Unpin> Stream for Iterated<I> {
    type Item = I::Item;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<I::Item>> {
        Poll::Ready(self.0.next())
    }
}
