//! The requests a second that an account may send to one action.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::limit::{Limit, Usage};
use crate::refusal::Refusal;
use crate::table::{Action, Product};

/// The period that the pages count requests in.
const WINDOW: Duration = Duration::from_secs(1);

/// The requests that were let through, by account and action.
///
/// No second, wherever it begins, holds more of them than the limit: whoever keeps to that keeps to any way in which the
/// service may cut its seconds, which its pages do not say.
#[derive(Debug)]
pub(crate) struct Rates {
    limit: Limit,
    /// Only accounts that have a credential and actions that have a table get here, so this does not grow without end.
    windows: BTreeMap<(String, &'static str, &'static str), Window>,
}

impl Rates {
    pub(crate) fn new(limit: Limit) -> Self {
        Self { limit, windows: BTreeMap::new() }
    }

    /// Lets a request through, or refuses it. What is refused does not count.
    pub(crate) fn take(
        &mut self,
        account: &str,
        product: &'static Product,
        action: &'static Action,
        now: SystemTime,
    ) -> Result<(), Refusal> {
        let most = self.limit.of(Some(action.requests_per_second.into()));
        let window = self.windows.entry((account.to_owned(), product.service, action.name)).or_default();
        window.documented = action.requests_per_second.into();
        if window.take(most, now) {
            return Ok(());
        }
        let most = most.unwrap_or_default();
        let message = format!(
            "the account has sent {most} requests to {} within a second, which is its limit: send them more slowly",
            action.name
        );
        Err(Refusal::new("RequestLimitExceeded", message))
    }

    /// What each account has used of each action that it called, as of now.
    pub(crate) fn usage(&self, now: SystemTime) -> Vec<Usage> {
        let usage = self.windows.iter().map(|((account, service, action), window)| Usage {
            account: account.clone(),
            service: (*service).to_owned(),
            action: (*action).to_owned(),
            lane: None,
            used: window.used(now),
            most: self.limit.of(Some(window.documented)),
        });
        usage.collect()
    }
}

/// The requests of one account to one action.
#[derive(Debug, Default)]
struct Window {
    /// The limit that the action's page states.
    documented: u64,
    /// When those of the last second were let through; empty if there is no limit.
    latest: VecDeque<SystemTime>,
    /// Without a limit: a second of the clock, and how many came in it.
    counted: (u64, u64),
}

impl Window {
    fn take(&mut self, most: Option<u64>, now: SystemTime) -> bool {
        let Some(most) = most else {
            let second = second(now);
            let (counted, count) = &mut self.counted;
            *count = if *counted == second { *count + 1 } else { 1 };
            *counted = second;
            return true;
        };
        // In any order, because a clock that is turned by hand may be turned back.
        self.latest.retain(|at| is_within(*at, now));
        let free = u64::try_from(self.latest.len()).is_ok_and(|used| used < most);
        if free {
            self.latest.push_back(now);
        }
        free
    }

    fn used(&self, now: SystemTime) -> u64 {
        let (counted, count) = self.counted;
        let counted = if counted == second(now) { count } else { 0 };
        let latest = self.latest.iter().filter(|at| is_within(**at, now)).count();
        counted.max(u64::try_from(latest).unwrap_or(u64::MAX))
    }
}

fn is_within(at: SystemTime, now: SystemTime) -> bool {
    now.duration_since(at).is_ok_and(|passed| passed < WINDOW)
}

fn second(now: SystemTime) -> u64 {
    now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: SystemTime = UNIX_EPOCH;

    fn after(milliseconds: u64) -> SystemTime {
        START + Duration::from_millis(milliseconds)
    }

    /// How many of so many requests at one instant are let through.
    fn let_through(window: &mut Window, most: u64, requests: usize, now: SystemTime) -> usize {
        (0..requests).filter(|_| window.take(Some(most), now)).count()
    }

    #[test]
    fn no_second_holds_more_than_the_limit_wherever_it_begins() {
        let mut window = Window::default();
        assert_eq!(let_through(&mut window, 20, 5, after(0)), 5);
        assert_eq!(let_through(&mut window, 20, 30, after(900)), 15);
        assert_eq!(let_through(&mut window, 20, 30, after(999)), 0);
        assert_eq!(let_through(&mut window, 20, 30, after(1_000)), 5);
        assert_eq!(let_through(&mut window, 20, 30, after(1_899)), 0);
        assert_eq!(let_through(&mut window, 20, 30, after(1_900)), 15);
    }

    #[test]
    fn what_is_refused_does_not_count() {
        let mut window = Window::default();
        assert_eq!(let_through(&mut window, 1, 1_000, after(0)), 1);
        assert_eq!(let_through(&mut window, 1, 1_000, after(1_000)), 1);
        assert_eq!(window.latest.len(), 1);
    }

    #[test]
    fn a_clock_that_is_turned_back_locks_nobody_out() {
        let mut window = Window::default();
        assert_eq!(let_through(&mut window, 2, 2, after(10_000)), 2);
        assert_eq!(let_through(&mut window, 2, 3, after(0)), 2);
    }

    #[test]
    fn without_a_limit_all_are_let_through_and_counted() {
        let mut window = Window::default();
        assert!((0..100).all(|_| window.take(None, after(0))));
        assert_eq!((window.used(after(0)), window.used(after(1_000)), window.latest.len()), (100, 0, 0));
    }
}
