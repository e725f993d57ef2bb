//! Chooses the transport of a configuration, and has the settings of the default one.

use std::sync::Arc;
#[cfg(feature = "rustls-no-provider")]
use std::time::Duration;

#[cfg(feature = "rustls-no-provider")]
use super::{Config, ConfigBuilder};
#[cfg(feature = "rustls-no-provider")]
use crate::credentials::ProvideCredentials;
use crate::endpoint::Origin;
use crate::error::{Error, ErrorKind};
use crate::http::Transport;
#[cfg(feature = "rustls-no-provider")]
use crate::http::{HttpsTransport, HttpsTransportBuilder, Proxy};

/// The transport that was set, and the settings of the default one.
pub(super) struct TransportSettings {
    /// The transport that was set.
    pub(super) own: Option<Arc<dyn Transport>>,
    #[cfg(feature = "rustls-no-provider")]
    https: HttpsTransportBuilder,
    /// Name of a setting that only the default transport has, if one was set.
    #[cfg(feature = "rustls-no-provider")]
    https_setting: Option<&'static str>,
}

impl TransportSettings {
    /// The default transport, without settings.
    pub(super) fn new() -> Self {
        Self {
            own: None,
            #[cfg(feature = "rustls-no-provider")]
            https: HttpsTransport::builder(),
            #[cfg(feature = "rustls-no-provider")]
            https_setting: None,
        }
    }

    /// The transport for these endpoints.
    #[cfg(feature = "rustls-no-provider")]
    pub(super) fn build(self, origins: &[Origin]) -> Result<Arc<dyn Transport>, Error> {
        match (self.own, self.https_setting) {
            (Some(_), Some(setting)) => Err(setting_without_effect(setting)),
            (Some(transport), None) => Ok(transport),
            (None, _) => Ok(Arc::new(self.https.build_for(origins)?)),
        }
    }

    /// The transport that was set: there is no other.
    #[cfg(not(feature = "rustls-no-provider"))]
    pub(super) fn build(self, _: &[Origin]) -> Result<Arc<dyn Transport>, Error> {
        self.own.ok_or_else(|| {
            Error::new(ErrorKind::InvalidRequest, "no transport is set, and this build has no default transport")
                .with_hint("set a transport of your own with `transport`, or enable the feature `rustls-ring`")
        })
    }
}

/// The error for a setting of the default transport if another transport is set, which would ignore
/// the setting.
#[cfg(feature = "rustls-no-provider")]
fn setting_without_effect(setting: &str) -> Error {
    Error::new(ErrorKind::InvalidRequest, format!("`{setting}` has no effect on the given `transport`"))
        .with_hint(format!("set `{setting}` on an `HttpsTransportBuilder`, or remove `transport`"))
}

/// Configurations with the default transport. They need one of its features, such as
/// `rustls-ring`.
#[cfg(feature = "rustls-no-provider")]
impl Config {
    /// Creates a configuration with the given credentials and defaults for everything else.
    ///
    /// # Errors
    ///
    /// As [`ConfigBuilder::build`].
    pub fn new(credentials: impl ProvideCredentials + 'static) -> Result<Self, Error> {
        Self::builder().credentials(credentials).build()
    }

    /// Creates a configuration with
    /// [`Credentials::from_env`](crate::credentials::Credentials::from_env) and defaults for
    /// everything else.
    ///
    /// The environment may also set [the endpoint](ConfigBuilder::endpoint) and the proxy.
    /// Credentials are searched for there only, so that the error names the variable that is
    /// missing. [`CredentialsChain`](crate::credentials::CredentialsChain) also searches elsewhere,
    /// when the first call is made.
    ///
    /// # Errors
    ///
    /// As [`ConfigBuilder::build`].
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().build()
    }
}

/// The settings of the default transport. They need one of its features, such as `rustls-ring`.
#[cfg(feature = "rustls-no-provider")]
impl ConfigBuilder {
    /// Sets the time limit for opening a connection, proxy and TLS included; 10 s if not set.
    ///
    /// It belongs to the default transport: set it here, or on a transport of your own with
    /// [`HttpsTransportBuilder::connect_timeout`].
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        self.https("connect_timeout", |https| https.connect_timeout(timeout))
    }

    /// Sets the proxy; [`Proxy::from_env`] if not set.
    ///
    /// It belongs to the default transport, as [`connect_timeout`](Self::connect_timeout) does.
    pub fn proxy(self, proxy: impl Into<Proxy>) -> Self {
        self.https("proxy", |https| https.proxy(proxy))
    }

    /// Adds root certificates, in PEM, to those that the platform trusts: for a gateway or a proxy
    /// with a certificate authority of its own.
    ///
    /// They belong to the default transport, as [`connect_timeout`](Self::connect_timeout) does.
    pub fn root_certificates(self, pem: impl Into<Vec<u8>>) -> Self {
        self.https("root_certificates", |https| https.root_certificates(pem))
    }

    /// Changes a setting of the default transport.
    fn https(
        mut self,
        setting: &'static str,
        set: impl FnOnce(HttpsTransportBuilder) -> HttpsTransportBuilder,
    ) -> Self {
        self.transport.https = set(self.transport.https);
        self.transport.https_setting = Some(setting);
        self
    }
}
