//! Limits the requests per second of an account to one action.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::limit::{Limit, Usage};
use crate::refusal::Refusal;
use crate::table::{Action, Product};

/// Length of the sliding window. 1 s: the pages state requests per second.
const WINDOW: Duration = Duration::from_secs(1);

/// The requests that were allowed, by account and action.
///
/// The limit holds for every second, wherever it begins. A client that keeps to that keeps to every
/// way in which the service may divide time into seconds, which its pages do not state.
#[derive(Debug)]
pub(crate) struct Rates {
    limit: Limit,
    /// By account, service and action. Only verified requests to known actions are counted, so the
    /// map stays small.
    windows: BTreeMap<(String, &'static str, &'static str), Window>,
}

impl Rates {
    pub(crate) fn new(limit: Limit) -> Self {
        Self { limit, windows: BTreeMap::new() }
    }

    /// Counts a request, or refuses it. A refused request is not counted.
    pub(crate) fn acquire(
        &mut self,
        account: &str,
        product: &'static Product,
        action: &'static Action,
        now: SystemTime,
    ) -> Result<(), Refusal> {
        let limit = self.limit.resolve(Some(action.requests_per_second.into()));
        let window = self.windows.entry((account.to_owned(), product.service, action.name)).or_default();
        window.documented = action.requests_per_second.into();
        if window.acquire(limit, now) {
            return Ok(());
        }
        let message = format!(
            "the rate limit of {} requests per second to {} is exceeded; help: send requests more slowly",
            limit.unwrap_or_default(),
            action.name
        );
        Err(Refusal::new("RequestLimitExceeded", message))
    }

    /// The usage of every rate limit with at least one request.
    pub(crate) fn usage(&self, now: SystemTime) -> Vec<Usage> {
        let usage = self.windows.iter().map(|((account, service, action), window)| Usage {
            account: account.clone(),
            service: (*service).to_owned(),
            action: (*action).to_owned(),
            counter: None,
            used: window.used(now),
            limit: self.limit.resolve(Some(window.documented)),
        });
        usage.collect()
    }
}

/// The requests of one account to one action.
#[derive(Debug, Default)]
struct Window {
    /// The documented limit.
    documented: u64,
    /// With a limit: the times of the requests within the last second.
    times: VecDeque<SystemTime>,
    /// Without a limit: the current second of the clock, and the number of requests in it.
    current: (u64, u64),
}

impl Window {
    /// Counts a request if the limit allows it. Returns whether it does.
    fn acquire(&mut self, limit: Option<u64>, now: SystemTime) -> bool {
        let Some(limit) = limit else {
            self.count(second(now));
            return true;
        };
        // The times may be in any order, because a clock that is set by hand may go back.
        self.times.retain(|at| is_within_window(*at, now));
        let allowed = u64::try_from(self.times.len()).is_ok_and(|used| used < limit);
        if allowed {
            self.times.push_back(now);
        }
        allowed
    }

    fn count(&mut self, second: u64) {
        let (current, count) = self.current;
        self.current = (second, if current == second { count + 1 } else { 1 });
    }

    fn used(&self, now: SystemTime) -> u64 {
        let (current, count) = self.current;
        let counted = if current == second(now) { count } else { 0 };
        let within_window = self.times.iter().filter(|at| is_within_window(**at, now)).count();
        counted.max(u64::try_from(within_window).unwrap_or(u64::MAX))
    }
}

fn is_within_window(at: SystemTime, now: SystemTime) -> bool {
    now.duration_since(at).is_ok_and(|elapsed| elapsed < WINDOW)
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

    /// The number of allowed requests, out of `requests` at one instant.
    fn allowed(window: &mut Window, limit: u64, requests: usize, now: SystemTime) -> usize {
        (0..requests).filter(|_| window.acquire(Some(limit), now)).count()
    }

    #[test]
    fn no_second_contains_more_requests_than_the_limit_wherever_it_begins() {
        let mut window = Window::default();
        assert_eq!(allowed(&mut window, 20, 5, after(0)), 5);
        assert_eq!(allowed(&mut window, 20, 30, after(900)), 15);
        assert_eq!(allowed(&mut window, 20, 30, after(999)), 0);
        assert_eq!(allowed(&mut window, 20, 30, after(1_000)), 5);
        assert_eq!(allowed(&mut window, 20, 30, after(1_899)), 0);
        assert_eq!(allowed(&mut window, 20, 30, after(1_900)), 15);
    }

    #[test]
    fn a_refused_request_is_not_counted() {
        let mut window = Window::default();
        assert_eq!(allowed(&mut window, 1, 1_000, after(0)), 1);
        assert_eq!(allowed(&mut window, 1, 1_000, after(1_000)), 1);
        assert_eq!(window.times.len(), 1);
    }

    #[test]
    fn requests_are_allowed_after_the_clock_was_set_back() {
        let mut window = Window::default();
        assert_eq!(allowed(&mut window, 2, 2, after(10_000)), 2);
        assert_eq!(allowed(&mut window, 2, 3, after(0)), 2);
    }

    #[test]
    fn without_a_limit_every_request_is_allowed_and_counted() {
        let mut window = Window::default();
        assert!((0..100).all(|_| window.acquire(None, after(0))));
        assert_eq!((window.used(after(0)), window.used(after(1_000)), window.times.len()), (100, 0, 0));
    }
}
