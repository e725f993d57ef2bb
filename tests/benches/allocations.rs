//! Counts the allocations of a call, and compares them with those of a plain `reqwest` request.
//!
//! Only the client's thread counts. A reallocation counts as an allocation.

#[path = "support/by_hand.rs"]
mod by_hand;
#[path = "support/default_client.rs"]
mod default_client;
#[path = "support/server.rs"]
mod server;
#[path = "support/table.rs"]
mod table;

use allocation_counter::measure;
use by_hand::ByHand;
use server::Length;
use tencentcloud_cdn::PurgeUrlsCache;
use tencentcloud_tests::Outcome;
use tokio::runtime::{self, Runtime};

const CALLS: usize = 100;

/// Average number of allocations per call. An uncounted first call opens the connection and fills
/// the caches.
fn allocations_per_call<F: Future<Output = Outcome<()>>>(runtime: &Runtime, call: impl Fn() -> F) -> Outcome<f64> {
    runtime.block_on(call())?;
    // The arguments are created before counting.
    let calls: Vec<F> = (0..CALLS).map(|_| call()).collect();
    let mut outcome = Ok(());
    let counted = measure(|| outcome = runtime.block_on(run_all(calls)));
    outcome.map(|()| counted.count_total as f64 / CALLS as f64)
}

async fn run_all<F: Future<Output = Outcome<()>>>(calls: Vec<F>) -> Outcome<()> {
    for call in calls {
        call.await?;
    }
    Ok(())
}

fn main() -> Outcome<()> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let address = server::start(server::RESPONSE.into(), Length::Announced)?;
    let by_hand = ByHand::new(address)?;
    let client = default_client::client(address)?;
    table::title("allocations per call", ["plain reqwest", "measured", "difference"]);
    for count in [1, 100, 1_000] {
        let urls: Vec<String> = (0..count).map(|n| format!("https://www.example.com/assets/{n}.png")).collect();
        let body = serde_json::to_vec(&PurgeUrlsCache::new(urls.clone()))?;
        let send = || {
            let sent = by_hand.send(body.clone(), "1700000000".to_owned(), "TC3-HMAC-SHA256".to_owned());
            async { sent.await.map(drop) }
        };
        let call_by_hand = || {
            let (by_hand, urls) = (&by_hand, urls.clone());
            async move { by_hand.call(&urls).await.map(|response| drop(response.task_id)) }
        };
        let call = || {
            let call = client.purge_urls_cache(PurgeUrlsCache::new(urls.clone()));
            async { Ok(call.await.map(drop)?) }
        };
        let (plain, hand, ours) = (
            allocations_per_call(&runtime, send)?,
            allocations_per_call(&runtime, call_by_hand)?,
            allocations_per_call(&runtime, call)?,
        );
        for (what, ours, target) in [("by hand", hand, ""), ("client", ours, "<= +25")] {
            let cells = [&*format!("{plain:.1}"), &format!("{ours:.1}"), &format!("{:+.1}", ours - plain), target];
            table::line(&format!("{count} URLs, {what}"), cells, target.is_empty() || ours - plain <= 25.0);
        }
    }
    Ok(())
}
