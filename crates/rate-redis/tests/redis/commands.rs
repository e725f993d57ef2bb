//! Counts the commands that a store receives.

use std::sync::Arc;

use redis::aio::MultiplexedConnection;
use tencentcloud_core::limiter::{Outcome, PermitRequest, RateLimiter as _};
use tencentcloud_core::testing::VirtualClock;
use tencentcloud_rate_redis::RedisLimiter;
use tokio::task::JoinSet;

use crate::redis_server::RedisServer;

async fn connect(store: &RedisServer) -> MultiplexedConnection {
    redis::Client::open(store.url()).unwrap().get_multiplexed_async_connection().await.unwrap()
}

/// The number of scripts that the store has run without an error.
async fn scripts(store: &RedisServer) -> usize {
    let statistics: String =
        redis::cmd("INFO").arg("commandstats").query_async(&mut connect(store).await).await.unwrap();
    let figures = statistics.lines().find_map(|line| line.strip_prefix("cmdstat_evalsha:")).unwrap_or_default();
    let figure = |name| figures.split(',').find_map(|figure| figure.strip_prefix(name)).map_or(0, count);
    figure("calls=") - figure("rejected_calls=") - figure("failed_calls=")
}

fn count(text: &str) -> usize {
    text.parse().unwrap()
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

#[tokio::test]
async fn a_user_of_the_store_needs_the_commands_that_the_readme_names() {
    let Some(store) = RedisServer::start().unwrap() else { return };
    let rules = "on >secret ~tencentcloud-rate:* +evalsha +script|load +time +get +set";
    let set = redis::cmd("ACL").arg("SETUSER").arg("limiter").arg(rules.split(' ').collect::<Vec<_>>()).to_owned();
    set.exec_async(&mut connect(&store).await).await.unwrap();
    let limiter = RedisLimiter::open(&store.url().replace("//", "//limiter:secret@"), "test", 1).unwrap();
    let clock = VirtualClock::at_unix(0);
    for _ in 0..2 {
        let request = PermitRequest::new(&clock, "cdn", "PurgeUrlsCache").with_requests_per_second(500);
        limiter.acquire(request).await.unwrap().report(Outcome::Finished);
    }
    assert!(scripts(&store).await >= 2, "the limiter could not use the store");
}
