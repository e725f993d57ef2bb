//! Decides which hosts the default transport connects to through a proxy.

mod exceptions;
mod server;

use std::ffi::OsString;
use std::{env, fmt};

use url::Host;

use self::exceptions::Exceptions;
use self::server::InvalidServer;
pub(super) use self::server::{Protocol, ProxyServer};
use super::borrowed;
use crate::endpoint::{Origin, Scheme};
use crate::error::{Error, ErrorKind, LOG_TARGET, SingleLine, TransportError, TransportErrorKind, Truncated};
use crate::secret::Secret;

/// Variables that name the proxy, as in curl and most HTTP clients. The first one of a pair that is
/// set counts. The second pair counts if the first is unset or empty.
const VARIABLES: [[&str; 2]; 2] = [["HTTPS_PROXY", "https_proxy"], ["ALL_PROXY", "all_proxy"]];
/// Variables that list the hosts to connect to directly.
const EXCEPTIONS: [&str; 2] = ["NO_PROXY", "no_proxy"];
/// Set for CGI programs, where `HTTP_PROXY` can come from a request header ("httpoxy"). As in other
/// clients, the environment is then ignored.
const CGI_MARKER: &str = "REQUEST_METHOD";

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
    /// A variable with anything but the URL of a proxy is rejected if a request would go through
    /// that proxy, and the error names the variable.
    #[must_use]
    pub fn from_env() -> Self {
        Self(Choice::Environment)
    }

    /// No proxy, regardless of the environment.
    #[must_use]
    pub fn none() -> Self {
        Self(Choice::None)
    }

    /// The route of a transport for the given endpoints. An invalid proxy is an error at once if
    /// one of them would be reached through it, and otherwise when a request is.
    pub(super) fn route(&self, endpoints: &[Origin]) -> Result<Route, Error> {
        match &self.0 {
            Choice::None => Ok(Route::direct()),
            Choice::Url(url) => {
                let server = ProxyServer::parse(url.reveal()).map_err(|problem| invalid(problem, None))?;
                Ok(Route { server: Some(Ok(server)), ..Route::direct() })
            }
            Choice::Environment => {
                #[expect(clippy::disallowed_methods, reason = "the only place that reads these variables")]
                let route = Route::from_variables(|name| env::var_os(name));
                if endpoints.iter().any(|origin| route.is_certain_for(origin)) { route.checked() } else { Ok(route) }
            }
        }
    }
}

/// The URL of a proxy: `http://host:port` or `https://host:port`, with `user:password@` in front of
/// the host if the proxy requires it. The scheme defaults to `http`. With the feature `socks`, it
/// may also be `socks5` or `socks5h`; with the latter, the proxy looks up the host. An invalid URL
/// is an error when the configuration is built.
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
pub(super) struct Route {
    /// The proxy, or why it is invalid.
    server: Option<Result<ProxyServer, Error>>,
    exceptions: Exceptions,
    /// The variable of the environment that names the proxy.
    variable: Option<&'static str>,
}

/// A proxy that a host is reached through.
#[derive(Clone, Copy)]
pub(super) struct Hop<'a> {
    pub(super) server: &'a ProxyServer,
    pub(super) variable: Option<&'static str>,
}

impl Route {
    fn direct() -> Self {
        Self { server: None, exceptions: Exceptions::default(), variable: None }
    }

    /// The route that the environment describes.
    fn from_variables(lookup: impl Fn(&str) -> Option<OsString>) -> Self {
        // The first variable that is set counts, even if it is empty, as in curl.
        let first = |names: [&'static str; 2]| names.into_iter().find_map(|name| Some((name, lookup(name)?)));
        let named = VARIABLES.into_iter().filter_map(first).find(|(_, value)| !value.is_empty());
        let Some((variable, value)) = named.filter(|_| lookup(CGI_MARKER).is_none()) else { return Self::direct() };
        let url = Secret::new(value.into_string().unwrap_or_default());
        let server = ProxyServer::parse(url.reveal()).map_err(|problem| invalid(problem, Some(variable)));
        let (name, list) = first(EXCEPTIONS).unwrap_or_default();
        let list = list.to_string_lossy();
        let (exceptions, unknown) = Exceptions::parse(&list);
        for entry in unknown {
            let entry = Truncated(entry).to_string();
            let entry = SingleLine(&entry);
            tracing::warn!(target: LOG_TARGET, "`{name}`: the entry `{entry}` has no effect: it is not understood");
        }
        Self { server: Some(server), exceptions, variable: Some(variable) }
    }

    /// Fails if the proxy is invalid.
    fn checked(self) -> Result<Self, Error> {
        match self.server {
            Some(Err(error)) => Err(error),
            server => Ok(Self { server, ..self }),
        }
    }

    /// Whether an endpoint is certainly reached through the proxy.
    fn is_certain_for(&self, origin: &Origin) -> bool {
        let host = Host::parse(origin.bracketed_host()).ok();
        match host.as_ref().map(borrowed) {
            _ if origin.scheme == Scheme::Http => false,
            Some(Host::Domain(name)) => {
                !is_loopback(&Host::Domain(name)) && !self.exceptions.may_contain_a_host_of(name)
            }
            Some(address) => !self.is_direct(&address, origin.port()),
            None => false,
        }
    }

    fn is_direct(&self, host: &Host<&str>, port: u16) -> bool {
        is_loopback(host) || self.exceptions.contain(host, port)
    }

    /// The proxy that a host is reached through, if it is not reached directly.
    ///
    /// An invalid proxy is an error: connecting directly could be forbidden.
    pub(super) fn hop(&self, host: &Host<&str>, port: u16) -> Result<Option<Hop<'_>>, TransportError> {
        match &self.server {
            Some(server) if !self.is_direct(host, port) => match server {
                Ok(server) => Ok(Some(Hop { server, variable: self.variable })),
                Err(error) => {
                    let failure = TransportError::new(TransportErrorKind::Unsendable, error.message());
                    Err(match error.hint() {
                        Some(hint) => failure.with_hint(hint.to_owned()),
                        None => failure,
                    })
                }
            },
            _ => Ok(None),
        }
    }
}

impl Hop<'_> {
    /// The hint if the proxy does not respond.
    pub(super) fn advice(self) -> &'static str {
        match self.variable {
            Some(_) => "check the proxy, or connect directly: add the host to `NO_PROXY`, or set `Proxy::none()`",
            None => "check the proxy",
        }
    }
}

impl fmt::Display for Hop<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.variable {
            Some(variable) => write!(f, "through the proxy of `{variable}`"),
            None => f.write_str("through the proxy"),
        }
    }
}

/// Whether a host is this machine. A proxy would connect to itself instead.
fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

/// The error for an invalid proxy. It does not show the URL, which may contain a password.
fn invalid(problem: InvalidServer, variable: Option<&'static str>) -> Error {
    let help = match problem {
        InvalidServer::NotAUrl => {
            "write `http://host:port` or `http://user:password@host:port`, special characters percent-encoded"
        }
        #[cfg(not(feature = "socks"))]
        InvalidServer::Socks => "enable the feature `socks`, or use an HTTP proxy",
    };
    let what = if cfg!(feature = "socks") { "the URL of a proxy" } else { "the URL of an HTTP proxy" };
    match variable {
        None => Error::new(ErrorKind::InvalidRequest, format!("the proxy is not {what}")).with_hint(help),
        Some(variable) => Error::new(ErrorKind::InvalidRequest, format!("`{variable}` is not {what}"))
            .with_hint(format!("{help}; to connect directly, unset it or set `Proxy::none()`")),
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

    /// The proxy for a host, and the variable that names it.
    fn proxy_for(variables: Variables<'_>, url: &str) -> Option<(&'static str, String)> {
        let url = url::Url::parse(url).unwrap();
        let route = route(variables);
        let hop = route.hop(&url.host().unwrap(), url.port_or_known_default().unwrap()).unwrap()?;
        Some((hop.variable.unwrap(), format!("{}:{}", hop.server.host, hop.server.port)))
    }

    #[test]
    fn a_url_of_anything_but_a_proxy_is_rejected_and_not_shown() {
        for url in [
            "",
            "ftp://user:password@host",
            "http://user:pass word@host",
            "http://",
            "http://user:password@",
            "user:password",
        ] {
            let error = Proxy::from(url).route(&[]).err().unwrap();
            assert_eq!(error.kind(), ErrorKind::InvalidRequest);
            let line = error.to_string();
            assert!(line.starts_with("the proxy is not the URL of a"), "{line}");
            assert!(line.ends_with("special characters percent-encoded") && !line.contains("pass word"), "{line}");
        }
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
        assert!(!through("tencentcloudapi.com:443", "https://cdn.tencentcloudapi.com"));
        assert!(through("tencentcloudapi.com:443", "https://cdn.tencentcloudapi.com:8443"));
        assert!(!through("10.0.0.0/8", "https://10.1.2.3") && through("10.0.0.0/8", "https://11.1.2.3"));
        assert!(proxy_for(&[proxy, ("no_proxy", "*")], "https://host").is_none());
        for this_machine in ["localhost", "127.0.0.1:8080", "127.9.9.9", "[::1]:1"] {
            assert!(!through("", &format!("https://{this_machine}")), "{this_machine}");
        }
    }

    #[test]
    fn an_invalid_variable_is_named_and_its_value_is_not_shown() {
        let cases = [
            ([("HTTPS_PROXY", "not a hidden url")], "HTTPS_PROXY"),
            ([("https_proxy", "ftp://hidden:hidden@host")], "https_proxy"),
            ([("ALL_PROXY", "gopher://hidden:hidden@host:1080")], "ALL_PROXY"),
            ([("all_proxy", " http://hidden:1")], "all_proxy"),
        ];
        for (variables, name) in cases {
            let error = route(&variables).checked().err().unwrap();
            assert_eq!(error.kind(), ErrorKind::InvalidRequest);
            let line = error.to_string();
            assert!(line.starts_with(&format!("`{name}` is not the URL of a")), "{line}");
            assert!(line.ends_with("; to connect directly, unset it or set `Proxy::none()`"), "{line}");
            assert!(!line.contains("hidden"), "{line}");
        }
    }

    #[test]
    fn an_invalid_proxy_is_an_error_only_of_what_would_be_reached_through_it() {
        let is_certain = |no_proxy: &str, host: &str, scheme: Scheme| {
            let origin = Origin { scheme, authority: host.to_owned() };
            route(&[("ALL_PROXY", "ftp://one"), ("NO_PROXY", no_proxy)]).is_certain_for(&origin)
        };
        assert!(is_certain("", "tencentcloudapi.com", Scheme::Https));
        assert!(is_certain("example.com", "tencentcloudapi.com", Scheme::Https));
        assert!(is_certain("", "10.0.0.1", Scheme::Https));
        for (no_proxy, host, scheme) in [
            ("", "127.0.0.1:8080", Scheme::Http),
            ("", "localhost", Scheme::Https),
            ("", "[::1]:8443", Scheme::Https),
            ("cdn.tencentcloudapi.com", "tencentcloudapi.com", Scheme::Https),
            ("10.0.0.0/8", "10.0.0.1", Scheme::Https),
            ("10.0.0.1:8443", "10.0.0.1:8443", Scheme::Https),
        ] {
            assert!(!is_certain(no_proxy, host, scheme), "{no_proxy} {host}");
        }
    }

    #[test]
    fn the_url_is_not_printed() {
        assert_eq!(format!("{:?}", Proxy::from("http://user:password@host")), "Proxy(***)");
    }
}
