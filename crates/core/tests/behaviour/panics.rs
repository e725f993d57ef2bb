//! Tests that a panic of a clock or an interceptor reaches the caller, and neither aborts the
//! process nor holds up other calls.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use tencentcloud_core::http::HttpResponse;
use tencentcloud_core::observe::{Attempt, AttemptEnd, AttemptHeaders, CallEnd, Interceptor};
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::time::Clock;
use tencentcloud_core::{BoxFuture, Client};

use crate::sample::{Cdn, NOW, PURGED, config, purge};

/// A clock that works for some time and then panics, or an interceptor that panics once.
#[derive(Clone)]
struct Panicking {
    clock: VirtualClock,
    uses: Arc<AtomicU32>,
    panics_at: u32,
    panics_again: bool,
}

impl Panicking {
    fn new(clock: &VirtualClock, panics_at: u32, panics_again: bool) -> Self {
        Self { clock: clock.clone(), uses: Arc::default(), panics_at, panics_again }
    }

    fn used(&self) {
        let number = self.uses.fetch_add(1, Ordering::Relaxed) + 1;
        assert!(number < self.panics_at || number > self.panics_at && !self.panics_again, "out of order");
    }

    fn has_panicked(&self) -> bool {
        self.uses.load(Ordering::Relaxed) >= self.panics_at
    }
}

impl Clock for Panicking {
    fn now(&self) -> SystemTime {
        self.used();
        self.clock.now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.clock.sleep(duration)
    }
}

impl Interceptor for Panicking {
    fn before_attempt(&self, _: &Attempt<'_>, _: &mut AttemptHeaders<'_>) {
        self.used();
    }

    fn after_attempt(&self, _: &Attempt<'_>, _: &AttemptEnd<'_>) {
        self.used();
    }

    fn after_call(&self, _: &CallEnd<'_>) {
        self.used();
    }
}

/// Makes calls that wait for permits, attempts and retries, and drops one of them half-way.
fn calls(client: &Client<Cdn>, clock: &VirtualClock) {
    let run = |timeout| {
        clock.run_all((0..3).map(|_| client.call(&purge()).permit_timeout(timeout)));
    };
    run(Duration::from_secs(300));
    run(Duration::from_millis(500));
    let mut dropped = client.call(&purge()).into_future();
    clock.run(std::future::poll_fn(|context| {
        assert!(dropped.as_mut().poll(context).is_pending());
        std::task::Poll::Ready(())
    }));
}

fn transport(clock: &VirtualClock) -> ScriptedTransport {
    let late = |transport: ScriptedTransport, status| {
        transport.respond_after(clock, Duration::from_millis(100), HttpResponse::new(status, PURGED))
    };
    (0..10).fold(ScriptedTransport::new(), |transport, number| late(transport, [200, 503][number % 2]))
}

#[test]
fn a_clock_that_panics_at_any_time_does_not_abort_the_process() {
    let panics = (1..1_000).take_while(|&panics_at| {
        let clock = VirtualClock::at_unix(NOW);
        let panicking = Panicking::new(&clock, panics_at, true);
        let config = config(&transport(&clock), &clock).clock(panicking.clone()).requests_per_second(1);
        let config = config.repeatable(true).build();
        let Ok(config) = config else { return true };
        let client = Client::<Cdn>::new(&config);
        drop(catch_unwind(AssertUnwindSafe(|| calls(&client, &clock))));
        panicking.has_panicked()
    });
    let panics = panics.count();
    assert!((20..999).contains(&panics), "{panics}");
}

#[test]
fn an_interceptor_that_panics_in_any_hook_does_not_abort_the_process() {
    let panics = (1..1_000).take_while(|&panics_at| {
        let clock = VirtualClock::at_unix(NOW);
        let panicking = Panicking::new(&clock, panics_at, false);
        let config = config(&transport(&clock), &clock).interceptor(panicking.clone()).requests_per_second(1);
        let client = Client::<Cdn>::new(&config.repeatable(true).build().unwrap());
        let outcome = catch_unwind(AssertUnwindSafe(|| calls(&client, &clock)));
        assert_eq!(outcome.is_err(), panicking.has_panicked(), "the panic reaches the caller");
        if outcome.is_err() {
            // Calls of the same configuration go on.
            catch_unwind(AssertUnwindSafe(|| calls(&client, &clock))).expect("it panics once");
        }
        panicking.has_panicked()
    });
    let panics = panics.count();
    assert!((5..999).contains(&panics), "{panics}");
}
