//! Keeps idle connections open, separately for each runtime.

use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::Duration;

use tokio::runtime::Id;
use tokio::time::Instant;

use super::connect::Destination;
use super::connection::Connection;

/// How long an idle connection is kept. 50 s: the service closes an idle connection after 60 s, and
/// if it does so while a request is on its way, the request may have arrived.
const IDLE_TIMEOUT: Duration = Duration::from_secs(50);
/// Maximum number of idle connections of a runtime. 64: more than calls within the default rate
/// limits need at once.
const MAX_IDLE: usize = 64;
/// Maximum number of runtimes with connections, besides the first one. 16: programs have one or two
/// runtimes, and test runners one for each thread.
const MAX_OTHER_RUNTIMES: usize = 16;

/// Idle connections, one pool for each runtime.
///
/// A connection belongs to the runtime that opened it, and makes no progress while that runtime is
/// not running. A call of another runtime that used the connection would time out.
#[derive(Default)]
pub(super) struct Pools {
    /// The pool of the first runtime that calls.
    first: OnceLock<(Id, Arc<Pool>)>,
    /// The pools of other runtimes, the oldest first.
    others: Mutex<Vec<(Id, Arc<Pool>)>>,
}

impl Pools {
    /// The pool of a runtime.
    pub(super) fn of(&self, runtime: Id) -> Arc<Pool> {
        let (first, pool) = self.first.get_or_init(|| (runtime, Arc::default()));
        if *first == runtime {
            return Arc::clone(pool);
        }
        // Each change of the list is a single step, so a thread that panicked has left it
        // consistent.
        let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, pool)) = others.iter().find(|(id, _)| *id == runtime) {
            return Arc::clone(pool);
        }
        if others.len() >= MAX_OTHER_RUNTIMES {
            others.remove(0);
        }
        let pool = Arc::default();
        others.push((runtime, Arc::clone(&pool)));
        pool
    }
}

/// The idle connections of one runtime.
#[derive(Default)]
pub(super) struct Pool(Mutex<Idle>);

#[derive(Default)]
struct Idle {
    /// The connections, the most recently used last.
    connections: Vec<(Destination, Instant, Connection)>,
    /// Whether a task closes connections that were idle for too long.
    is_swept: bool,
}

impl Pool {
    /// Takes the most recently used connection to a destination out of the pool. One that cannot be
    /// used again is closed.
    pub(super) fn take(&self, destination: &Destination) -> Option<Connection> {
        loop {
            // The lock is released before the connection is checked or dropped.
            let (since, connection) = self.take_any(destination)?;
            if since.elapsed() < IDLE_TIMEOUT && connection.is_reusable() {
                return Some(connection);
            }
        }
    }

    fn take_any(&self, destination: &Destination) -> Option<(Instant, Connection)> {
        let connections = &mut self.lock().connections;
        let index = connections.iter().rposition(|(own, ..)| own == destination)?;
        let (_, since, connection) = connections.remove(index);
        Some((since, connection))
    }

    /// Adds a connection, if another request can be sent over it.
    pub(super) fn put(self: &Arc<Self>, destination: Destination, connection: Connection) {
        if !connection.is_reusable() {
            return;
        }
        let mut idle = self.lock();
        let oldest = (idle.connections.len() >= MAX_IDLE).then(|| idle.connections.remove(0));
        idle.connections.push((destination, now(), connection));
        if !idle.is_swept {
            idle.is_swept = true;
            tokio::spawn(sweep(Arc::downgrade(self)));
        }
        drop(idle);
        drop(oldest);
    }

    /// Closes connections that were idle for too long. Returns whether there are others.
    fn close_expired(&self) -> bool {
        let mut idle = self.lock();
        let (kept, expired) =
            std::mem::take(&mut idle.connections).into_iter().partition(|(_, since, _)| since.elapsed() < IDLE_TIMEOUT);
        idle.connections = kept;
        idle.is_swept = !idle.connections.is_empty();
        let is_swept = idle.is_swept;
        drop(idle);
        drop::<Vec<_>>(expired);
        is_swept
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Idle> {
        // Each change is a single step, so a thread that panicked has left the list consistent.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Closes the connections of a pool that were idle for too long, until there are none.
async fn sweep(pool: Weak<Pool>) {
    loop {
        wait(IDLE_TIMEOUT).await;
        if !pool.upgrade().is_some_and(|pool| pool.close_expired()) {
            return;
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a transport has no clock: it is replaced as a whole in tests")]
fn now() -> Instant {
    Instant::now()
}

#[expect(clippy::disallowed_methods, reason = "a transport has no clock: it is replaced as a whole in tests")]
async fn wait(duration: Duration) {
    tokio::time::sleep(duration).await;
}
