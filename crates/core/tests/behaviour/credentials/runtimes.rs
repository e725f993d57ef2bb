//! Calls on several runtimes share a refresh, as long as its own runtime drives it.

use std::pin::pin;
use std::task::{Context, Waker};

use tencentcloud_core::testing::VirtualClock;
use tokio::runtime::{Builder, Runtime};

use super::cache_helpers::{HOURS_2, cached, pass, token, token_of};
use crate::fake_provider::FakeProvider;
use crate::fake_provider::Outcome::{Fails, Issues};
use crate::sample::NOW;

fn runtime() -> Runtime {
    Builder::new_current_thread().build().unwrap()
}

/// Runs a future within a runtime, but in virtual time.
async fn on<T>(runtime: &Runtime, future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    std::future::poll_fn(|context| {
        let _entered = runtime.enter();
        future.as_mut().poll(context)
    })
    .await
}

fn poll_once<T>(future: &mut (impl Future<Output = T> + Unpin)) {
    assert!(pin!(future).poll(&mut Context::from_waker(Waker::noop())).is_pending());
}

#[test]
fn a_refresh_is_begun_again_if_its_runtime_is_stalled() {
    let clock = VirtualClock::at_unix(NOW);
    let provider = FakeProvider::new(&clock).after(10, Issues("first", HOURS_2)).after(3, Issues("second", HOURS_2));
    let cached = cached(&provider, &clock);
    let (stalled, running) = (runtime(), runtime());
    let mut first = Box::pin(on(&stalled, cached.credentials()));
    poll_once(&mut first);

    let others = clock.run_all((0..8).map(|_| on(&running, cached.credentials())));
    assert_eq!((clock.unix(), provider.calls()), (NOW + 1 + 3, 2), "one second, and the second refresh");
    assert!(others.into_iter().all(|outcome| token_of(outcome) == token("second")));
    // The runtime goes on.
    assert_eq!((token_of(clock.run(first)), provider.calls()), (token("second"), 2));
}

#[test]
fn a_refresh_on_another_runtime_is_not_begun_again_while_its_calls_are_polled() {
    let clock = VirtualClock::at_unix(NOW);
    let provider = FakeProvider::new(&clock).after(30, Issues("first", HOURS_2)).then(Fails("a second refresh"));
    let cached = cached(&provider, &clock);
    let runtimes = [runtime(), runtime(), runtime()];
    let outcomes = clock.run_all(runtimes.iter().map(|runtime| on(runtime, cached.credentials())));
    assert_eq!((clock.unix(), provider.calls()), (NOW + 30, 1));
    assert!(outcomes.into_iter().all(|outcome| token_of(outcome) == token("first")));
}

#[test]
fn a_refresh_is_begun_again_at_once_if_the_calls_of_its_runtime_are_dropped() {
    let clock = VirtualClock::at_unix(NOW);
    let provider = FakeProvider::new(&clock).after(10, Issues("first", HOURS_2)).then(Issues("second", HOURS_2));
    let cached = cached(&provider, &clock);
    let (one, other) = (runtime(), runtime());
    let mut first = Box::pin(on(&one, cached.credentials()));
    poll_once(&mut first);
    let mut second = Box::pin(on(&other, cached.credentials()));
    poll_once(&mut second);
    drop(first);
    assert_eq!((token_of(clock.run(second)), clock.unix()), (token("second"), NOW));
}

#[test]
fn credentials_are_refreshed_before_they_expire_although_another_runtime_is_stalled() {
    let clock = VirtualClock::at_unix(NOW);
    let provider = FakeProvider::new(&clock)
        .then(Issues("first", HOURS_2))
        .after(1_000, Fails("the runtime is stalled"))
        .then(Issues("second", HOURS_2));
    let cached = cached(&provider, &clock);
    let (stalled, running) = (runtime(), runtime());
    clock.run(on(&running, cached.credentials())).unwrap();
    pass(&clock, 7_000);
    let mut waiting = Box::pin(on(&stalled, cached.credentials()));
    poll_once(&mut waiting);

    let begin = clock.unix();
    for (seconds, key) in [(0, "first"), (1, "first"), (2, "second")] {
        assert_eq!(token_of(clock.run(on(&running, cached.credentials()))), token(key), "{seconds}");
        assert_eq!(clock.unix() - begin, seconds, "no call waits");
        pass(&clock, 1);
    }
    assert_eq!(provider.calls(), 3);
}
