//! Tests of the permits that calls acquire.

use std::pin::pin;
use std::task::{Context, Waker};
use std::time::{Duration, Instant};

use tencentcloud_core::limiter::{Outcome, Permit, PermitRequest, RateLimiter as _};
use tencentcloud_core::testing::VirtualClock;
use tencentcloud_rate_redis::RedisLimiter;

use crate::redis_server::RedisServer;

/// Acquires a permit for one of two requests per second.
async fn acquire<'a>(limiter: &'a RedisLimiter, clock: &'a VirtualClock) -> Permit<'a> {
    acquire_of(limiter, clock, 2).await
}

/// Acquires a permit at this rate, in requests per second.
async fn acquire_of<'a>(limiter: &'a RedisLimiter, clock: &'a VirtualClock, rate: u32) -> Permit<'a> {
    let request = PermitRequest::new(clock, "cdn", "PurgeUrlsCache").with_requests_per_second(rate);
    limiter.acquire(request).await.unwrap()
}

#[tokio::test]
async fn a_waiter_that_is_not_polled_delays_nothing_and_asks_again() {
    let Some(store) = RedisServer::start().unwrap() else { return };
    let clock = VirtualClock::at_unix(0);
    let limiter = RedisLimiter::open(&store.url(), "test", 1).unwrap();
    acquire(&limiter, &clock).await.report(Outcome::Finished);
    let began = Instant::now();
    let mut unpolled = pin!(acquire(&limiter, &clock));
    assert!(unpolled.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    // The permit of the unpolled waiter was due half a second before this one.
    acquire(&limiter, &clock).await.report(Outcome::Finished);
    assert!(began.elapsed() >= Duration::from_millis(950), "{:?}", began.elapsed());
    unpolled.await.report(Outcome::Finished);
    assert!(began.elapsed() >= Duration::from_millis(1_450), "its old permit was used: {:?}", began.elapsed());
}

#[tokio::test]
async fn a_refusal_of_one_process_slows_another() {
    let Some(store) = RedisServer::start().unwrap() else { return };
    let clock = VirtualClock::at_unix(0);
    let [first, second] = [(); 2].map(|()| RedisLimiter::open(&store.url(), "test", 2).unwrap());
    // Three overloads, one after another: 100 requests per second become 67.
    for _ in 0..3 {
        let permit = acquire_of(&first, &clock, 100).await;
        permit.report(Outcome::Throttled { retry_after: None });
        // A slot after the report.
        acquire_of(&first, &clock, 100).await.report(Outcome::Finished);
        acquire_of(&first, &clock, 100).await.report(Outcome::Finished);
    }
    let began = Instant::now();
    for _ in 0..30 {
        acquire_of(&second, &clock, 100).await.report(Outcome::Finished);
    }
    // At 100 requests per second, these would take 302 ms.
    assert!(began.elapsed() >= Duration::from_millis(400), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_store_that_hangs_fails_after_half_a_second() {
    let Some(store) = RedisServer::start().unwrap() else { return };
    let clock = VirtualClock::at_unix(0);
    let limiter = RedisLimiter::open(&store.url(), "test", 1).unwrap();
    acquire_of(&limiter, &clock, 100).await.report(Outcome::Finished);
    store.hang().unwrap();
    let began = Instant::now();
    for _ in 0..50 {
        acquire_of(&limiter, &clock, 100).await.report(Outcome::Finished);
    }
    // Half a second for all of them, and not for each.
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_limiter_serves_calls_outside_of_a_runtime() {
    let Some(store) = RedisServer::start().unwrap() else { return };
    let clock = VirtualClock::at_unix(0);
    let limiter = RedisLimiter::open(&store.url(), "test", 1).unwrap();
    // The virtual clock runs futures by itself, and does not wait for the limiter's thread.
    let permit = std::thread::scope(|scope| {
        let acquiring = scope.spawn(|| futures_executor(acquire(&limiter, &clock)));
        acquiring.join().unwrap()
    });
    permit.report(Outcome::Finished);
}

/// Runs a future on this thread, without a runtime.
fn futures_executor<F: Future>(future: F) -> F::Output {
    struct Unpark(std::thread::Thread);

    impl std::task::Wake for Unpark {
        fn wake(self: std::sync::Arc<Self>) {
            self.0.unpark();
        }
    }

    let waker = Waker::from(std::sync::Arc::new(Unpark(std::thread::current())));
    let mut future = pin!(future);
    loop {
        if let std::task::Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        std::thread::park();
    }
}
