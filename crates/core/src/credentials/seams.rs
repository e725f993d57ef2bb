//! What a provider sends and waits with: what its configuration told it, or what a configuration would have by default.

use std::sync::{Arc, OnceLock};

use crate::clock::SystemClock;
use crate::{Clock, Error, HttpsTransport, ProvideCredentials, Transport};

/// A transport and a clock, the first that were told.
#[derive(Default)]
pub(super) struct Seams {
    transport: OnceLock<Arc<dyn Transport>>,
    clock: OnceLock<Arc<dyn Clock>>,
}

impl Seams {
    pub(super) fn attach(&self, transport: &Arc<dyn Transport>, clock: &Arc<dyn Clock>) {
        self.transport.get_or_init(|| Arc::clone(transport));
        self.clock.get_or_init(|| Arc::clone(clock));
    }

    /// Attaches the provider below to the same, as far as they are known.
    pub(super) fn pass_on(&self, provider: &(impl ProvideCredentials + ?Sized)) {
        if let (Some(transport), Some(clock)) = (self.transport.get(), self.clock.get()) {
            provider.attach(transport, clock);
        }
    }

    pub(super) fn clock(&self) -> &Arc<dyn Clock> {
        self.clock.get_or_init(|| Arc::new(SystemClock))
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
                let transport = Arc::new(HttpsTransport::new()?);
                Ok(self.transport.get_or_init(|| transport))
            }
        }
    }
}
