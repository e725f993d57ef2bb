//! Turns a request into a response: verify, route, limit, check, perform.
//!
//! The first check that fails decides the code. The order is that of a gateway in front of a
//! product: method, path and size; signature; content type; action and version; requests per
//! second; parameters; then what the product checks: the size of the batch, each target, and the
//! daily quota. A refused request counts for the rate limit at most.

mod process;
mod protocol;
pub(crate) mod report;
mod respond;
mod route;

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use tokio::sync::broadcast;

pub(crate) use self::respond::ServiceResponse;
use crate::actions::State;
use crate::credential::Credential;
use crate::fault::Faults;
use crate::limits::{Limit, Rates, Usage};
use crate::memory_budget::{self, MemoryBudget};
use crate::state::{JournalThread, Received, Recent, Task, Tasks, Zone, Zones};
use crate::sync::lock;
use crate::time;
use crate::verify::VerifyOptions;

/// Maximum number of received requests that are kept. 1,000: more than a test looks at.
const MAX_RECEIVED: usize = 1_000;

/// Maximum size of the received requests that are kept, in bytes. 32 MiB: at least 15 with the
/// largest bodies that are kept.
const MAX_RECEIVED_BYTES: usize = 32 << 20;

/// Maximum number of events that a watcher may lag behind; it misses the older ones. 256: a few
/// seconds of requests at the documented rates.
const MAX_LAG: usize = 256;

/// The source of the time.
pub(crate) type Clock = Box<dyn Fn() -> SystemTime + Send + Sync>;

/// Called with every request, before its response is sent.
pub(crate) type Observer = Box<dyn Fn(&Received) + Send + Sync>;

/// The configuration of a service.
pub(crate) struct ServiceConfig {
    /// The accepted credentials; the default one if there are none.
    pub(crate) credentials: Vec<Credential>,
    pub(crate) verify_options: VerifyOptions,
    pub(crate) clock: Clock,
    pub(crate) observer: Option<Observer>,
    pub(crate) purge_duration: Duration,
    pub(crate) history_delay: Duration,
    pub(crate) requests_per_second: Limit,
    pub(crate) per_request: Limit,
    pub(crate) per_day: Limit,
    pub(crate) journal: Option<JournalThread>,
    pub(crate) memory: Arc<MemoryBudget>,
    /// The tasks to begin with, the oldest first.
    pub(crate) tasks: Vec<Task>,
    /// The zones. `None` for some to begin with.
    pub(crate) zones: Option<Vec<Zone>>,
    pub(crate) seed: Option<u64>,
}

/// The service without its sockets. It does no I/O: a journal does its I/O on its own thread.
pub(crate) struct Service {
    credentials: Vec<Credential>,
    verify_options: VerifyOptions,
    clock: Clock,
    /// How far the clock was advanced.
    advanced: Mutex<Duration>,
    observer: Option<Observer>,
    /// Sends every request to the watchers, as JSON.
    events: broadcast::Sender<Arc<str>>,
    faults: Faults,
    rates: Mutex<Rates>,
    state: Mutex<State>,
    journal: Option<JournalThread>,
    received: Mutex<Recent<Received>>,
    memory: Arc<MemoryBudget>,
}

impl Service {
    pub(crate) fn new(config: ServiceConfig) -> Self {
        let ServiceConfig { mut credentials, clock, seed, per_request, per_day, .. } = config;
        if credentials.is_empty() {
            credentials.push(Credential::default());
        }
        let tasks = Tasks::new(config.purge_duration, config.history_delay, config.tasks);
        let state = State::new(seed, tasks, Zones::new(config.zones), [per_request, per_day], clock());
        Self {
            credentials,
            verify_options: config.verify_options,
            clock,
            advanced: Mutex::default(),
            observer: config.observer,
            events: broadcast::Sender::new(MAX_LAG),
            faults: Faults::default(),
            rates: Mutex::new(Rates::new(config.requests_per_second)),
            state: Mutex::new(state),
            journal: config.journal,
            received: Mutex::new(Recent::new(MAX_RECEIVED, MAX_RECEIVED_BYTES)),
            memory: config.memory,
        }
    }

    /// The time, by the service's clock. It stops at the latest time that can be written.
    pub(crate) fn now(&self) -> SystemTime {
        let latest = time::latest();
        (self.clock)().checked_add(*lock(&self.advanced)).map_or(latest, |now| now.min(latest))
    }

    /// Advances the clock.
    pub(crate) fn advance(&self, duration: Duration) {
        let mut advanced = lock(&self.advanced);
        *advanced = advanced.saturating_add(duration);
    }

    /// Whether the clock would show a time that can be written if it were moved by these seconds.
    pub(crate) fn can_move_clock(&self, seconds: i64) -> bool {
        time::moved(self.now(), seconds).is_some()
    }

    /// The memory budget for bodies.
    pub(crate) fn memory(&self) -> &Arc<MemoryBudget> {
        &self.memory
    }

    pub(crate) fn faults(&self) -> &Faults {
        &self.faults
    }

    /// The latest requests, the oldest first.
    pub(crate) fn received(&self) -> Vec<Received> {
        lock(&self.received).iter().cloned().collect()
    }

    /// Reads the latest requests without copying them.
    pub(crate) fn read_received<T>(&self, read: impl FnOnce(&Recent<Received>) -> T) -> T {
        read(&lock(&self.received))
    }

    pub(crate) fn clear_received(&self) {
        lock(&self.received).clear();
    }

    /// Receives every request from now on, as JSON, when it gets its response.
    pub(crate) fn watch(&self) -> broadcast::Receiver<Arc<str>> {
        self.events.subscribe()
    }

    /// The latest tasks, the latest first.
    pub(crate) fn tasks(&self) -> Vec<Task> {
        lock(&self.state).tasks.latest().cloned().collect()
    }

    /// Reads the latest tasks without copying them.
    pub(crate) fn read_tasks<T>(&self, read: impl FnOnce(&Tasks) -> T) -> T {
        read(&lock(&self.state).tasks)
    }

    /// The zones, in the order in which they were added.
    pub(crate) fn zones(&self) -> Vec<Zone> {
        lock(&self.state).zones.iter().map(|(zone, _)| zone.clone()).collect()
    }

    /// Replaces the zones.
    pub(crate) fn set_zones(&self, zones: Vec<Zone>) -> io::Result<()> {
        Zones::check(&zones)?;
        lock(&self.state).zones.set(zones);
        Ok(())
    }

    /// How long a new task takes, and how long the history does not list it.
    pub(crate) fn durations(&self) -> [Duration; 2] {
        let tasks = &lock(&self.state).tasks;
        [tasks.duration, tasks.history_delay]
    }

    /// Sets what [`durations`](Self::durations) returns, for later tasks.
    pub(crate) fn set_durations(&self, [duration, history_delay]: [Duration; 2]) {
        let tasks = &mut lock(&self.state).tasks;
        (tasks.duration, tasks.history_delay) = (duration, history_delay);
    }

    /// The usage of rates and quotas.
    pub(crate) fn usage(&self) -> Vec<Usage> {
        let now = self.now();
        let mut usage = lock(&self.rates).usage(now);
        usage.extend(lock(&self.state).quotas.usage(now));
        usage
    }
}

impl Default for ServiceConfig {
    #[expect(clippy::disallowed_methods, reason = "the clock that is passed to all other code")]
    fn default() -> Self {
        Self {
            credentials: Vec::new(),
            verify_options: VerifyOptions::default(),
            clock: Box::new(SystemTime::now),
            observer: None,
            purge_duration: Duration::ZERO,
            history_delay: Duration::ZERO,
            requests_per_second: Limit::default(),
            per_request: Limit::default(),
            per_day: Limit::default(),
            journal: None,
            memory: MemoryBudget::new(memory_budget::MAX_BYTES),
            tasks: Vec::new(),
            zones: None,
            seed: None,
        }
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").field("credentials", &self.credentials).finish_non_exhaustive()
    }
}
