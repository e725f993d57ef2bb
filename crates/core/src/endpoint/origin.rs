//! Parses scheme, host and port, and says what to write instead of an invalid endpoint.

use std::fmt;
use std::net::IpAddr;

use http::Uri;

use super::host::Host;
use super::problem::EndpointProblem;
use crate::error::{Error, ErrorKind, Truncated};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    Http,
    Https,
}

impl Scheme {
    fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Http => "http",
            Self::Https => "https",
        })
    }
}

/// The scheme, host and port of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) scheme: Scheme,
    /// The host, with its port if that is not the scheme's default. It is signed, and sent as
    /// `Host`.
    pub(crate) authority: String,
}

impl Origin {
    /// The URL that every request is sent to.
    pub(crate) fn url(&self) -> Result<String, InvalidHost> {
        let url = format!("{}://{}/", self.scheme, self.authority);
        match url.parse::<Uri>() {
            Ok(_) => Ok(url),
            Err(error) => Err(InvalidHost::new(self, &error)),
        }
    }

    /// The host without its port, an IPv6 address without brackets.
    pub(crate) fn host(&self) -> &str {
        self.host_and_port().0.trim_matches(['[', ']'])
    }

    /// The port, or the scheme's default.
    pub(crate) fn port(&self) -> u16 {
        self.host_and_port().1.unwrap_or_else(|| self.scheme.default_port())
    }

    fn host_and_port(&self) -> (&str, Option<u16>) {
        split_port(&self.authority).unwrap_or((&self.authority, None))
    }

    /// The domain of which the hosts of all products are subdomains.
    pub(crate) fn of_all_products() -> Self {
        Self::from_host("tencentcloudapi.com")
    }

    pub(super) fn from_host(host: &str) -> Self {
        Self { scheme: Scheme::Https, authority: host.to_owned() }
    }

    /// Parses an endpoint that a user wrote.
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        let origin = Self::read(text).map_err(|problem| problem.about(text))?;
        origin.url()?;
        Ok(origin)
    }

    /// Parses a domain whose subdomains are the hosts of the products.
    pub(super) fn parse_domain(text: &str) -> Result<Self, Error> {
        let origin = Self::parse(text)?;
        if origin.host().parse::<IpAddr>().is_ok() {
            let help = "write a domain, such as `api.example.com`, or use `Endpoint::Custom`";
            return Err(EndpointProblem::new("is an address, which has no subdomains", help).about(text));
        }
        Ok(origin)
    }

    fn read(text: &str) -> Result<Self, EndpointProblem> {
        let (scheme, rest) = match text.split_once("://") {
            None if has_broken_scheme(text) => {
                return Err(EndpointProblem::new("has an invalid scheme", "write `https://host`"));
            }
            None => (None, text),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (Some(Scheme::Https), rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (Some(Scheme::Http), rest),
            Some(_) => {
                return Err(EndpointProblem::new("has a scheme other than `https`", "write `https://` or nothing"));
            }
        };
        // A lone slash is the path of every call anyway.
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        check_is_only_a_host(authority)?;
        let (host, port) = split_port(authority)?;
        let host = Host::parse(host)?;
        if scheme.is_none() && host.is_word() && port.is_none() {
            return Err(EndpointProblem::new(
                "is a word and not a host",
                "use `Endpoint::International` or `Endpoint::Region`, or write `https://` in front of the host",
            ));
        }
        if scheme.is_none() && host.is_loopback() {
            // Servers on this machine, such as an emulator, rarely speak TLS.
            return Err(EndpointProblem::new(
                "is on this machine and has no scheme",
                "write `http://` in front of it, or `https://` if the server speaks TLS",
            ));
        }
        let scheme = scheme.unwrap_or(Scheme::Https);
        if scheme == Scheme::Http && !host.is_loopback() {
            return Err(EndpointProblem::new(
                "would send credentials over plain `http`",
                "write `https://`: plain `http://` is only for 127.0.0.0/8, [::1] and localhost",
            ));
        }
        let authority = match port {
            Some(port) if port != scheme.default_port() => format!("{host}:{port}"),
            _ => host.to_string(),
        };
        Ok(Self { scheme, authority })
    }
}

/// A host that is not valid in a URL.
#[derive(Clone, Debug)]
pub(crate) struct InvalidHost {
    message: String,
}

impl InvalidHost {
    pub(crate) fn new(origin: &Origin, why: &dyn fmt::Display) -> Self {
        Self { message: format!("the endpoint `{}` is not a valid host: {why}", Truncated(&origin.authority)) }
    }
}

impl From<InvalidHost> for Error {
    fn from(invalid: InvalidHost) -> Self {
        Self::new(ErrorKind::InvalidRequest, invalid.message)
            .with_hint("write the host as it is in DNS, or an IP address")
    }
}

fn check_is_only_a_host(authority: &str) -> Result<(), EndpointProblem> {
    let found = authority.chars().find_map(|c| match c {
        '@' => Some(EndpointProblem::new("contains a user name", "remove it: credentials belong in the configuration")),
        '?' => Some(EndpointProblem::new("has a query", "remove it; write `https://host`")),
        '#' => Some(EndpointProblem::new("has a fragment", "remove it; write `https://host`")),
        '/' | '\\' => Some(EndpointProblem::new("has a path", "remove it: every action is sent to `/`")),
        c if c.is_whitespace() => Some(EndpointProblem::new("contains white space", "remove the white space")),
        _ => None,
    });
    found.map_or(Ok(()), Err)
}

/// Whether a text without `://` begins with a scheme, such as `https:/host`, `https:host` or
/// `htp:/host`.
fn has_broken_scheme(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, rest)| {
        let is_known = ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
        let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-".contains(c));
        is_known || is_scheme && rest.starts_with(['/', '\\'])
    })
}

fn split_port(authority: &str) -> Result<(&str, Option<u16>), EndpointProblem> {
    // The last colon of an address in brackets does not precede a port.
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => {
            if host.contains(':') && !host.starts_with('[') {
                return Err(EndpointProblem::new(
                    "contains an IPv6 address without brackets",
                    "write `https://[::1]:443`",
                ));
            }
            let digits = port.bytes().all(|byte| byte.is_ascii_digit());
            match port.parse() {
                Ok(port) if digits && port != 0 => Ok((host, Some(port))),
                _ => Err(EndpointProblem::new("has an invalid port", "write a number from 1 to 65535, or no port")),
            }
        }
        _ => Ok((authority, None)),
    }
}
