//! Decides which hosts the default transport connects to through a proxy.

mod exceptions;
mod route;
mod url;

use std::{env, fmt};

pub(super) use self::route::{Route, ThroughProxy};
use crate::endpoint::Origin;
use crate::error::Error;
use crate::secret::Secret;

/// The proxy of the default transport.
///
/// The transport opens a tunnel through the proxy (`CONNECT`), so that the proxy sees the host of a
/// request and nothing else. Requests to this machine (`localhost`, `127.0.0.0/8`, `::1`) never go
/// through a proxy.
///
/// ```
/// use tencentcloud_core::http::Proxy;
/// use tencentcloud_core::{Config, Credentials};
///
/// let builder = Config::builder().credentials(Credentials::new("AKIDexample", "example-key")?);
/// let config = builder.proxy("http://user:password@proxy.example.com:3128").build()?;
///
/// let builder = Config::builder().credentials(Credentials::new("AKIDexample", "example-key")?);
/// let config = builder.proxy(Proxy::none()).build()?;
/// # Ok::<(), tencentcloud_core::Error>(())
/// ```
pub struct Proxy(Choice);

enum Choice {
    Environment,
    None,
    Url(Secret),
}

impl Proxy {
    /// The proxy of the environment, read when the configuration is built: `HTTPS_PROXY`, or else
    /// `ALL_PROXY`, except for the hosts in `NO_PROXY`. The names may also be in lower case.
    ///
    /// `NO_PROXY` is a list of domains, which include their subdomains (`example.com`), of
    /// subdomains alone (`*.example.com`), of addresses (`10.0.0.1`) and of networks
    /// (`10.0.0.0/8`), separated by commas, semicolons or white space. Each may have a port
    /// (`example.com:443`). `*` is every host. An entry in another form is logged as a warning.
    ///
    /// If the value is not a valid URL of a proxy, a request that would go through the proxy fails,
    /// and the error names the variable.
    #[must_use]
    pub fn from_env() -> Self {
        Self(Choice::Environment)
    }

    /// No proxy, regardless of the environment.
    #[must_use]
    pub fn none() -> Self {
        Self(Choice::None)
    }

    /// The route of a transport for the given endpoints. An invalid proxy of the environment is an
    /// error at once if one of them would be reached through it, and otherwise when a request is.
    pub(super) fn route(&self, endpoints: &[Origin]) -> Result<Route, Error> {
        match &self.0 {
            Choice::None => Ok(Route::direct()),
            Choice::Url(url) => Route::through(url.reveal()),
            Choice::Environment => {
                #[expect(clippy::disallowed_methods, reason = "`Choice::Environment` asks for it")]
                let route = Route::from_variables(|name| env::var_os(name));
                route.checked_for(endpoints)
            }
        }
    }
}

/// The URL of a proxy: `http://host:port` or `https://host:port`, with `user:password@` in front of
/// the host if the proxy requires it. The scheme defaults to `http`. With the feature `socks`, it
/// may also be `socks5`, or `socks5h` if the proxy is to look up the host. An invalid URL is an
/// error when the configuration is built.
impl From<&str> for Proxy {
    fn from(url: &str) -> Self {
        Self::from(url.to_owned())
    }
}

/// The same as from `&str`.
impl From<&String> for Proxy {
    fn from(url: &String) -> Self {
        Self::from(url.clone())
    }
}

/// The same as from `&str`.
impl From<String> for Proxy {
    fn from(url: String) -> Self {
        Self(Choice::Url(Secret::new(url)))
    }
}

// Without the URL: it may contain a password, even if it is not a valid URL.
impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Choice::Environment => "Proxy(from the environment)",
            Choice::None => "Proxy(none)",
            Choice::Url(_) => "Proxy(***)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_is_not_printed() {
        assert_eq!(format!("{:?}", Proxy::from("http://user:password@host")), "Proxy(***)");
    }
}
