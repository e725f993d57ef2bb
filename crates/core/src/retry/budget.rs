//! Bounds the share of retries among all requests of a configuration, against retry storms.
//!
//! Every retry takes tokens from the budget, and every call that the service handles normally adds
//! some. While most calls succeed, the budget stays full and does not limit retries. In an
//! outage it soon runs empty. From then on calls are sent once, and the service receives hardly
//! more requests than without any retries. "Handling Overload" in Google's SRE book describes such
//! a budget as the per-client retry budget.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::error::{ErrorKind, RetryReason};

/// Maximum number of tokens, and their initial number. 5,000: enough for 35 retries after a
/// failure, 100 after a throttled response, or 5,000 without a connection.
const MAX_TOKENS: u32 = 5_000;
/// Tokens that a retry after a failure takes. 140: each handled call adds ten, so with an empty
/// budget one call in 15 is retried. That is 7 % more requests, which a service that recovers can
/// bear.
const FAILURE: u32 = 140;
/// Tokens that a retry after a throttled response takes. 50: fewer, because rejecting a request
/// costs the service little, and the wait before the retry is longer.
const THROTTLED: u32 = 50;
/// Tokens that a retry without a connection takes. 1: a connection that does not open costs the
/// service next to nothing. At the usual rate limit of 20 requests per second, an action that never
/// connects uses the budget up in four minutes; an outage of a minute does not exhaust it.
const NO_CONNECTION: u32 = 1;
/// Minimum number of tokens that a handled call adds. 10 instead of 1, so that a retry without a
/// connection can cost a tenth of it ([`NO_CONNECTION`]).
const HANDLED: u32 = 10;

/// The tokens of a configuration, shared by all its calls.
#[derive(Debug)]
pub(crate) struct Budget(AtomicU32);

impl Default for Budget {
    fn default() -> Self {
        Self(AtomicU32::new(MAX_TOKENS))
    }
}

impl Budget {
    /// Takes the tokens for a retry; `None` if there are too few.
    pub(crate) fn withdraw(&self, reason: RetryReason) -> Option<Withdrawal<'_>> {
        let tokens = match reason {
            RetryReason::Failure => FAILURE,
            RetryReason::NoConnection => NO_CONNECTION,
            RetryReason::Throttled => THROTTLED,
        };
        let taken = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(tokens));
        taken.ok().map(|_| Withdrawal { budget: self, tokens })
    }

    /// Records the outcome of an attempt. If the service handled the request normally, even by
    /// rejecting its content, this refunds the retry that the attempt was, or adds ten tokens if
    /// that is more.
    ///
    /// So a retry that helped costs nothing. The retries before it, which only added load, stay
    /// paid. After an outage, each call that is handled helps to refill the budget.
    pub(crate) fn record_outcome(&self, error: Option<ErrorKind>, cost: Cost) {
        if error.is_none_or(proves_service_works) {
            self.put(cost.0.max(HANDLED));
        }
    }

    fn put(&self, tokens: u32) {
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
            Some(left.saturating_add(tokens).min(MAX_TOKENS))
        });
    }
}

/// Whether the service rejected a request because of its content. Such an error proves that the
/// service works, and the request is not sent again.
fn proves_service_works(kind: ErrorKind) -> bool {
    use ErrorKind::{BatchTooLarge, NotFound, Permission, Quota, Rejected};
    matches!(kind, Quota | BatchTooLarge | Permission | NotFound | Rejected)
}

/// Tokens that an attempt has cost: those of its retry, or none for the first attempt of a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cost(u32);

/// Tokens taken for a retry. Dropping it returns them, as when the call is dropped while it waits.
#[derive(Debug)]
#[must_use = "dropping it returns the tokens"]
pub(crate) struct Withdrawal<'a> {
    budget: &'a Budget,
    tokens: u32,
}

impl Withdrawal<'_> {
    /// Spends the tokens, because the retry is sent now.
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

    /// Number of retries that are left.
    fn drain(budget: &Budget, reason: RetryReason) -> usize {
        (0..10_000).map_while(|_| budget.withdraw(reason).map(Withdrawal::spend)).count()
    }

    #[test]
    fn it_allows_35_retries_or_100_throttled_or_5000_without_a_connection() {
        assert_eq!(drain(&Budget::default(), RetryReason::Failure), 35);
        assert_eq!(drain(&Budget::default(), RetryReason::Throttled), 100);
        assert_eq!(drain(&Budget::default(), RetryReason::NoConnection), 5_000);
    }

    #[test]
    fn tokens_that_are_not_spent_are_returned() {
        let budget = Budget::default();
        drop(budget.withdraw(RetryReason::Failure));
        assert_eq!(drain(&budget, RetryReason::Failure), 35);
    }

    #[test]
    fn a_retry_that_helped_costs_nothing_and_successes_pay_for_another() {
        let budget = Budget::default();
        let cost = budget.withdraw(RetryReason::Failure).unwrap().spend();
        budget.record_outcome(None, cost);
        assert_eq!(drain(&budget, RetryReason::Failure), 35);

        // 100 tokens are left. A retry takes 140, so four handled calls are missing.
        for error in [None, Some(ErrorKind::Quota), Some(ErrorKind::NotFound), None] {
            assert!(budget.withdraw(RetryReason::Failure).is_none());
            budget.record_outcome(Some(ErrorKind::Server), Cost::default());
            budget.record_outcome(error, Cost::default());
        }
        assert_eq!(drain(&budget, RetryReason::Failure), 1);
    }

    #[test]
    fn it_never_has_more_tokens_than_at_first() {
        let budget = Budget::default();
        (0..1_000).for_each(|_| budget.record_outcome(None, Cost(140)));
        assert_eq!(drain(&budget, RetryReason::Throttled), 100);
    }
}
