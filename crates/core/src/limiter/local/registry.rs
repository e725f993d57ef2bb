//! Finds or creates the limiter of an action, and removes idle limiters.

use std::cmp::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use super::Limiter;
use crate::limiter::PermitRequest;
use crate::time::Clock;

/// Number of limiters at which idle ones are first removed. 64: a program that calls a few actions
/// with one account has fewer.
const SWEEP_AT: usize = 64;

/// The limiters of all actions: one for each action of each account.
#[derive(Debug, Default)]
pub(super) struct Registry(Mutex<Entries>);

#[derive(Debug)]
struct Entries {
    /// Sorted by key, so that a search needs no owned key.
    sorted: Vec<(Key, Arc<Limiter>)>,
    /// Length at which idle limiters are removed.
    sweep_at: usize,
}

#[derive(Debug)]
struct Key {
    account: Box<str>,
    service: Box<str>,
    action: Box<str>,
}

impl Registry {
    /// Returns the limiter of a request's action and account.
    pub(super) fn limiter(&self, request: &PermitRequest<'_>) -> Arc<Limiter> {
        // The entries are changed in single steps, so they are consistent even after a panic.
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Ok(index) = entries.find(request)
            && let Some((_, limiter)) = entries.sorted.get(index)
        {
            return Arc::clone(limiter);
        }
        if entries.sorted.len() >= entries.sweep_at {
            entries.sweep(request.clock());
        }
        let limiter = Arc::new(Limiter::new(request.clock().now()));
        let (Ok(index) | Err(index)) = entries.find(request);
        entries.sorted.insert(index, (Key::of(request), Arc::clone(&limiter)));
        limiter
    }
}

impl Default for Entries {
    fn default() -> Self {
        Self { sorted: Vec::new(), sweep_at: SWEEP_AT }
    }
}

impl Entries {
    /// Returns the index of a limiter, or the index at which to insert it.
    fn find(&self, request: &PermitRequest<'_>) -> Result<usize, usize> {
        self.sorted.binary_search_by(|(key, _)| key.cmp_parts(request))
    }

    /// Removes the idle limiters, and plans the next sweep for twice the number that remains.
    ///
    /// So there are at most [`SWEEP_AT`] limiters, or twice as many as were in use at the last
    /// sweep. A limiter is idle 1.5 s after its last request, and, if the service throttled it, not
    /// before its rate is full again. A sweep looks at each limiter once, and the next one comes
    /// after at least as many new limiters as remain, so its cost per new limiter is constant.
    fn sweep(&mut self, clock: &dyn Clock) {
        // Each waiter and each permit has a reference to its limiter. No call can get another one
        // meanwhile: it would need the lock.
        self.sorted.retain(|(_, limiter)| Arc::strong_count(limiter) > 1 || !limiter.is_idle(clock));
        self.sweep_at = SWEEP_AT.max(self.sorted.len() * 2);
    }
}

impl Key {
    fn of(request: &PermitRequest<'_>) -> Self {
        let [account, service, action] = [request.account(), request.service(), request.action()].map(Box::from);
        Self { account, service, action }
    }

    fn cmp_parts(&self, request: &PermitRequest<'_>) -> Ordering {
        let parts = (request.account(), request.service(), request.action());
        (&*self.account, &*self.service, &*self.action).cmp(&parts)
    }
}

#[cfg(test)]
#[cfg(feature = "testing")]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::super::LocalLimiter;
    use super::*;
    use crate::limiter::{Outcome, Permit};
    use crate::testing::VirtualClock;

    const THROTTLED: Outcome = Outcome::Throttled { retry_after: None };

    /// A request with this account, service, action and limit.
    type Request<'a> = (&'a str, &'a str, &'a str, u32);

    const PURGE: Request<'_> = ("AKIDfirst", "cdn", "PurgeUrlsCache", 1);

    async fn acquire<'a>(
        limiter: &LocalLimiter,
        clock: &'a VirtualClock,
        (account, service, action, limit): Request<'a>,
    ) -> Permit<'a> {
        let request = PermitRequest::new(clock, service, action).with_account(account).with_requests_per_second(limit);
        limiter.wait_for_permit(request).await
    }

    /// Milliseconds that acquiring these permits takes, one after the other, if each request is
    /// finished at once.
    fn time_of(limiter: &LocalLimiter, permits: &[Request<'_>]) -> u128 {
        let clock = VirtualClock::at_unix(1_000);
        clock.run(async {
            for request in permits {
                acquire(limiter, &clock, *request).await.finish();
            }
        });
        clock.now().duration_since(UNIX_EPOCH + Duration::from_secs(1_000)).unwrap().as_millis()
    }

    fn count(limiter: &LocalLimiter) -> usize {
        limiter.registry.0.lock().unwrap().sorted.len()
    }

    #[test]
    fn each_action_of_each_account_has_its_own_limit() {
        let second_account = ("AKIDsecond", "cdn", "PurgeUrlsCache", 1);
        let other_action = ("AKIDfirst", "cdn", "PurgePathCache", 1);
        let other_service = ("AKIDfirst", "ecdn", "PurgeUrlsCache", 1);
        assert_eq!(time_of(&LocalLimiter::new(), &[PURGE, PURGE]), 1_002);
        assert_eq!(time_of(&LocalLimiter::new(), &[PURGE, second_account]), 0);
        assert_eq!(time_of(&LocalLimiter::new(), &[PURGE, other_action]), 0);
        assert_eq!(time_of(&LocalLimiter::new(), &[PURGE, other_service]), 0);
    }

    #[test]
    fn a_share_has_its_part_of_the_limit() {
        let twenty = ("AKIDfirst", "cdn", "PurgeUrlsCache", 20);
        assert_eq!(time_of(&LocalLimiter::new(), &[twenty; 21]), 1_002);
        assert_eq!(time_of(&LocalLimiter::share_of(1, 8), &[twenty; 3]), 1_002, "2 requests per second");
        assert_eq!(time_of(&LocalLimiter::share_of(1, 100), &[twenty; 3]), 2_004, "1 request per second");
    }

    #[test]
    fn calls_of_one_action_share_a_limiter_even_with_different_limits() {
        let (more, fewer) = (("AKIDfirst", "cdn", "PurgeUrlsCache", 20), PURGE);
        assert_eq!(time_of(&LocalLimiter::new(), &[more, more, more, more]), 150);
        assert_eq!(time_of(&LocalLimiter::new(), &[more, more, more, fewer]), 1_102, "a window after the third");
        assert_eq!(time_of(&LocalLimiter::new(), &[fewer, more, more, more]), 150, "the order does not matter");
    }

    #[test]
    fn a_year_of_new_keys_leaves_at_most_64_limiters() {
        let clock = VirtualClock::at_unix(1_000);
        let limiter = LocalLimiter::new();
        for day in 0..365 {
            let account = format!("AKID{day}");
            for action in ["PurgeUrlsCache", "PurgePathCache", "PushUrlsCache", "DescribePurgeTasks"] {
                let permit = clock.run(acquire(&limiter, &clock, (&account, "cdn", action, 1)));
                permit.report(if day % 2 == 0 { THROTTLED } else { Outcome::Finished });
            }
            clock.advance(Duration::from_secs(24 * 3_600));
            assert!(count(&limiter) <= SWEEP_AT);
        }
    }

    #[test]
    fn idle_limiters_are_removed() {
        let clock = VirtualClock::at_unix(1_000);
        let limiter = LocalLimiter::new();
        let accounts: Vec<_> = (0..10_000).map(|account| format!("AKID{account}")).collect();
        let purge = |account| (account, "cdn", "PurgeUrlsCache", 1);
        let unfinished = clock.run(acquire(&limiter, &clock, purge(&*accounts[0])));
        for account in &accounts[1..] {
            clock.run(acquire(&limiter, &clock, purge(account))).finish();
            clock.advance(Duration::from_millis(100));
            assert!(count(&limiter) <= 2 * SWEEP_AT);
        }
        unfinished.finish();
        let in_use = PermitRequest::new(&clock, "cdn", "PurgeUrlsCache").with_account("AKID0");
        assert!(limiter.registry.0.lock().unwrap().find(&in_use).is_ok());

        // If no time passes, no limiter is idle.
        let limiter = LocalLimiter::new();
        for account in &accounts[..1_000] {
            clock.run(acquire(&limiter, &clock, purge(account))).finish();
        }
        assert_eq!(count(&limiter), 1_000);
    }
}
