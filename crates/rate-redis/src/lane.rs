//! Serves the calls of one process to one action: books a slot, waits for it, and hands it to the
//! first waiter.
//!
//! A lane has at most one booked slot. So each permit needs one booking; the processes of a fleet
//! take turns, because each books again only when its slot has come; and a waiter that is dropped
//! costs nothing, because the slot is the lane's. While nothing waits, nothing is booked.
//!
//! While the store fails, the lane acquires its permits from a [`LocalLimiter`] that uses the
//! process's part of the rate. The waiters stay in the same queue, so a process never uses both at
//! once.

use std::sync::Arc;
use std::time::Duration;

use tencentcloud_core::limiter::{LocalLimiter, Outcome, PermitRequest, RateLimiter as _};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until};

use crate::clock::RUNTIME_CLOCK;
use crate::grant::{BookedSlot, Grant, Source};
use crate::random::random;
use crate::store::BookSlots;
use crate::waiters::Waiters;

/// The permits of one process for one action.
pub(crate) struct Lane {
    /// Key in the store.
    key: Arc<str>,
    waiters: Arc<Waiters>,
    store: Arc<dyn BookSlots>,
    /// The part of the rate that the process uses while the store fails.
    local: Arc<LocalLimiter>,
    processes: u32,
    /// Whether the store has failed since the latest slot.
    limits_itself: bool,
    /// When the latest permit was issued.
    latest: Option<Instant>,
}

impl Lane {
    pub(crate) fn new(key: Arc<str>, waiters: Arc<Waiters>, store: Arc<dyn BookSlots>, processes: u32) -> Self {
        let local = Arc::new(LocalLimiter::share_of(1, processes));
        Self { key, waiters, store, local, processes, limits_itself: false, latest: None }
    }

    /// Serves waiters until the future is dropped.
    pub(crate) async fn serve(mut self) {
        loop {
            let limit = self.waiters.first_limit().await;
            let grant = match self.booked(limit).await {
                Some(grant) => grant,
                None => self.local(limit).await,
            };
            sleep_until(grant.at.into()).await;
            self.latest = Some(Instant::now());
            if let Some(unused) = self.waiters.hand_out(grant) {
                unused.discard();
            }
        }
    }

    /// Books a slot; `None` while the store fails.
    async fn booked(&mut self, limit: u32) -> Option<Grant> {
        let sent = Instant::now();
        let booking = self.store.book(&self.key, limit, self.limits_itself).await?;
        self.limits_itself = false;
        // The script ran between sending and now. A request that is sent later than its slot is
        // within the limit, and one that is sent earlier may not be.
        let (earliest, at) = (sent + booking.wait, Instant::now() + booking.wait);
        let booked = BookedSlot {
            store: Arc::clone(&self.store),
            runtime: Handle::current(),
            lane: Arc::clone(&self.key),
            limit,
            slot: booking.slot,
            earliest: earliest.into(),
        };
        Some(Grant { at: at.into(), source: Source::Store(booked) })
    }

    /// Acquires a permit for the process's part of the rate.
    async fn local(&mut self, limit: u32) -> Grant {
        if !self.limits_itself {
            self.limits_itself = true;
            self.pause_before_limiting_itself(limit).await;
        }
        let (local, (ready, is_ready)) = (Arc::clone(&self.local), oneshot::channel());
        let (report, reported) = oneshot::channel();
        // A task of its own, because the permit borrows the limiter and waits for the outcome.
        tokio::spawn(async move {
            let request = PermitRequest::new(&RUNTIME_CLOCK, "", "").with_requests_per_second(limit);
            let permit = local.acquire(request).await;
            let _ = ready.send(());
            let outcome = reported.await.unwrap_or(Outcome::Unknown);
            // This limiter does not fail.
            if let Ok(permit) = permit {
                permit.report(outcome);
            }
        });
        // The task sends before it ends.
        let _ = is_ready.await;
        Grant { at: Instant::now().into(), source: Source::Local(report) }
    }

    /// Continues from the slots of the store at the process's own pace. The pause is random, so
    /// that the processes, which notice a failure together, do not send together.
    async fn pause_before_limiting_itself(&self, limit: u32) {
        let interval = Duration::from_secs(1).mul_f64(f64::from(self.processes) / f64::from(limit.max(1)));
        let pause = interval.mul_f64(0.5 + random());
        sleep_until(self.latest.unwrap_or_else(Instant::now) + pause).await;
    }
}

#[cfg(test)]
mod tests;
