//! Tests what is logged when a store fails and is back. It is a program of its own, because it
//! replaces the subscriber of the process.

#![cfg(test)]

#[path = "support/redis_server.rs"]
mod redis_server;

use std::fmt;
use std::sync::{Arc, Mutex};

use tencentcloud_core::limiter::{Outcome, PermitRequest, RateLimiter as _};
use tencentcloud_core::testing::VirtualClock;
use tencentcloud_rate_redis::RedisLimiter;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use self::redis_server::RedisServer;

/// The level and the message of each event.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("tencentcloud_rate_redis")
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        struct Message(String);

        impl Visit for Message {
            fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
                if field.name() == "message" {
                    self.0 = format!("{value:?}");
                }
            }
        }

        let mut message = Message(String::new());
        event.record(&mut message);
        self.0.lock().unwrap().push(format!("{} {}", event.metadata().level(), message.0));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn each_failure_of_the_store_is_logged_once_and_its_end_too() {
    let Some(mut store) = RedisServer::start().unwrap() else { return };
    let log = Log::default();
    tracing::subscriber::set_global_default(log.clone()).unwrap();
    let messages = || log.0.lock().unwrap().clone();

    store.kill().unwrap();
    let limiter = RedisLimiter::open(&store.url(), "test", 4).unwrap();
    let acquire = async || {
        let clock = VirtualClock::at_unix(0);
        let request = PermitRequest::new(&clock, "cdn", "PurgeUrlsCache").with_requests_per_second(100);
        limiter.acquire(request).await.unwrap().report(Outcome::Finished);
    };
    for _ in 0..5 {
        acquire().await;
    }
    let fails = "WARN the store of the rate limits fails, so this process uses 1/4 of each rate until it is back; \
                 help: check that the store runs, and that this machine reaches it";
    assert_eq!(messages(), [fails]);

    // At most ten seconds at a quarter of the rate.
    let acquire_until_logged = async |count| {
        for _ in 0..250 {
            if messages().len() >= count {
                break;
            }
            acquire().await;
        }
    };
    store.restart().unwrap();
    acquire_until_logged(2).await;
    let back = "INFO the store of the rate limits is back";
    assert_eq!(messages(), [fails, back]);

    // A connection that the server closes is opened again.
    let mut connection = redis::Client::open(store.url()).unwrap().get_multiplexed_async_connection().await.unwrap();
    let kill = redis::cmd("CLIENT").arg(&["KILL", "TYPE", "normal"]).to_owned();
    let closed: u32 = kill.query_async(&mut connection).await.unwrap();
    assert!(closed >= 1, "{closed}");
    acquire().await;
    acquire().await;
    assert_eq!(messages(), [fails, back]);

    store.kill().unwrap();
    acquire_until_logged(3).await;
    acquire().await;
    assert_eq!(messages(), [fails, back, fails]);
}
