//! The requests of the last second, counted as late as they can have arrived.

use std::collections::VecDeque;
use std::time::Duration;

use super::quickest::Quickest;

/// How long a window is: a second, a millisecond because the server's clock may run slower than this machine's (each
/// may be corrected by up to 1/2,000), and one because it may count in whole milliseconds.
pub(super) const WINDOW: Duration = Duration::from_millis(1_002);
/// How much later than the quickest a request is assumed to have arrived at most.
///
/// The first requests open connections, which takes two round trips more than later ones need: half a second allows for
/// 250 ms a round trip, and a request that hangs holds up the others no longer.
pub(super) const LATENESS: Duration = Duration::from_millis(500);

/// The requests of the last second.
///
/// The server counts arrivals, and a request arrives at some time between being sent and being answered. With delays
/// that differ, requests that were sent far enough apart may arrive close together: the 20 before a request may all
/// have been held up while connections opened. So a request counts not for a second from when it was sent, but for a
/// second from the latest moment at which it can have arrived, if the next one arrives as soon as it can. Between the two
/// lies what its answer took longer than the quickest, or [`LATENESS`] if there is no answer.
///
/// That is as much as can be sent without ever being one too many. Each of 20 places is taken for a window and for what
/// an answer is late, so the limit is reached not in a second but in so much on average: with answers after 50 to 150 ms,
/// which are 50 ms late, no client that promises this reaches more than 20 in 1.052 s, which is 95.1 % of the rate. By
/// `simulation.rs`, this one reaches 94.6 % in its first five minutes and 94.8 % in two hours; with answers after 20 to
/// 30 ms, 99.3 %; and it never sends one too many. An answer is also late if the server took its time, and then this is
/// slower than it need be.
///
/// Without an answer for a window, a service that never answers sooner cannot be told from one that is late. Then the
/// requests that are still on their way are taken to be on time.
#[derive(Debug)]
pub(super) struct Window {
    /// The requests, in the order of their numbers.
    counted: VecDeque<Counted>,
    /// Number of the next request.
    next: u64,
    quickest: Quickest,
}

#[derive(Debug)]
struct Counted {
    number: u64,
    /// When its answer came, or comes at the latest.
    until: Duration,
}

/// A request that was sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sent {
    pub(super) number: u64,
    /// How many requests a second may be sent, as it was said when this one was.
    pub(super) requests: u32,
    at: Duration,
}

impl Window {
    pub(super) fn new() -> Self {
        Self { counted: VecDeque::new(), next: 0, quickest: Quickest::default() }
    }

    /// From when on one more request fits in, of so many that may be; sooner if an answer comes sooner than assumed.
    pub(super) fn opens_at(&self, requests: u32) -> Duration {
        let until = match self.counted.len().checked_sub(usize::try_from(requests).unwrap_or(usize::MAX)) {
            None => None,
            Some(0) => self.counted.iter().map(|counted| counted.until).min(),
            // Others may send more than this one.
            Some(surplus) => {
                let mut all: Vec<_> = self.counted.iter().map(|counted| counted.until).collect();
                all.sort_unstable();
                all.get(surplus).copied()
            }
        };
        until.map_or(Duration::ZERO, |until| self.end(until))
    }

    /// Counts one more request, of so many that may be.
    pub(super) fn push(&mut self, now: Duration, requests: u32) -> Sent {
        let quickest = self.quickest.at_least();
        let counts = |counted: &Counted| end(counted.until, quickest) > now;
        while self.counted.front().is_some_and(|oldest| !counts(oldest)) {
            self.counted.pop_front();
        }
        // Far below the limit, it does not matter that some between the others have ceased to count.
        if usize::try_from(requests).is_ok_and(|requests| self.counted.len() >= requests) {
            self.counted.retain(counts);
        }
        let lateness = if quickest >= WINDOW { Duration::ZERO } else { LATENESS };
        let sent = Sent { number: self.next, requests, at: now };
        self.counted.push_back(Counted { number: self.next, until: now.saturating_add(quickest + lateness) });
        self.next += 1;
        sent
    }

    /// Number that the next request will have.
    pub(super) fn next(&self) -> u64 {
        self.next
    }

    /// A request was answered.
    pub(super) fn answered(&mut self, sent: Sent, now: Duration) {
        self.quickest.answered(now.saturating_sub(sent.at));
        self.over(sent, now);
    }

    /// A request came to an end, answered or not, and cannot arrive any more.
    pub(super) fn over(&mut self, sent: Sent, now: Duration) {
        let place = self.counted.binary_search_by_key(&sent.number, |counted| counted.number);
        if let Some(counted) = place.ok().and_then(|place| self.counted.get_mut(place)) {
            let in_time = sent.at.saturating_add(self.quickest.at_least());
            counted.until = now.clamp(in_time, in_time.saturating_add(LATENESS));
        }
    }

    /// Whether all that was sent is so long ago that it does not matter any more.
    pub(super) fn is_empty(&self, now: Duration) -> bool {
        self.counted.iter().all(|counted| self.end(counted.until) <= now)
    }

    /// When a request ceases to count.
    fn end(&self, until: Duration) -> Duration {
        end(until, self.quickest.at_least())
    }
}

/// When a request whose answer came then, or will at the latest, ceases to count if none is quicker than that.
fn end(until: Duration, quickest: Duration) -> Duration {
    until.saturating_add(WINDOW).saturating_sub(quickest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    /// A window that knows that answers take this long.
    fn window(took: u64) -> Window {
        let mut window = Window::new();
        (0..64).for_each(|_| window.quickest.answered(ms(took)));
        window
    }

    /// A window of two requests, sent at 0 and 100 ms; answers take 50 ms.
    fn full() -> (Window, Sent, Sent) {
        let mut window = window(50);
        let first = window.push(ms(0), 2);
        assert_eq!(window.opens_at(2), ms(0));
        let second = window.push(ms(100), 2);
        (window, first, second)
    }

    #[test]
    fn a_request_counts_for_a_window_after_it_was_sent() {
        let (mut window, first, second) = full();
        window.answered(first, ms(50));
        window.answered(second, ms(150));
        assert_eq!(window.opens_at(2), ms(1_002));
        window.push(ms(1_002), 2);
        assert_eq!(window.opens_at(2), ms(1_102));
    }

    #[test]
    fn a_request_that_took_longer_than_the_quickest_counts_so_much_longer() {
        let (mut window, first, second) = full();
        window.over(second, ms(150));
        window.over(first, ms(130));
        assert_eq!(window.opens_at(2), ms(1_082));
    }

    #[test]
    fn whichever_can_have_arrived_first_makes_room_first() {
        let (mut window, first, second) = full();
        window.over(second, ms(150));
        window.over(first, ms(350));
        assert_eq!(window.opens_at(2), ms(1_102));
        window.push(ms(1_102), 2);
        assert_eq!(window.opens_at(2), ms(1_302));
    }

    #[test]
    fn a_request_without_an_answer_counts_half_a_second_longer_and_no_more() {
        let (mut window, first, second) = full();
        assert_eq!(window.opens_at(2), ms(1_502));
        window.over(second, ms(2_000));
        assert_eq!(window.opens_at(2), ms(1_502));
        window.over(first, ms(2_000));
        assert_eq!(window.opens_at(2), ms(1_502));
    }

    #[test]
    fn before_much_is_known_a_request_counts_for_a_window_after_its_answer() {
        let mut window = Window::new();
        let sent = window.push(ms(0), 1);
        window.answered(sent, ms(50));
        assert_eq!(window.opens_at(1), ms(1_052));
    }

    #[test]
    fn a_service_that_is_always_slow_holds_nothing_up() {
        let mut window = window(2_000);
        let sent = window.push(ms(0), 1);
        assert_eq!(window.opens_at(1), ms(1_002));
        window.over(sent, ms(2_300));
        assert_eq!(window.opens_at(1), ms(1_302));
    }

    #[test]
    fn a_window_holds_as_many_as_is_said_each_time() {
        let mut window = window(0);
        for sent in 0..5 {
            let sent = window.push(ms(sent * 100), 5);
            window.over(sent, ms(sent.number * 100));
        }
        assert_eq!([1, 2, 4, 5, 6].map(|requests| window.opens_at(requests)), [1_402, 1_302, 1_102, 1_002, 0].map(ms));
    }

    #[test]
    fn requests_of_long_ago_are_forgotten() {
        let mut window = window(0);
        for second in 0..100 {
            assert_eq!(window.push(ms(1_000 * second), 1_000_000).number, second);
        }
        assert_eq!(window.counted.len(), 2);
        assert!(!window.is_empty(ms(100_000)) && window.is_empty(ms(100_502)));
    }
}
