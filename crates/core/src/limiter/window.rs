//! The requests of the last second, counted as late as they can have arrived.

use std::collections::VecDeque;
use std::time::Duration;

// What the numbers below come to, by `simulation.rs`: one client that always has something to send, for five minutes.
// With answers after 20 to 30 ms it reaches 99 % of the rate, whether its first requests are 400 ms late or not, and no
// second holds a 21st request. Counted from when they are sent, late first requests fill a second with up to 28; making
// each window 5 % longer instead costs 4 % of the rate, and there are still up to 27. With answers after 50 to 150 ms
// it reaches 94 %, and less than one request in a thousand is a 21st.

/// How long a window is: a second, a millisecond because the server's clock may run slower than this machine's (each
/// may be corrected by up to 1/2,000), one because it may count in whole milliseconds, and three because the quickest
/// answer so far is not the quickest possible.
pub(super) const WINDOW: Duration = Duration::from_millis(1_005);
/// How much later than the quickest a request is assumed to have arrived at most.
///
/// The first requests open connections, which takes two round trips more than later ones need: half a second allows for
/// 250 ms a round trip, and a request that hangs holds up the others no longer.
const LATENESS: Duration = Duration::from_millis(500);
/// How much of the difference each answer adds to the time of the quickest: 1/4,096, so that a client that has moved
/// away from the service learns of the longer way in some minutes at full rate, and until then is only slower than need
/// be.
const FORGETTING: u32 = 4_096;

/// The requests of the last second.
///
/// The server counts arrivals, and a request arrives at some time between being sent and being answered. With delays
/// that differ, requests that were sent far enough apart may arrive close together: the 20 before a request may all
/// have been held up while connections opened. So a request is counted not from when it was sent, but later by as much
/// as its answer took longer than the quickest answer does.
///
/// An answer is late as well if the server took its time, and then this is slower than it need be: the limit is reached
/// not in a second but in a second and what the answers are later than the quickest on average.
#[derive(Debug)]
pub(super) struct Window {
    capacity: usize,
    sent: VecDeque<Counted>,
    /// Number of the request that is first in `sent`.
    first: u64,
    /// How long the quickest answer takes.
    quickest: Option<Duration>,
}

/// A request that was sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sent {
    pub(super) number: u64,
    pub(super) at: Duration,
}

#[derive(Debug)]
struct Counted {
    sent: Sent,
    /// When it was over: from then on it cannot arrive any more.
    over: Option<Duration>,
}

impl Window {
    pub(super) fn new(requests: u32) -> Self {
        let capacity = usize::try_from(requests).unwrap_or(usize::MAX).max(1);
        Self { capacity, sent: VecDeque::new(), first: 0, quickest: None }
    }

    /// From when on one more request fits in, as far as is known; sooner if the oldest is over sooner.
    pub(super) fn opens_at(&self) -> Duration {
        match self.sent.front() {
            Some(oldest) if self.is_full() => oldest.sent.at.saturating_add(WINDOW + self.lateness(oldest)),
            _ => Duration::ZERO,
        }
    }

    /// Counts one more request.
    pub(super) fn push(&mut self, now: Duration) -> Sent {
        while self.sent.front().is_some_and(|oldest| self.is_full() || is_long_ago(oldest, now)) {
            self.sent.pop_front();
            self.first += 1;
        }
        let sent = Sent { number: self.next(), at: now };
        self.sent.push_back(Counted { sent, over: None });
        sent
    }

    /// Number that the next request will have.
    pub(super) fn next(&self) -> u64 {
        self.first + self.sent.len() as u64
    }

    /// A request was answered.
    pub(super) fn answered(&mut self, sent: Sent, now: Duration) {
        self.over(sent, now);
        let took = now.saturating_sub(sent.at);
        self.quickest = Some(match self.quickest {
            Some(quickest) if quickest < took => quickest + (took - quickest) / FORGETTING,
            _ => took,
        });
    }

    /// A request came to an end, answered or not.
    pub(super) fn over(&mut self, sent: Sent, now: Duration) {
        let index = sent.number.checked_sub(self.first).and_then(|index| usize::try_from(index).ok());
        if let Some(counted) = index.and_then(|index| self.sent.get_mut(index)) {
            counted.over = Some(now);
        }
    }

    /// Whether the window opens when this request is over.
    pub(super) fn waits_for(&self, sent: Sent) -> bool {
        self.is_full() && self.first == sent.number
    }

    /// Whether all that was sent is so long ago that it does not matter any more.
    pub(super) fn is_empty(&self, now: Duration) -> bool {
        self.sent.back().is_none_or(|latest| is_long_ago(latest, now))
    }

    fn is_full(&self) -> bool {
        self.sent.len() >= self.capacity
    }

    /// How much later than the quickest the request may have arrived, or may still arrive.
    fn lateness(&self, counted: &Counted) -> Duration {
        let quickest = self.quickest.unwrap_or_default();
        let late = match counted.over {
            Some(over) => over.saturating_sub(counted.sent.at).saturating_sub(quickest),
            // No answer takes less than a window, so that there is none by now means nothing.
            None if quickest >= WINDOW => Duration::ZERO,
            None => LATENESS,
        };
        late.min(LATENESS)
    }
}

fn is_long_ago(counted: &Counted, now: Duration) -> bool {
    counted.sent.at.saturating_add(WINDOW + LATENESS) <= now
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    /// A window of two requests, sent at 0 and 100 ms.
    fn full() -> (Window, Sent, Sent) {
        let mut window = Window::new(2);
        let first = window.push(ms(0));
        assert_eq!(window.opens_at(), ms(0));
        let second = window.push(ms(100));
        (window, first, second)
    }

    #[test]
    fn a_request_counts_for_a_window_after_it_was_sent() {
        let (mut window, first, second) = full();
        window.answered(first, ms(50));
        window.answered(second, ms(150));
        assert_eq!(window.opens_at(), ms(1_005));
        window.push(ms(1_005));
        assert_eq!(window.opens_at(), ms(1_105));
    }

    #[test]
    fn a_request_that_took_longer_than_the_quickest_counts_so_much_longer() {
        let (mut window, first, second) = full();
        window.answered(second, ms(150));
        window.answered(first, ms(350));
        // The quickest took 50 ms, and has become 300/4,096 ms slower by the other.
        assert_eq!(window.opens_at(), ms(1_305) - ms(300) / FORGETTING);
    }

    #[test]
    fn a_request_without_an_answer_counts_half_a_second_longer_and_no_more() {
        let (mut window, first, second) = full();
        window.answered(second, ms(150));
        assert_eq!(window.opens_at(), ms(1_505));
        assert!(window.waits_for(first) && !window.waits_for(second));
        window.over(first, ms(1_060));
        assert_eq!(window.opens_at(), ms(1_505));
    }

    #[test]
    fn a_service_that_is_always_slow_holds_nothing_up() {
        let mut window = Window::new(1);
        let first = window.push(ms(0));
        window.answered(first, ms(2_000));
        window.push(ms(3_000));
        assert_eq!(window.opens_at(), ms(4_005));
    }

    #[test]
    fn requests_of_long_ago_are_forgotten() {
        let mut window = Window::new(1_000_000);
        for second in 0..100 {
            assert_eq!(window.push(ms(1_000 * second)).number, second);
        }
        assert_eq!(window.sent.len(), 2);
        assert!(!window.is_empty(ms(100_000)) && window.is_empty(ms(100_505)));
    }
}
