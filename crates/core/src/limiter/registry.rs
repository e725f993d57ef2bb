//! Finds or creates the limiter of an action, and removes idle limiters.

use std::cmp::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Limiter, Permit, RateLimitSetting};
use crate::action::ActionFacts;
use crate::credentials::Credentials;
use crate::time::Clock;

/// Number of limiters at which idle ones are first removed. 64: a program that calls a few actions
/// with one account has fewer.
const SWEEP_AT: usize = 64;

/// The limiters of a configuration: one for each action of each account.
#[derive(Debug)]
pub(crate) struct Limiters {
    setting: RateLimitSetting,
    entries: Mutex<Entries>,
}

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

impl Limiters {
    pub(crate) fn new(setting: RateLimitSetting) -> Self {
        Self { setting, entries: Mutex::new(Entries { sorted: Vec::new(), sweep_at: SWEEP_AT }) }
    }

    /// Waits for the permit to send one attempt.
    ///
    /// Permits are issued in the order in which they were requested. The wait has no timeout:
    /// dropping the future leaves the queue. A waiter that stops being polled is skipped within
    /// 100 ms, and goes first when it is polled again.
    pub(crate) async fn acquire<'a>(
        &self,
        clock: &'a dyn Clock,
        credentials: &Credentials,
        action: &ActionFacts,
    ) -> Permit<'a> {
        let Some(limit) = self.requests_per_second(action) else { return Permit::unlimited() };
        self.limiter(clock, credentials, action).acquire(clock, limit).await
    }

    /// Returns the limit of an action; `None` if it has none.
    pub(crate) fn requests_per_second(&self, action: &ActionFacts) -> Option<u32> {
        self.setting.limit(action.requests_per_second)
    }

    fn limiter(&self, clock: &dyn Clock, credentials: &Credentials, action: &ActionFacts) -> Arc<Limiter> {
        // Temporary credentials have a new id every hour or so, but the account stays the same. So
        // all of them count as one account, which is right unless the program changes accounts
        // within one configuration.
        let account = if credentials.session_token().is_some() { "" } else { credentials.secret_id() };
        // The entries are changed in single steps, so they are consistent even after a panic.
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Ok(index) = entries.find(account, action)
            && let Some((_, limiter)) = entries.sorted.get(index)
        {
            return Arc::clone(limiter);
        }
        if entries.sorted.len() >= entries.sweep_at {
            entries.sweep(clock);
        }
        let limiter = Arc::new(Limiter::new(clock.now()));
        let (Ok(index) | Err(index)) = entries.find(account, action);
        let [account, service, action] = [account, &action.name.service, &action.name.action].map(Box::from);
        entries.sorted.insert(index, (Key { account, service, action }, Arc::clone(&limiter)));
        limiter
    }
}

impl Entries {
    /// Returns the index of a limiter, or the index at which to insert it.
    fn find(&self, account: &str, action: &ActionFacts) -> Result<usize, usize> {
        self.sorted.binary_search_by(|(key, _)| key.cmp_parts(account, &action.name.service, &action.name.action))
    }

    /// Removes the idle limiters, and plans the next sweep for twice the number that remains.
    ///
    /// So there are at most [`SWEEP_AT`] limiters, or twice as many as were in use at the last
    /// sweep. A limiter is idle 1.5 s after its last request, and, if the service throttled it, not
    /// before its rate is full again. A sweep costs no more than creating those limiters did.
    fn sweep(&mut self, clock: &dyn Clock) {
        // No call can begin to use an idle limiter meanwhile: it would need the lock.
        self.sorted.retain(|(_, limiter)| Arc::strong_count(limiter) > 1 || !limiter.is_idle(clock));
        self.sweep_at = SWEEP_AT.max(self.sorted.len() * 2);
    }
}

impl Key {
    fn cmp_parts(&self, account: &str, service: &str, action: &str) -> Ordering {
        (&*self.account, &*self.service, &*self.action).cmp(&(account, service, action))
    }
}

#[cfg(test)]
#[cfg(feature = "testing")]
mod tests {
    use std::borrow::Cow;
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;
    use crate::error::ActionName;
    use crate::testing::VirtualClock;

    static PURGE: ActionFacts = ActionFacts {
        name: ActionName {
            service: Cow::Borrowed("cdn"),
            version: Cow::Borrowed("2018-06-06"),
            action: Cow::Borrowed("PurgeUrlsCache"),
        },
        region: None,
        requests_per_second: 1,
        repeatable: false,
        codes: &[],
    };

    fn named(service: &'static str, action: &'static str) -> ActionFacts {
        let (service, action) = (service.into(), action.into());
        ActionFacts { name: ActionName { service, action, ..PURGE.name.clone() }, ..PURGE.clone() }
    }

    fn credentials(id: &str) -> Credentials {
        Credentials::new(id, "key").unwrap()
    }

    /// Milliseconds that acquiring these permits takes, one after the other, if each request is
    /// finished at once.
    fn time_of(limiters: &Limiters, permits: &[(&Credentials, &ActionFacts)]) -> u128 {
        let clock = VirtualClock::at_unix(1_000);
        clock.run(async {
            for (credentials, action) in permits {
                limiters.acquire(&clock, credentials, action).await.finish();
            }
        });
        clock.now().duration_since(UNIX_EPOCH + Duration::from_secs(1_000)).unwrap().as_millis()
    }

    #[test]
    fn each_action_of_each_account_has_its_own_limit() {
        let (first, second) = (credentials("AKIDfirst"), credentials("AKIDsecond"));
        let other_action = named("cdn", "PurgePathCache");
        let other_service = named("ecdn", "PurgeUrlsCache");
        let documented = || Limiters::new(RateLimitSetting::Documented);
        assert_eq!(time_of(&documented(), &[(&first, &PURGE), (&first, &PURGE)]), 1_002);
        assert_eq!(time_of(&documented(), &[(&first, &PURGE), (&second, &PURGE)]), 0);
        assert_eq!(time_of(&documented(), &[(&first, &PURGE), (&first, &other_action)]), 0);
        assert_eq!(time_of(&documented(), &[(&first, &PURGE), (&first, &other_service)]), 0);
    }

    #[test]
    fn temporary_credentials_that_are_renewed_stay_one_account() {
        let old = credentials("AKIDold").with_token("token").unwrap();
        let new = credentials("AKIDnew").with_token("token").unwrap();
        assert_eq!(time_of(&Limiters::new(RateLimitSetting::Documented), &[(&old, &PURGE), (&new, &PURGE)]), 1_002);
    }

    #[test]
    fn a_configured_limit_replaces_the_documented_one() {
        let account = credentials("AKIDfirst");
        let three = [(&account, &PURGE); 3];
        assert_eq!(time_of(&Limiters::new(RateLimitSetting::PerSecond(2)), &three), 1_002);
        assert_eq!(time_of(&Limiters::new(RateLimitSetting::Unlimited), &three), 0);
    }

    #[test]
    fn calls_of_one_action_share_a_limiter_even_with_different_limits() {
        let account = credentials("AKIDfirst");
        let more = ActionFacts { requests_per_second: 20, ..PURGE.clone() };
        let (more, fewer) = ((&account, &more), (&account, &PURGE));
        let documented = || Limiters::new(RateLimitSetting::Documented);
        assert_eq!(time_of(&documented(), &[more, more, more, more]), 150);
        assert_eq!(time_of(&documented(), &[more, more, more, fewer]), 1_102, "a window after the third");
        assert_eq!(time_of(&documented(), &[fewer, more, more, more]), 150, "the order does not matter");
    }

    #[test]
    fn a_year_of_new_keys_leaves_at_most_64_limiters() {
        let clock = VirtualClock::at_unix(1_000);
        let limiters = Limiters::new(RateLimitSetting::Documented);
        for day in 0..365 {
            let credentials = credentials(&format!("AKID{day}"));
            for action in ["PurgeUrlsCache", "PurgePathCache", "PushUrlsCache", "DescribePurgeTasks"] {
                let permit = clock.run(limiters.acquire(&clock, &credentials, &named("cdn", action)));
                if day % 2 == 0 { permit.throttled() } else { permit.finish() }
            }
            clock.advance(Duration::from_secs(24 * 3_600));
            assert!(limiters.entries.lock().unwrap().sorted.len() <= SWEEP_AT);
        }
    }

    #[test]
    fn idle_limiters_are_removed() {
        let clock = VirtualClock::at_unix(1_000);
        let limiters = Limiters::new(RateLimitSetting::Documented);
        let acquire = |account: usize| {
            let credentials = credentials(&format!("AKID{account}"));
            clock.run(limiters.acquire(&clock, &credentials, &PURGE))
        };
        let count = || limiters.entries.lock().unwrap().sorted.len();
        let unfinished = acquire(0);
        for account in 1..10_000 {
            acquire(account).finish();
            clock.advance(Duration::from_millis(100));
            assert!(count() <= 2 * SWEEP_AT);
        }
        unfinished.finish();
        assert!(limiters.entries.lock().unwrap().find("AKID0", &PURGE).is_ok(), "it was in use");

        // If no time passes, no limiter is idle.
        let limiters = Limiters::new(RateLimitSetting::Documented);
        for account in 0..1_000 {
            clock.run(limiters.acquire(&clock, &credentials(&format!("AKID{account}")), &PURGE)).finish();
        }
        assert_eq!(limiters.entries.lock().unwrap().sorted.len(), 1_000);
    }
}
