//! Tests when `CachedCredentials` refreshes, and what calls get meanwhile.

use std::sync::Mutex;
use std::time::Duration;

use tencentcloud_core::credentials::{CachedCredentials, ProvideCredentials, ProviderContext};
use tencentcloud_core::testing::VirtualClock;
use tencentcloud_core::{BoxFuture, Config, Credentials, Error};
use tokio::runtime;

use super::cache_helpers::{TWO_HOURS, begin, cached, call, pass, token, token_of};
use super::sts::base;
use crate::fake_provider::FakeProvider;
use crate::fake_provider::Outcome::{Fails, Issues, IssuesUntil};
use crate::recorder::Recorder;
use crate::sample::NOW;

#[test]
fn credentials_are_cached_until_five_minutes_before_their_expiry() {
    let clock = VirtualClock::at_unix(NOW);
    let provider = FakeProvider::new(&clock).then(Issues("first", TWO_HOURS)).then(Issues("second", TWO_HOURS));
    let cached = cached(&provider, &clock);
    for seconds in [0, 1, 6_898] {
        pass(&clock, seconds);
        assert_eq!(call(&clock, &cached), (token("first"), 0));
    }
    assert_eq!(provider.calls(), 1);
    pass(&clock, 1);
    assert_eq!(call(&clock, &cached), (token("second"), 0));
    assert_eq!(provider.calls(), 2);
}

#[test]
fn credentials_without_an_expiry_are_refreshed_every_five_minutes() {
    let clock = VirtualClock::at_unix(NOW);
    let provider =
        FakeProvider::new(&clock).then(Issues("first", None)).then(Issues("second", None)).then(Fails("lost"));
    let cached = cached(&provider, &clock);
    for (seconds, key, asked) in [(0, "first", 1), (299, "first", 1), (1, "second", 2), (300, "second", 3)] {
        pass(&clock, seconds);
        assert_eq!((call(&clock, &cached), provider.calls()), ((token(key), 0), asked));
    }
}

#[test]
fn calls_get_the_cached_credentials_during_a_refresh_and_one_waits_for_one_second() {
    let clock = VirtualClock::at_unix(NOW);
    let provider = FakeProvider::new(&clock).then(Issues("old", TWO_HOURS)).after(10, Issues("new", TWO_HOURS));
    let cached = cached(&provider, &clock);
    assert_eq!(call(&clock, &cached), (token("old"), 0));
    pass(&clock, 7_000);

    let waiting = begin(&cached);
    for _ in 0..3 {
        assert_eq!(call(&clock, &cached), (token("old"), 0));
    }
    assert_eq!((token_of(clock.run(waiting)), clock.unix()), (token("old"), NOW + 7_001));
    // Later calls do not wait, either.
    for _ in 0..8 {
        assert_eq!(call(&clock, &cached), (token("old"), 0));
        pass(&clock, 1);
    }
    assert_eq!(call(&clock, &cached), (token("old"), 0));
    pass(&clock, 1);
    assert_eq!(call(&clock, &cached), (token("new"), 0));
    assert_eq!(provider.calls(), 2);
}

#[test]
fn a_failed_refresh_is_repeated_after_a_pause_until_the_cached_credentials_expire() {
    let clock = VirtualClock::at_unix(NOW);
    let mut provider = FakeProvider::new(&clock).then(Issues("first", TWO_HOURS));
    for _ in 0..11 {
        provider = provider.then(Fails("the service is down"));
    }
    let provider = provider.then(Issues("second", TWO_HOURS));
    let cached = cached(&provider, &clock);
    assert_eq!(call(&clock, &cached), (token("first"), 0));
    pass(&clock, 6_900);
    for second in 0..300 {
        assert_eq!(call(&clock, &cached), (token("first"), 0), "{second}");
        assert_eq!(provider.calls(), 2 + second / 30, "{second}");
        pass(&clock, 1);
    }
    // After the expiry the pause is shorter, because every call fails meanwhile.
    let down = Err("the service is down; help: try later".to_owned());
    assert_eq!((call(&clock, &cached), provider.calls()), ((down.clone(), 0), 12));
    assert_eq!((call(&clock, &cached), provider.calls()), ((down, 0), 12));
    pass(&clock, 1);
    assert_eq!((call(&clock, &cached), provider.calls()), ((token("second"), 0), 13));
}

#[test]
fn a_failed_refresh_is_logged_if_no_call_fails_for_it() {
    let clock = VirtualClock::at_unix(NOW);
    let provider = FakeProvider::new(&clock)
        .then(Fails("not yet"))
        .then(Issues("first", TWO_HOURS))
        .then(Fails("the service is down"));
    let cached = cached(&provider, &clock);
    let recorder = Recorder::default();
    recorder.watch(|| {
        for seconds in [0, 1, 7_000] {
            pass(&clock, seconds);
            call(&clock, &cached).0.ok();
        }
    });
    let events: Vec<_> = recorder.events().into_iter().filter(|event| event.level == tracing::Level::WARN).collect();
    let [event] = events.try_into().unwrap();
    assert_eq!(event.fields["message"], "credential refresh failed; still using the previous credentials");
    assert_eq!(event.fields["error.type"], "credentials");
    assert_eq!(event.fields["error.message"], "the service is down; help: try later");
}

#[test]
fn a_provider_that_never_responds_fails_after_a_minute() {
    let clock = VirtualClock::at_unix(NOW);
    let provider = FakeProvider::new(&clock).after(1_000_000, Issues("first", None)).then(Issues("second", TWO_HOURS));
    let cached = cached(&provider, &clock);
    assert_eq!(call(&clock, &cached), (Err("the provider has not responded within 60s".to_owned()), 60));
    pass(&clock, 1);
    assert_eq!(call(&clock, &cached), (token("second"), 0));
}

#[test]
fn credentials_that_live_for_three_minutes_are_refreshed_every_ninety_seconds() {
    let clock = VirtualClock::at_unix(NOW);
    let provider = (0..40).fold(FakeProvider::new(&clock), |provider, _| provider.then(Issues("short", Some(180))));
    let cached = cached(&provider, &clock);
    for second in 0..3_600 {
        clock.run(cached.credentials()).unwrap();
        assert_eq!(provider.calls(), 1 + second / 90, "{second}");
        pass(&clock, 1);
    }
}

#[test]
fn a_provider_that_returns_the_same_until_their_expiry_is_called_once_a_second_at_most() {
    let clock = VirtualClock::at_unix(NOW);
    let provider = (0..9).fold(FakeProvider::new(&clock), |provider, _| provider.then(IssuesUntil("old", NOW + 240)));
    let provider = provider.then(Issues("new", TWO_HOURS));
    let cached = cached(&provider, &clock);
    let mut asked_after = Vec::new();
    for tenths in 0..2_500 {
        let before = provider.calls();
        clock.run(cached.credentials()).unwrap();
        asked_after.extend((provider.calls() > before).then_some(tenths));
        clock.advance(Duration::from_millis(100));
    }
    assert_eq!(asked_after, [0, 1_200, 1_800, 2_100, 2_250, 2_325, 2_363, 2_382, 2_392, 2_402]);
    assert_eq!(call(&clock, &cached), (token("new"), 0));
}

#[test]
fn credentials_obtained_after_their_expiry_are_used_for_a_minute() {
    let clock = VirtualClock::at_unix(NOW);
    let mut provider = FakeProvider::new(&clock);
    for _ in 0..2 {
        provider = provider.then(Issues("first", Some(0)));
    }
    let cached = cached(&provider, &clock);
    for second in 0..30 {
        assert_eq!((call(&clock, &cached), provider.calls()), ((token("first"), 0), 1), "{second}");
        pass(&clock, 1);
    }
    assert_eq!((call(&clock, &cached), provider.calls()), ((token("first"), 0), 2));
}

/// Never responds to the first call.
#[derive(Default)]
struct HangsOnce(Mutex<bool>);

impl ProvideCredentials for HangsOnce {
    fn credentials<'a>(&'a self, _: &'a ProviderContext) -> BoxFuture<'a, Result<Credentials, Error>> {
        if std::mem::replace(&mut *self.0.lock().unwrap(), true) {
            Box::pin(async { Credentials::new("AKIDexample", "key") })
        } else {
            Box::pin(std::future::pending())
        }
    }
}

#[test]
fn a_refresh_of_a_runtime_that_is_gone_is_begun_again() {
    let config = Config::builder().credentials(base()).endpoint("http://127.0.0.1:1").build().unwrap();
    let (cached, context) = (CachedCredentials::new(HangsOnce::default()), ProviderContext::from(&config));
    let on_a_new_runtime = || {
        let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let asked = async { tokio::time::timeout(Duration::from_millis(10), cached.credentials(&context)).await };
        runtime.block_on(asked).ok()
    };
    assert!(on_a_new_runtime().is_none());
    assert_eq!(on_a_new_runtime().unwrap().unwrap().secret_id(), "AKIDexample");
}
