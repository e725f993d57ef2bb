//! A service that calls are sent to: its configuration, and its host.

use crate::config::Config;
use crate::credentials::ProviderContext;
use crate::endpoint::{InvalidHost, Origin};
use crate::observe::Observers;
use crate::request::Prepared;

/// What every call to one service needs, whatever the action.
pub(crate) struct Service {
    pub(crate) config: Config,
    /// What the configuration's provider of credentials is called with.
    pub(crate) provider_context: ProviderContext,
    /// Fails each call if the host is invalid. Only the hosts of a hand-written product can be: endpoints are checked when
    /// the configuration is built.
    pub(crate) prepared: Result<Prepared, InvalidHost>,
}

impl Service {
    pub(crate) fn new(config: &Config, origin: Origin) -> Self {
        let prepared = Prepared::new(origin, &config.request_settings().request_client);
        Self { config: config.clone(), provider_context: ProviderContext::from(config), prepared }
    }

    /// The URL of every request, or an empty text if the host is invalid.
    pub(crate) fn url(&self) -> &str {
        self.prepared.as_ref().map_or("", Prepared::url)
    }

    pub(super) fn observers(&self) -> Observers<'_> {
        self.config.observers()
    }
}
