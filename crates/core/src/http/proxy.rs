//! Decides which hosts the default transport connects to through a proxy.

use std::env;
use std::error::Error as StdError;
use std::ffi::OsString;
use std::fmt;

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::{ClientBuilder, NoProxy, Url};

use crate::endpoint::Scheme;
use crate::error::{Error, ErrorKind, TransportError, TransportErrorKind};
use crate::secret::Secret;

/// Variables that name the proxy, as in curl and most HTTP clients. The first one of a pair that is
/// set counts. The second pair counts if the first is unset or empty.
const VARIABLES: [[&str; 2]; 2] = [["HTTPS_PROXY", "https_proxy"], ["ALL_PROXY", "all_proxy"]];
/// Variables that list the hosts to connect to directly.
const EXCEPTIONS: [&str; 2] = ["NO_PROXY", "no_proxy"];
/// This machine. A proxy would connect to itself instead.
const LOOPBACK: &str = "localhost,127.0.0.0/8,::1";
/// Set for CGI programs, where `HTTP_PROXY` can come from a request header ("httpoxy"). As in
/// reqwest, the environment is then ignored.
const CGI_MARKER: &str = "REQUEST_METHOD";

/// The proxy of the default transport.
///
/// The transport opens a tunnel through the proxy (`CONNECT`), so that the proxy sees the host of a
/// request and nothing else. Requests to this machine (`localhost`, `127.0.0.0/8`, `::1`) never go
/// through a proxy.
///
/// ```
/// use tencentcloud_core::{Config, Credentials};
/// use tencentcloud_core::http::Proxy;
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
    /// A variable with anything but the URL of an HTTP proxy is rejected, and the error names it.
    #[must_use]
    pub fn from_env() -> Self {
        Self(Choice::Environment)
    }

    /// No proxy, regardless of the environment.
    #[must_use]
    pub fn none() -> Self {
        Self(Choice::None)
    }

    /// The route of a transport for endpoints of the given scheme.
    ///
    /// An invalid proxy is an error at once, with one exception: if no endpoint uses TLS, an
    /// invalid proxy of the environment is an error of the first request over TLS.
    #[expect(clippy::disallowed_methods, reason = "`Choice::Environment` asks for it")]
    pub(crate) fn route(&self, scheme: Scheme) -> Result<Route, Error> {
        match &self.0 {
            Choice::None => Ok(Route::Direct),
            Choice::Url(url) => Route::through(url.reveal(), "", None),
            Choice::Environment => match from_variables(|name| env::var_os(name)) {
                Err(error) if scheme == Scheme::Http => Ok(Route::Invalid(error)),
                route => route,
            },
        }
    }
}

/// The URL of a proxy: `http://host:port` or `https://host:port`, with `user:password@` in front of
/// the host if the proxy requires it. The scheme defaults to `http`. An invalid URL is an error
/// when the configuration is built.
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

/// How connections for TLS are opened.
pub(crate) enum Route {
    Direct,
    Proxy {
        proxy: Box<reqwest::Proxy>,
        /// Decides for which hosts the proxy is used.
        matcher: Box<Matcher>,
        /// The variable of the environment that names the proxy.
        variable: Option<&'static str>,
    },
    /// The environment names an invalid proxy.
    Invalid(Error),
}

impl Route {
    /// The route through a proxy, except for some hosts.
    fn through(url: &str, exceptions: &str, variable: Option<&'static str>) -> Result<Self, Error> {
        let (url, exceptions) = (parse(url).ok_or_else(|| invalid(variable))?, format!("{exceptions},{LOOPBACK}"));
        // hyper-util ignores a proxy URL that it cannot parse and connects directly, so check
        // first.
        let is_understood = "https://host"
            .parse()
            .is_ok_and(|host| Matcher::builder().https(url.as_str()).build().intercept(&host).is_some());
        let proxy = reqwest::Proxy::https(url.clone()).ok().filter(|_| is_understood);
        let proxy = proxy.ok_or_else(|| invalid(variable))?.no_proxy(NoProxy::from_string(&exceptions));
        let matcher = Matcher::builder().https(url.as_str()).no(exceptions).build();
        Ok(Self::Proxy { proxy: Box::new(proxy), matcher: Box::new(matcher), variable })
    }

    /// Configures an HTTP client to use this route.
    pub(crate) fn apply(&self, client: ClientBuilder) -> ClientBuilder {
        match self {
            Self::Direct | Self::Invalid(_) => client.no_proxy(),
            Self::Proxy { proxy, .. } => client.proxy((**proxy).clone()),
        }
    }

    /// Fails if the environment names an invalid proxy: connecting directly could be forbidden.
    pub(crate) fn check(&self) -> Result<(), TransportError> {
        match self {
            Self::Direct | Self::Proxy { .. } => Ok(()),
            Self::Invalid(error) => {
                let failure = TransportError::new(TransportErrorKind::Unsendable, error.message());
                Err(match error.hint() {
                    Some(hint) => failure.with_hint(hint.to_owned()),
                    None => failure,
                })
            }
        }
    }

    /// The error for a connection that did not open. It says whether a proxy was used.
    pub(crate) fn no_connection(
        &self,
        error: reqwest::Error,
        cause: impl Fn(&reqwest::Error) -> String,
    ) -> TransportError {
        let variable = match self {
            Self::Proxy { matcher, variable, .. } => {
                let host = error.url().and_then(|url| url.as_str().parse().ok());
                host.and_then(|host| matcher.intercept(&host)).map(|_| *variable)
            }
            Self::Direct | Self::Invalid(_) => None,
        };
        // Before anything else, because the query of the URL may contain a token.
        let error = error.without_url();
        let cause = cause(&error);
        match variable {
            None => TransportError::new(TransportErrorKind::Connect, cause).with_source(error),
            Some(variable) => {
                let error = ThroughProxy { variable, error };
                TransportError::new(TransportErrorKind::Connect, format!("{cause}, {error}")).with_source(error)
            }
        }
    }
}

/// A connection that did not open through a proxy.
#[derive(Debug)]
pub(crate) struct ThroughProxy {
    variable: Option<&'static str>,
    error: reqwest::Error,
}

impl ThroughProxy {
    /// The hint if the proxy does not respond.
    pub(crate) fn advice(&self) -> &'static str {
        match self.variable {
            Some(_) => "check the proxy, or connect directly: add the host to `NO_PROXY`, or set `Proxy::none()`",
            None => "check the proxy",
        }
    }
}

impl fmt::Display for ThroughProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.variable {
            Some(variable) => write!(f, "through the proxy of `{variable}`"),
            None => f.write_str("through the proxy"),
        }
    }
}

impl StdError for ThroughProxy {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.error)
    }
}

/// The route that the environment describes.
fn from_variables(lookup: impl Fn(&str) -> Option<OsString>) -> Result<Route, Error> {
    // The first variable that is set counts, even if it is empty, as in reqwest and curl.
    let first = |names: [&'static str; 2]| names.into_iter().find_map(|name| Some((name, lookup(name)?)));
    let named = VARIABLES.into_iter().filter_map(first).find(|(_, value)| !value.is_empty());
    let Some((variable, value)) = named.filter(|_| lookup(CGI_MARKER).is_none()) else { return Ok(Route::Direct) };
    let url = Secret::new(value.into_string().unwrap_or_default());
    let exceptions = first(EXCEPTIONS).and_then(|(_, value)| value.into_string().ok()).unwrap_or_default();
    if exceptions.split(',').any(|host| host.trim() == "*") {
        return Ok(Route::Direct);
    }
    Route::through(url.reveal(), &exceptions, Some(variable))
}

/// Parses the URL of an HTTP proxy. A URL of another scheme, such as SOCKS, is invalid.
fn parse(url: &str) -> Option<Url> {
    // URL parsers remove white space silently.
    if url.contains(char::is_whitespace) {
        return None;
    }
    let parsed = if url.contains("://") { Url::parse(url) } else { Url::parse(&format!("http://{url}")) };
    parsed.ok().filter(|proxy| matches!(proxy.scheme(), "http" | "https") && proxy.has_host())
}

/// The error for an invalid proxy. It does not show the URL, which may contain a password.
fn invalid(variable: Option<&'static str>) -> Error {
    const HELP: &str =
        "write `http://host:port` or `http://user:password@host:port`, special characters percent-encoded";
    match variable {
        None => Error::new(ErrorKind::InvalidRequest, "the proxy is not the URL of an HTTP proxy").with_hint(HELP),
        Some(variable) => {
            Error::new(ErrorKind::InvalidRequest, format!("`{variable}` is not the URL of an HTTP proxy"))
                .with_hint(format!("{HELP}; to connect directly, unset it or set `Proxy::none()`"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names and values of environment variables.
    type Variables<'a> = &'a [(&'a str, &'a str)];

    fn route(variables: Variables<'_>) -> Result<Route, Error> {
        from_variables(|name| variables.iter().find(|(variable, _)| *variable == name).map(|(_, value)| value.into()))
    }

    /// The proxy for a host, and the variable that names it.
    fn proxy_for(variables: Variables<'_>, host: &str) -> Option<(&'static str, String)> {
        let Route::Proxy { matcher, variable, .. } = route(variables).unwrap() else { return None };
        let proxy = matcher.intercept(&format!("https://{host}/").parse().unwrap())?;
        Some((variable.unwrap(), proxy.uri().authority().unwrap().to_string()))
    }

    #[test]
    fn a_url_of_anything_but_an_http_proxy_is_rejected_and_not_shown() {
        for url in [
            "",
            "socks5://user:password@host:1080",
            "ftp://user:password@host",
            "http://user:pass word@host",
            "http://",
            "http://user:password@",
            "user:password",
        ] {
            let error = Proxy::from(url).route(Scheme::Http).err().unwrap();
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
    fn the_variables_of_the_proxy_are_those_of_other_clients() {
        let cases: [(Variables<'_>, _); 10] = [
            (&[], None),
            (&[("HTTPS_PROXY", "http://one:1")], Some(("HTTPS_PROXY", "one:1"))),
            (&[("https_proxy", "https://u:p@one:1/")], Some(("https_proxy", "one:1"))),
            (&[("HTTPS_PROXY", "one:1"), ("https_proxy", "two:2")], Some(("HTTPS_PROXY", "one:1"))),
            (&[("ALL_PROXY", "socks5://two:2"), ("HTTPS_PROXY", "one:1")], Some(("HTTPS_PROXY", "one:1"))),
            (&[("HTTPS_PROXY", ""), ("https_proxy", "one:1"), ("all_proxy", "two")], Some(("all_proxy", "two"))),
            (&[("HTTP_PROXY", "http://one:1"), ("http_proxy", "http://one:1")], None),
            (&[("HTTPS_PROXY", ""), ("ALL_PROXY", "")], None),
            (&[("HTTPS_PROXY", "http://one:1"), ("REQUEST_METHOD", "GET")], None),
            (&[("ALL_PROXY", "socks5://two:2"), ("NO_PROXY", "a.example, *")], None),
        ];
        for (variables, expected) in cases {
            let expected = expected.map(|(name, proxy)| (name, proxy.to_owned()));
            assert_eq!(proxy_for(variables, "host"), expected, "{variables:?}");
        }
    }

    #[test]
    fn hosts_in_no_proxy_and_this_machine_are_connected_to_directly() {
        let proxy = ("HTTPS_PROXY", "http://one:1");
        let through = |exceptions: &str, host: &str| proxy_for(&[proxy, ("NO_PROXY", exceptions)], host).is_some();
        assert!(through("", "cdn.tencentcloudapi.com"));
        for exceptions in ["*", "tencentcloudapi.com", "a.example, .tencentcloudapi.com", "CDN.tencentcloudapi.com"] {
            assert!(!through(exceptions, "cdn.tencentcloudapi.com"), "{exceptions}");
        }
        assert!(through("dn.tencentcloudapi.com", "cdn.tencentcloudapi.com"));
        assert!(!through("10.0.0.0/8", "10.1.2.3") && through("10.0.0.0/8", "11.1.2.3"));
        assert!(proxy_for(&[proxy, ("no_proxy", "*")], "host").is_none());
        for this_machine in ["localhost", "127.0.0.1:8080", "127.9.9.9", "[::1]:1"] {
            assert!(!through("", this_machine), "{this_machine}");
        }
    }

    #[test]
    fn an_invalid_variable_is_named_and_its_value_is_not_shown() {
        let cases = [
            ([("HTTPS_PROXY", "not a hidden url")], "HTTPS_PROXY"),
            ([("https_proxy", "ftp://hidden:hidden@host")], "https_proxy"),
            ([("ALL_PROXY", "socks5://hidden:hidden@host:1080")], "ALL_PROXY"),
            ([("all_proxy", " http://hidden:1")], "all_proxy"),
        ];
        for (variables, name) in cases {
            let error = route(&variables).err().unwrap();
            assert_eq!(error.kind(), ErrorKind::InvalidRequest);
            assert_eq!(
                error.to_string(),
                format!(
                    "`{name}` is not the URL of an HTTP proxy; help: write `http://host:port` or \
                     `http://user:password@host:port`, special characters percent-encoded; \
                     to connect directly, unset it or set `Proxy::none()`"
                )
            );
        }
    }

    #[test]
    fn the_url_is_not_printed() {
        assert_eq!(format!("{:?}", Proxy::from("http://user:password@host")), "Proxy(***)");
    }
}
