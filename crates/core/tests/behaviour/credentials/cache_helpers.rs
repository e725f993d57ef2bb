//! Helpers for tests of the cache.

use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::Duration;

use tencentcloud_core::credentials::{CachedCredentials, ProvideCredentials};
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{BoxFuture, Client, Credentials, Error};

use super::InContext;
use crate::fake_provider::FakeProvider;
use crate::sample::{Cdn, NOW, PURGED, config, purge};

/// A call of a provider.
pub(super) type CredentialsFuture<'a> = BoxFuture<'a, Result<Credentials, Error>>;

pub(super) const TWO_HOURS: Option<u64> = Some(7_200);

pub(super) fn cached<P: ProvideCredentials + Clone + 'static>(
    provider: &P,
    clock: &VirtualClock,
) -> Arc<InContext<CachedCredentials<P>>> {
    Arc::new(InContext::new(CachedCredentials::new(provider.clone()), &ScriptedTransport::new(), clock))
}

/// The token of the credentials, which distinguishes them in these tests.
pub(super) fn token_of(outcome: Result<Credentials, Error>) -> Result<String, String> {
    // The only way to see a token is to send it.
    let credentials = outcome.map_err(|error| error.to_string())?;
    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new().respond(200, PURGED);
    let config = config(&transport, &clock).credentials(credentials).build().unwrap();
    clock.run(Client::<Cdn>::new(&config).call(&purge()).into_future()).unwrap();
    let [request] = transport.requests().try_into().unwrap();
    Ok(request.header("x-tc-token").unwrap_or_default().to_owned())
}

pub(super) fn token(key: &str) -> Result<String, String> {
    Ok(format!("token of {key}"))
}

/// The token that the next call gets, and the seconds that it waits for it.
pub(super) fn call(
    clock: &VirtualClock,
    cached: &InContext<CachedCredentials<FakeProvider>>,
) -> (Result<String, String>, u64) {
    let begin = clock.unix();
    let outcome = clock.run(cached.credentials());
    (token_of(outcome), clock.unix() - begin)
}

pub(super) fn pass(clock: &VirtualClock, seconds: u64) {
    clock.advance(Duration::from_secs(seconds));
}

/// Begins a call and polls it once.
pub(super) fn begin(cached: &InContext<CachedCredentials<FakeProvider>>) -> CredentialsFuture<'_> {
    let mut call = cached.credentials();
    assert!(call.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    call
}
