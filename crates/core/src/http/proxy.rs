//! Which proxy the default transport goes through.

use std::env;
use std::error::Error as StdError;
use std::ffi::OsString;
use std::fmt;

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::{ClientBuilder, NoProxy, Url};

use crate::endpoint::Scheme;
use crate::error::{Error, ErrorKind};
use crate::http::{TransportError, TransportErrorKind};
use crate::secret::Secret;

/// Variables of the proxy, as curl and most HTTP clients read them: of each pair the first that is set counts, and the second
/// pair only if the first says nothing.
const VARIABLES: [[&str; 2]; 2] = [["HTTPS_PROXY", "https_proxy"], ["ALL_PROXY", "all_proxy"]];
/// Variables of the hosts that are asked without a proxy.
const EXCEPTIONS: [&str; 2] = ["NO_PROXY", "no_proxy"];
/// This machine, which a proxy would take for itself.
const LOOPBACK: &str = "localhost,127.0.0.0/8,::1";
/// Variable that a web server sets for a program that answers a request of its: the environment of such a program is in part
/// what the request says, so reqwest takes no proxy from it.
const OF_A_REQUEST: &str = "REQUEST_METHOD";

/// Which proxy the default transport goes through.
///
/// A proxy is asked for a tunnel (`CONNECT`) and sees the host that is called, and nothing else. This machine (`localhost`,
/// `127.0.0.0/8`, `::1`) is never asked for through one.
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
    ///
    /// A variable that is set to something other than the URL of an HTTP proxy is refused by its name.
    #[must_use]
    pub fn from_env() -> Self {
        Self(Choice::Environment)
    }

    /// No proxy, whatever the environment says.
    #[must_use]
    pub fn none() -> Self {
        Self(Choice::None)
    }

    /// The way of a transport for endpoints of a scheme.
    ///
    /// What is wrong with a proxy is told at once; but with the environment's, if nothing is to be sent over TLS, not before
    /// something is after all.
    pub(crate) fn route(&self, scheme: Scheme) -> Result<Route, Error> {
        match &self.0 {
            Choice::None => Ok(Route::Direct),
            Choice::Url(url) => Route::through(url.reveal(), "", None),
            Choice::Environment => match of_variables(|name| env::var_os(name)) {
                Err(error) if scheme == Scheme::Http => Ok(Route::Refused(error)),
                route => route,
            },
        }
    }
}

/// The URL of a proxy: `http://host:port` or `https://host:port`, with `user:password@` before the host if it asks for
/// them; without a scheme it is `http`. What is wrong with it is told when the configuration is built.
impl From<&str> for Proxy {
    fn from(url: &str) -> Self {
        Self::from(url.to_owned())
    }
}

/// As from `&str`.
impl From<&String> for Proxy {
    fn from(url: &String) -> Self {
        Self::from(url.clone())
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

/// The way to the hosts that are asked over TLS.
pub(crate) enum Route {
    Direct,
    Proxy {
        proxy: Box<reqwest::Proxy>,
        /// The same, to ask which hosts it is for.
        matcher: Box<Matcher>,
        /// Where the environment names it.
        variable: Option<&'static str>,
    },
    /// The environment names something else.
    Refused(Error),
}

impl Route {
    /// The way through a proxy, but for some hosts.
    fn through(url: &str, exceptions: &str, variable: Option<&'static str>) -> Result<Self, Error> {
        let (url, exceptions) = (parse(url).ok_or_else(|| refused(variable))?, format!("{exceptions},{LOOPBACK}"));
        // What is below takes a URL that it does not understand for none, and goes past it.
        let is_understood = "https://host"
            .parse()
            .is_ok_and(|host| Matcher::builder().https(url.as_str()).build().intercept(&host).is_some());
        let proxy = reqwest::Proxy::https(url.clone()).ok().filter(|_| is_understood);
        let proxy = proxy.ok_or_else(|| refused(variable))?.no_proxy(NoProxy::from_string(&exceptions));
        let matcher = Matcher::builder().https(url.as_str()).no(exceptions).build();
        Ok(Self::Proxy { proxy: Box::new(proxy), matcher: Box::new(matcher), variable })
    }

    /// Tells an HTTP client.
    pub(crate) fn apply(&self, client: ClientBuilder) -> ClientBuilder {
        match self {
            Self::Direct | Self::Refused(_) => client.no_proxy(),
            Self::Proxy { proxy, .. } => client.proxy((**proxy).clone()),
        }
    }

    /// Refuses to go on without the proxy that the environment means.
    pub(crate) fn check(&self) -> Result<(), TransportError> {
        match self {
            Self::Direct | Self::Proxy { .. } => Ok(()),
            Self::Refused(error) => {
                let failure = TransportError::new(TransportErrorKind::Unsendable, error.message());
                Err(error.hint().map(str::to_owned).into_iter().fold(failure, TransportError::with_hint))
            }
        }
    }

    /// The error for a connection that did not open: it may have been the proxy's.
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
            Self::Direct | Self::Refused(_) => None,
        };
        // First of all: the query of a URL may hold a token.
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
    /// What to do if the proxy does not answer.
    pub(crate) fn advice(&self) -> &'static str {
        match self.variable {
            Some(_) => "check the proxy, or go without: name the host in `NO_PROXY`, or set `Proxy::none()`",
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

/// The way that the environment names.
fn of_variables(lookup: impl Fn(&str) -> Option<OsString>) -> Result<Route, Error> {
    // The first that is set counts, even if it is empty, as reqwest and curl have it.
    let first = |names: [&'static str; 2]| names.into_iter().find_map(|name| Some((name, lookup(name)?)));
    let named = VARIABLES.into_iter().filter_map(first).find(|(_, value)| !value.is_empty());
    let Some((variable, value)) = named.filter(|_| lookup(OF_A_REQUEST).is_none()) else { return Ok(Route::Direct) };
    let url = Secret::new(value.into_string().unwrap_or_default());
    let exceptions = first(EXCEPTIONS).and_then(|(_, value)| value.into_string().ok()).unwrap_or_default();
    if exceptions.split(',').any(|host| host.trim() == "*") {
        return Ok(Route::Direct);
    }
    Route::through(url.reveal(), &exceptions, Some(variable))
}

/// The URL of an HTTP proxy, if it is one. Another scheme, such as SOCKS, is asked in another language.
fn parse(url: &str) -> Option<Url> {
    // A URL parser mends white space silently.
    if url.contains(char::is_whitespace) {
        return None;
    }
    let parsed = if url.contains("://") { Url::parse(url) } else { Url::parse(&format!("http://{url}")) };
    parsed.ok().filter(|proxy| matches!(proxy.scheme(), "http" | "https") && proxy.has_host())
}

/// What a broken URL holds may be a password, so there is nothing more to say.
fn refused(variable: Option<&'static str>) -> Error {
    const HELP: &str =
        "write `http://host:port` or `http://user:password@host:port`, special characters percent-encoded";
    match variable {
        None => Error::new(ErrorKind::InvalidRequest, "the proxy is not the URL of an HTTP proxy").with_hint(HELP),
        Some(variable) => {
            Error::new(ErrorKind::InvalidRequest, format!("`{variable}` is not the URL of an HTTP proxy"))
                .with_hint(format!("{HELP}; or go without it: unset it, or set `Proxy::none()`"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names and values.
    type Variables<'a> = &'a [(&'a str, &'a str)];

    fn of(variables: Variables<'_>) -> Result<Route, Error> {
        of_variables(|name| variables.iter().find(|(variable, _)| *variable == name).map(|(_, value)| value.into()))
    }

    /// Where the way to a host leads, and which variable says so.
    fn way(variables: Variables<'_>, host: &str) -> Option<(&'static str, String)> {
        let Route::Proxy { matcher, variable, .. } = of(variables).unwrap() else { return None };
        let proxy = matcher.intercept(&format!("https://{host}/").parse().unwrap())?;
        Some((variable.unwrap(), proxy.uri().authority().unwrap().to_string()))
    }

    #[test]
    fn what_is_not_an_http_proxy_is_refused_without_being_repeated() {
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
    fn the_environment_names_the_proxy_as_it_does_for_other_clients() {
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
            assert_eq!(way(variables, "host"), expected, "{variables:?}");
        }
    }

    #[test]
    fn no_proxy_is_asked_for_the_exceptions_and_never_for_this_machine() {
        let proxy = ("HTTPS_PROXY", "http://one:1");
        let through = |exceptions: &str, host: &str| way(&[proxy, ("NO_PROXY", exceptions)], host).is_some();
        assert!(through("", "cdn.tencentcloudapi.com"));
        for exceptions in ["*", "tencentcloudapi.com", "a.example, .tencentcloudapi.com", "CDN.tencentcloudapi.com"] {
            assert!(!through(exceptions, "cdn.tencentcloudapi.com"), "{exceptions}");
        }
        assert!(through("dn.tencentcloudapi.com", "cdn.tencentcloudapi.com"));
        assert!(!through("10.0.0.0/8", "10.1.2.3") && through("10.0.0.0/8", "11.1.2.3"));
        assert!(way(&[proxy, ("no_proxy", "*")], "host").is_none());
        for this_machine in ["localhost", "127.0.0.1:8080", "127.9.9.9", "[::1]:1"] {
            assert!(!through("", this_machine), "{this_machine}");
        }
    }

    #[test]
    fn a_variable_that_is_not_a_proxy_is_named_and_not_shown() {
        let cases = [
            ([("HTTPS_PROXY", "not a hidden url")], "HTTPS_PROXY"),
            ([("https_proxy", "ftp://hidden:hidden@host")], "https_proxy"),
            ([("ALL_PROXY", "socks5://hidden:hidden@host:1080")], "ALL_PROXY"),
            ([("all_proxy", " http://hidden:1")], "all_proxy"),
        ];
        for (variables, name) in cases {
            let error = of(&variables).err().unwrap();
            assert_eq!(error.kind(), ErrorKind::InvalidRequest);
            assert_eq!(
                error.to_string(),
                format!(
                    "`{name}` is not the URL of an HTTP proxy; help: write `http://host:port` or \
                     `http://user:password@host:port`, special characters percent-encoded; \
                     or go without it: unset it, or set `Proxy::none()`"
                )
            );
        }
    }

    #[test]
    fn nothing_is_printed_of_a_url() {
        assert_eq!(format!("{:?}", Proxy::from("http://user:password@host")), "Proxy(***)");
    }
}
