//! The clients that are connected: so many at most, and those that say nothing make room.

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::task::{AbortHandle, Id, JoinSet};

/// How many clients are connected at a time. Systems give a program 1,024 descriptors unless told otherwise, and an emulator
/// in a test has to leave some to the clients beside it.
const MOST: usize = 900;

/// The clients that are connected.
#[derive(Default)]
pub(crate) struct Connections {
    tasks: JoinSet<()>,
    by_task: HashMap<Id, (AbortHandle, Idleness)>,
    clock: Arc<AtomicU64>,
}

/// Since when a client has asked nothing, half a request included: a count of what the others have done since.
#[derive(Clone)]
pub(crate) struct Idleness {
    clock: Arc<AtomicU64>,
    since: Arc<AtomicU64>,
}

/// Stands for a client that waits for an answer.
const BUSY: u64 = u64::MAX;

impl Idleness {
    pub(crate) fn busy(&self) {
        self.since.store(BUSY, Ordering::Relaxed);
    }

    pub(crate) fn idle(&self) {
        self.since.store(self.clock.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
    }
}

impl Connections {
    /// Serves one more client; the one that has been idle the longest makes room if there are too many.
    pub(crate) fn spawn<F>(&mut self, serve: impl FnOnce(Idleness) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        if self.by_task.len() >= MOST {
            self.end_the_idlest();
        }
        let idleness = Idleness { clock: Arc::clone(&self.clock), since: Arc::default() };
        idleness.idle();
        let handle = self.tasks.spawn(serve(idleness.clone()));
        self.by_task.insert(handle.id(), (handle, idleness));
    }

    /// Forgets a client that has gone; waits for one if there is none.
    pub(crate) async fn ended(&mut self) {
        match self.tasks.join_next_with_id().await {
            Some(Ok((id, ()))) => drop(self.by_task.remove(&id)),
            Some(Err(error)) => drop(self.by_task.remove(&error.id())),
            None => std::future::pending().await,
        }
    }

    /// Ends the connection of the client that has been idle the longest; of none if all wait for answers.
    pub(crate) fn end_the_idlest(&mut self) {
        let since = |(_, (_, idleness)): &(&Id, &(AbortHandle, Idleness))| idleness.since.load(Ordering::Relaxed);
        let idlest = self.by_task.iter().min_by_key(since).filter(|entry| since(entry) != BUSY).map(|(id, _)| *id);
        if let Some((handle, _)) = idlest.and_then(|id| self.by_task.remove(&id)) {
            handle.abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tokio::sync::oneshot;

    use super::*;

    /// Serves clients that ask nothing and never go, and says which have been ended.
    #[derive(Default)]
    struct Clients {
        connections: Connections,
        idleness: Vec<Idleness>,
        ended: Vec<oneshot::Receiver<()>>,
    }

    impl Clients {
        fn connect(&mut self) {
            let (until_dropped, ended) = oneshot::channel::<()>();
            let idleness = Mutex::new(None);
            self.connections.spawn(|own| {
                *idleness.lock().unwrap() = Some(own);
                async move {
                    let _held = until_dropped;
                    std::future::pending::<()>().await;
                }
            });
            self.idleness.extend(idleness.into_inner().unwrap());
            self.ended.push(ended);
        }

        /// The numbers of the clients that have been ended, once the runtime has come to that.
        async fn ended(&mut self) -> Vec<usize> {
            // The runtime runs some dozens of tasks between two turns of this one.
            for _ in 0..MOST {
                tokio::task::yield_now().await;
            }
            let ended = self.ended.iter_mut().enumerate();
            ended
                .filter_map(|(number, ended)| {
                    (ended.try_recv() == Err(oneshot::error::TryRecvError::Closed)).then_some(number)
                })
                .collect()
        }
    }

    #[tokio::test]
    async fn one_client_too_many_ends_the_one_that_was_idle_the_longest() {
        let mut clients = Clients::default();
        (0..MOST).for_each(|_| clients.connect());
        assert_eq!(clients.ended().await, [0; 0]);
        clients.idleness[0].idle();
        clients.idleness[1].busy();
        clients.connect();
        assert_eq!(clients.ended().await, [2]);
        assert_eq!(clients.connections.by_task.len(), MOST);
    }

    #[tokio::test]
    async fn who_waits_for_an_answer_is_not_ended() {
        let mut clients = Clients::default();
        (0..3).for_each(|_| clients.connect());
        clients.idleness.iter().for_each(Idleness::busy);
        clients.connections.end_the_idlest();
        assert_eq!(clients.ended().await, [0; 0]);
        clients.idleness[2].idle();
        clients.connections.end_the_idlest();
        assert_eq!(clients.ended().await, [2]);
    }

    #[tokio::test]
    async fn who_has_gone_is_forgotten() {
        let mut connections = Connections::default();
        connections.spawn(|_| async {});
        connections.ended().await;
        assert!(connections.by_task.is_empty());
    }
}
