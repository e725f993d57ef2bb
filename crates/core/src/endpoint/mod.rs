//! Decides which host a call is sent to, and what is signed and sent as its name.

mod host;
mod origin;
mod problem;
mod variable;

use std::fmt;

pub(crate) use self::host::is_label;
#[cfg(feature = "rustls-no-provider")]
pub(crate) use self::origin::Scheme;
pub(crate) use self::origin::{InvalidHost, Origin};
pub(crate) use self::variable::from_env;
use crate::error::{Error, ErrorKind, Truncated, is_name, without_secrets};

/// Where the calls of a configuration are sent.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Endpoint {
    /// The host of each product, for accounts of the Chinese mainland site.
    #[default]
    Mainland,
    /// The host of each product, for accounts of the international site.
    International,
    /// The host of each product in one region of the mainland site. With `ap-guangzhou`, it is
    /// `cdn.ap-guangzhou.tencentcloudapi.com`.
    ///
    /// Not every product is available in every region. The host of a site resolves to the nearest
    /// region.
    Region(String),
    /// A domain of which each product has a subdomain, as in a private cloud. With
    /// `api.example.com`, it is `cdn.api.example.com`. A port may follow.
    RootDomain(String),
    /// One host for all products: `https://host`, `https://host:port`, or just `host` or
    /// `host:port`.
    ///
    /// Plain `http://` is for this machine only, such as the emulator at `http://127.0.0.1:8088`.
    /// An address of this machine needs a scheme.
    Custom(String),
}

impl From<&str> for Endpoint {
    fn from(text: &str) -> Self {
        Self::Custom(text.to_owned())
    }
}

impl From<String> for Endpoint {
    fn from(text: String) -> Self {
        Self::Custom(text)
    }
}

// Redacts credentials, even in an endpoint that `ConfigBuilder::build` will reject.
impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mainland => f.write_str("Mainland"),
            Self::International => f.write_str("International"),
            Self::Region(region) => f.debug_tuple("Region").field(region).finish(),
            Self::RootDomain(text) => f.debug_tuple("RootDomain").field(&without_secrets(text)).finish(),
            Self::Custom(text) => f.debug_tuple("Custom").field(&without_secrets(text)).finish(),
        }
    }
}

impl Endpoint {
    /// Parses the endpoint. The error says what is wrong with it.
    pub(crate) fn parse(&self) -> Result<ParsedEndpoint, Error> {
        Ok(match self {
            Self::Mainland => ParsedEndpoint::Mainland,
            Self::International => ParsedEndpoint::International,
            Self::Region(region) => {
                check_region(region)?;
                ParsedEndpoint::Region(region.clone())
            }
            Self::RootDomain(text) => ParsedEndpoint::RootDomain(Origin::parse_domain(text)?),
            Self::Custom(text) => ParsedEndpoint::Custom(Origin::parse(text)?),
        })
    }

    /// Whether the hosts are those of the products, and not chosen by the program.
    pub(crate) fn uses_product_hosts(&self) -> bool {
        matches!(self, Self::Mainland | Self::International | Self::Region(_))
    }
}

/// A valid [`Endpoint`], with its text parsed.
#[derive(Clone, Debug)]
pub(crate) enum ParsedEndpoint {
    Mainland,
    International,
    Region(String),
    RootDomain(Origin),
    Custom(Origin),
}

impl ParsedEndpoint {
    /// The origin of a product, given its hosts for the accounts of each site.
    pub(crate) fn origin(&self, mainland: &str, international: &str) -> Origin {
        match self {
            Self::Mainland => Origin::from_host(mainland),
            Self::International => Origin::from_host(international),
            Self::Region(region) => {
                let (product, domain) = mainland.split_once('.').unwrap_or((mainland, ""));
                Origin::from_host(&format!("{product}.{region}.{domain}"))
            }
            Self::RootDomain(domain) => {
                let product = mainland.split('.').next().unwrap_or_default();
                Origin { scheme: domain.scheme, authority: format!("{product}.{}", domain.authority) }
            }
            Self::Custom(origin) => origin.clone(),
        }
    }

    /// The origin of every URL, or that of the domain that the hosts of all products share.
    pub(crate) fn common_origin(&self) -> Origin {
        match self {
            Self::Mainland | Self::International | Self::Region(_) => Origin::of_all_products(),
            Self::RootDomain(origin) | Self::Custom(origin) => origin.clone(),
        }
    }
}

/// Rejects a region that is not written as the API writes regions.
pub(crate) fn check_region(region: &str) -> Result<(), Error> {
    if is_name(region, |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
        return Ok(());
    }
    Err(Error::new(ErrorKind::InvalidRequest, format!("`{}` is not a valid region", Truncated(region)))
        .with_hint("write it as the API does, such as `ap-guangzhou`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(endpoint: impl Into<Endpoint>) -> Result<Origin, Error> {
        let endpoint = endpoint.into().parse()?;
        Ok(endpoint.origin("cdn.tencentcloudapi.com", "cdn.intl.tencentcloudapi.com"))
    }

    fn url(endpoint: impl Into<Endpoint>) -> Result<String, String> {
        let url = origin(endpoint).and_then(|origin| Ok(origin.url()?));
        url.map_err(|error| error.to_string())
    }

    #[test]
    fn the_sites_have_the_hosts_of_the_product() {
        assert_eq!(url(Endpoint::Mainland).unwrap(), "https://cdn.tencentcloudapi.com/");
        assert_eq!(url(Endpoint::International).unwrap(), "https://cdn.intl.tencentcloudapi.com/");
    }

    #[test]
    fn each_region_has_its_own_host_for_each_product() {
        let url = |region: &str| url(Endpoint::Region(region.to_owned()));
        assert_eq!(url("ap-guangzhou").unwrap(), "https://cdn.ap-guangzhou.tencentcloudapi.com/");
        for region in ["", "AP-Guangzhou", "ap.guangzhou", "a/b", "evil.example.com/", "ä", &"a".repeat(64)] {
            let error = url(region).unwrap_err();
            assert_eq!(
                error,
                format!("`{region}` is not a valid region; help: write it as the API does, such as `ap-guangzhou`")
            );
        }
    }

    #[test]
    fn each_product_has_a_subdomain_of_the_root_domain() {
        let url = |domain: &str| url(Endpoint::RootDomain(domain.to_owned()));
        assert_eq!(url("api.example.com").unwrap(), "https://cdn.api.example.com/");
        assert_eq!(url("https://API.example.com:8443/").unwrap(), "https://cdn.api.example.com:8443/");
        assert_eq!(
            url("https://10.0.0.1").unwrap_err(),
            "the endpoint `https://10.0.0.1` is an address, which has no subdomains; help: write a domain, such as \
             `api.example.com`, or use `Endpoint::Custom`"
        );
        for domain in ["http://api.example.com", "", "api.example.com/v2", "user:password@api.example.com"] {
            assert!(url(domain).is_err(), "{domain}");
        }
    }

    #[test]
    fn a_rejected_text_is_quoted_in_one_line_and_truncated() {
        let long = "ä\n".repeat(50_000);
        let origin = Origin { scheme: Scheme::Https, authority: format!("{long}:port") };
        for error in
            [check_region(&long).unwrap_err(), Origin::parse(&long).unwrap_err(), origin.url().unwrap_err().into()]
        {
            let line = error.to_string();
            assert!(line.contains("ä\\nä\\n…`") && !line.contains('\n') && line.len() < 400, "{line}");
        }
    }

    #[test]
    fn host_and_port_are_split() {
        let cases = [
            ("cdn.example.com", "cdn.example.com", 443),
            ("http://localhost", "localhost", 80),
            ("https://[::1]:8443", "::1", 8443),
            ("https://[::1]", "::1", 443),
        ];
        for (endpoint, host, port) in cases {
            let origin = origin(endpoint).unwrap();
            assert_eq!((origin.host(), origin.port()), (host, port), "{endpoint}");
        }
    }

    #[test]
    fn a_port_is_kept_unless_it_is_the_default_of_the_scheme() {
        let cases = [
            ("cdn.example.com", "https://cdn.example.com/"),
            ("CDN.Example.com:443", "https://cdn.example.com/"),
            ("https://cdn.example.com:8443", "https://cdn.example.com:8443/"),
            ("HTTPS://cdn.example.com:80/", "https://cdn.example.com:80/"),
            ("https://[2001:db8:0::1]:8443", "https://[2001:db8::1]:8443/"),
            ("https://10.0.0.1", "https://10.0.0.1/"),
        ];
        for (endpoint, expected) in cases {
            assert_eq!(url(endpoint), Ok(expected.to_owned()), "{endpoint}");
        }
    }

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for endpoint in
            ["http://127.0.0.1:8080", "http://127.8.9.10:8080", "http://[::1]:8080", "http://localhost:8080"]
        {
            assert_eq!(url(endpoint), Ok(format!("{endpoint}/")));
        }
        assert_eq!(url("http://localhost:80"), Ok("http://localhost/".to_owned()));
        for host in
            ["cdn.example.com", "128.0.0.1", "localhost.example.com", "127.0.0.1.example.com", "[::2]", "0.0.0.0"]
        {
            let error = url(format!("http://{host}")).unwrap_err();
            assert!(error.contains("would send credentials over plain `http`; help: write `https://`"), "{error}");
        }
    }

    #[test]
    fn an_invalid_endpoint_is_rejected_with_a_hint() {
        let cases = [
            ("https://user:password@host", "the endpoint `***` contains a user name; help: remove it"),
            ("https://host/v2", "has a path; help: remove it: every action is sent to `/`"),
            ("https://host\\v2", "has a path"),
            ("https://host?token=password", "the endpoint `https://host` has a query; help: remove it"),
            ("https://host?token=abc@password", "the endpoint `***` has a query"),
            ("https://user:password?@host", "the endpoint `***` has a query"),
            ("https://user:password#word@host", "the endpoint `***` has a fragment"),
            ("https://user:a@password?@host", "the endpoint `***` contains a user name"),
            ("user:password://?@host", "the endpoint `***` has a scheme other than `https`"),
            ("https://host#password", "the endpoint `https://host` has a fragment; help: remove it"),
            ("international", "is a word and not a host; help: use `Endpoint::International` or `Endpoint::Region`"),
            ("ap-guangzhou/", "is a word and not a host"),
            ("htp:/foo", "has an invalid scheme; help: write `https://host`"),
            ("https:/host", "has an invalid scheme"),
            ("HTTPS:host", "has an invalid scheme"),
            ("http:127.0.0.1:8088", "has an invalid scheme"),
            ("https:\\\\host", "has an invalid scheme"),
            (
                "127.0.0.1:8088",
                "is on this machine and has no scheme; help: write `http://` in front of it, \
                 or `https://` if the server",
            ),
            ("localhost:8088", "is on this machine and has no scheme"),
            ("[::1]:8088", "is on this machine and has no scheme"),
            ("host:443/path", "has a path"),
            ("ftp://host", "has a scheme other than `https`; help: write `https://` or nothing"),
            (" https://host", "has a scheme other than `https`"),
            ("https://host ", "contains white space"),
            ("https://::1", "contains an IPv6 address without brackets; help: write `https://[::1]:443`"),
            ("https://host:0", "has an invalid port"),
            ("https://host:65536", "has an invalid port"),
            ("https://host:+80", "has an invalid port"),
            ("https://host:", "has an invalid port"),
            ("https://", "has no valid host"),
            ("", "has no valid host"),
            ("https://host..com", "has no valid host"),
            ("https://127.1", "has no valid host"),
            ("https://0x7f.0x1", "has no valid host"),
            ("https://host%2f", "has no valid host"),
            ("https://[::1", "has no valid host"),
            ("https://主机.com", "has a host that is not ASCII; help: write the host in Punycode"),
        ];
        for (endpoint, claim) in cases {
            let error = url(endpoint).unwrap_err();
            assert!(error.contains(claim), "{endpoint}: {error}");
            assert!(!error.contains("password"), "{error}");
            assert!(!format!("{:?}", Endpoint::from(endpoint)).contains("password"));
        }
    }
}
