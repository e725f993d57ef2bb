//! Allocations of a whole call, against those of a request by bare reqwest.
//!
//! Those of the client's thread are counted, and a block that grows counts as another one.

#[path = "support/by_hand.rs"]
mod by_hand;
#[path = "support/everything_on.rs"]
mod everything_on;
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

/// Allocations of a call of which so many were made, after one that opened the connection and made what is kept.
fn each<F: Future<Output = Outcome<()>>>(runtime: &Runtime, call: impl Fn() -> F) -> Outcome<f64> {
    runtime.block_on(call())?;
    // What they send is made before it is counted.
    let calls: Vec<F> = (0..CALLS).map(|_| call()).collect();
    let mut outcome = Ok(());
    let counted = measure(|| outcome = runtime.block_on(all(calls)));
    outcome.map(|()| counted.count_total as f64 / CALLS as f64)
}

async fn all<F: Future<Output = Outcome<()>>>(calls: Vec<F>) -> Outcome<()> {
    for call in calls {
        call.await?;
    }
    Ok(())
}

fn main() -> Outcome<()> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let address = server::start(server::ANSWER.into(), Length::Announced)?;
    let by_hand = ByHand::new(address)?;
    let client = everything_on::client(address)?;
    table::title("allocations a call", ["bare reqwest", "measured", "more"]);
    for count in [1, 100, 1_000] {
        let urls: Vec<String> = (0..count).map(|n| format!("https://www.example.com/assets/{n}.png")).collect();
        let body = serde_json::to_vec(&PurgeUrlsCache::new(urls.clone()))?;
        let send = || {
            let sent = by_hand.send(body.clone(), "1700000000".to_owned(), "TC3-HMAC-SHA256".to_owned());
            async { sent.await.map(drop) }
        };
        let call_by_hand = || {
            let called = by_hand.call(urls.clone());
            async { called.await.map(|response| drop(response.task_id)) }
        };
        let call = || {
            let call = client.purge_urls_cache(PurgeUrlsCache::new(urls.clone()));
            async { Ok(call.await.map(drop)?) }
        };
        let (bare, hand, ours) = (each(&runtime, send)?, each(&runtime, call_by_hand)?, each(&runtime, call)?);
        for (what, ours, target) in [("by hand", hand, ""), ("client", ours, "<= +25")] {
            let cells = [&*format!("{bare:.1}"), &format!("{ours:.1}"), &format!("{:+.1}", ours - bare), target];
            table::line(&format!("{count} URLs, {what}"), cells, target.is_empty() || ours - bare <= 25.0);
        }
    }
    Ok(())
}
