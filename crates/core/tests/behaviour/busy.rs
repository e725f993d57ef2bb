//! Processes that always have something to send to one account, and the service that counts what arrives; also used by
//! the example `limits`.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use tencentcloud_core::error::CodeFacts;
use tencentcloud_core::http::{HttpRequest, HttpResponse, Transport, TransportError};
use tencentcloud_core::testing::VirtualClock;
use tencentcloud_core::time::Clock;
use tencentcloud_core::{
    Action, BoxFuture, Client, Config, Credentials, Error, ErrorKind, Hosts, Product, RateLimit, error_codes,
};

const LIMIT: usize = 20;
const SECOND: Duration = Duration::from_secs(1);

/// How the service counts the requests it accepts.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Counting {
    /// In each second of its clock.
    Fixed,
    /// In the second before each request.
    Sliding,
}

/// Who sends what.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    pub(crate) processes: usize,
    /// Tasks that share the one client of a process.
    pub(crate) tasks: usize,
    pub(crate) length: Duration,
    /// How long an answer takes, in milliseconds: between these two.
    pub(crate) delay: (u64, u64),
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Figures {
    /// Accepted requests, as a share of those that the service would accept.
    pub(crate) reached: f64,
    /// Refused requests, as a share of all.
    pub(crate) throttled: f64,
    /// Accepted requests of each process, as a share of all.
    pub(crate) shares: Vec<f64>,
    /// Most requests that arrived within one second, wherever it begins.
    pub(crate) fullest: usize,
}

/// Lets processes call one action.
pub(crate) fn run(counting: Counting, load: Load) -> Result<Figures, Error> {
    let Load { processes, tasks, length, delay } = load;
    let clock = VirtualClock::at_unix(1_700_000_000);
    let end = clock.now() + length;
    let service = Arc::new(Service { clock: clock.clone(), counting, delay, state: Mutex::default() });
    let clients: Vec<_> = (0..processes).map(|process| client(&service, process)).collect::<Result<_, _>>()?;
    let tasks = clients.iter().flat_map(|client| vec![client.clone(); tasks]).map(|client| {
        let clock = clock.clone();
        let task = async move {
            while clock.now() < end {
                // A call may run out of attempts, which the figures show.
                let _ = client.call(&Ask {}).await;
            }
        };
        Box::pin(task) as Pin<Box<dyn Future<Output = ()>>>
    });
    clock.run(all(tasks.collect()));

    let mut arrivals = std::mem::take(&mut service.state().arrivals);
    arrivals.retain(|arrival| arrival.at < end);
    let accepted = |process| arrivals.iter().filter(|arrival| arrival.accepted && arrival.process == process).count();
    let accepted: Vec<_> = (0..processes).map(accepted).collect();
    let total = accepted.iter().sum::<usize>() as f64;
    Ok(Figures {
        reached: total / (length.as_secs_f64() * LIMIT as f64),
        throttled: 1.0 - total / arrivals.len() as f64,
        shares: accepted.iter().map(|accepted| *accepted as f64 / total).collect(),
        fullest: fullest(&arrivals),
    })
}

/// Most arrivals within one second, wherever it begins.
fn fullest(arrivals: &[Arrival]) -> usize {
    let end = |first: SystemTime| arrivals.partition_point(|arrival| arrival.at < first + SECOND);
    arrivals.iter().enumerate().map(|(index, first)| end(first.at) - index).max().unwrap_or(0)
}

fn client(service: &Arc<Service>, process: usize) -> Result<Client<Busy>, Error> {
    let chance = Mutex::new(process as u64);
    let config = Config::builder()
        .credentials(Credentials::new("AKIDexample", "example-key")?)
        .clock(service.clock.clone())
        .transport(Line { service: Arc::clone(service), process })
        .jitter(move || next(&mut chance.lock().unwrap_or_else(PoisonError::into_inner)))
        .build()?;
    Ok(Client::new(&config))
}

/// Runs all of them at once.
async fn all(tasks: Vec<Pin<Box<dyn Future<Output = ()>>>>) {
    struct Alarm {
        rang: AtomicBool,
        parent: Waker,
    }

    impl Wake for Alarm {
        fn wake(self: Arc<Self>) {
            self.rang.store(true, Ordering::Relaxed);
            self.parent.wake_by_ref();
        }
    }

    let parent = poll_fn(|context| Poll::Ready(context.waker().clone())).await;
    let alarm = || Arc::new(Alarm { rang: AtomicBool::new(true), parent: parent.clone() });
    let mut tasks: Vec<_> = tasks.into_iter().map(|task| (alarm(), task)).collect();
    poll_fn(|_| {
        tasks.retain_mut(|(alarm, task)| {
            let awake = alarm.rang.swap(false, Ordering::Relaxed);
            let waker = Waker::from(Arc::clone(alarm));
            !(awake && task.as_mut().poll(&mut Context::from_waker(&waker)).is_ready())
        });
        if tasks.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// Repeatable chance from 0 to 1: `SplitMix64`.
fn next(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

/// A service that counts.
struct Service {
    clock: VirtualClock,
    counting: Counting,
    delay: (u64, u64),
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    arrivals: Vec<Arrival>,
    chance: u64,
}

#[derive(Clone, Copy)]
struct Arrival {
    at: SystemTime,
    process: usize,
    accepted: bool,
}

impl Service {
    fn arrive(&self, process: usize) -> bool {
        let at = self.clock.now();
        let second = |time: SystemTime| time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let mut state = self.state();
        let recent = state.arrivals.iter().rev().take_while(|before| before.at + SECOND > at);
        let counted = recent.filter(|before| match self.counting {
            Counting::Fixed => before.accepted && second(before.at) == second(at),
            Counting::Sliding => before.accepted,
        });
        let accepted = counted.count() < LIMIT;
        state.arrivals.push(Arrival { at, process, accepted });
        accepted
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long a request or an answer is on its way: half of the delay.
    fn way(&self) -> Duration {
        let chance = next(&mut self.state().chance);
        let (low, high) = self.delay;
        (Duration::from_millis(low) + Duration::from_millis(high - low).mul_f64(chance)) / 2
    }
}

/// The way from a process to the service and back.
struct Line {
    service: Arc<Service>,
    process: usize,
}

impl Transport for Line {
    fn send(&self, _: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async {
            let service = &self.service;
            service.clock.sleep(service.way()).await;
            let body = if service.arrive(self.process) {
                r#"{"Response":{"RequestId":"1"}}"#
            } else {
                r#"{"Response":{"Error":{"Code":"RequestLimitExceeded","Message":"too many"},"RequestId":"1"}}"#
            };
            service.clock.sleep(service.way()).await;
            Ok(HttpResponse::new(200, body).with_header("Content-Type", "application/json"))
        })
    }
}

struct Busy;

impl Product for Busy {
    type ErrorCode = Code;

    const SERVICE: &'static str = "busy";
    const VERSION: &'static str = "2018-06-06";
    const HOSTS: Hosts = Hosts { mainland: "busy.example.com", international: "busy.example.com" };
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Code {
    TooOften,
    Other(String),
}

error_codes!(Code { TooOften: CodeFacts::new("RequestLimitExceeded", ErrorKind::Throttled) });

#[derive(Clone, Debug, Serialize)]
struct Ask {}

#[derive(Debug, Deserialize)]
struct Answered {}

impl Action for Ask {
    type Product = Busy;
    type Response = Answered;

    const NAME: &'static str = "Ask";
    const RATE_LIMIT: RateLimit = RateLimit::per_second(20);
    const REPEATABLE: bool = false;
    const ERRORS: &'static [Code] = &[Code::TooOften];
}
