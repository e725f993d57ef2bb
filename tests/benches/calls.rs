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

use std::rc::Rc;

use by_hand::ByHand;
use pairs::{Pairs, timed};
use server::Length;
use tencentcloud_cdn::{Client, PurgeUrlsCache};
use tencentcloud_tests::Outcome;
use tokio::runtime::{self, Runtime};
use tokio::task::JoinSet;

const ROUNDS: usize = 61;
/// Maximum time of the client, in units of the time by hand.
const MAX_RATIO: f64 = 1.10;

/// Calls per round: enough for 10 ms.
const fn calls(urls: usize) -> usize {
    if urls > 100 { 64 } else { 256 }
}

/// Processor time per call in microseconds, with `in_flight` concurrent calls of the same argument.
fn time_per_call<A, C, F>(runtime: &Runtime, (calls, in_flight): (usize, usize), argument: &A, call: &C) -> Outcome<f64>
where
    A: Clone + 'static,
    C: Fn(A) -> F + Clone + 'static,
    F: Future<Output = Outcome<String>>,
{
    // The arguments are created before measuring, because they cost both sides the same.
    let mut parts: Vec<Vec<A>> = vec![vec![argument.clone(); calls / in_flight]; in_flight];
    let time = timed(|| {
        let mut tasks = JoinSet::new();
        let local = tokio::task::LocalSet::new();
        for part in parts.drain(..) {
            let call = call.clone();
            tasks.spawn_local_on(
                async move {
                    for argument in part {
                        call(argument).await.map_err(|error| error.to_string())?;
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

/// Measures calls that consume a new list of URLs each.
fn new_requests(runtime: &Runtime, by_hand: &ByHand, client: &Client) -> Outcome<()> {
    let by_hand = by_hand.clone();
    let by_hand = move |urls: Vec<String>| {
        let by_hand = by_hand.clone();
        async move { Ok(by_hand.call(&urls).await?.task_id) }
    };
    let client = client.clone();
    let client = move |urls: Vec<String>| {
        let call = client.purge_urls_cache(PurgeUrlsCache::new(urls));
        async move { Ok(call.await?.task_id) }
    };
    table::title("new requests, us per call", ["by hand", "client", "ratio"]);
    for (name, urls, count) in rows() {
        let pairs = Pairs::measure(
            ROUNDS,
            || time_per_call(runtime, count, &urls, &by_hand),
            || time_per_call(runtime, count, &urls, &client),
        )?;
        pairs.print(&name, MAX_RATIO);
    }
    Ok(())
}

/// Measures calls that borrow the same request or list of URLs.
fn same_request(runtime: &Runtime, by_hand: &ByHand, client: &Client) -> Outcome<()> {
    let by_hand = by_hand.clone();
    let by_hand = move |urls: Rc<Vec<String>>| {
        let by_hand = by_hand.clone();
        async move { Ok(by_hand.call(&urls).await?.task_id) }
    };
    let client = client.clone();
    let client = move |request: Rc<PurgeUrlsCache>| {
        let call = client.purge_urls_cache(&*request);
        async move { Ok(call.await?.task_id) }
    };
    table::title("the same request again, us per call", ["by hand", "client", "ratio"]);
    for (name, urls, count) in rows() {
        let request = Rc::new(PurgeUrlsCache::new(urls.clone()));
        let urls = Rc::new(urls);
        let pairs = Pairs::measure(
            ROUNDS,
            || time_per_call(runtime, count, &urls, &by_hand),
            || time_per_call(runtime, count, &request, &client),
        )?;
        pairs.print(&name, MAX_RATIO);
    }
    Ok(())
}

/// The name of each row, its URLs, and the number of its calls: in a round, and at the same time.
fn rows() -> impl Iterator<Item = (String, Vec<String>, (usize, usize))> {
    [1, 32].into_iter().flat_map(|in_flight| {
        [1, 100, 1_000].map(|count| {
            let urls = (0..count).map(|n| format!("https://www.example.com/assets/{n}.png")).collect();
            (format!("{count} URLs, {in_flight} in flight"), urls, (calls(count), in_flight))
        })
    })
}

fn main() -> Outcome<()> {
    let address = server::start(server::RESPONSE.into(), Length::Announced)?;
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let by_hand = ByHand::new(address)?;
    let client = default_client::client(address)?;
    new_requests(&runtime, &by_hand, &client)?;
    same_request(&runtime, &by_hand, &client)
}
