//! Tasks that share a client and always have something to send, against a service that counts: the emulator, with the
//! limit that the action documents.

#[path = "support/table.rs"]
mod table;

use std::time::{Duration, Instant};

use tencentcloud_cdn::{Client, PurgeUrlsCache};
use tencentcloud_emulator::{Emulator, Limit};
use tencentcloud_tests::{Outcome, config};
use tokio::task::JoinSet;

const TASKS: usize = 64;
/// What the action documents; the emulator keeps to it, and the client too.
const PER_SECOND: f64 = 20.0;
/// The requests of the first second go out at once and the others at their rate, so that this is what is measured after it.
const TIME: Duration = Duration::from_secs(5);

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
            #[expect(unreachable_code, reason = "it says what the block returns")]
            Ok::<(), String>(())
        });
    }
    tokio::select! {
        () = tokio::time::sleep(TIME) => {}
        Some(ended) = tasks.join_next() => ended??,
    }
    let time = begin.elapsed().as_secs_f64();
    tasks.shutdown().await;

    let received = emulator.received();
    let accepted = received.iter().filter(|request| request.code.is_none()).count();
    let throttled = received.len() - accepted;
    let allowed = PER_SECOND * time;
    let part = accepted as f64 / allowed;
    table::title("64 tasks, requests in 5 s", ["allowed", "accepted", "part"]);
    let cells = [&*format!("{allowed:.0}"), &accepted.to_string(), &format!("{:.0} %", part * 100.0), ">= 95 %"];
    table::line("20 requests a second", cells, part >= 0.95);
    let cells = ["0", &throttled.to_string(), "", "0"];
    table::line("answered that there were too many", cells, throttled == 0);
    Ok(())
}
