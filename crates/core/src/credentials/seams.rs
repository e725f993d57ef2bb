//! What a provider sends and waits with, and where to: what its configuration told it, or what a configuration would have by
//! default.

use std::sync::{Arc, OnceLock};

use crate::credentials::ProvideCredentials;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::http::{HttpsTransport, Transport};
use crate::time::Clock;
use crate::time::SystemClock;

/// A transport, a clock, and where the Security Token Service is asked: the first that were told.
#[derive(Default)]
pub(super) struct Seams {
    transport: OnceLock<Arc<dyn Transport>>,
    clock: OnceLock<Arc<dyn Clock>>,
    sts: OnceLock<Endpoint>,
}

impl Seams {
    pub(super) fn attach(&self, transport: &Arc<dyn Transport>, clock: &Arc<dyn Clock>, sts: &Endpoint) {
        self.transport.get_or_init(|| Arc::clone(transport));
        self.clock.get_or_init(|| Arc::clone(clock));
        self.sts.get_or_init(|| sts.clone());
    }

    /// Attaches the provider below to the same, as far as they are known.
    pub(super) fn pass_on(&self, provider: &(impl ProvideCredentials + ?Sized)) {
        if let (Some(transport), Some(clock), Some(sts)) = (self.transport.get(), self.clock.get(), self.sts.get()) {
            provider.attach(transport, clock, sts);
        }
    }

    pub(super) fn clock(&self) -> &Arc<dyn Clock> {
        self.clock.get_or_init(|| Arc::new(SystemClock))
    }

    /// Where the Security Token Service is asked if the provider does not say.
    pub(super) fn sts(&self) -> &Endpoint {
        self.sts.get_or_init(Endpoint::default)
    }

    /// The transport.
    ///
    /// # Errors
    ///
    /// If none was told, and the default one cannot be set up.
    pub(super) fn transport(&self) -> Result<&Arc<dyn Transport>, Error> {
        match self.transport.get() {
            Some(transport) => Ok(transport),
            None => {
                // The metadata has no TLS, so a machine without root certificates can use it.
                let transport = Arc::new(HttpsTransport::for_loopback()?);
                Ok(self.transport.get_or_init(|| transport))
            }
        }
    }
}
