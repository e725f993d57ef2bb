//! Measures the client's processor time per call, and compares it with the same call written by
//! hand.

#[path = "support/by_hand.rs"]
mod by_hand;
#[path = "support/default_client.rs"]
mod default_client;
#[path = "support/pairs.rs"]
mod pairs;
#[path = "support/server.rs"]
mod server;
#[path = "support/table.rs"]
mod table;

use by_hand::ByHand;
use pairs::{Pairs, timed};
use server::Length;
use tencentcloud_cdn::PurgeUrlsCache;
use tencentcloud_tests::Outcome;
use tokio::runtime::{self, Runtime};
use tokio::task::JoinSet;

const ROUNDS: usize = 61;

/// Calls per round: enough for 10 ms.
const fn calls(urls: usize) -> usize {
    if urls > 100 { 64 } else { 256 }
}

/// Processor time per call in microseconds, with `in_flight` concurrent calls.
fn time_per_call<C, F>(runtime: &Runtime, in_flight: usize, urls: &[String], call: C) -> Outcome<f64>
where
    C: Fn(Vec<String>) -> F + Clone + 'static,
    F: Future<Output = Outcome<String>>,
{
    let calls = calls(urls.len());
    // The arguments are created before measuring, because they cost both sides the same.
    let mut parts: Vec<Vec<Vec<String>>> = vec![vec![urls.to_vec(); calls / in_flight]; in_flight];
    let time = timed(|| {
        let mut tasks = JoinSet::new();
        let local = tokio::task::LocalSet::new();
        for part in parts.drain(..) {
            let call = call.clone();
            tasks.spawn_local_on(
                async move {
                    for urls in part {
                        call(urls).await.map_err(|error| error.to_string())?;
                    }
                    Ok::<(), String>(())
                },
                &local,
            );
        }
        runtime.block_on(local.run_until(async {
            while let Some(ended) = tasks.join_next().await {
                ended??;
            }
            Ok(())
        }))
    })?;
    Ok(time.as_secs_f64() * 1e6 / calls as f64)
}

fn main() -> Outcome<()> {
    let address = server::start(server::RESPONSE.into(), Length::Announced)?;
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let by_hand = ByHand::new(address)?;
    let client = default_client::client(address)?;

    table::title("processor time per call, us", ["by hand", "client", "ratio"]);
    for in_flight in [1, 32] {
        for count in [1, 100, 1_000] {
            let urls: Vec<String> = (0..count).map(|n| format!("https://www.example.com/assets/{n}.png")).collect();
            let by_hand = by_hand.clone();
            let by_hand = move |urls| {
                let by_hand = by_hand.clone();
                async move { Ok(by_hand.call(urls).await?.task_id) }
            };
            let client = client.clone();
            let client = move |urls: Vec<String>| {
                let call = client.purge_urls_cache(PurgeUrlsCache::new(urls));
                async move { Ok(call.await?.task_id) }
            };
            let pairs = Pairs::measure(
                ROUNDS,
                || time_per_call(&runtime, in_flight, &urls, by_hand.clone()),
                || time_per_call(&runtime, in_flight, &urls, client.clone()),
            )?;
            pairs.print(&format!("{count} URLs, {in_flight} in flight"), 1.10);
        }
    }
    Ok(())
}
