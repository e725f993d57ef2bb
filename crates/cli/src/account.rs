//! Configures the clients: credentials, endpoint, language.

use tencentcloud_cdn::runtime::request::Language;
use tencentcloud_cdn::{Config, CredentialsChain, Endpoint};

use crate::args::Common;
use crate::failure::Failure;

/// The account of a command: its clients share connections and rate limits.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) cdn: tencentcloud_cdn::Client,
    pub(crate) teo: tencentcloud_teo::Client,
}

impl Account {
    /// Reads the settings. Credentials are looked for by the first call.
    pub(crate) fn new(common: &Common) -> Result<Self, Failure> {
        let mut credentials = CredentialsChain::new();
        if let Some(profile) = &common.profile {
            credentials = credentials.profile(profile);
        }
        let mut config = Config::builder()
            .credentials(credentials)
            .language(Language::English)
            .app_name(concat!("tcpurge-", env!("CARGO_PKG_VERSION")));
        if let Some(endpoint) = common.endpoint.as_deref() {
            config = config.endpoint(parse_endpoint(endpoint));
        }
        if let Some(timeout) = common.call_timeout {
            config = config.call_timeout(timeout);
        }
        let config = config.build()?;
        Ok(Self { cdn: tencentcloud_cdn::Client::new(&config), teo: tencentcloud_teo::Client::new(&config) })
    }
}

/// The names of the sites have no dot, so they cannot be hosts.
fn parse_endpoint(text: &str) -> Endpoint {
    match text {
        "mainland" => Endpoint::Mainland,
        "international" => Endpoint::International,
        host => Endpoint::Custom(host.to_owned()),
    }
}
