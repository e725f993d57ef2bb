//! Parses as much of a URL as the purge actions check.

use crate::request::without_port;

/// The host of a URL that begins with `http://` or `https://`, without its port. `None` for any
/// other text.
pub(super) fn host(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"))?;
    let authority = rest.split(['/', '?', '#']).next()?;
    Some(without_port(authority)).filter(|host| !host.is_empty())
}

/// Whether a URL has this host. Much faster than to parse the URL, for a query that looks at many.
pub(super) fn has_host(url: &str, host: &str) -> bool {
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
    let Some((start, end)) = rest.and_then(|rest| rest.split_at_checked(host.len())) else { return false };
    start.eq_ignore_ascii_case(host) && (end.is_empty() || end.starts_with(['/', '?', '#', ':']))
}

/// The host of a target that is a URL or a host name. A tag is returned as if it were a host name:
/// no syntax distinguishes them, and a tag is not the name of a host in a zone.
pub(super) fn host_of_target(target: &str) -> Option<&str> {
    if target.contains("://") { host(target) } else { Some(target) }
}

#[cfg(test)]
mod tests {
    use super::{has_host, host};

    #[test]
    fn a_url_has_a_lower_case_scheme_and_a_host() {
        assert_eq!(host("http://www.example.com"), Some("www.example.com"));
        assert_eq!(host("https://www.example.com:8443/中文?a=b"), Some("www.example.com"));
        assert_eq!(host("https://*.example.com?a=/"), Some("*.example.com"));
        for other in
            ["", "www.example.com/a", "ftp://www.example.com/", "http://", "https:///a", "HTTP://www.example.com"]
        {
            assert_eq!(host(other), None, "{other}");
        }
    }

    #[test]
    fn the_host_of_a_url_is_found_without_its_port_and_in_any_case() {
        for url in ["http://a.b", "https://a.b/c", "http://A.B:80/", "http://a.b?c", "http://a.b#c"] {
            assert!(has_host(url, "a.B") && host(url).is_some_and(|host| host.eq_ignore_ascii_case("a.b")), "{url}");
        }
        for url in ["a.b", "http://a.bc/", "http://www.a.b/", "http://c.d/a.b", "http://a.例", "http://a"] {
            assert!(!has_host(url, "a.b"), "{url}");
        }
    }
}
