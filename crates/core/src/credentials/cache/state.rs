//! Stores the cached credentials, the refreshes that are running, and how the last one failed.

use std::sync::Arc;
use std::time::SystemTime;

use tokio::runtime::Id;

use super::wait::Refresh;
use crate::credentials::Credentials;
use crate::credentials::freshness::{CachedEntry, Freshness, MIN_PAUSE, is_within};
use crate::error::Error;

#[derive(Default)]
pub(super) struct State {
    pub(super) entry: Option<CachedEntry>,
    /// Number of refreshes that have succeeded. The entry is the result of the last one.
    pub(super) successes: u64,
    /// The last refresh, if it brought no new credentials: it failed, or returned rejected ones.
    fruitless: Option<FruitlessRefresh>,
    /// The refreshes that are running: at most one for each runtime.
    pub(super) refreshes: Vec<Arc<Refresh>>,
}

struct FruitlessRefresh {
    /// `None` if it returned the credentials that had been rejected.
    error: Option<Arc<Error>>,
    at: SystemTime,
}

impl State {
    /// The refresh that is running on a runtime.
    pub(super) fn refresh_of(&self, runtime: Option<Id>) -> Option<&Arc<Refresh>> {
        self.refreshes.iter().find(|refresh| refresh.runtime == runtime)
    }

    /// Adds a refresh. Returns it, and those for which no call waits any more: their runtimes may
    /// be gone.
    pub(super) fn begin(&mut self, refresh: Refresh) -> (Arc<Refresh>, Vec<Arc<Refresh>>) {
        let abandoned = self.refreshes.extract_if(.., |other| !other.is_awaited()).collect();
        let refresh = Arc::new(refresh);
        self.refreshes.push(Arc::clone(&refresh));
        (refresh, abandoned)
    }

    /// The cached credentials, unless they have expired.
    pub(super) fn usable(&self, now: SystemTime) -> Option<&CachedEntry> {
        self.entry.as_ref().filter(|entry| entry.freshness(now) != Freshness::Expired)
    }

    /// Whether it is too soon after a failed refresh to begin another one.
    pub(super) fn is_paused(&self, now: SystemTime) -> bool {
        let pause = self.usable(now).map_or(MIN_PAUSE, CachedEntry::pause);
        self.fruitless.as_ref().is_some_and(|refresh| is_within(now, refresh.at, pause))
    }

    /// Whether a refresh has completed so recently that another one would return the same.
    pub(super) fn has_just_completed(&self, now: SystemTime) -> bool {
        let succeeded_at = self.entry.as_ref().map(CachedEntry::obtained_at);
        let fruitless_at = self.fruitless.as_ref().map(|refresh| refresh.at);
        [succeeded_at, fruitless_at].into_iter().flatten().any(|then| is_within(now, then, MIN_PAUSE))
    }

    /// Stores the result of a refresh. Returns the refreshes that are over: this one, and if it has
    /// succeeded, all others.
    pub(super) fn complete(
        &mut self,
        refresh: &Arc<Refresh>,
        result: Result<Credentials, Arc<Error>>,
        now: SystemTime,
    ) -> Vec<Arc<Refresh>> {
        let Some(index) = self.refreshes.iter().position(|other| Arc::ptr_eq(other, refresh)) else {
            // The refresh of another runtime has succeeded before, and has ended this one.
            return Vec::new();
        };
        match result {
            Ok(credentials) => {
                let rejected = self.entry.as_ref().filter(|entry| entry.rejected);
                let is_rejected = rejected.is_some_and(|entry| entry.credentials.same_as(&credentials));
                self.entry = Some(CachedEntry::new(credentials, now));
                self.successes += 1;
                self.fruitless = is_rejected.then_some(FruitlessRefresh { error: None, at: now });
                std::mem::take(&mut self.refreshes)
            }
            Err(error) => {
                self.fruitless = Some(FruitlessRefresh { error: Some(error), at: now });
                vec![self.refreshes.swap_remove(index)]
            }
        }
    }

    /// The error of the last refresh.
    pub(super) fn failure(&self) -> Error {
        match self.fruitless.as_ref().and_then(|refresh| refresh.error.as_ref()) {
            Some(error) => error.copy(),
            // Cannot happen: this is called within `MIN_PAUSE` of the last refresh, when no
            // credentials are usable. If that refresh had returned the rejected ones, they would be
            // stored as new ones, which are usable for at least that long.
            None => Error::credentials("the provider has stopped without a response"),
        }
    }
}
