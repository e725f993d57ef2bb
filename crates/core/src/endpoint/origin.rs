//! Scheme, host and port: read from what somebody wrote, or refused with what to write instead.

use std::fmt;

use reqwest::Url;

use super::host::Host;
use crate::text::Cut;
use crate::{Error, ErrorKind};

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

/// A scheme and a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) scheme: Scheme,
    /// The host, with its port if that is not the scheme's own: what is signed, and what is sent as `Host`.
    pub(crate) authority: String,
}

impl Origin {
    /// Where every action is sent to.
    pub(crate) fn url(&self) -> Result<Url, Error> {
        let Self { scheme, authority } = self;
        Url::parse(&format!("{scheme}://{authority}/")).map_err(|error| {
            let message = format!("the endpoint `{}` is not a valid host: {error}", Cut(authority));
            Error::new(ErrorKind::InvalidRequest, message).with_hint("write the host as it is in DNS, or an address")
        })
    }

    /// The host without its port, an address without brackets: for a log.
    pub(crate) fn host(&self) -> &str {
        self.host_and_port().0.trim_matches(['[', ']'])
    }

    /// The port, whether it is written or the scheme's own.
    pub(crate) fn port(&self) -> u16 {
        self.host_and_port().1.unwrap_or_else(|| self.scheme.default_port())
    }

    fn host_and_port(&self) -> (&str, Option<u16>) {
        split_port(&self.authority).unwrap_or((&self.authority, None))
    }

    pub(super) fn of_host(host: &str) -> Self {
        Self { scheme: Scheme::Https, authority: host.to_owned() }
    }

    pub(super) fn custom(text: &str) -> Result<Self, Error> {
        Self::parse(text).map_err(|problem| problem.about(text))
    }

    fn parse(text: &str) -> Result<Self, Problem> {
        let (scheme, rest) = match text.split_once("://") {
            None => (Scheme::Https, text),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (Scheme::Https, rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (Scheme::Http, rest),
            Some(_) => return Err(Problem::new("has a scheme other than `https`", "write `https://` or nothing")),
        };
        // A lone slash is the path that every call has anyway.
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        refuse_more_than_a_host(authority)?;
        let (host, port) = split_port(authority)?;
        let host = Host::parse(host)?;
        if host.is_word() && port.is_none() && !text.contains("://") {
            return Err(Problem::new(
                "is a word and not a host",
                "use `Endpoint::International` or `Endpoint::region`, or write `https://` before the host",
            ));
        }
        if scheme == Scheme::Http && !host.is_loopback() {
            return Err(Problem::new(
                "would send credentials over plain `http`",
                "write `https://`; `http://` is for 127.0.0.0/8, [::1] and localhost",
            ));
        }
        let authority = match port {
            Some(port) if port != scheme.default_port() => format!("{host}:{port}"),
            _ => host.to_string(),
        };
        Ok(Self { scheme, authority })
    }
}

fn refuse_more_than_a_host(authority: &str) -> Result<(), Problem> {
    let found = authority.chars().find_map(|c| match c {
        '@' => Some(Problem::new("holds a user name", "remove it; credentials are given to the configuration")),
        '?' => Some(Problem::new("has a query", "remove it; write `https://host`")),
        '#' => Some(Problem::new("has a fragment", "remove it; write `https://host`")),
        '/' | '\\' => Some(Problem::new("has a path", "remove it; every action is sent to `/`")),
        c if c.is_whitespace() => Some(Problem::new("has white space in it", "remove the white space")),
        _ => None,
    });
    found.map_or(Ok(()), Err)
}

fn split_port(authority: &str) -> Result<(&str, Option<u16>), Problem> {
    // The colons of an address in brackets are not followed by a port.
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => {
            if host.contains(':') && !host.starts_with('[') {
                return Err(Problem::new("holds an IPv6 address without brackets", "write `https://[::1]:443`"));
            }
            let digits = port.bytes().all(|byte| byte.is_ascii_digit());
            match port.parse() {
                Ok(port) if digits && port != 0 => Ok((host, Some(port))),
                _ => Err(Problem::new("has an invalid port", "write a number from 1 to 65535, or no port")),
            }
        }
        _ => Ok((authority, None)),
    }
}

/// What is wrong with an endpoint, and what to write instead.
pub(super) struct Problem {
    claim: &'static str,
    help: &'static str,
}

impl Problem {
    pub(super) fn new(claim: &'static str, help: &'static str) -> Self {
        Self { claim, help }
    }

    fn about(&self, endpoint: &str) -> Error {
        let message = format!("the endpoint `{}` {}", Cut(without_secrets(endpoint)), self.claim);
        Error::new(ErrorKind::InvalidRequest, message).with_hint(self.help)
    }
}

/// The endpoint without what may be a password or a token: no query, no fragment, and nothing at all if there is an `@`,
/// because a password may hold every character that would tell where it ends.
pub(crate) fn without_secrets(endpoint: &str) -> &str {
    if endpoint.contains('@') {
        return "***";
    }
    endpoint.split(['?', '#']).next().unwrap_or(endpoint)
}
