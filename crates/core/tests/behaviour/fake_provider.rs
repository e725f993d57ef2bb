//! A provider that issues credentials from a script.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tencentcloud_core::credentials::{ProvideCredentials, ProviderContext};
use tencentcloud_core::testing::VirtualClock;
use tencentcloud_core::time::Clock;
use tencentcloud_core::{BoxFuture, Credentials, Error};

/// Clones share the script.
#[derive(Clone)]
pub(crate) struct FakeProvider(Arc<Inner>);

struct Inner {
    clock: VirtualClock,
    script: Mutex<VecDeque<(Duration, Outcome)>>,
    asked: AtomicUsize,
}

pub(crate) enum Outcome {
    /// Issues credentials with this key and this lifetime in seconds.
    Issues(&'static str, Option<u64>),
    /// Issues credentials with this key and this expiry, in seconds since 1970.
    IssuesUntil(&'static str, u64),
    Fails(&'static str),
    Panics,
}

impl FakeProvider {
    pub(crate) fn new(clock: &VirtualClock) -> Self {
        Self(Arc::new(Inner { clock: clock.clone(), script: Mutex::default(), asked: AtomicUsize::new(0) }))
    }

    /// Adds the outcome of the next call.
    pub(crate) fn then(self, outcome: Outcome) -> Self {
        self.after(0, outcome)
    }

    /// Adds the outcome of the next call, which takes the given number of seconds.
    pub(crate) fn after(self, seconds: u64, outcome: Outcome) -> Self {
        self.0.script.lock().unwrap().push_back((Duration::from_secs(seconds), outcome));
        self
    }

    pub(crate) fn calls(&self) -> usize {
        self.0.asked.load(Ordering::Relaxed)
    }
}

impl ProvideCredentials for FakeProvider {
    fn credentials<'a>(&'a self, _: &'a ProviderContext) -> BoxFuture<'a, Result<Credentials, Error>> {
        Box::pin(async {
            let Inner { clock, script, asked } = &*self.0;
            asked.fetch_add(1, Ordering::Relaxed);
            let step = script.lock().unwrap().pop_front();
            let (delay, outcome) = step.unwrap_or((Duration::ZERO, Outcome::Fails("the script has no further step")));
            if !delay.is_zero() {
                clock.sleep(delay).await;
            }
            let issued = |key: &str, end: Option<SystemTime>| {
                let credentials = Credentials::new("AKIDissued", key)?.with_token(format!("token of {key}"))?;
                Ok(end.into_iter().fold(credentials, Credentials::with_expiry))
            };
            match outcome {
                Outcome::Issues(key, lifetime) => {
                    issued(key, lifetime.map(|lifetime| clock.now() + Duration::from_secs(lifetime)))
                }
                Outcome::IssuesUntil(key, end) => issued(key, Some(UNIX_EPOCH + Duration::from_secs(end))),
                Outcome::Fails(message) => {
                    Err(Error::credentials(message).with_hint("try later").with_source("a cause"))
                }
                Outcome::Panics => panic!("the provider panics"),
            }
        })
    }
}
