//! Checks host names.

use std::borrow::Cow;

use super::problem::TargetProblem;
use super::text;
use crate::endpoint::is_label;

/// Maximum length of a host name, in bytes: RFC 1035, section 2.3.4.
const MAX_HOST_BYTES: usize = 253;

/// A host name as it is sent.
pub(super) fn checked(host: &str) -> Result<Cow<'_, str>, TargetProblem> {
    if is_valid(host) {
        return Ok(Cow::Borrowed(host));
    }
    if text::has_several_urls(host) || host.contains([',', ';']) {
        return Err(TargetProblem::new("contains several host names", "make each host name an element of its own"));
    }
    text::check(host, "remove it")?;
    if let Some((_, rest)) = host.split_once("://") {
        let name = rest.split(['/', '?', '#', ':']).next().filter(|name| is_valid(name) && !rest.contains('@'));
        let help = name.map_or("write the host name alone".to_owned(), |name| format!("write `{name}`"));
        return Err(TargetProblem::new("is a URL where a host name belongs", help));
    }
    if host.contains('@') {
        return Err(TargetProblem::new("contains a user name or a password", "write the host name alone"));
    }
    if host.contains(['/', '?', '#', '\\']) {
        return Err(TargetProblem::new("contains a path", "write the host name alone"));
    }
    if host.contains(':') {
        return Err(TargetProblem::new("contains a port", "write the host name alone"));
    }
    encoded(host)
}

/// The host name of a URL as it is sent: in Punycode if it contains characters outside ASCII.
pub(super) fn encoded(host: &str) -> Result<Cow<'_, str>, TargetProblem> {
    if host.is_empty() {
        return Err(TargetProblem::new(
            "has no host",
            "write a host name after `://`, such as `https://www.example.com/`",
        ));
    }
    if host.contains('*') {
        return Err(TargetProblem::new(
            "contains a wildcard, which the service does not expand",
            "list each host name",
        ));
    }
    if is_valid(host) {
        return Ok(Cow::Borrowed(host));
    }
    if !host.is_ascii() {
        return in_punycode(host).map(Cow::Owned);
    }
    Err(invalid())
}

/// A host name outside ASCII, in Punycode.
#[cfg(feature = "idna")]
fn in_punycode(host: &str) -> Result<String, TargetProblem> {
    let url = url::Url::parse(&format!("http://{host}/")).ok();
    url.as_ref().and_then(url::Url::host_str).filter(|encoded| is_valid(encoded)).map(str::to_owned).ok_or_else(invalid)
}

#[cfg(not(feature = "idna"))]
fn in_punycode(_: &str) -> Result<String, TargetProblem> {
    let help = "write it in Punycode, `xn--...`, or enable the feature `idna`";
    Err(TargetProblem::new("has a host name that is not ASCII", help))
}

fn invalid() -> TargetProblem {
    let help = "write a domain name, such as `www.example.com`: labels of letters, digits and `-`";
    TargetProblem::new("has an invalid host name", help)
}

/// Whether a text is a host name in ASCII.
pub(super) fn is_valid(host: &str) -> bool {
    host.len() <= MAX_HOST_BYTES && host.split('.').all(is_label)
}
