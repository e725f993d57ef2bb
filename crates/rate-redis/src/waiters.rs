//! Queues the calls that wait for a permit of one lane, in the order in which they came.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, oneshot};

use crate::grant::Grant;

/// The waiters of a lane. Callers wait on their own runtimes; the lane serves them on its own.
#[derive(Default)]
pub(crate) struct Waiters {
    queue: Mutex<Queue>,
    /// Notifies the lane of a waiter in an empty queue.
    arrived: Notify,
}

#[derive(Default)]
struct Queue {
    waiting: BTreeMap<Ticket, Waiter>,
    next_ticket: u64,
}

/// A position in the queue. A caller keeps it until it has a permit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ticket(u64);

struct Waiter {
    limit: u32,
    grant: oneshot::Sender<Grant>,
}

/// Removes a waiter that is dropped from the queue.
struct Leave<'a>(&'a Waiters, Ticket);

impl Waiters {
    /// Draws the next ticket.
    pub(crate) fn ticket(&self) -> Ticket {
        let mut queue = self.queue();
        queue.next_ticket += 1;
        Ticket(queue.next_ticket)
    }

    /// Waits until the lane serves this ticket; `None` if the lane has ended.
    pub(crate) async fn wait(&self, ticket: Ticket, limit: u32) -> Option<Grant> {
        let (sender, receiver) = oneshot::channel();
        self.queue().waiting.insert(ticket, Waiter { limit, grant: sender });
        self.arrived.notify_one();
        let _leave = Leave(self, ticket);
        receiver.await.ok()
    }

    /// Waits for a waiter, and returns the limit of the first one.
    pub(crate) async fn first_limit(&self) -> u32 {
        loop {
            let first = self.queue().waiting.first_key_value().map(|(_, waiter)| waiter.limit);
            match first {
                Some(limit) => return limit,
                None => self.arrived.notified().await,
            }
        }
    }

    /// Hands a grant to the first waiter, or returns it if no call waits.
    pub(crate) fn hand_out(&self, mut grant: Grant) -> Option<Grant> {
        loop {
            let Some((_, waiter)) = self.queue().waiting.pop_first() else { return Some(grant) };
            // A waiter that was dropped a moment ago does not take it.
            match waiter.grant.send(grant) {
                Ok(()) => return None,
                Err(refused) => grant = refused,
            }
        }
    }

    /// Whether there is no waiter.
    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        self.queue().waiting.is_empty()
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        // The queue is changed in single steps, so it is consistent even after a panic.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        let waiter = self.0.queue().waiting.remove(&self.1);
        drop(waiter);
    }
}
