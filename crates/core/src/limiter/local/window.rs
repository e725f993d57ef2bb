//! Counts the requests of the last second, as if each had arrived at the latest possible time.
//!
//! The server counts arrivals. The client knows only that a request arrives after it was sent and
//! before its response is received. Requests that were sent evenly can even arrive together, for
//! example because all of them waited for a connection. So a request counts until one [`WINDOW`]
//! after its response. If there is no response within [`MAX_TRANSIT`], it counts until one window
//! after that.
//!
//! # How much of the rate one client can use
//!
//! A client that has an account for itself is not throttled as long as each request arrives within
//! [`MAX_TRANSIT`]. The price is that each request occupies its place for a window plus its
//! response time. Such a client reaches `1 s / (1.002 s + response time)` of the rate. The example
//! `limits` measures this, in five simulated minutes at 20 requests per second:
//!
//! | response time | share of the rate |
//! |---|---|
//! | 20 ms | 97.9 % |
//! | 100 ms | 90.8 % |
//! | 250 ms | 79.9 % |
//!
//! If the client knew the shortest possible response time, each request could occupy its place for
//! that much less, and the client could use most of the remaining share. But it can only estimate
//! that time, and then keeping the limit would depend on an estimate.

use std::collections::VecDeque;
use std::time::Duration;

/// Length of the window. One second, plus 1 ms because the server's clock may be slower than this
/// machine's (each may be corrected by up to 500 ppm), plus 1 ms because the server may count in
/// whole milliseconds.
pub(super) const WINDOW: Duration = Duration::from_millis(1_002);

/// Maximum time that a request is assumed to take to the server. 500 ms: two round trips of 200 ms
/// for a new connection, and half of one for the request. With a longer time, requests that hang
/// would slow down the others for longer.
pub(super) const MAX_TRANSIT: Duration = Duration::from_millis(500);

/// The requests that still count.
#[derive(Debug, Default)]
pub(super) struct Window {
    /// In the order in which they were sent.
    counted: VecDeque<Counted>,
    next_number: u64,
}

#[derive(Debug)]
struct Counted {
    number: u64,
    /// Latest time at which the request can have reached the server.
    arrived_by: Duration,
}

/// A request that was sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sent {
    pub(super) number: u64,
    /// Requests per second that were allowed when it was sent.
    pub(super) limit: u32,
    at: Duration,
}

impl Window {
    /// Returns when one more request fits under `limit`, if no response is received before that.
    pub(super) fn opens_at(&self, limit: u32) -> Duration {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let Some(surplus) = self.counted.len().checked_sub(limit) else { return Duration::ZERO };
        // One more fits when `surplus + 1` of the counted requests no longer count. The surplus is
        // more than 0 only if callers with a higher limit sent more than `limit` allows.
        let mut ends: Vec<_> = self.counted.iter().map(Counted::counts_until).collect();
        ends.sort_unstable();
        ends.get(surplus).copied().unwrap_or_default()
    }

    /// Counts a request that is sent now.
    pub(super) fn push(&mut self, now: Duration, limit: u32) -> Sent {
        let counts = |counted: &Counted| counted.counts_until() > now;
        while self.counted.front().is_some_and(|oldest| !counts(oldest)) {
            self.counted.pop_front();
        }
        // Requests that no longer count can also be between others. That has no effect below the
        // limit, and looking for them each time would make a high limit slow.
        if usize::try_from(limit).is_ok_and(|limit| self.counted.len() >= limit) {
            self.counted.retain(counts);
        }
        let sent = Sent { number: self.next_number, limit, at: now };
        self.counted.push_back(Counted { number: sent.number, arrived_by: now.saturating_add(MAX_TRANSIT) });
        self.next_number += 1;
        sent
    }

    /// Returns the number of the next request.
    pub(super) fn next_number(&self) -> u64 {
        self.next_number
    }

    /// Records that the request cannot arrive any more: there is a response, or nothing was sent.
    pub(super) fn finished(&mut self, sent: Sent, now: Duration) {
        let index = self.counted.binary_search_by_key(&sent.number, |counted| counted.number);
        if let Some(counted) = index.ok().and_then(|index| self.counted.get_mut(index)) {
            counted.arrived_by = now.clamp(sent.at, sent.at.saturating_add(MAX_TRANSIT));
        }
    }

    /// Whether no request counts any more.
    pub(super) fn is_empty(&self, now: Duration) -> bool {
        self.counted.iter().all(|counted| counted.counts_until() <= now)
    }
}

impl Counted {
    fn counts_until(&self) -> Duration {
        self.arrived_by.saturating_add(WINDOW)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    /// A window with two requests, sent at 0 and 100 ms.
    fn two_requests() -> (Window, Sent, Sent) {
        let mut window = Window::default();
        let first = window.push(ms(0), 2);
        assert_eq!(window.opens_at(2), ms(0));
        let second = window.push(ms(100), 2);
        (window, first, second)
    }

    #[test]
    fn a_request_counts_until_a_window_after_its_response() {
        let (mut window, first, second) = two_requests();
        window.finished(first, ms(50));
        window.finished(second, ms(150));
        assert_eq!(window.opens_at(2), ms(1_052));
        window.push(ms(1_052), 2);
        assert_eq!(window.opens_at(2), ms(1_152));
    }

    #[test]
    fn the_request_that_can_have_arrived_first_frees_its_place_first() {
        let (mut window, first, second) = two_requests();
        window.finished(second, ms(150));
        window.finished(first, ms(350));
        assert_eq!(window.opens_at(2), ms(1_152));
        window.push(ms(1_152), 2);
        assert_eq!(window.opens_at(2), ms(1_352));
    }

    #[test]
    fn without_a_response_a_request_counts_for_half_a_second_longer_and_no_more() {
        let (mut window, first, second) = two_requests();
        assert_eq!((window.opens_at(2), window.opens_at(1)), (ms(1_502), ms(1_602)));
        window.finished(second, ms(2_000));
        window.finished(first, ms(2_000));
        assert_eq!((window.opens_at(2), window.opens_at(1)), (ms(1_502), ms(1_602)));
    }

    #[test]
    fn each_caller_states_its_own_limit() {
        let mut window = Window::default();
        for sent in 0..5 {
            let sent = window.push(ms(sent * 100), 5);
            window.finished(sent, ms(sent.number * 100));
        }
        assert_eq!([1, 2, 4, 5, 6].map(|limit| window.opens_at(limit)), [1_402, 1_302, 1_102, 1_002, 0].map(ms));
    }

    #[test]
    fn old_requests_are_forgotten() {
        let mut window = Window::default();
        for second in 0..100 {
            assert_eq!(window.push(ms(1_000 * second), 1_000_000).number, second);
        }
        assert_eq!(window.counted.len(), 2);
        assert!(!window.is_empty(ms(100_000)) && window.is_empty(ms(100_502)));
    }
}
