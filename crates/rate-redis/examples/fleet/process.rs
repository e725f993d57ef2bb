//! One process of the fleet: calls as often as its limiter allows, until its standard input ends.

use std::env;
use std::io::{self, Read as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use tencentcloud_cdn::{Client, PurgeUrlsCache};
use tencentcloud_core::time::Clock;
use tencentcloud_core::{BoxFuture, Config, Credentials};
use tencentcloud_emulator::{SECRET_ID, SECRET_KEY};
use tencentcloud_rate_redis::RedisLimiter;
use tokio::task::spawn_blocking;

use crate::{Outcome, PROCESSES};

/// The options of a process, in the environment: the endpoint to call.
pub(crate) const ENDPOINT: &str = "FLEET_ENDPOINT";
/// Number of the process, which its requests contain.
pub(crate) const NUMBER: &str = "FLEET_NUMBER";
/// Number of tasks that always have a call to make.
pub(crate) const TASKS: &str = "FLEET_TASKS";
/// URL of the store. Without one, the process limits itself and knows nothing of the others.
pub(crate) const STORE: &str = "FLEET_STORE";
/// By how many seconds the clock of the process is ahead.
pub(crate) const AHEAD: &str = "FLEET_AHEAD";

/// The machine's clock, set ahead.
struct Ahead(Duration);

impl Clock for Ahead {
    fn now(&self) -> SystemTime {
        SystemTime::now() + self.0
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// Calls until the standard input ends, and then prints the number of calls that failed.
pub(crate) async fn run(endpoint: &str) -> Outcome<()> {
    let mut config = Config::builder()
        .credentials(Credentials::new(SECRET_ID, SECRET_KEY)?)
        .endpoint(endpoint)
        .clock(Ahead(Duration::from_secs(env::var(AHEAD)?.parse()?)));
    if let Ok(store) = env::var(STORE) {
        config = config.rate_limiter(RedisLimiter::open(&store, "fleet", PROCESSES)?);
    }
    let client = Client::new(&config.build()?);
    let failed = Arc::new(AtomicU64::new(0));
    for _ in 0..env::var(TASKS)?.parse()? {
        let (client, url) = (client.clone(), format!("https://www.example.com/{}", env::var(NUMBER)?));
        let failed = Arc::clone(&failed);
        tokio::spawn(async move {
            loop {
                if let Err(error) = client.purge_urls_cache(PurgeUrlsCache::new([&url])).await {
                    eprintln!("{error}");
                    failed.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
    }
    spawn_blocking(|| io::stdin().read(&mut [0])).await??;
    println!("{}", failed.load(Ordering::Relaxed));
    Ok(())
}
