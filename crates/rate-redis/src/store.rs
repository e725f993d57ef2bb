//! Keeps a connection to the store, and notices when it fails and when it is back.

use std::error::Error as StdError;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, RedisError, RedisResult};
use tencentcloud_core::BoxFuture;
use tokio::sync::watch;

use crate::random::random;
use crate::script::{Booking, RateScript, Report};

/// Time limit of a command, and of opening a connection. 500 ms: a store in the same region
/// responds in a few milliseconds, and a waiter is not delayed for longer by one that hangs.
const TIMEOUT: Duration = Duration::from_millis(500);
/// First and longest pause between two attempts to open a connection. 500 ms: less than a window,
/// so that all processes are back when a store that has lost the lanes issues its first slot.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const MAX_PAUSE: Duration = Duration::from_millis(500);

/// What books the slots of a fleet: the store, or a model of it in tests.
pub(crate) trait BookSlots: Send + Sync + 'static {
    /// Books the next slot of a lane; `None` while the store fails. `returning` says that this
    /// process has limited itself until now.
    fn book<'a>(&'a self, lane: &'a str, limit: u32, returning: bool) -> BoxFuture<'a, Option<Booking>>;

    /// Reports the outcome of a request. A report is lost while the store fails.
    fn report<'a>(&'a self, lane: &'a str, report: Report) -> BoxFuture<'a, ()>;
}

/// A store, as one process sees it.
pub(crate) struct RedisStore {
    client: Client,
    script: RateScript,
    connection: watch::Sender<Connection>,
    /// Number of connections that were opened.
    opened: AtomicU64,
    /// Whether a failure was logged since the last slot.
    failing: AtomicBool,
    /// Number of processes of the fleet, for the log.
    processes: u32,
}

#[derive(Clone)]
enum Connection {
    Opening,
    /// The number distinguishes this connection from later ones.
    Open(u64, MultiplexedConnection),
    Failed,
}

impl RedisStore {
    pub(crate) fn new(client: Client, processes: u32) -> Self {
        let connection = watch::Sender::new(Connection::Opening);
        let (opened, failing) = (AtomicU64::new(0), AtomicBool::new(false));
        Self { client, script: RateScript::new(), connection, opened, failing, processes }
    }

    /// Opens a connection, and again whenever the store has failed, until the future is dropped.
    pub(crate) async fn stay_connected(self: Arc<Self>) {
        let mut pause = FIRST_PAUSE;
        loop {
            match self.open().await {
                Ok(()) => {
                    let mut changes = self.connection.subscribe();
                    // The sender is part of `self`, so there is no other end.
                    let _ = changes.wait_for(|connection| matches!(connection, Connection::Failed)).await;
                }
                Err(error) => self.failed(None, &error),
            }
            // A connection that opens, and then fails, is a failure, too: so the pause is reset by
            // the first slot.
            pause = if self.failing.load(Ordering::Relaxed) { (pause * 2).min(MAX_PAUSE) } else { FIRST_PAUSE };
            tokio::time::sleep(pause.mul_f64(0.5 + random() / 2.0)).await;
        }
    }

    /// Opens a connection, and uses it from now on.
    async fn open(&self) -> RedisResult<()> {
        let settings =
            AsyncConnectionConfig::new().set_connection_timeout(Some(TIMEOUT)).set_response_timeout(Some(TIMEOUT));
        let connection = self.client.get_multiplexed_async_connection_with_config(&settings).await?;
        let number = self.opened.fetch_add(1, Ordering::Relaxed);
        self.connection.send_replace(Connection::Open(number, connection));
        Ok(())
    }

    /// Returns the open connection, after the first one was opened or has failed.
    async fn connection(&self) -> Option<(u64, MultiplexedConnection)> {
        let mut changes = self.connection.subscribe();
        let connection = changes.wait_for(|connection| !matches!(connection, Connection::Opening)).await.ok()?;
        match &*connection {
            Connection::Open(number, connection) => Some((*number, connection.clone())),
            Connection::Opening | Connection::Failed => None,
        }
    }

    /// Records that the store fails, and logs it once. `number` is that of the connection.
    fn failed(&self, number: Option<u64>, error: &RedisError) {
        self.connection.send_if_modified(|connection| {
            // Another command has noticed the failure of an earlier connection.
            let is_later =
                matches!((&*connection, number), (Connection::Open(open, _), Some(number)) if *open != number);
            if !is_later {
                *connection = Connection::Failed;
            }
            !is_later
        });
        if !self.failing.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                error = error as &dyn StdError,
                "the store of the rate limits fails, so this process uses 1/{} of each rate until it is back; \
                 help: check that the store runs, and that this machine reaches it",
                self.processes
            );
        }
    }

    fn works(&self) {
        if self.failing.swap(false, Ordering::Relaxed) {
            tracing::info!("the store of the rate limits is back");
        }
    }
}

impl BookSlots for RedisStore {
    fn book<'a>(&'a self, lane: &'a str, limit: u32, returning: bool) -> BoxFuture<'a, Option<Booking>> {
        Box::pin(async move {
            let (mut number, mut connection) = self.connection().await?;
            let mut outcome = self.script.book(&mut connection, lane, limit, returning).await;
            // Servers and networks close a connection that was idle for long. That is not a
            // failure if another one can be opened.
            if outcome.as_ref().is_err_and(RedisError::is_connection_dropped) && self.open().await.is_ok() {
                (number, connection) = self.connection().await?;
                outcome = self.script.book(&mut connection, lane, limit, returning).await;
            }
            match outcome {
                Ok(booking) => {
                    self.works();
                    Some(booking)
                }
                Err(error) => {
                    self.failed(Some(number), &error);
                    None
                }
            }
        })
    }

    fn report<'a>(&'a self, lane: &'a str, report: Report) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let Some((number, mut connection)) = self.connection().await else { return };
            if let Err(error) = self.script.report(&mut connection, lane, report).await {
                self.failed(Some(number), &error);
            }
        })
    }
}
