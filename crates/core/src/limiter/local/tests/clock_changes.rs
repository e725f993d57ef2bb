//! Tests with a clock that is set, and with days between calls.

use super::*;
use crate::testing::WrongClock;

#[test]
fn a_clock_set_back_delays_no_permit_and_a_clock_set_forward_issues_one_early() {
    for wrong in [-500, 500] {
        let clock = VirtualClock::at_unix(1_000);
        let machine = WrongClock::new(&clock);
        let limiter = Limited(Arc::new(Limiter::new(machine.now())), 1);
        clock.run(limiter.acquire(&machine)).record(Outcome::Finished);
        let mut next = limiter.acquire(&machine);
        assert!(poll(&mut next).is_pending());
        clock.advance(Duration::from_millis(500));
        machine.set_offset(wrong);
        clock.run(next).record(Outcome::Finished);
        let took = clock.now().duration_since(UNIX_EPOCH + 1_000 * SECOND).unwrap().as_millis();
        // If the clock is set forward, the jump counts as time waited.
        assert_eq!(took, if wrong < 0 { 1_002 } else { 500 });
    }
}

#[test]
fn a_clock_set_forward_by_hours_issues_at_most_three_permits_too_many() {
    const HOURS: i64 = 5 * 3_600;
    for (wrong, max) in [(-HOURS, 20), (HOURS, 23)] {
        let clock = VirtualClock::at_unix(1_000_000);
        let machine = WrongClock::new(&clock);
        let limiter = Limited(Arc::new(Limiter::new(machine.now())), 20);
        let mut log = Vec::new();
        let mut waiters: Vec<_> = (0..4).map(|_| limiter.acquire(&machine)).collect();
        for millisecond in 0..11_000 {
            if millisecond == 5_020 {
                machine.set_offset(wrong);
            }
            // All are polled all the time, so that one of them notices the jump at once.
            for waiter in &mut waiters {
                if let Poll::Ready(permit) = poll(waiter) {
                    permit.record(Outcome::Finished);
                    log.push(clock.now());
                    *waiter = limiter.acquire(&machine);
                }
            }
            clock.advance(Duration::from_millis(1));
        }
        let fullest = (0..log.len()).map(|first| log.partition_point(|time| *time < log[first] + SECOND) - first);
        assert_eq!(fullest.max(), Some(max), "set by {wrong} s");
        // 200 permits are ten windows. If the clock is set back, the time since it was last read is
        // lost: at most the millisecond between two polls.
        let took = log[199].duration_since(log[0]).unwrap();
        assert!(took <= Duration::from_millis(10_021), "{took:?}");
    }
}

#[test]
fn days_without_a_call_neither_add_permits_nor_remove_any() {
    let (limiter, clock) = limiter(20);
    // A sender that was late may catch up by two permits.
    let expected = [0, 0, 0, 50, 100, 150, 200];
    for _ in 0..30 {
        use_up(&limiter, &clock);
        clock.advance(7 * 24 * 3_600 * SECOND);
        assert_eq!(permits_from_now(&limiter, &clock, 7), expected);
        clock.advance(10 * SECOND);
        let times = permits_from_now(&limiter, &clock, 100);
        assert!(times.windows(21).all(|window| window[20] - window[0] >= 1_002));
        // 99 intervals of 50.1 ms.
        assert!(times[99] * 10 <= 99 * 501, "{}", times[99]);
    }
    assert!(limiter.0.state().schedule.is_idle(Duration::MAX));
}
