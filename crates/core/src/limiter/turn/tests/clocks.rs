//! Turns under a clock that is set, and after days without a call.

use super::*;
use crate::testing::WrongClock;

#[test]
fn a_clock_that_is_set_back_holds_nobody_up_and_one_that_is_set_ahead_lets_one_through() {
    for wrong in [-500, 500] {
        let clock = VirtualClock::at_unix(1_000);
        let machine = WrongClock::new(&clock);
        let limiter = Limited(Arc::new(Limiter::new(machine.now())), 1);
        clock.run(limiter.wait(&machine)).answered();
        let mut next = limiter.wait(&machine);
        assert!(poll(&mut next).is_pending());
        clock.advance(Duration::from_millis(500));
        machine.set_offset(wrong);
        clock.run(next).answered();
        let took = clock.now().duration_since(UNIX_EPOCH + 1_000 * SECOND).unwrap().as_millis();
        // Set ahead, the time that was jumped over counts as waited.
        assert_eq!(took, if wrong < 0 { 1_002 } else { 500 });
    }
}

#[test]
fn a_clock_that_is_set_by_hours_lets_through_no_more_than_a_sender_that_was_late() {
    const HOURS: i64 = 5 * 3_600;
    for (wrong, most) in [(-HOURS, 20), (HOURS, 23)] {
        let clock = VirtualClock::at_unix(1_000_000);
        let machine = WrongClock::new(&clock);
        let limiter = Limited(Arc::new(Limiter::new(machine.now())), 20);
        let (log, set) = (RefCell::new(Vec::new()), Duration::from_millis(5_020));
        clock.run(async {
            let crowd = (0..4).map(|_| {
                let caller = async {
                    for _ in 0..50 {
                        limiter.wait(&machine).await.answered();
                        log.borrow_mut().push(clock.now());
                    }
                };
                Some(Box::pin(caller) as Pin<Box<dyn Future<Output = ()>>>)
            });
            let hand = async {
                clock.sleep(set).await;
                machine.set_offset(wrong);
            };
            all(crowd.chain([Some(Box::pin(hand) as Pin<Box<dyn Future<Output = ()>>>)]).collect()).await;
        });
        let log = log.into_inner();
        let fullest = (0..log.len()).map(|first| log.partition_point(|turn| *turn < log[first] + SECOND) - first);
        assert_eq!(fullest.max(), Some(most), "set by {wrong} s");
        // 200 turns are ten windows; set back, what had passed since the clock was last looked at is lost.
        let took = log[199].duration_since(log[0]).unwrap();
        assert!(took <= Duration::from_millis(10_070), "{took:?}");
    }
}

#[test]
fn days_without_a_call_neither_save_up_turns_nor_lose_any() {
    let (limiter, clock) = limiter(20);
    // A sender that was late may catch up by two turns.
    let as_ever = [0, 0, 0, 50, 100, 150, 200];
    for _ in 0..30 {
        use_up(&limiter, &clock);
        clock.advance(7 * 24 * 3_600 * SECOND);
        assert_eq!(turns_from_now(&limiter, &clock, 7), as_ever);
        clock.advance(10 * SECOND);
        let times = turns_from_now(&limiter, &clock, 100);
        assert!(times.windows(21).all(|window| window[20] - window[0] >= 1_002));
        assert!(times[99] <= 99 * 51, "{}", times[99]);
    }
    assert!(limiter.0.state().spacing.is_fresh(Duration::MAX));
}
