//! Fleets that share an account of the emulator, which enforces the rate for every second, wherever
//! it begins. A process is a client here, with a limiter and a thread of its own. The example
//! `fleet` measures real processes for longer.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use tencentcloud_cdn::{Client, PurgeUrlsCache};
use tencentcloud_core::time::Clock;
use tencentcloud_core::{BoxFuture, Config, Credentials};
use tencentcloud_emulator::{Emulator, Limit, Received, SECRET_ID, SECRET_KEY};
use tencentcloud_rate_redis::RedisLimiter;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::redis_server::RedisServer;

const PROCESSES: usize = 8;
/// Tasks of each process that always have a call to make.
const TASKS: usize = 4;
const SECOND: Duration = Duration::from_secs(1);

/// The machine's clock, set ahead.
struct Ahead(Duration);

impl Clock for Ahead {
    fn now(&self) -> SystemTime {
        SystemTime::now() + self.0
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(sleep(duration))
    }
}

/// A request that the emulator has received: when, from which process, and whether it was accepted.
type Request = (SystemTime, usize, bool);

/// Processes that call until this is dropped.
struct Fleet {
    emulator: Emulator,
    requests: Arc<Mutex<Vec<Request>>>,
    failed: Arc<AtomicUsize>,
    _tasks: JoinSet<()>,
}

impl Fleet {
    /// Starts a fleet whose clocks are each `ahead` of the one before.
    async fn start(store: &RedisServer, ahead: Duration) -> Self {
        let requests: Arc<Mutex<Vec<Request>>> = Arc::default();
        let log = Arc::clone(&requests);
        let observer = move |request: &Received| {
            let (_, process) = request.parameters.split_once("https://www.example.com/").unwrap();
            let process = process.split_once('"').unwrap().0.parse().unwrap();
            log.lock().unwrap().push((request.at, process, request.code.is_none()));
        };
        let emulator = Emulator::builder().per_day(Limit::Unlimited).observer(observer).start().await.unwrap();
        let failed = Arc::new(AtomicUsize::new(0));
        let mut tasks = JoinSet::new();
        for process in 0..PROCESSES {
            let config = Config::builder()
                .credentials(Credentials::new(SECRET_ID, SECRET_KEY).unwrap())
                .endpoint(emulator.endpoint())
                .clock(Ahead(ahead * u32::try_from(process).unwrap()))
                .rate_limiter(RedisLimiter::open(&store.url(), "fleet", 8).unwrap());
            let client = Client::new(&config.build().unwrap());
            for _ in 0..TASKS {
                let (client, failed) = (client.clone(), Arc::clone(&failed));
                tasks.spawn(async move {
                    loop {
                        let url = format!("https://www.example.com/{process}");
                        if client.purge_urls_cache(PurgeUrlsCache::new([url])).await.is_err() {
                            failed.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                });
            }
        }
        Self { emulator, requests, failed, _tasks: tasks }
    }

    /// The numbers of accepted and refused requests in a period.
    fn counts(&self, period: Range<SystemTime>) -> (usize, usize) {
        let requests = self.requests.lock().unwrap();
        let outcomes = || requests.iter().filter(|(at, ..)| period.contains(at)).map(|(.., accepted)| *accepted);
        (outcomes().filter(|accepted| *accepted).count(), outcomes().filter(|accepted| !accepted).count())
    }

    /// The smallest share of a process in all requests.
    fn smallest_share(&self) -> f64 {
        let requests = self.requests.lock().unwrap();
        let of_process = |process| requests.iter().filter(|(_, of, _)| *of == process).count();
        (0..PROCESSES).map(of_process).min().unwrap() as f64 / requests.len() as f64
    }
}

/// Lets a fleet call for three seconds.
async fn uses_the_rate_without_a_refusal(ahead: Duration) {
    let Some(store) = RedisServer::start().unwrap() else { return };
    let fleet = Fleet::start(&store, ahead).await;
    sleep(SECOND / 2).await;
    let begin = fleet.emulator.now();
    sleep(3 * SECOND).await;
    let (accepted, refused) = fleet.counts(begin..begin + 3 * SECOND);
    // 60, less what a busy machine delays.
    assert!((54..=60).contains(&accepted), "{accepted} were accepted");
    assert_eq!((refused, fleet.failed.load(Ordering::Relaxed)), (0, 0));
    assert!(fleet.smallest_share() >= 0.1, "{}", fleet.smallest_share());
}

#[tokio::test]
async fn eight_processes_use_the_rate_without_a_refusal() {
    uses_the_rate_without_a_refusal(Duration::ZERO).await;
}

#[tokio::test]
async fn clocks_that_differ_by_10_s_make_no_difference() {
    uses_the_rate_without_a_refusal(10 * SECOND).await;
}

#[tokio::test]
async fn no_call_fails_while_the_store_is_killed_and_started_again() {
    let Some(mut store) = RedisServer::start().unwrap() else { return };
    let fleet = Fleet::start(&store, Duration::ZERO).await;
    let begin = fleet.emulator.now();
    sleep(SECOND).await;
    store.kill().unwrap();
    sleep(3 * SECOND).await;
    store.restart().unwrap();
    sleep(2 * SECOND).await;
    let back = fleet.emulator.now();
    sleep(2 * SECOND).await;
    let end = fleet.emulator.now();
    let (accepted, refused) = fleet.counts(begin..end);
    assert!(refused * 20 <= accepted + refused, "{refused} were refused, and {accepted} accepted");
    assert_eq!(fleet.failed.load(Ordering::Relaxed), 0);
    // The parts of eight processes are 16 requests per second together, so the rest is from the
    // store.
    assert!(fleet.counts(back..end).0 >= 34, "{:?}", fleet.counts(back..end));
}
