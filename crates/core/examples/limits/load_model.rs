//! Simulates processes that share an account and always have a request to send, and the service
//! that counts what arrives. The processes use the public API, in virtual time.
//!
//! The tests of the rate limit use this module, too.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use tencentcloud_core::action::{Action, Hosts, Product, RateLimit};
use tencentcloud_core::error::{CodeFacts, Error, ErrorKind};
use tencentcloud_core::http::{HttpRequest, HttpResponse, Transport, TransportError};
use tencentcloud_core::testing::VirtualClock;
use tencentcloud_core::time::{BoxFuture, Clock};
use tencentcloud_core::{Client, Config, Credentials, error_codes};

/// Requests per second that the service accepts.
const LIMIT: usize = 20;
/// Number of connections that a process opens. Their first requests take longer to arrive.
const CONNECTIONS: u32 = 8;
const SECOND: Duration = Duration::from_secs(1);

/// What is simulated.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    pub(crate) counting: Counting,
    /// Number of processes. They do not know of each other.
    pub(crate) processes: usize,
    /// Tasks that share the client of a process.
    pub(crate) tasks: usize,
    pub(crate) duration: Duration,
    /// Minimum and maximum of the response time, in milliseconds.
    pub(crate) response_time: (u64, u64),
    /// Milliseconds that opening a connection takes.
    pub(crate) connecting: u64,
    pub(crate) seed: u64,
}

/// How the service counts the requests that it accepts.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Counting {
    /// In each second of its clock.
    Fixed,
    /// In the second before each request.
    Sliding,
}

/// The result of a simulation.
#[derive(Debug, PartialEq)]
pub(crate) struct Figures {
    /// Accepted requests, as a share of those that the service would accept.
    pub(crate) reached: f64,
    /// Throttled requests, as a share of all requests.
    pub(crate) throttled: f64,
    /// Accepted requests of each process, as a share of all accepted requests.
    pub(crate) shares: Vec<f64>,
    /// Maximum number of requests that arrived within one second, in any phase.
    pub(crate) fullest: usize,
}

/// Runs the simulation.
pub(crate) fn simulate(load: Load) -> Result<Figures, Error> {
    let clock = VirtualClock::at_unix(1_700_000_000);
    let end = clock.now() + load.duration;
    let service = Arc::new(Service { clock: clock.clone(), load, state: Mutex::new(State::new(load.seed)) });
    let clients: Vec<_> = (0..load.processes).map(|process| client(&service, process)).collect::<Result<_, _>>()?;
    clock.run_all(clients.iter().flat_map(|client| vec![client; load.tasks]).map(async |client| {
        while clock.now() < end {
            // A call can run out of attempts. The figures show that.
            let _ = client.call(&Ask {}).await;
        }
    }));

    let mut arrivals = std::mem::take(&mut service.state().arrivals);
    arrivals.retain(|arrival| arrival.at < end);
    let accepted = |process| arrivals.iter().filter(|arrival| arrival.accepted && arrival.process == process).count();
    let accepted: Vec<_> = (0..load.processes).map(accepted).collect();
    let total = accepted.iter().sum::<usize>() as f64;
    Ok(Figures {
        reached: total / (load.duration.as_secs_f64() * LIMIT as f64),
        throttled: 1.0 - total / arrivals.len() as f64,
        shares: accepted.iter().map(|accepted| *accepted as f64 / total).collect(),
        fullest: fullest(&arrivals),
    })
}

/// Returns the maximum number of arrivals within one second, in any phase.
fn fullest(arrivals: &[Arrival]) -> usize {
    let end = |first: SystemTime| arrivals.partition_point(|arrival| arrival.at < first + SECOND);
    arrivals.iter().enumerate().map(|(index, first)| end(first.at) - index).max().unwrap_or(0)
}

fn client(service: &Arc<Service>, process: usize) -> Result<Client<Busy>, Error> {
    let random = Mutex::new(Random(service.load.seed + process as u64));
    let config = Config::builder()
        .credentials(Credentials::new("AKIDexample", "example-key")?)
        .clock(service.clock.clone())
        .transport(Line { service: Arc::clone(service), process, sent: AtomicU32::new(0) })
        .jitter(move || random.lock().unwrap_or_else(PoisonError::into_inner).next())
        .build()?;
    Ok(Client::new(&config))
}

/// Random numbers that are the same for each seed: `SplitMix64`.
struct Random(u64);

impl Random {
    /// Returns a number from 0 to 1.
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// A service that counts arrivals.
struct Service {
    clock: VirtualClock,
    load: Load,
    state: Mutex<State>,
}

struct State {
    arrivals: Vec<Arrival>,
    random: Random,
    /// How far into a second of the service's clock the simulation begins.
    phase: Duration,
}

#[derive(Clone, Copy)]
struct Arrival {
    at: SystemTime,
    process: usize,
    accepted: bool,
}

impl State {
    fn new(seed: u64) -> Self {
        let mut random = Random(seed);
        let phase = SECOND.mul_f64(random.next());
        Self { arrivals: Vec::new(), random, phase }
    }
}

impl Service {
    /// Counts an arrival; returns whether the request is accepted.
    fn arrive(&self, process: usize) -> bool {
        let at = self.clock.now();
        let mut state = self.state();
        let phase = state.phase;
        let second = |time: SystemTime| (time + phase).duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let recent = state.arrivals.iter().rev().take_while(|earlier| earlier.at + SECOND > at);
        let counted = recent.filter(|earlier| match self.load.counting {
            Counting::Fixed => earlier.accepted && second(earlier.at) == second(at),
            Counting::Sliding => earlier.accepted,
        });
        let accepted = counted.count() < LIMIT;
        state.arrivals.push(Arrival { at, process, accepted });
        accepted
    }

    /// Returns how long a request or a response is in transit: half of a response time.
    fn way(&self) -> Duration {
        let random = self.state().random.next();
        let (min, max) = self.load.response_time;
        (Duration::from_millis(min) + Duration::from_millis(max - min).mul_f64(random)) / 2
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The way from a process to the service and back.
struct Line {
    service: Arc<Service>,
    process: usize,
    sent: AtomicU32,
}

impl Transport for Line {
    fn send(&self, _: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async {
            let service = &self.service;
            if self.sent.fetch_add(1, Ordering::Relaxed) < CONNECTIONS {
                service.clock.sleep(Duration::from_millis(service.load.connecting)).await;
            }
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
    Throttled,
    Other(String),
}

error_codes!(Code { Throttled: CodeFacts::new("RequestLimitExceeded", ErrorKind::Throttled) });

#[derive(Clone, Debug, Serialize)]
struct Ask {}

#[derive(Debug, Deserialize)]
struct AskResponse {}

impl Action for Ask {
    type Product = Busy;
    type Response = AskResponse;

    const NAME: &'static str = "Ask";
    const RATE_LIMIT: RateLimit = RateLimit::per_second(20);
    const REPEATABLE: bool = false;
}
