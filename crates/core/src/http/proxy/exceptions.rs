//! Decides which hosts are reached without a proxy: the entries of `NO_PROXY`.

use std::net::IpAddr;

/// The hosts that are reached without a proxy.
///
/// The forms are those of curl and of Go. Where the two differ, the more direct one counts: as in
/// curl, `.example.com` is the domain itself as well.
#[derive(Debug, Default)]
pub(super) struct Exceptions(Vec<Exception>);

#[derive(Debug, PartialEq)]
struct Exception {
    hosts: Hosts,
    /// Every port if there is none.
    port: Option<u16>,
}

#[derive(Debug, PartialEq)]
enum Hosts {
    /// `*`: all hosts.
    All,
    /// `example.com` or `.example.com`: a domain and its subdomains.
    Domain(String),
    /// `*.example.com`: the subdomains of a domain.
    Subdomains(String),
    /// `10.0.0.1` or `10.0.0.0/8`: the addresses with the given first bits.
    Network { address: IpAddr, bits: u8 },
}

impl Exceptions {
    /// Parses a list whose entries are separated by commas, semicolons or white space. Returns the
    /// entries that were not understood, too.
    pub(super) fn parse(text: &str) -> (Self, Vec<&str>) {
        let mut exceptions = Vec::new();
        let mut unknown = Vec::new();
        for entry in text.split(|c: char| c == ',' || c == ';' || c.is_whitespace()).filter(|entry| !entry.is_empty()) {
            match Exception::parse(entry) {
                Some(exception) => exceptions.push(exception),
                None => unknown.push(entry),
            }
        }
        (Self(exceptions), unknown)
    }

    /// Whether a host is reached without a proxy. An IPv6 address is without brackets.
    pub(super) fn contain(&self, host: &str, port: u16) -> bool {
        let address = host.parse().ok();
        let host = without_final_dot(host);
        let contains = |exception: &Exception| match address {
            Some(address) => exception.hosts.contain_address(address),
            None => exception.hosts.contain_name(host),
        };
        self.0.iter().any(|exception| exception.port.is_none_or(|own| own == port) && contains(exception))
    }

    /// Whether some host of a domain may be reached without a proxy.
    pub(super) fn may_contain_a_host_of(&self, domain: &str) -> bool {
        self.0.iter().any(|Exception { hosts, .. }| match hosts {
            Hosts::Domain(own) | Hosts::Subdomains(own) => is_within(own, domain) || is_within(domain, own),
            Hosts::All => true,
            Hosts::Network { .. } => false,
        })
    }
}

impl Exception {
    fn parse(entry: &str) -> Option<Self> {
        // An address in brackets, or with more than one colon, is an address of IPv6.
        let (host, port) = match entry.rsplit_once(':') {
            Some((host, port)) if !host.contains(':') || host.ends_with(']') => (host, Some(port.parse().ok()?)),
            _ => (entry, None),
        };
        Some(Self { hosts: Hosts::parse(host)?, port })
    }
}

impl Hosts {
    fn parse(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self::All);
        }
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u8>().ok()?)),
            None => (text, None),
        };
        let unbracketed = address.strip_prefix('[').and_then(|address| address.strip_suffix(']')).unwrap_or(address);
        if let Ok(address) = unbracketed.parse::<IpAddr>() {
            let all = if address.is_ipv4() { 32 } else { 128 };
            let bits = bits.unwrap_or(all);
            return (bits <= all).then_some(Self::Network { address, bits });
        }
        let name = |text: &str| {
            let text = text.strip_suffix('.').unwrap_or(text);
            let is_label = |label: &str| {
                !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
            };
            text.split('.').all(is_label).then(|| text.to_ascii_lowercase())
        };
        match text.strip_prefix("*.") {
            Some(domain) => name(domain).map(Self::Subdomains),
            None => name(text.strip_prefix('.').unwrap_or(text)).map(Self::Domain),
        }
    }

    fn contain_name(&self, host: &str) -> bool {
        match self {
            Self::All => true,
            Self::Domain(domain) => is_within(host, domain),
            Self::Subdomains(domain) => host.len() > domain.len() && is_within(host, domain),
            Self::Network { .. } => false,
        }
    }

    fn contain_address(&self, address: IpAddr) -> bool {
        match (self, address) {
            (Self::All, _) => true,
            (Self::Network { address: IpAddr::V4(network), bits }, IpAddr::V4(address)) => {
                has_equal_bits(u128::from(network.to_bits() ^ address.to_bits()) << 96, *bits)
            }
            (Self::Network { address: IpAddr::V6(network), bits }, IpAddr::V6(address)) => {
                has_equal_bits(network.to_bits() ^ address.to_bits(), *bits)
            }
            _ => false,
        }
    }
}

/// Whether a host is a domain or one of its subdomains.
fn is_within(host: &str, domain: &str) -> bool {
    let start = host.len().checked_sub(domain.len());
    let parts = start.and_then(|start| host.split_at_checked(start));
    parts.is_some_and(|(before, end)| end.eq_ignore_ascii_case(domain) && (before.is_empty() || before.ends_with('.')))
}

fn without_final_dot(host: &str) -> &str {
    host.strip_suffix('.').unwrap_or(host)
}

/// Whether the first bits of a difference are zero.
fn has_equal_bits(difference: u128, bits: u8) -> bool {
    difference.leading_zeros() >= u32::from(bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contain(exceptions: &str, host: &str, port: u16) -> bool {
        let (exceptions, unknown) = Exceptions::parse(exceptions);
        assert_eq!(unknown, [""; 0]);
        exceptions.contain(host, port)
    }

    #[test]
    fn a_host_is_an_exception_in_the_forms_of_curl_and_go() {
        let host = "cdn.tencentcloudapi.com";
        for exceptions in [
            "*",
            "tencentcloudapi.com",
            ".tencentcloudapi.com",
            "*.tencentcloudapi.com",
            "CDN.TencentCloudAPI.com",
            "tencentcloudapi.com.",
            "a.example,tencentcloudapi.com",
            "a.example, tencentcloudapi.com",
            "a.example tencentcloudapi.com",
            "a.example;tencentcloudapi.com",
            ",,tencentcloudapi.com,",
            "tencentcloudapi.com:443",
            "*:443",
        ] {
            assert!(contain(exceptions, host, 443), "{exceptions}");
            assert!(contain(exceptions, &format!("{host}."), 443), "{exceptions}");
        }
        for exceptions in [
            "",
            "dn.tencentcloudapi.com",
            "teo.tencentcloudapi.com",
            "com.example",
            "tencentcloudapi.com:8443",
            "*.cdn.tencentcloudapi.com",
            "10.0.0.0/8",
        ] {
            assert!(!contain(exceptions, host, 443), "{exceptions}");
        }
        assert!(!contain("*.example.com", "example.com", 443) && contain(".example.com", "example.com", 443));
    }

    #[test]
    fn an_address_is_an_exception_by_its_network() {
        assert!(contain("10.0.0.0/8", "10.1.2.3", 443) && !contain("10.0.0.0/8", "11.1.2.3", 443));
        assert!(contain("10.0.0.1", "10.0.0.1", 443) && !contain("10.0.0.1", "10.0.0.2", 443));
        assert!(contain("10.0.0.1:80", "10.0.0.1", 80) && !contain("10.0.0.1:80", "10.0.0.1", 443));
        assert!(contain("0.0.0.0/0", "10.0.0.1", 443) && !contain("0.0.0.0/0", "::1", 443));
        for exceptions in ["fd00::/8", "[fd00::1]", "fd00::1", "[fd00::1]:443"] {
            assert!(contain(exceptions, "fd00::1", 443), "{exceptions}");
            assert!(!contain(exceptions, "fe00::1", 443), "{exceptions}");
        }
    }

    #[test]
    fn entries_that_are_not_understood_are_returned() {
        let text = "example.com, *example.com, a*b, http://example.com, 10.0.0.0/33, host:port, .., [::1, *";
        let (exceptions, unknown) = Exceptions::parse(text);
        assert_eq!(unknown, ["*example.com", "a*b", "http://example.com", "10.0.0.0/33", "host:port", "..", "[::1"]);
        assert_eq!(exceptions.0.len(), 2);
    }

    #[test]
    fn a_domain_may_contain_an_exception() {
        let may = |text: &str| Exceptions::parse(text).0.may_contain_a_host_of("tencentcloudapi.com");
        for exceptions in ["*", "com", "tencentcloudapi.com", "cdn.tencentcloudapi.com", "*.tencentcloudapi.com:443"] {
            assert!(may(exceptions), "{exceptions}");
        }
        assert!(!may("") && !may("example.com") && !may("10.0.0.0/8"));
    }
}
