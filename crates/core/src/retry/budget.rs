//! The retry budget: it keeps clients from making an overload worse by sending everything again.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::error::{ErrorKind, Pace};

/// What a budget holds at first, and at most: 35 retries, or 100 of throttled requests, so that an outage of a minute
/// costs a client no call that a retry would have saved.
const TOKENS: u32 = 500;
/// What a retry takes. A service of which nothing works is thus asked again for one call in 15, as soon as the budget is
/// empty: each success returns one token.
const RETRY: u32 = 14;
/// What a retry after a throttled answer takes: less, because refusing costs the service little, and the wait before it
/// is longer.
const THROTTLED: u32 = 5;
/// What a call that succeeded at its first attempt returns.
const SUCCESS: u32 = 1;

/// The tokens of a configuration, shared by all its calls.
#[derive(Debug)]
pub(crate) struct Budget(AtomicU32);

impl Default for Budget {
    fn default() -> Self {
        Self(AtomicU32::new(TOKENS))
    }
}

impl Budget {
    /// Takes what a retry costs, if there is as much.
    pub(crate) fn withdraw(&self, pace: Pace) -> Option<Withdrawal<'_>> {
        let tokens = match pace {
            Pace::Usual => RETRY,
            Pace::Throttled => THROTTLED,
        };
        let taken = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(tokens));
        taken.ok().map(|_| Withdrawal { budget: self, tokens })
    }

    /// A call has ended as it does when the service is well: returns what its last retry cost, or a token if there was none.
    ///
    /// So a retry that helped costs nothing, while those before it, which only made the load larger, stay paid. And a
    /// budget that an outage used up fills again with the calls that succeed, each of which shows that it is over.
    pub(crate) fn succeeded(&self, last_retry: Cost) {
        self.put(last_retry.0.max(SUCCESS));
    }

    fn put(&self, tokens: u32) {
        let _ = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| Some(left.saturating_add(tokens).min(TOKENS)));
    }
}

/// Whether the service answered as it does when it is well: it refused a request for what it says.
pub(crate) fn is_healthy(kind: ErrorKind) -> bool {
    use ErrorKind::{BatchTooLarge, NotFound, Permission, Quota, Rejected};
    matches!(kind, Quota | BatchTooLarge | Permission | NotFound | Rejected)
}

/// What the last retry of a call cost; nothing before the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cost(u32);

/// Tokens that were taken for a retry; they go back if it is never sent, as when the call is dropped while it waits.
#[derive(Debug)]
#[must_use = "tokens go back unless they are spent"]
pub(crate) struct Withdrawal<'a> {
    budget: &'a Budget,
    tokens: u32,
}

impl Withdrawal<'_> {
    /// The retry is sent now.
    pub(crate) fn spend(mut self) -> Cost {
        Cost(std::mem::take(&mut self.tokens))
    }
}

impl Drop for Withdrawal<'_> {
    fn drop(&mut self) {
        self.budget.put(self.tokens);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many retries are left.
    fn drain(budget: &Budget, pace: Pace) -> usize {
        (0..1_000).map_while(|_| budget.withdraw(pace).map(Withdrawal::spend)).count()
    }

    #[test]
    fn it_is_enough_for_35_retries_or_100_throttled_ones() {
        assert_eq!(drain(&Budget::default(), Pace::Usual), 35);
        assert_eq!(drain(&Budget::default(), Pace::Throttled), 100);
    }

    #[test]
    fn tokens_that_are_not_spent_go_back() {
        let budget = Budget::default();
        drop(budget.withdraw(Pace::Usual));
        assert_eq!(drain(&budget, Pace::Usual), 35);
    }

    #[test]
    fn a_retry_that_helped_costs_nothing_and_14_successes_pay_for_another() {
        let budget = Budget::default();
        let cost = budget.withdraw(Pace::Usual).unwrap().spend();
        budget.succeeded(cost);
        assert_eq!(drain(&budget, Pace::Usual), 35);

        // Ten tokens are left, too few for a retry.
        for _ in 0..4 {
            assert!(budget.withdraw(Pace::Usual).is_none());
            budget.succeeded(Cost::default());
        }
        assert_eq!(drain(&budget, Pace::Usual), 1);
    }

    #[test]
    fn it_never_holds_more_than_at_first() {
        let budget = Budget::default();
        (0..1_000).for_each(|_| budget.succeeded(Cost(14)));
        assert_eq!(drain(&budget, Pace::Throttled), 100);
    }
}
