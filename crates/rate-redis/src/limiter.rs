//! Issues permits from a store that several machines share.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use redis::Client;
use tencentcloud_core::limiter::{Permit, PermitRequest, RateLimiter};
use tencentcloud_core::{BoxFuture, Error};
use tokio::runtime::{self, Handle};
use tokio::sync::oneshot;

use crate::error::OpenError;
use crate::lane::Lane;
use crate::store::{BookSlots, RedisStore};
use crate::waiters::Waiters;

/// Shares the rate limits of an account with all processes that use the same store and the same
/// label.
///
/// Create one for a process, and give it to the configuration. Several configurations of one
/// account can share it through an [`Arc`].
///
/// ```no_run
/// use tencentcloud_core::{Config, Credentials};
/// use tencentcloud_rate_redis::RedisLimiter;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let limiter = RedisLimiter::open("redis://10.0.0.5/", "production", 8)?;
/// let config = Config::builder()
///     .credentials(Credentials::new("AKIDexample", "example-key")?)
///     .rate_limiter(limiter)
///     .build()?;
/// # Ok(())
/// # }
/// ```
///
/// The limiter has a thread of its own, which owns the connection. It ends when the limiter is
/// dropped.
pub struct RedisLimiter {
    label: Box<str>,
    processes: u32,
    store: Arc<dyn BookSlots>,
    runtime: Handle,
    lanes: Mutex<BTreeMap<Arc<str>, Arc<Waiters>>>,
    /// The thread ends when this is dropped.
    _thread: oneshot::Sender<()>,
}

impl RedisLimiter {
    /// Creates a limiter for one process. The connection is opened in the background.
    ///
    /// - `url` is the address of the store: `redis://[user:password@]host[:port][/database]`, or
    ///   `redis+unix:///path`.
    /// - `account_label` names the account in the store: letters, digits and `-_.`. All processes
    ///   that share the account give the same label.
    /// - `processes` is the number of processes that share the account. It is used while the store
    ///   fails: each process then uses its part of each rate.
    ///
    /// # Errors
    ///
    /// If an argument is invalid, or the thread of the limiter cannot be started. A store that
    /// cannot be reached is not an error: the process limits itself until the store is there.
    pub fn open(url: &str, account_label: &str, processes: u32) -> Result<Self, OpenError> {
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if account_label.is_empty() || !account_label.chars().all(is_allowed) {
            return Err(OpenError::label());
        }
        if processes == 0 {
            return Err(OpenError::processes());
        }
        let client = Client::open(url).map_err(|error| OpenError::url(&error))?;
        let store = Arc::new(RedisStore::new(client, processes));
        let runtime = runtime::Builder::new_current_thread().enable_all().build().map_err(OpenError::thread)?;
        let handle = runtime.handle().clone();
        let (thread, ended) = oneshot::channel::<()>();
        let connecting = Arc::clone(&store).stay_connected();
        let work = move || {
            runtime.spawn(connecting);
            // The sender sends nothing: this ends when the limiter is dropped.
            let _ = runtime.block_on(ended);
        };
        thread::Builder::new().name("tencentcloud-rate-redis".to_owned()).spawn(work).map_err(OpenError::thread)?;
        Ok(Self {
            label: account_label.into(),
            processes,
            store,
            runtime: handle,
            lanes: Mutex::default(),
            _thread: thread,
        })
    }

    /// Returns the waiters of an action. The first request of an action starts its lane.
    fn waiters(&self, request: &PermitRequest<'_>) -> Arc<Waiters> {
        let key = format!("tencentcloud-rate:{}:{}:{}", self.label, request.service(), request.action());
        // The map is changed in single steps, so it is consistent even after a panic.
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(waiters) = lanes.get(&*key) {
            return Arc::clone(waiters);
        }
        let (key, waiters) = (Arc::<str>::from(key), Arc::new(Waiters::default()));
        lanes.insert(Arc::clone(&key), Arc::clone(&waiters));
        let lane = Lane::new(key, Arc::clone(&waiters), Arc::clone(&self.store), self.processes);
        self.runtime.spawn(lane.serve());
        waiters
    }
}

impl RateLimiter for RedisLimiter {
    fn acquire<'a>(&'a self, request: PermitRequest<'a>) -> BoxFuture<'a, Result<Permit<'a>, Error>> {
        Box::pin(async move {
            let waiters = self.waiters(&request);
            let ticket = waiters.ticket();
            loop {
                let Some(grant) = waiters.wait(ticket, request.requests_per_second()).await else {
                    return Err(Error::no_permit("the thread of the shared rate limiter has ended"));
                };
                // A future that was not polled for a while asks again, with its old ticket.
                if grant.is_fresh(Instant::now()) {
                    return Ok(Permit::new(move |outcome| grant.report(outcome, Instant::now())));
                }
                grant.discard();
            }
        })
    }
}

// Without the store, whose address may contain a password.
impl fmt::Debug for RedisLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisLimiter")
            .field("label", &self.label)
            .field("processes", &self.processes)
            .finish_non_exhaustive()
    }
}
