//! Tests the providers of credentials, and when calls use them.

mod assume_role;
mod cache_helpers;
mod cached;
mod chain;
mod environment;
mod file;
mod machine;
mod machine_role;
#[cfg(unix)]
mod on_disk;
mod rejected;
mod roles;
mod runtimes;
mod shared;
mod sts;
mod sts_host;
mod tccli;
mod web_identity;

use std::sync::Mutex;

use tencentcloud_core::credentials::{ProvideCredentials, ProviderContext};
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::{BoxFuture, Client, Credentials, Error, ErrorKind};

use crate::sample::{Cdn, NOW, PURGED, config, error_of, purge};

/// A provider, and the context that it is called with.
struct InContext<P> {
    provider: P,
    context: ProviderContext,
}

impl<P: ProvideCredentials> InContext<P> {
    fn new(provider: P, transport: &ScriptedTransport, clock: &VirtualClock) -> Self {
        Self { provider, context: ProviderContext::new(transport.clone(), clock.clone()) }
    }

    fn credentials(&self) -> BoxFuture<'_, Result<Credentials, Error>> {
        self.provider.credentials(&self.context)
    }

    fn refresh<'a>(&'a self, rejected: &'a Credentials) -> BoxFuture<'a, Result<Option<Credentials>, Error>> {
        self.provider.refresh(rejected, &self.context)
    }
}

#[test]
fn every_call_asks_the_provider_and_signs_with_its_credentials() {
    /// Returns the given credentials, one after the other.
    struct Rotating(Mutex<Vec<Credentials>>);

    impl ProvideCredentials for Rotating {
        fn credentials<'a>(&'a self, _: &'a ProviderContext) -> BoxFuture<'a, Result<Credentials, Error>> {
            Box::pin(async {
                self.0.lock().unwrap().pop().ok_or_else(|| Error::credentials("used up").with_source("empty box"))
            })
        }
    }

    let clock = VirtualClock::at_unix(NOW);
    let transport = ScriptedTransport::new().respond(200, PURGED).respond(200, PURGED);
    let keys = ["second", "first"].map(|key| Credentials::new("AKIDexample", key).unwrap());
    let config = config(&transport, &clock).credentials(Rotating(Mutex::new(keys.into()))).build().unwrap();
    let client = Client::<Cdn>::new(&config);

    clock.run(client.call(&purge()).into_future()).unwrap();
    clock.run(client.call(&purge()).into_future()).unwrap();
    let [first, second] = transport.requests().try_into().unwrap();
    assert_ne!(first.header("authorization"), second.header("authorization"));

    let error = error_of(&clock, client.call(&purge()));
    assert_eq!((error.kind(), error.attempts(), error.action()), (ErrorKind::Credentials, 0, Some("PurgeUrlsCache")));
    assert_eq!(error.to_string(), "cdn.PurgeUrlsCache: used up");
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "empty box");
}
