//! Decides which requests go through a proxy, and says so when no connection opens.

use std::error::Error as StdError;
use std::ffi::OsString;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use reqwest::{ClientBuilder, Url};
use tracing::warn;

use super::super::causes::root_cause;
use super::exceptions::Exceptions;
use super::url::parse;
use crate::endpoint::{Origin, Scheme};
use crate::error::{Error, LOG_TARGET, TransportError, TransportErrorKind, log_text};
use crate::secret::Secret;

/// Variables that name the proxy, as in curl and most HTTP clients. The first one of a pair that is
/// set counts. The second pair counts if the first is unset or empty.
const VARIABLES: [[&str; 2]; 2] = [["HTTPS_PROXY", "https_proxy"], ["ALL_PROXY", "all_proxy"]];
/// Variables that list the hosts to connect to directly.
const EXCEPTIONS: [&str; 2] = ["NO_PROXY", "no_proxy"];
/// Set for CGI programs, where `HTTP_PROXY` can come from a request header ("httpoxy"). As in
/// reqwest, the environment is then ignored.
const CGI_MARKER: &str = "REQUEST_METHOD";

/// How connections for TLS are opened.
pub(in crate::http) struct Route {
    /// The URL of the proxy, or why it is invalid. `None` if there is no proxy.
    proxy: Option<Result<Url, Error>>,
    exceptions: Arc<Exceptions>,
    /// The variable of the environment that names the proxy.
    variable: Option<&'static str>,
}

impl Route {
    /// No proxy.
    pub(super) fn direct() -> Self {
        Self { proxy: None, exceptions: Arc::default(), variable: None }
    }

    /// The given proxy for all hosts but this machine.
    pub(super) fn through(url: &str) -> Result<Self, Error> {
        Ok(Self { proxy: Some(Ok(parse(url, None)?)), ..Self::direct() })
    }

    /// The route that the environment describes.
    pub(super) fn from_variables(lookup: impl Fn(&str) -> Option<OsString>) -> Self {
        // The first variable that is set counts, even if it is empty, as in reqwest and curl.
        let first = |names: [&'static str; 2]| names.into_iter().find_map(|name| Some((name, lookup(name)?)));
        let named = VARIABLES.into_iter().filter_map(first).find(|(_, value)| !value.is_empty());
        let Some((variable, value)) = named.filter(|_| lookup(CGI_MARKER).is_none()) else { return Self::direct() };
        let url = Secret::new(value.into_string().unwrap_or_default());
        let proxy = parse(url.reveal(), Some(variable));
        let (name, list) = first(EXCEPTIONS).unwrap_or_default();
        let list = list.to_string_lossy();
        let (exceptions, unknown) = Exceptions::parse(&list);
        for entry in unknown {
            warn!(
                target: LOG_TARGET,
                { tencentcloud.variable = name, tencentcloud.entry = log_text(entry) },
                "an entry is ignored, because it is not a host, a domain or a network: requests to it go through the \
                 proxy"
            );
        }
        Self { proxy: Some(proxy), exceptions: Arc::new(exceptions), variable: Some(variable) }
    }

    /// Fails if the proxy is invalid and one of the endpoints would certainly be reached through
    /// it.
    pub(super) fn checked_for(self, endpoints: &[Origin]) -> Result<Self, Error> {
        let is_needed = endpoints.iter().any(|origin| self.is_certain_for(origin));
        match self.proxy {
            Some(Err(error)) if is_needed => Err(error),
            proxy => Ok(Self { proxy, ..self }),
        }
    }

    /// Whether an endpoint, or each of its subdomains, is certainly reached through the proxy.
    fn is_certain_for(&self, origin: &Origin) -> bool {
        let host = origin.host();
        let is_exception = match host.parse::<IpAddr>() {
            Ok(_) => self.exceptions.contain(host, origin.port()),
            Err(_) => self.exceptions.may_contain_a_host_of(host),
        };
        origin.scheme == Scheme::Https && !is_this_machine(host) && !is_exception
    }

    /// Configures an HTTP client to use this route.
    pub(in crate::http) fn apply(&self, client: ClientBuilder) -> ClientBuilder {
        match &self.proxy {
            None | Some(Err(_)) => client.no_proxy(),
            Some(Ok(url)) => {
                let (url, exceptions) = (url.clone(), Arc::clone(&self.exceptions));
                let proxy = move |target: &Url| (!is_direct(&exceptions, target)).then(|| url.clone());
                client.proxy(reqwest::Proxy::custom(proxy))
            }
        }
    }

    /// Fails if a request would go through a proxy that is invalid: connecting directly could be
    /// forbidden.
    pub(in crate::http) fn check(&self, target: &Url) -> Result<(), TransportError> {
        match &self.proxy {
            Some(Err(error)) if !is_direct(&self.exceptions, target) => {
                let failure = TransportError::new(TransportErrorKind::Unsendable, error.message());
                Err(match error.hint() {
                    Some(hint) => failure.with_hint(hint.to_owned()),
                    None => failure,
                })
            }
            _ => Ok(()),
        }
    }

    /// The error for a connection that did not open. It says whether a proxy was used.
    pub(in crate::http) fn no_connection(&self, error: reqwest::Error) -> TransportError {
        let is_proxied = self.proxy.is_some() && error.url().is_some_and(|url| !is_direct(&self.exceptions, url));
        // Before anything else, because the query of the URL may contain a token.
        let error = error.without_url();
        let cause = root_cause(&error);
        if !is_proxied {
            return TransportError::new(TransportErrorKind::Connect, cause).with_source(error);
        }
        let error = ThroughProxy { variable: self.variable, error };
        TransportError::new(TransportErrorKind::Connect, format!("{cause}, {error}")).with_source(error)
    }
}

/// Whether the target of a request is reached without a proxy. Without TLS, it is this machine or
/// its metadata server.
fn is_direct(exceptions: &Exceptions, target: &Url) -> bool {
    let host = target.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let port = target.port_or_known_default().unwrap_or_default();
    target.scheme() != "https" || is_this_machine(host) || exceptions.contain(host, port)
}

/// Whether a host is this machine. A proxy would connect to itself instead.
fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// A connection that did not open through a proxy.
#[derive(Debug)]
pub(in crate::http) struct ThroughProxy {
    variable: Option<&'static str>,
    error: reqwest::Error,
}

impl ThroughProxy {
    /// The hint if the proxy does not respond.
    pub(in crate::http) fn advice(&self) -> &'static str {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Names and values of environment variables.
    type Variables<'a> = &'a [(&'a str, &'a str)];

    fn route(variables: Variables<'_>) -> Route {
        Route::from_variables(|name| {
            variables.iter().find(|(variable, _)| *variable == name).map(|(_, value)| value.into())
        })
    }

    /// The proxy for a URL, and the variable that names it.
    fn proxy_for(variables: Variables<'_>, url: &str) -> Option<(&'static str, String)> {
        let route = route(variables);
        if is_direct(&route.exceptions, &url.parse().unwrap()) {
            return None;
        }
        let proxy = route.proxy?.unwrap();
        let port = proxy.port_or_known_default().unwrap();
        Some((route.variable.unwrap(), format!("{}:{port}", proxy.host_str().unwrap())))
    }

    #[test]
    fn the_variables_of_the_proxy_are_those_of_other_clients() {
        let cases: [(Variables<'_>, _); 10] = [
            (&[], None),
            (&[("HTTPS_PROXY", "http://one:1")], Some(("HTTPS_PROXY", "one:1"))),
            (&[("https_proxy", "https://u:p@one:1/")], Some(("https_proxy", "one:1"))),
            (&[("HTTPS_PROXY", "one:1"), ("https_proxy", "two:2")], Some(("HTTPS_PROXY", "one:1"))),
            (&[("ALL_PROXY", "ftp://two:2"), ("HTTPS_PROXY", "one:1")], Some(("HTTPS_PROXY", "one:1"))),
            (&[("HTTPS_PROXY", ""), ("https_proxy", "one:1"), ("all_proxy", "two")], Some(("all_proxy", "two:80"))),
            (&[("HTTP_PROXY", "http://one:1"), ("http_proxy", "http://one:1")], None),
            (&[("HTTPS_PROXY", ""), ("ALL_PROXY", "")], None),
            (&[("HTTPS_PROXY", "http://one:1"), ("REQUEST_METHOD", "GET")], None),
            (&[("ALL_PROXY", "ftp://two:2"), ("NO_PROXY", "a.example, *")], None),
        ];
        for (variables, expected) in cases {
            let expected = expected.map(|(name, proxy)| (name, proxy.to_owned()));
            assert_eq!(proxy_for(variables, "https://host/"), expected, "{variables:?}");
        }
    }

    #[test]
    fn hosts_in_no_proxy_and_this_machine_are_connected_to_directly() {
        let proxy = ("HTTPS_PROXY", "http://one:1");
        let through = |exceptions: &str, url: &str| proxy_for(&[proxy, ("NO_PROXY", exceptions)], url).is_some();
        assert!(through("", "https://cdn.tencentcloudapi.com"));
        assert!(!through("", "http://metadata.tencentyun.com"));
        assert!(!through("tencentcloudapi.com:443", "https://cdn.tencentcloudapi.com"));
        assert!(through("tencentcloudapi.com:443", "https://cdn.tencentcloudapi.com:8443"));
        assert!(!through("10.0.0.0/8", "https://10.1.2.3") && through("10.0.0.0/8", "https://11.1.2.3"));
        assert!(!through("[fd00::1]:443", "https://[fd00::1]") && through("[fd00::1]:443", "https://[fd00::2]"));
        assert!(proxy_for(&[proxy, ("no_proxy", "*")], "https://host").is_none());
        for this_machine in ["localhost", "127.0.0.1:8080", "127.9.9.9", "[::1]:1"] {
            assert!(!through("", &format!("https://{this_machine}")), "{this_machine}");
        }
    }

    #[test]
    fn an_invalid_proxy_is_an_error_only_of_what_would_be_reached_through_it() {
        let fails = |no_proxy: &str, host: &str, scheme: Scheme| {
            let origin = Origin { scheme, authority: host.to_owned() };
            let target = origin.url().unwrap().parse().unwrap();
            let variables = [("ALL_PROXY", "ftp://one"), ("NO_PROXY", no_proxy)];
            (route(&variables).checked_for(&[origin]).is_err(), route(&variables).check(&target).is_err())
        };
        assert_eq!(fails("", "tencentcloudapi.com", Scheme::Https), (true, true));
        assert_eq!(fails("example.com", "tencentcloudapi.com", Scheme::Https), (true, true));
        assert_eq!(fails("", "10.0.0.1", Scheme::Https), (true, true));
        // The domain itself is not an exception, but the host of a product may be.
        assert_eq!(fails("cdn.tencentcloudapi.com", "tencentcloudapi.com", Scheme::Https), (false, true));
        for (no_proxy, host, scheme) in [
            ("", "127.0.0.1:8080", Scheme::Http),
            ("", "localhost", Scheme::Https),
            ("", "[::1]:8443", Scheme::Https),
            ("10.0.0.0/8", "10.0.0.1", Scheme::Https),
            ("10.0.0.1:8443", "10.0.0.1:8443", Scheme::Https),
            ("*.tencentcloudapi.com", "cdn.tencentcloudapi.com", Scheme::Https),
        ] {
            assert_eq!(fails(no_proxy, host, scheme), (false, false), "{no_proxy} {host}");
        }
    }
}
