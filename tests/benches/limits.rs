//! Measures how much of the permitted rate 64 busy tasks with one client reach. The emulator
//! enforces the documented rate.

#![expect(clippy::disallowed_methods, reason = "measures a server in real time")]

#[path = "support/table.rs"]
mod table;

use std::time::{Duration, Instant};

use tencentcloud_cdn::{Client, PurgeUrlsCache};
use tencentcloud_emulator::{Emulator, Limit};
use tencentcloud_tests::{Outcome, config};
use tokio::task::JoinSet;

const TASKS: usize = 64;
/// The documented rate of the action, which the emulator and the client both apply.
const PER_SECOND: f64 = 20.0;
/// Duration of the measurement. The requests of the first second are sent immediately, and the
/// later ones at the permitted rate.
const DURATION: Duration = Duration::from_secs(5);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome<()> {
    let emulator = Emulator::builder().per_day(Limit::Unlimited).start().await?;
    let client = Client::new(&config(&emulator)?);
    let begin = Instant::now();
    let mut tasks = JoinSet::new();
    for _ in 0..TASKS {
        let client = client.clone();
        tasks.spawn(async move {
            loop {
                let call = client.purge_urls_cache(PurgeUrlsCache::new(["https://www.example.com/"]));
                call.await.map_err(|error| error.to_string())?;
            }
            #[expect(unreachable_code, reason = "states the type of the block")]
            Ok::<(), String>(())
        });
    }
    tokio::select! {
        () = tokio::time::sleep(DURATION) => {}
        Some(ended) = tasks.join_next() => ended??,
    }
    let time = begin.elapsed().as_secs_f64();
    tasks.shutdown().await;

    let received = emulator.received();
    let accepted = received.iter().filter(|request| request.code.is_none()).count();
    let throttled = received.len() - accepted;
    let permitted = PER_SECOND * time;
    let share = accepted as f64 / permitted;
    table::title("64 tasks, requests in 5 s", ["permitted", "accepted", "share"]);
    let cells = [&*format!("{permitted:.0}"), &accepted.to_string(), &format!("{:.0} %", share * 100.0), ">= 95 %"];
    table::line("20 requests per second", cells, share >= 0.95);
    let cells = ["0", &throttled.to_string(), "", "0"];
    table::line("throttled requests", cells, throttled == 0);
    Ok(())
}
