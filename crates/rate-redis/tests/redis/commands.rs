//! Counts the commands that a store receives.

use tencentcloud_core::limiter::{Outcome, PermitRequest, RateLimiter as _};
use tencentcloud_core::testing::VirtualClock;
use tencentcloud_rate_redis::RedisLimiter;
use tokio::task::JoinSet;

use std::sync::Arc;

use crate::redis_server::RedisServer;

/// The number of scripts that the store has run.
async fn scripts(store: &RedisServer) -> usize {
    let mut connection = redis::Client::open(store.url()).unwrap().get_multiplexed_async_connection().await.unwrap();
    let statistics: String = redis::cmd("INFO").arg("commandstats").query_async(&mut connection).await.unwrap();
    let line = statistics.lines().find_map(|line| line.strip_prefix("cmdstat_evalsha:calls="));
    line.unwrap().split_once(',').unwrap().0.parse().unwrap()
}

#[tokio::test]
async fn a_thousand_waiters_cost_at_most_two_commands_a_permit() {
    let Some(store) = RedisServer::start().unwrap() else { return };
    let limiter = Arc::new(RedisLimiter::open(&store.url(), "test", 1).unwrap());
    let mut waiting = JoinSet::new();
    for _ in 0..1_000 {
        let limiter = Arc::clone(&limiter);
        waiting.spawn(async move {
            let clock = VirtualClock::at_unix(0);
            let request = PermitRequest::new(&clock, "cdn", "PurgeUrlsCache").with_requests_per_second(500);
            limiter.acquire(request).await.unwrap().report(Outcome::Finished);
        });
    }
    waiting.join_all().await;
    let scripts = scripts(&store).await;
    assert!((1_000..=2_000).contains(&scripts), "{scripts}");
}
