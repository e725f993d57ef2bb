//! Parses hosts, and decides whether a host is this machine.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::problem::EndpointProblem;

/// A host as it is signed and sent.
pub(super) enum Host {
    Name(String),
    Ip(IpAddr),
}

impl Host {
    pub(super) fn parse(text: &str) -> Result<Self, EndpointProblem> {
        if let Some(address) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
            let address: Result<Ipv6Addr, _> = address.parse();
            return address.map(|address| Self::Ip(address.into())).map_err(|_| not_a_host());
        }
        if let Ok(address) = text.parse::<Ipv4Addr>() {
            return Ok(Self::Ip(address.into()));
        }
        if !text.is_ascii() {
            return Err(EndpointProblem::new("has a host that is not ASCII", "write the host in Punycode, `xn--...`"));
        }
        // URL parsers treat a name that ends in a number as an address, such as 127.1 for
        // 127.0.0.1. The request would be sent to another host than the one that is signed.
        let is_name =
            text.len() <= 253 && text.split('.').all(is_label) && !text.split('.').next_back().is_some_and(is_number);
        if is_name { Ok(Self::Name(text.to_ascii_lowercase())) } else { Err(not_a_host()) }
    }

    /// Whether the host is a single word, like the name of a site or a region.
    pub(super) fn is_word(&self) -> bool {
        matches!(self, Self::Name(name) if !name.contains('.') && name != "localhost")
    }

    /// Whether the host is this machine.
    pub(super) fn is_loopback(&self) -> bool {
        match self {
            Self::Name(name) => name == "localhost",
            Self::Ip(address) => address.is_loopback(),
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Ip(IpAddr::V4(address)) => write!(f, "{address}"),
            Self::Ip(IpAddr::V6(address)) => write!(f, "[{address}]"),
        }
    }
}

/// Whether the text is a valid label of a host name: 1 to 63 bytes, as RFC 1035 limits it (section
/// 2.3.4). An underscore is allowed, because some names have one.
pub(crate) fn is_label(text: &str) -> bool {
    (1..=63).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// Whether a URL parser treats the label as a number, decimal or hexadecimal.
fn is_number(label: &str) -> bool {
    let hexadecimal = label.strip_prefix("0x").or_else(|| label.strip_prefix("0X"));
    label.bytes().all(|byte| byte.is_ascii_digit())
        || hexadecimal.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn not_a_host() -> EndpointProblem {
    EndpointProblem::new("has no valid host", "write `https://host` or `https://host:port`")
}
