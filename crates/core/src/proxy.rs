//! Which proxy the default transport goes through.

use std::fmt;

use reqwest::{ClientBuilder, Url};

use crate::secret::Secret;
use crate::{Error, ErrorKind};

/// Which proxy the default transport goes through.
///
/// A proxy is asked for a tunnel (`CONNECT`) and sees the host that is called, and nothing else. Plain `http`, which is for
/// this machine only, never goes through one.
///
/// ```
/// use tencentcloud_core::{Config, Credentials, Proxy};
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
    /// The proxy that the environment names, read when the configuration is built: `HTTPS_PROXY`, or else `ALL_PROXY`,
    /// and none for the hosts in `NO_PROXY`; in lower case as well.
    #[must_use]
    pub fn from_env() -> Self {
        Self(Choice::Environment)
    }

    /// No proxy, whatever the environment says.
    #[must_use]
    pub fn none() -> Self {
        Self(Choice::None)
    }

    /// Tells an HTTP client which proxy to ask.
    pub(crate) fn apply(&self, client: ClientBuilder) -> Result<ClientBuilder, Error> {
        match &self.0 {
            // What reqwest does if nothing is said.
            Choice::Environment => Ok(client),
            Choice::None => Ok(client.no_proxy()),
            Choice::Url(url) => Ok(client.proxy(of_url(url.reveal())?)),
        }
    }
}

/// The URL of a proxy: `http://host:port` or `https://host:port`, with `user:password@` before the host if it asks for
/// them. What is wrong with it is told when the configuration is built.
impl From<&str> for Proxy {
    fn from(url: &str) -> Self {
        Self::from(url.to_owned())
    }
}

/// As from `&str`.
impl From<String> for Proxy {
    fn from(url: String) -> Self {
        Self(Choice::Url(Secret::new(url)))
    }
}

// Not the URL, which may hold a password, and be written so that it is not recognized as one.
impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Choice::Environment => "Proxy(from the environment)",
            Choice::None => "Proxy(none)",
            Choice::Url(_) => "Proxy(***)",
        })
    }
}

fn of_url(url: &str) -> Result<reqwest::Proxy, Error> {
    // What a broken URL holds may be a password, so there is nothing more to say.
    let refused = || {
        Error::new(ErrorKind::InvalidRequest, "the proxy is not the URL of an HTTP proxy").with_hint(
            "write `http://host:port` or `http://user:password@host:port`, special characters percent-encoded",
        )
    };
    // Another scheme, such as SOCKS, is asked in another language; a URL parser mends white space silently.
    let proxy = Url::parse(url).ok().filter(|proxy| {
        matches!(proxy.scheme(), "http" | "https") && proxy.has_host() && !url.contains(char::is_whitespace)
    });
    proxy.and_then(|proxy| reqwest::Proxy::https(proxy).ok()).ok_or_else(refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_http_proxy_is_refused_without_being_repeated() {
        for url in
            ["", "socks5://user:password@host:1080", "http://user:pass word@host", "http://", "http://user:password@"]
        {
            let error = Proxy::from(url).apply(ClientBuilder::new()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidRequest);
            assert_eq!(
                error.to_string(),
                "the proxy is not the URL of an HTTP proxy; help: write `http://host:port` or \
                 `http://user:password@host:port`, special characters percent-encoded",
                "{url}"
            );
        }
    }

    #[test]
    fn nothing_is_printed_of_a_url() {
        assert_eq!(format!("{:?}", Proxy::from("http://user:password@host")), "Proxy(***)");
    }
}
