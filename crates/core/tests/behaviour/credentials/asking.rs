//! Calls that ask a cache for credentials.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tencentcloud_core::credentials::{CachedCredentials, ProvideCredentials};
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{BoxFuture, Client, Credentials, Error};

use super::InContext;
use crate::fake_provider::FakeProvider;
use crate::sample::{Cdn, NOW, PURGED, config, purge};

/// A call that asks for credentials.
pub(super) type Asking<'a> = BoxFuture<'a, Result<Credentials, Error>>;

pub(super) const HOURS_2: Option<u64> = Some(7_200);

pub(super) fn cached<P: ProvideCredentials + Clone + 'static>(
    provider: &P,
    clock: &VirtualClock,
) -> Arc<InContext<CachedCredentials<P>>> {
    Arc::new(InContext::new(CachedCredentials::new(provider.clone()), &ScriptedTransport::new(), clock))
}

/// The token tells the credentials apart.
pub(super) fn shown(outcome: Result<Credentials, Error>) -> Result<String, String> {
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

/// What the next call gets, and how many seconds it waits for it.
pub(super) fn ask(
    clock: &VirtualClock,
    cached: &InContext<CachedCredentials<FakeProvider>>,
) -> (Result<String, String>, u64) {
    let begin = clock.unix();
    let outcome = clock.run(cached.credentials());
    (shown(outcome), clock.unix() - begin)
}

pub(super) fn pass(clock: &VirtualClock, seconds: u64) {
    clock.advance(Duration::from_secs(seconds));
}

/// Polls every future whenever one can go on.
pub(super) async fn all<T>(mut futures: Vec<BoxFuture<'_, T>>) -> Vec<T> {
    let mut outcomes: Vec<Option<T>> = futures.iter().map(|_| None).collect();
    poll_fn(|context| {
        for (future, outcome) in futures.iter_mut().zip(&mut outcomes) {
            if outcome.is_none()
                && let Poll::Ready(output) = future.as_mut().poll(context)
            {
                *outcome = Some(output);
            }
        }
        if outcomes.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    outcomes.into_iter().flatten().collect()
}

/// Begins a call and polls it once.
pub(super) fn begin(cached: &InContext<CachedCredentials<FakeProvider>>) -> Asking<'_> {
    let mut call = cached.credentials();
    assert!(call.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    call
}
