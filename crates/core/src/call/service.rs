//! Holds what the calls to one service share: the configuration, and the prepared parts of a
//! request.

use crate::config::Config;
use crate::credentials::ProviderContext;
use crate::endpoint::{InvalidHost, Origin};
use crate::observe::Observers;
use crate::request::Prepared;

/// A service that calls are sent to.
pub(crate) struct Service {
    pub(crate) config: Config,
    /// The context for the configuration's provider of credentials.
    pub(crate) provider_context: ProviderContext,
    /// An error if the host is invalid; then every call fails with it. Only a `Product` that is
    /// implemented by hand can have an invalid host, because endpoints are checked when the
    /// configuration is built.
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
