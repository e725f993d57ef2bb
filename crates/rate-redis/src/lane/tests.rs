//! Tests of a lane in paused time, with a model of the store.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use tencentcloud_core::BoxFuture;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::*;
use crate::script::{Booking, Report, Slot};

const MILLISECOND: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);

/// A store with a slot every 50 ms.
#[derive(Default)]
struct Model {
    due: Mutex<Option<Instant>>,
    /// What was booked: whether the process said that it had limited itself.
    booked: Mutex<Vec<bool>>,
    reported: Mutex<Vec<Report>>,
    fails: AtomicBool,
}

impl BookSlots for Model {
    fn book<'a>(&'a self, _: &'a str, _: u32, returning: bool) -> BoxFuture<'a, Option<Booking>> {
        Box::pin(async move {
            if self.fails.load(Ordering::Relaxed) {
                return None;
            }
            let (now, mut due) = (Instant::now(), self.due.lock().unwrap());
            let slot = due.unwrap_or(now).max(now);
            *due = Some(slot + 50 * MILLISECOND);
            self.booked.lock().unwrap().push(returning);
            Some(Booking { wait: slot - now, slot: Slot::default() })
        })
    }

    fn report<'a>(&'a self, _: &'a str, report: Report) -> BoxFuture<'a, ()> {
        Box::pin(async move { self.reported.lock().unwrap().push(report) })
    }
}

/// A lane of one of 8 processes that serves its waiters in the background.
struct Served {
    store: Arc<Model>,
    waiters: Arc<Waiters>,
    began: Instant,
}

impl Served {
    fn start() -> Self {
        Self::with(&Arc::new(Model::default()))
    }

    fn with(store: &Arc<Model>) -> Self {
        let (store, waiters) = (Arc::clone(store), Arc::new(Waiters::default()));
        tokio::spawn(Lane::new("lane".into(), Arc::clone(&waiters), Arc::<Model>::clone(&store), 8).serve());
        Self { store, waiters, began: Instant::now() }
    }

    /// Acquires a permit for a request that has its response at once, and returns when, in
    /// milliseconds.
    async fn acquire(&self) -> u128 {
        let grant = self.waiters.wait(self.waiters.ticket(), 20).await.unwrap();
        grant.report(Outcome::Finished, Instant::now().into());
        self.began.elapsed().as_millis()
    }

    /// Acquires permits one after another, and returns the milliseconds between them.
    async fn intervals(&self, count: usize) -> Vec<u128> {
        let mut latest = self.acquire().await;
        let mut intervals = Vec::new();
        for _ in 0..count {
            let at = self.acquire().await;
            intervals.push(at - latest);
            latest = at;
        }
        intervals
    }

    fn bookings(&self) -> usize {
        self.store.booked.lock().unwrap().len()
    }
}

#[tokio::test(start_paused = true)]
async fn waiters_are_served_in_their_order_with_one_booking_each() {
    let lane = Arc::new(Served::start());
    let mut waiting = JoinSet::new();
    let order = Arc::new(Mutex::new(Vec::new()));
    for number in 0..1_000 {
        let (lane, order) = (Arc::clone(&lane), Arc::clone(&order));
        waiting.spawn(async move {
            lane.acquire().await;
            order.lock().unwrap().push(number);
        });
    }
    waiting.join_all().await;
    assert!(order.lock().unwrap().is_sorted() && lane.waiters.is_empty());
    assert_eq!((lane.bookings(), lane.began.elapsed().as_millis()), (1_000, 999 * 50));
}

#[tokio::test(start_paused = true)]
async fn eight_processes_take_turns() {
    let store = Arc::new(Model::default());
    let permits: Arc<Mutex<Vec<usize>>> = Arc::default();
    for process in 0..8 {
        let (lane, permits) = (Arc::new(Served::with(&store)), Arc::clone(&permits));
        // The processes differ in how many calls wait at once.
        for _ in 0..=process {
            let (lane, permits) = (Arc::clone(&lane), Arc::clone(&permits));
            tokio::spawn(async move {
                loop {
                    lane.acquire().await;
                    permits.lock().unwrap().push(process);
                    sleep(MILLISECOND).await;
                }
            });
        }
    }
    sleep(60 * SECOND).await;
    let permits = permits.lock().unwrap();
    let of_process = |process| permits.iter().filter(|permit| **permit == process).count();
    let counts: Vec<_> = (0..8).map(of_process).collect();
    assert!(counts.iter().all(|count| (149..=151).contains(count)), "{counts:?}");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_booked_while_nothing_waits() {
    let lane = Served::start();
    lane.acquire().await;
    sleep(60 * SECOND).await;
    assert_eq!(lane.bookings(), 1);
    assert_eq!(lane.intervals(2).await, [50, 50]);
}

#[tokio::test(start_paused = true)]
async fn a_waiter_that_is_dropped_loses_no_slot() {
    let lane = Served::start();
    lane.acquire().await;
    assert!(timeout(10 * MILLISECOND, lane.acquire()).await.is_err());
    assert!(lane.waiters.is_empty());
    assert_eq!(lane.acquire().await, 50, "the slot that was booked for the other one");
    assert_eq!(lane.bookings(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_waiter_that_asks_again_keeps_its_position() {
    let lane = Arc::new(Served::start());
    let ticket = lane.waiters.ticket();
    lane.waiters.wait(ticket, 20).await.unwrap().discard();
    let next = {
        let lane = Arc::clone(&lane);
        tokio::spawn(async move { lane.acquire().await })
    };
    tokio::task::yield_now().await;
    lane.waiters.wait(ticket, 20).await.unwrap().discard();
    assert_eq!(lane.began.elapsed().as_millis(), 50);
    assert_eq!(next.await.unwrap(), 100);
}

#[tokio::test(start_paused = true)]
async fn a_permit_is_fresh_for_a_tenth_of_a_second() {
    let lane = Served::start();
    let grant = lane.waiters.wait(lane.waiters.ticket(), 20).await.unwrap();
    assert!(grant.is_fresh(grant.at) && grant.is_fresh(grant.at + 100 * MILLISECOND));
    assert!(!grant.is_fresh(grant.at + 101 * MILLISECOND));
}

#[tokio::test(start_paused = true)]
async fn only_late_and_throttled_requests_are_reported_to_the_store() {
    let reported_after = async |outcome, milliseconds: u32| {
        let lane = Served::start();
        let grant = lane.waiters.wait(lane.waiters.ticket(), 20).await.unwrap();
        let at = grant.at + milliseconds * MILLISECOND;
        grant.report(outcome, at);
        sleep(MILLISECOND).await;
        let reported = lane.store.reported.lock().unwrap();
        reported.first().map(|report| (report.late.as_millis(), report.throttled, report.retry_after.as_secs()))
    };
    let throttled = |seconds: Option<u64>| Outcome::Throttled { retry_after: seconds.map(Duration::from_secs) };
    assert_eq!(reported_after(Outcome::Finished, 4).await, None);
    assert_eq!(reported_after(Outcome::Finished, 30).await, Some((30, false, 0)));
    assert_eq!(reported_after(Outcome::Finished, 9_000).await, Some((500, false, 0)));
    assert_eq!(reported_after(Outcome::Unknown, 4).await, Some((500, false, 0)));
    assert_eq!(reported_after(throttled(None), 4).await, Some((4, true, 0)));
    assert_eq!(reported_after(throttled(Some(3)), 4).await, Some((4, true, 3)));
    assert_eq!(reported_after(throttled(Some(3_600)), 4).await, Some((4, true, 30)));
}

#[tokio::test(start_paused = true)]
async fn while_the_store_fails_a_process_uses_its_part_of_the_rate() {
    let lane = Served::start();
    lane.acquire().await;
    lane.store.fails.store(true, Ordering::Relaxed);
    // An eighth of 20 requests per second is 400 ms for each, and the pause is half to one and a
    // half of that.
    let first = lane.acquire().await;
    assert!((200..=601).contains(&first), "{first}");
    // Two requests per second.
    let intervals = lane.intervals(5).await;
    assert!(intervals.iter().all(|interval| (500..=502).contains(interval)), "{intervals:?}");
    assert_eq!(lane.bookings(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_process_returns_to_the_store_and_says_that_it_was_away() {
    let lane = Served::start();
    lane.store.fails.store(true, Ordering::Relaxed);
    lane.intervals(3).await;
    lane.store.fails.store(false, Ordering::Relaxed);
    assert_eq!(lane.intervals(3).await, [50, 50, 50]);
    assert_eq!(*lane.store.booked.lock().unwrap(), [true, false, false, false]);
}

#[tokio::test(start_paused = true)]
async fn refusals_slow_a_process_that_limits_itself() {
    let lane = Served::start();
    lane.store.fails.store(true, Ordering::Relaxed);
    lane.acquire().await;
    let grant = lane.waiters.wait(lane.waiters.ticket(), 20).await.unwrap();
    grant.report(Outcome::Throttled { retry_after: None }, Instant::now().into());
    let intervals = lane.intervals(2).await;
    assert!(intervals[1] > 550, "{intervals:?}");
}
