//! Tests that concurrent calls share a refresh, even if some of them are dropped.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use tencentcloud_core::credentials::{CachedCredentials, ProvideCredentials, ProviderContext};
use tencentcloud_core::testing::VirtualClock;
use tencentcloud_core::{BoxFuture, Credentials, Error, ErrorKind};

use super::InContext;
use super::cache_helpers::{CredentialsFuture, TWO_HOURS, begin, cached, call, pass, token, token_of};
use crate::fake_provider::FakeProvider;
use crate::fake_provider::Outcome::{Fails, Issues, Panics};
use crate::sample::NOW;

#[test]
fn sixty_four_calls_cause_one_refresh_and_share_its_result() {
    let clock = VirtualClock::at_unix(NOW);
    let provider = FakeProvider::new(&clock).after(3, Issues("first", TWO_HOURS)).then(Issues("second", TWO_HOURS));
    let cached = cached(&provider, &clock);
    let outcomes = clock.run_all((0..64).map(|_| cached.credentials()));
    assert_eq!((outcomes.len(), provider.calls(), clock.unix()), (64, 1, NOW + 3));
    for outcome in outcomes {
        assert_eq!(token_of(outcome), token("first"));
    }
}

#[test]
fn sixty_four_calls_share_a_failure_with_its_hint_and_source() {
    let clock = VirtualClock::at_unix(NOW);
    let provider = FakeProvider::new(&clock).after(3, Fails("the service is down")).then(Issues("second", TWO_HOURS));
    let cached = cached(&provider, &clock);
    let outcomes = clock.run_all((0..64).map(|_| cached.credentials()));
    assert_eq!((outcomes.len(), provider.calls()), (64, 1));
    for outcome in outcomes {
        let error = outcome.unwrap_err();
        assert_eq!(
            (error.kind(), error.message(), error.hint()),
            (ErrorKind::Credentials, "the service is down", Some("try later"))
        );
        assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "a cause");
        assert!(format!("{error:?}").contains("the service is down"));
    }
    // A program that fails in a loop does not call the provider in it.
    assert!(call(&clock, &cached).0.is_err());
    pass(&clock, 1);
    assert_eq!((call(&clock, &cached), provider.calls()), ((token("second"), 0), 2));
}

#[test]
fn threads_share_a_refresh_as_well() {
    let clock = VirtualClock::at_unix(NOW);
    let provider = FakeProvider::new(&clock).after(1, Issues("first", TWO_HOURS));
    let cached = cached(&provider, &clock);
    let threads: Vec<_> = (0..64)
        .map(|_| {
            let (clock, cached) = (clock.clone(), Arc::clone(&cached));
            std::thread::spawn(move || clock.run(cached.credentials()).unwrap().secret_id().to_owned())
        })
        .collect();
    for thread in threads {
        assert_eq!(thread.join().unwrap(), "AKIDissued");
    }
    assert_eq!(provider.calls(), 1);
}

#[test]
fn another_call_continues_the_refresh_when_the_driving_call_is_dropped() {
    let clock = VirtualClock::at_unix(NOW);
    let provider = FakeProvider::new(&clock).after(10, Issues("first", TWO_HOURS)).then(Fails("asked twice"));
    let cached = cached(&provider, &clock);
    let first = begin(&cached);
    let second = begin(&cached);
    pass(&clock, 6);
    drop(first);
    assert_eq!((token_of(clock.run(second)), clock.unix()), (token("first"), NOW + 10));

    let provider = FakeProvider::new(&clock).after(10, Issues("first", TWO_HOURS)).then(Fails("asked twice"));
    let cached = self::cached(&provider, &clock);
    drop(begin(&cached));
    pass(&clock, 6);
    assert_eq!((call(&clock, &cached), provider.calls()), ((token("first"), 4), 1), "no call was left meanwhile");
}

/// Counts how often it wakes a call.
#[derive(Default)]
struct Bell(AtomicUsize);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Called with the waker whenever a provider is polled.
type Hook = Box<dyn FnMut(&Waker) + Send>;

/// A provider that never responds, and calls a hook whenever it is polled.
#[derive(Clone)]
struct Hooked(Arc<Mutex<Hook>>);

impl ProvideCredentials for Hooked {
    fn credentials<'a>(&'a self, _: &'a ProviderContext) -> BoxFuture<'a, Result<Credentials, Error>> {
        Box::pin(poll_fn(|context| {
            (self.0.lock().unwrap())(context.waker());
            Poll::Pending
        }))
    }
}

fn hooked(hook: Hook) -> Arc<InContext<CachedCredentials<Hooked>>> {
    cached(&Hooked(Arc::new(Mutex::new(hook))), &VirtualClock::at_unix(NOW))
}

fn poll(call: &mut CredentialsFuture<'_>, waker: &Waker) -> bool {
    call.as_mut().poll(&mut Context::from_waker(waker)).is_ready()
}

#[test]
fn a_refresh_wakes_all_waiting_calls_and_not_only_the_last_one() {
    let kept: Arc<Mutex<Option<Waker>>> = Arc::default();
    let keep = Arc::clone(&kept);
    let cached = hooked(Box::new(move |waker| *keep.lock().unwrap() = Some(waker.clone())));
    let bells: [Arc<Bell>; 2] = Default::default();
    let mut calls = [cached.credentials(), cached.credentials()];
    for (call, bell) in calls.iter_mut().zip(&bells) {
        assert!(!poll(call, &Waker::from(Arc::clone(bell))));
    }
    kept.lock().unwrap().take().unwrap().wake();
    assert_eq!(bells.map(|bell| bell.0.load(Ordering::Relaxed)), [1, 1]);
}

#[test]
fn a_call_that_joins_during_a_poll_is_woken_when_the_driving_call_is_dropped() {
    // The provider wakes its caller at once, and polls the second call before it returns.
    let second: Arc<Mutex<Option<CredentialsFuture<'static>>>> = Arc::default();
    let bell = Arc::<Bell>::default();
    let (coming, waker) = (Arc::clone(&second), Waker::from(Arc::clone(&bell)));
    let cached = hooked(Box::new(move |asking| {
        asking.wake_by_ref();
        if let Some(call) = &mut *coming.lock().unwrap() {
            assert!(!poll(call, &waker));
        }
    }));
    let late = Arc::clone(&cached);
    *second.lock().unwrap() = Some(Box::pin(async move { late.credentials().await }));
    let mut first = cached.credentials();
    assert!(!poll(&mut first, Waker::noop()));
    assert_eq!(bell.0.load(Ordering::Relaxed), 0);
    drop(first);
    assert_eq!(bell.0.load(Ordering::Relaxed), 1);
    second.lock().unwrap().take();
}

#[test]
fn a_panic_of_the_provider_fails_the_waiting_calls_and_the_next_call_tries_again() {
    let clock = VirtualClock::at_unix(NOW);
    let provider = FakeProvider::new(&clock).after(1, Panics).then(Issues("second", TWO_HOURS));
    let cached = cached(&provider, &clock);
    let waiting = begin(&cached);
    assert!(catch_unwind(AssertUnwindSafe(|| clock.run(cached.credentials()))).is_err());
    assert_eq!(token_of(clock.run(waiting)), Err("the provider has panicked".to_owned()));
    pass(&clock, 1);
    assert_eq!(call(&clock, &cached), (token("second"), 0));
}
