//! Parses the URL of a proxy.

use std::borrow::Cow;

use url::{Host, Url};
use zeroize::Zeroizing;

use crate::secret::Secret;

/// A proxy server.
pub(in crate::http) struct ProxyServer {
    pub(in crate::http) protocol: Protocol,
    pub(in crate::http) host: Host<String>,
    pub(in crate::http) port: u16,
    /// User name and password.
    pub(in crate::http) credentials: Option<(Secret, Secret)>,
}

/// The protocol that a proxy speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) enum Protocol {
    Http,
    /// HTTP over TLS.
    Https,
    /// SOCKS 5. The client looks up the addresses of hosts.
    #[cfg(feature = "socks")]
    Socks5,
    /// SOCKS 5. The proxy looks up the addresses of hosts.
    #[cfg(feature = "socks")]
    Socks5h,
}

/// Why a text is not the URL of a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InvalidServer {
    NotAUrl,
    /// The feature `socks` is not enabled.
    #[cfg(not(feature = "socks"))]
    Socks,
}

impl Protocol {
    fn of_scheme(scheme: &str) -> Result<Self, InvalidServer> {
        match scheme {
            "http" => Ok(Self::Http),
            "https" => Ok(Self::Https),
            #[cfg(feature = "socks")]
            "socks5" => Ok(Self::Socks5),
            #[cfg(feature = "socks")]
            "socks5h" => Ok(Self::Socks5h),
            #[cfg(not(feature = "socks"))]
            "socks5" | "socks5h" => Err(InvalidServer::Socks),
            _ => Err(InvalidServer::NotAUrl),
        }
    }

    fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
            #[cfg(feature = "socks")]
            Self::Socks5 | Self::Socks5h => 1080,
        }
    }
}

impl ProxyServer {
    /// Parses the URL of a proxy. Without a scheme it is that of an HTTP proxy.
    pub(super) fn parse(text: &str) -> Result<Self, InvalidServer> {
        // URL parsers remove white space silently.
        if text.contains(char::is_whitespace) {
            return Err(InvalidServer::NotAUrl);
        }
        let with_scheme = Zeroizing::new(format!("http://{text}"));
        let text = if text.contains("://") { text } else { &with_scheme };
        let url = Url::parse(text).map_err(|_| InvalidServer::NotAUrl)?;
        let protocol = Protocol::of_scheme(url.scheme())?;
        // The host of a URL with an unknown scheme, such as SOCKS, is not parsed as an IPv4
        // address.
        let host = Host::parse(url.host_str().unwrap_or_default()).map_err(|_| InvalidServer::NotAUrl)?;
        let port = url.port().unwrap_or_else(|| protocol.default_port());
        let has_credentials = !url.username().is_empty() || url.password().is_some();
        let credentials = has_credentials.then(|| (decode(url.username()), decode(url.password().unwrap_or_default())));
        Ok(Self { protocol, host, port, credentials })
    }
}

/// Decodes the percent-encoded bytes of a part of a URL.
fn decode(text: &str) -> Secret {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let decoded = match tail {
            [high, low, tail @ ..] if *first == b'%' => hex(*high).zip(hex(*low)).map(|digits| (digits, tail)),
            _ => None,
        };
        match decoded {
            Some(((high, low), tail)) => {
                bytes.push(high << 4 | low);
                rest = tail;
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    Secret::new(match String::from_utf8_lossy(&bytes) {
        Cow::Borrowed(text) => text.to_owned(),
        Cow::Owned(text) => text,
    })
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_url_are_parsed() {
        let parts = |url: &str| {
            let ProxyServer { protocol, host, port, credentials } = ProxyServer::parse(url).unwrap();
            let credentials = credentials.map(|(user, password)| format!("{}:{}", user.reveal(), password.reveal()));
            (protocol, host.to_string(), port, credentials)
        };
        let cases = [
            ("http://host:3128", Protocol::Http, "host", 3128, None),
            ("host:3128", Protocol::Http, "host", 3128, None),
            ("host", Protocol::Http, "host", 80, None),
            ("https://host", Protocol::Https, "host", 443, None),
            ("http://10.0.0.1:1/", Protocol::Http, "10.0.0.1", 1, None),
            ("http://[::1]:1", Protocol::Http, "[::1]", 1, None),
            ("http://u:p%40ss%zz@host", Protocol::Http, "host", 80, Some("u:p@ss%zz")),
            ("u@host:1", Protocol::Http, "host", 1, Some("u:")),
            #[cfg(feature = "socks")]
            ("socks5://u:p@10.0.0.1", Protocol::Socks5, "10.0.0.1", 1080, Some("u:p")),
            #[cfg(feature = "socks")]
            ("socks5h://host:1", Protocol::Socks5h, "host", 1, None),
        ];
        for (url, protocol, host, port, credentials) in cases {
            let expected = (protocol, host.to_owned(), port, credentials.map(str::to_owned));
            assert_eq!(parts(url), expected, "{url}");
        }
    }

    #[test]
    fn anything_else_is_invalid() {
        for url in
            ["", "ftp://host", "socks4://host", "http://a b", "http://", "http://u:p@", "u:p", "http://host:port"]
        {
            assert_eq!(ProxyServer::parse(url).err(), Some(InvalidServer::NotAUrl), "{url}");
        }
        #[cfg(not(feature = "socks"))]
        assert_eq!(ProxyServer::parse("socks5://host").err(), Some(InvalidServer::Socks));
    }
}
