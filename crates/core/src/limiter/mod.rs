//! Keeps every action under its documented rate, so that the service has no reason to throttle.

mod queue;
mod rate;
#[cfg(test)]
mod simulation;
mod spacing;
mod turn;
mod window;

use std::cmp::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use self::turn::Limiter;
pub(crate) use self::turn::Turn;
use crate::action::ActionFacts;
use crate::credentials::Credentials;
use crate::error::{Error, ErrorKind};
use crate::time::Clock;

/// How many limiters are kept before those that have nothing to remember are looked for: more than a program that calls
/// a handful of actions ever has.
const SWEEP_AT: usize = 64;

/// The limiters of a configuration: one for each action of each account.
#[derive(Debug)]
pub(crate) struct Limiters {
    rule: Rule,
    known: Mutex<Known>,
}

/// How many requests a second an action may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// As many as are documented.
    Documented,
    /// So many, whatever is documented.
    PerSecond(u32),
    /// As many as are called.
    Unlimited,
}

impl Rule {
    /// Refuses a limit that nothing could be sent under.
    pub(crate) fn check(self) -> Result<(), Error> {
        match self {
            Self::PerSecond(0) => {
                let message = "a rate of 0 requests per second would never send anything";
                Err(Error::new(ErrorKind::InvalidRequest, message)
                    .with_hint("set at least 1, or send without limits with `without_limits`"))
            }
            Self::PerSecond(_) | Self::Documented | Self::Unlimited => Ok(()),
        }
    }
}

#[derive(Debug)]
struct Known {
    /// In the order of their keys.
    limiters: Vec<(Key, Arc<Limiter>)>,
    sweep_at: usize,
}

#[derive(Debug)]
struct Key {
    account: Box<str>,
    service: Box<str>,
    action: Box<str>,
}

impl Limiters {
    pub(crate) fn new(rule: Rule) -> Self {
        Self { rule, known: Mutex::new(Known { limiters: Vec::new(), sweep_at: SWEEP_AT }) }
    }

    /// Waits until one attempt may be sent.
    ///
    /// Turns are given in the order they were asked for. There is no limit on the wait: dropping the future gives the
    /// place in the queue up, and the one behind moves up. A future that is neither polled nor dropped is passed over after a
    /// tenth of a second at most; it has the next turn when it is polled again.
    pub(crate) async fn turn<'a>(
        &self,
        clock: &'a dyn Clock,
        credentials: &Credentials,
        operation: &ActionFacts,
    ) -> Turn<'a> {
        let Some(requests_per_second) = self.requests_per_second(operation) else { return Turn::free() };
        self.limiter(clock, credentials, operation).wait(clock, requests_per_second).await
    }

    /// How many requests a second an action may have; `None` if as many as are called.
    pub(crate) fn requests_per_second(&self, operation: &ActionFacts) -> Option<u32> {
        match self.rule {
            Rule::Documented => Some(operation.requests_per_second),
            Rule::PerSecond(requests) => Some(requests),
            Rule::Unlimited => None,
        }
    }

    fn limiter(&self, clock: &dyn Clock, credentials: &Credentials, operation: &ActionFacts) -> Arc<Limiter> {
        // Temporary credentials have a new id every hour or so, while the account and what it has sent stay the same.
        // So all of them count as one account, which they are unless somebody changes accounts within one
        // configuration.
        let account = if credentials.session_token().is_some() { "" } else { credentials.secret_id() };
        // The list is changed in single steps, so a thread that panicked has not left half of one.
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Ok(place) = known.find(account, operation)
            && let Some((_, limiter)) = known.limiters.get(place)
        {
            return Arc::clone(limiter);
        }
        if known.limiters.len() >= known.sweep_at {
            known.sweep(clock);
        }
        let limiter = Arc::new(Limiter::new(clock.now()));
        let (Ok(place) | Err(place)) = known.find(account, operation);
        let [account, service, action] = [account, &operation.name.service, &operation.name.action].map(Box::from);
        known.limiters.insert(place, (Key { account, service, action }, Arc::clone(&limiter)));
        limiter
    }
}

impl Known {
    /// Where the limiter is, or where it would be.
    fn find(&self, account: &str, operation: &ActionFacts) -> Result<usize, usize> {
        self.limiters
            .binary_search_by(|(key, _)| key.cmp_parts(account, &operation.name.service, &operation.name.action))
    }

    /// Forgets the limiters that have nothing to remember, and looks again when there are twice as many as remain.
    ///
    /// So there are never more than twice as many limiters as actions that were called within the last second and a
    /// half (a minute if they were throttled), and finding them costs as much as having made them.
    fn sweep(&mut self, clock: &dyn Clock) {
        // Nobody can come to share one meanwhile: who asks for a limiter has to wait for this.
        self.limiters.retain(|(_, limiter)| Arc::strong_count(limiter) > 1 || !limiter.is_fresh(clock));
        self.sweep_at = SWEEP_AT.max(self.limiters.len() * 2);
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

    static OPERATION: ActionFacts = ActionFacts {
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
        ActionFacts { name: ActionName { service, action, ..OPERATION.name.clone() }, ..OPERATION.clone() }
    }

    fn credentials(id: &str) -> Credentials {
        Credentials::new(id, "key").unwrap()
    }

    /// How long so many turns take.
    fn time_of(limiters: &Limiters, turns: &[(&Credentials, &ActionFacts)]) -> u128 {
        let clock = VirtualClock::at_unix(1_000);
        clock.run(async {
            for (credentials, operation) in turns {
                limiters.turn(&clock, credentials, operation).await.answered();
            }
        });
        clock.now().duration_since(UNIX_EPOCH + Duration::from_secs(1_000)).unwrap().as_millis()
    }

    #[test]
    fn each_action_of_each_account_has_its_own_limit() {
        let (first, second) = (credentials("AKIDfirst"), credentials("AKIDsecond"));
        let other_action = named("cdn", "PurgePathCache");
        let other_service = named("ecdn", "PurgeUrlsCache");
        let documented = || Limiters::new(Rule::Documented);
        assert_eq!(time_of(&documented(), &[(&first, &OPERATION), (&first, &OPERATION)]), 1_002);
        assert_eq!(time_of(&documented(), &[(&first, &OPERATION), (&second, &OPERATION)]), 0);
        assert_eq!(time_of(&documented(), &[(&first, &OPERATION), (&first, &other_action)]), 0);
        assert_eq!(time_of(&documented(), &[(&first, &OPERATION), (&first, &other_service)]), 0);
    }

    #[test]
    fn temporary_credentials_that_are_renewed_stay_one_account() {
        let old = credentials("AKIDold").token("token").unwrap();
        let new = credentials("AKIDnew").token("token").unwrap();
        assert_eq!(time_of(&Limiters::new(Rule::Documented), &[(&old, &OPERATION), (&new, &OPERATION)]), 1_002);
    }

    #[test]
    fn a_rule_goes_before_what_is_documented() {
        let account = credentials("AKIDfirst");
        let three = [(&account, &OPERATION); 3];
        assert_eq!(time_of(&Limiters::new(Rule::PerSecond(2)), &three), 1_002);
        assert_eq!(time_of(&Limiters::new(Rule::Unlimited), &three), 0);
    }

    #[test]
    fn calls_of_one_action_share_a_limiter_whatever_number_they_say() {
        let account = credentials("AKIDfirst");
        let more = ActionFacts { requests_per_second: 20, ..OPERATION.clone() };
        let (more, fewer) = ((&account, &more), (&account, &OPERATION));
        let documented = || Limiters::new(Rule::Documented);
        assert_eq!(time_of(&documented(), &[more, more, more, more]), 150);
        assert_eq!(time_of(&documented(), &[more, more, more, fewer]), 1_102, "a window after the third");
        assert_eq!(time_of(&documented(), &[fewer, more, more, more]), 150, "which came first does not matter");
    }

    #[test]
    fn a_year_of_new_keys_leaves_no_more_than_a_handful_behind() {
        let clock = VirtualClock::at_unix(1_000);
        let limiters = Limiters::new(Rule::Documented);
        for day in 0..365 {
            let credentials = credentials(&format!("AKID{day}"));
            for action in ["PurgeUrlsCache", "PurgePathCache", "PushUrlsCache", "DescribePurgeTasks"] {
                let operation = named("cdn", action);
                let turn = clock.run(limiters.turn(&clock, &credentials, &operation));
                if day % 2 == 0 { turn.throttled() } else { turn.answered() }
            }
            clock.advance(Duration::from_secs(24 * 3_600));
            assert!(limiters.known.lock().unwrap().limiters.len() <= SWEEP_AT);
        }
    }

    #[test]
    fn limiters_that_have_nothing_to_remember_are_forgotten() {
        let clock = VirtualClock::at_unix(1_000);
        let limiters = Limiters::new(Rule::Documented);
        let call = |account: usize| {
            let credentials = credentials(&format!("AKID{account}"));
            clock.run(limiters.turn(&clock, &credentials, &OPERATION))
        };
        let known = || limiters.known.lock().unwrap().limiters.len();
        let held = call(0);
        for account in 1..10_000 {
            call(account).answered();
            clock.advance(Duration::from_millis(100));
            assert!(known() <= 2 * SWEEP_AT);
        }
        held.answered();
        assert!(limiters.known.lock().unwrap().find("AKID0", &OPERATION).is_ok(), "it was in use");

        // Within one moment, none may be forgotten.
        let limiters = Limiters::new(Rule::Documented);
        for account in 0..1_000 {
            clock.run(limiters.turn(&clock, &credentials(&format!("AKID{account}")), &OPERATION)).answered();
        }
        assert_eq!(limiters.known.lock().unwrap().limiters.len(), 1_000);
    }
}
