//! Each runtime has a refresh of its own, and they share the result.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};

use tencentcloud_core::credentials::{ProvideCredentials, ProviderContext};
use tencentcloud_core::testing::VirtualClock;
use tencentcloud_core::{BoxFuture, Credentials, Error};
use tokio::runtime::{Builder, Runtime};

use super::cache_helpers::{TWO_HOURS, cached, call, pass, token, token_of};
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
fn a_call_does_not_wait_for_the_refresh_of_a_runtime_that_is_stalled() {
    let clock = VirtualClock::at_unix(NOW);
    let provider =
        FakeProvider::new(&clock).after(10, Issues("first", TWO_HOURS)).after(3, Issues("second", TWO_HOURS));
    let cached = cached(&provider, &clock);
    let (stalled, running) = (runtime(), runtime());
    let mut first = Box::pin(on(&stalled, cached.credentials()));
    poll_once(&mut first);

    let others = clock.run_all((0..8).map(|_| on(&running, cached.credentials())));
    assert_eq!((clock.unix(), provider.calls()), (NOW + 3, 2), "the second refresh, and no wait before it");
    assert!(others.into_iter().all(|outcome| token_of(outcome) == token("second")));
    // The runtime goes on.
    assert_eq!((token_of(clock.run(first)), provider.calls()), (token("second"), 2));
    assert_eq!(clock.unix(), NOW + 3);
}

#[test]
fn each_runtime_has_one_refresh_and_the_first_success_is_the_result_of_all() {
    let clock = VirtualClock::at_unix(NOW);
    let provider = FakeProvider::new(&clock)
        .after(30, Issues("first", TWO_HOURS))
        .after(5, Issues("second", TWO_HOURS))
        .after(30, Issues("third", TWO_HOURS))
        .then(Issues("fourth", TWO_HOURS));
    let cached = cached(&provider, &clock);
    let runtimes = [runtime(), runtime(), runtime()];
    let calls = runtimes.iter().chain(&runtimes).map(|runtime| on(runtime, cached.credentials()));
    let outcomes = clock.run_all(calls);
    assert_eq!((clock.unix(), provider.calls(), outcomes.len()), (NOW + 5, 3, 6));
    assert!(outcomes.into_iter().all(|outcome| token_of(outcome) == token("second")));
    assert_eq!((call(&clock, &cached), provider.calls()), ((token("second"), 0), 3));
    // The other refreshes are over, so their old results are not used later.
    pass(&clock, 7_000);
    assert_eq!(token_of(clock.run(on(&runtimes[0], cached.credentials()))), token("fourth"));
}

#[test]
fn a_refresh_that_fails_does_not_fail_the_calls_of_other_runtimes() {
    let clock = VirtualClock::at_unix(NOW);
    let provider = FakeProvider::new(&clock).after(1, Fails("broken")).after(3, Issues("second", TWO_HOURS));
    let cached = cached(&provider, &clock);
    let runtimes = [runtime(), runtime()];
    let outcomes = clock.run_all(runtimes.iter().map(|runtime| on(runtime, cached.credentials())));
    let [first, second] = outcomes.try_into().unwrap();
    assert_eq!(token_of(first), Err("broken; help: try later".to_owned()));
    assert_eq!((token_of(second), clock.unix(), provider.calls()), (token("second"), NOW + 3, 2));
}

#[test]
fn a_refresh_is_begun_again_at_once_if_the_calls_of_its_runtime_are_dropped() {
    let clock = VirtualClock::at_unix(NOW);
    let provider = FakeProvider::new(&clock).after(10, Issues("first", TWO_HOURS)).then(Issues("second", TWO_HOURS));
    let cached = cached(&provider, &clock);
    let (one, other) = (runtime(), runtime());
    let mut first = Box::pin(on(&one, cached.credentials()));
    poll_once(&mut first);
    drop(first);
    assert_eq!((token_of(clock.run(on(&other, cached.credentials()))), clock.unix()), (token("second"), NOW));
    assert_eq!(provider.calls(), 2);
}

/// A provider that never responds. Each of its futures has a reference, so they can be counted.
#[derive(Clone)]
struct Hangs(Arc<()>);

impl ProvideCredentials for Hangs {
    fn credentials<'a>(&'a self, _: &'a ProviderContext) -> BoxFuture<'a, Result<Credentials, Error>> {
        let reference = Arc::clone(&self.0);
        Box::pin(async move {
            let _reference = reference;
            std::future::pending().await
        })
    }
}

#[test]
fn the_refreshes_of_runtimes_that_are_gone_are_dropped() {
    let provider = Hangs(Arc::new(()));
    let cached = cached(&provider, &VirtualClock::at_unix(NOW));
    for _ in 0..100 {
        poll_once(&mut Box::pin(on(&runtime(), cached.credentials())));
    }
    assert_eq!(Arc::strong_count(&provider.0), 3, "this one, the cache's, and that of one refresh");
}

#[test]
fn credentials_are_refreshed_before_they_expire_although_another_runtime_is_stalled() {
    let clock = VirtualClock::at_unix(NOW);
    let provider = FakeProvider::new(&clock)
        .then(Issues("first", TWO_HOURS))
        .after(1_000, Fails("the runtime is stalled"))
        .then(Issues("second", TWO_HOURS));
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
