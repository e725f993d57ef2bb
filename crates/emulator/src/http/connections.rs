//! Limits the number of connected clients: a new one replaces the one that has been idle longest.

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::task::{AbortHandle, Id, JoinSet};

/// Maximum number of connected clients. 900: by default, systems give a process 1,024 file
/// descriptors, and an emulator in a test leaves some to the clients in the same process.
const MAX_CLIENTS: usize = 900;

/// The connected clients.
#[derive(Default)]
pub(super) struct Connections {
    tasks: JoinSet<()>,
    clients: HashMap<Id, Client>,
    idle_counter: Arc<AtomicU64>,
}

struct Client {
    task: AbortHandle,
    activity: Activity,
}

/// When a client became idle, as a count. A client is busy while it waits for a response; a client
/// that has sent half a request is idle.
#[derive(Clone)]
pub(super) struct Activity {
    /// The number of times that any client has become idle.
    idle_counter: Arc<AtomicU64>,
    /// That number when this client became idle, or [`BUSY`].
    idle_since: Arc<AtomicU64>,
}

/// Later than any count: a busy client is never the longest idle one.
const BUSY: u64 = u64::MAX;

impl Activity {
    pub(super) fn set_busy(&self) {
        self.idle_since.store(BUSY, Ordering::Relaxed);
    }

    pub(super) fn set_idle(&self) {
        self.idle_since.store(self.idle_counter.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
    }

    fn idle_since(&self) -> u64 {
        self.idle_since.load(Ordering::Relaxed)
    }
}

impl Connections {
    /// Serves another client. If there are too many, the longest idle one is disconnected.
    pub(super) fn spawn<F>(&mut self, serve: impl FnOnce(Activity) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        if self.clients.len() >= MAX_CLIENTS {
            self.disconnect_longest_idle();
        }
        let activity = Activity { idle_counter: Arc::clone(&self.idle_counter), idle_since: Arc::default() };
        activity.set_idle();
        let task = self.tasks.spawn(serve(activity.clone()));
        self.clients.insert(task.id(), Client { task, activity });
    }

    /// Waits until a client has disconnected, and removes it.
    pub(super) async fn remove_disconnected(&mut self) {
        match self.tasks.join_next_with_id().await {
            Some(Ok((id, ()))) => drop(self.clients.remove(&id)),
            Some(Err(error)) => drop(self.clients.remove(&error.id())),
            None => std::future::pending().await,
        }
    }

    /// Disconnects the client that has been idle longest. Does nothing if all clients are busy.
    pub(super) fn disconnect_longest_idle(&mut self) {
        let idle_since = |(_, client): &(&Id, &Client)| client.activity.idle_since();
        let longest = self.clients.iter().min_by_key(idle_since).filter(|entry| idle_since(entry) != BUSY);
        let id = longest.map(|(id, _)| *id);
        if let Some(client) = id.and_then(|id| self.clients.remove(&id)) {
            client.task.abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tokio::sync::oneshot;

    use super::*;

    /// Clients that send nothing and never disconnect. Knows which have been disconnected.
    #[derive(Default)]
    struct Clients {
        connections: Connections,
        activities: Vec<Activity>,
        disconnected: Vec<oneshot::Receiver<()>>,
    }

    impl Clients {
        fn connect(&mut self) {
            let (until_dropped, disconnected) = oneshot::channel::<()>();
            let activity = Mutex::new(None);
            self.connections.spawn(|own| {
                *activity.lock().unwrap() = Some(own);
                async move {
                    let _until_dropped = until_dropped;
                    std::future::pending::<()>().await;
                }
            });
            self.activities.extend(activity.into_inner().unwrap());
            self.disconnected.push(disconnected);
        }

        /// The numbers of the disconnected clients.
        async fn disconnected(&mut self) -> Vec<usize> {
            // The runtime polls some dozens of other tasks each time that this one yields.
            for _ in 0..MAX_CLIENTS {
                tokio::task::yield_now().await;
            }
            let is_closed =
                |receiver: &mut oneshot::Receiver<()>| receiver.try_recv() == Err(oneshot::error::TryRecvError::Closed);
            let receivers = self.disconnected.iter_mut().enumerate();
            receivers.filter_map(|(number, receiver)| is_closed(receiver).then_some(number)).collect()
        }
    }

    #[tokio::test]
    async fn one_client_too_many_replaces_the_longest_idle_one() {
        let mut clients = Clients::default();
        (0..MAX_CLIENTS).for_each(|_| clients.connect());
        assert_eq!(clients.disconnected().await, [0; 0]);
        clients.activities[0].set_idle();
        clients.activities[1].set_busy();
        clients.connect();
        assert_eq!(clients.disconnected().await, [2]);
        assert_eq!(clients.connections.clients.len(), MAX_CLIENTS);
    }

    #[tokio::test]
    async fn a_busy_client_is_not_disconnected() {
        let mut clients = Clients::default();
        (0..3).for_each(|_| clients.connect());
        clients.activities.iter().for_each(Activity::set_busy);
        clients.connections.disconnect_longest_idle();
        assert_eq!(clients.disconnected().await, [0; 0]);
        clients.activities[2].set_idle();
        clients.connections.disconnect_longest_idle();
        assert_eq!(clients.disconnected().await, [2]);
    }

    #[tokio::test]
    async fn a_disconnected_client_is_removed() {
        let mut connections = Connections::default();
        connections.spawn(|_| async {});
        connections.remove_disconnected().await;
        assert!(connections.clients.is_empty());
    }
}
