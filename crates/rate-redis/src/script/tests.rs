//! Tests of the script in a real store. Slots are compared with each other, so the tests need not
//! wait for them.

use redis::Client;
use redis::aio::MultiplexedConnection;

use super::*;
use crate::redis_server::RedisServer;

const LIMIT: u32 = 20;
/// Microseconds between two slots at the limit: a window of 1.002 s, and the time in which a
/// request arrives, in 20 parts.
const INTERVAL: u64 = 50_350;

/// A lane in a store of its own.
struct Lane {
    connection: MultiplexedConnection,
    script: RateScript,
    key: &'static str,
    server: RedisServer,
}

impl Lane {
    /// Starts a store; `None` if there is no program for it.
    async fn start() -> Option<Self> {
        let server = RedisServer::start().unwrap()?;
        Some(Self { connection: connect(&server).await, script: RateScript::new(), key: "lane", server })
    }

    /// Starts the store again. It has lost everything.
    async fn restart(&mut self) {
        self.server.kill().unwrap();
        self.server.restart().unwrap();
        self.connection = connect(&self.server).await;
    }

    async fn book(&mut self, limit: u32) -> u64 {
        self.script.book(&mut self.connection, self.key, limit, false).await.unwrap().slot.0
    }

    /// Books slots, and returns the times from each to the next.
    async fn intervals(&mut self, limit: u32, count: usize) -> Vec<u64> {
        let mut slots = vec![self.book(limit).await];
        for _ in 0..count {
            slots.push(self.book(limit).await);
        }
        slots.windows(2).map(|pair| pair[1] - pair[0]).collect()
    }

    async fn report(&mut self, slot: u64, late: u64, throttled: bool) {
        let late = Duration::from_micros(late);
        let report = Report { slot: Slot(slot), limit: LIMIT, late, throttled, retry_after: Duration::ZERO };
        self.script.report(&mut self.connection, self.key, report).await.unwrap();
    }
}

async fn connect(server: &RedisServer) -> MultiplexedConnection {
    Client::open(server.url()).unwrap().get_multiplexed_async_connection().await.unwrap()
}

#[tokio::test]
async fn slots_are_spaced_evenly() {
    let Some(mut lane) = Lane::start().await else { return };
    let intervals = lane.intervals(LIMIT, 60).await;
    assert!(intervals.iter().all(|interval| *interval == INTERVAL), "{intervals:?}");
}

#[tokio::test]
async fn a_slot_is_a_window_after_the_arrival_of_a_late_request() {
    let Some(mut lane) = Lane::start().await else { return };
    let first = lane.book(LIMIT).await;
    for _ in 1..LIMIT {
        lane.book(LIMIT).await;
    }
    lane.report(first, 300_000, false).await;
    let delayed = lane.book(LIMIT).await;
    assert_eq!(delayed - first, 300_000 + 1_002_000);
    // The next one may catch up, but not overtake.
    assert_eq!(lane.book(LIMIT).await, delayed);
}

#[tokio::test]
async fn no_second_has_more_arrivals_than_the_limit_whatever_their_delays() {
    let Some(mut lane) = Lane::start().await else { return };
    let mut arrivals = Vec::new();
    // Numbers that look random: Knuth's linear congruential generator of MMIX.
    let mut random = 7_u64;
    for _ in 0..1_000 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let slot = lane.book(LIMIT).await;
        let late = if random >> 62 == 0 { (random >> 32) % 500_000 } else { (random >> 32) % 5_000 };
        lane.report(slot, late, false).await;
        arrivals.push(slot + late);
    }
    arrivals.sort_unstable();
    let shortest = arrivals.windows(21).map(|twenty_one| twenty_one[20] - twenty_one[0]).min();
    assert!(shortest >= Some(1_002_000), "{shortest:?}");
}

#[tokio::test]
async fn a_refusal_slows_all_processes_once_for_each_overload() {
    let Some(mut lane) = Lane::start().await else { return };
    let (first, second) = (lane.book(LIMIT).await, lane.book(LIMIT).await);
    lane.report(first, 0, true).await;
    lane.report(second, 0, true).await;
    let intervals = lane.intervals(LIMIT, 3).await;
    // 17.5 parts in place of 20. The rate rises meanwhile, by a little.
    assert!(intervals[1..].iter().all(|interval| (57_200..=57_543).contains(interval)), "{intervals:?}");
    let slot = lane.book(LIMIT).await;
    lane.report(slot, 0, true).await;
    let intervals = lane.intervals(LIMIT, 3).await;
    assert!(intervals[1..].iter().all(|interval| (65_200..=65_763).contains(interval)), "{intervals:?}");
}

#[tokio::test]
async fn the_service_can_ask_all_processes_to_wait() {
    let Some(mut lane) = Lane::start().await else { return };
    let slot = lane.book(LIMIT).await;
    let (slot, late, throttled) = (Slot(slot), Duration::ZERO, true);
    let report = Report { slot, limit: LIMIT, late, throttled, retry_after: Duration::from_secs(3) };
    lane.script.report(&mut lane.connection, lane.key, report).await.unwrap();
    assert!(lane.book(LIMIT).await - slot.0 >= 3_000_000);
}

#[tokio::test]
async fn a_store_that_has_lost_the_lane_waits_a_window_for_processes_that_return() {
    let Some(mut lane) = Lane::start().await else { return };
    let wait = async |lane: &mut Lane, returning| {
        lane.script.book(&mut lane.connection, lane.key, LIMIT, returning).await.unwrap().wait
    };
    assert_eq!(wait(&mut lane, false).await, Duration::ZERO);
    // The lane is known, and with it the requests of all.
    assert!(wait(&mut lane, true).await <= Duration::from_micros(INTERVAL));
    lane.restart().await;
    assert_eq!(wait(&mut lane, true).await, Duration::from_millis(1_002));
    lane.restart().await;
    assert_eq!(wait(&mut lane, false).await, Duration::ZERO);
}

#[tokio::test]
async fn each_request_keeps_its_own_limit_and_counts_the_requests_of_all() {
    let Some(mut lane) = Lane::start().await else { return };
    let first = lane.book(LIMIT).await;
    for _ in 1..5 {
        lane.book(LIMIT).await;
    }
    assert_eq!(lane.book(5).await - first, 1_007_000);
    assert_eq!(lane.book(1).await - first, 1_007_000 + 1_007_000);
}

#[tokio::test]
async fn lanes_are_independent_and_forgotten_when_they_are_not_used() {
    let Some(mut lane) = Lane::start().await else { return };
    for _ in 0..50 {
        lane.book(LIMIT).await;
    }
    lane.key = "another lane";
    let wait = lane.script.book(&mut lane.connection, lane.key, LIMIT, false).await.unwrap().wait;
    assert_eq!(wait, Duration::ZERO);
    let expiry: u64 = redis::cmd("TTL").arg(lane.key).query_async(&mut lane.connection).await.unwrap();
    assert!((110..=120).contains(&expiry), "{expiry}");
}

#[tokio::test]
async fn a_report_about_a_lost_lane_changes_nothing() {
    let Some(mut lane) = Lane::start().await else { return };
    lane.report(1_000, 400_000, true).await;
    assert_eq!(lane.intervals(LIMIT, 2).await, [INTERVAL, INTERVAL]);
}

#[tokio::test]
async fn a_high_limit_is_kept_by_the_spacing() {
    let Some(mut lane) = Lane::start().await else { return };
    let first = lane.book(5_000).await;
    for _ in 0..2_000 {
        lane.book(5_000).await;
    }
    let took = lane.book(5_000).await - first;
    assert!(took >= 2_001 * 201, "{took}");
    let length: u64 = redis::cmd("STRLEN").arg(lane.key).query_async(&mut lane.connection).await.unwrap();
    assert!(length < 10_000, "{length} bytes");
}
