//! Checks whether a target is in the documented format.
//!
//! The real service accepts some of the targets that are refused here, and purges nothing. A test
//! against the emulator should notice such a target.

use crate::request::without_port;
use crate::table::TargetFormat;

/// The reason for a target with a wildcard, which some actions report with a code of its own.
pub(super) const WILDCARD: &str = "wildcards are not supported";

/// Maximum length of a hostname, and of a label of it, in characters: RFC 1035, section 2.3.4.
/// Encoding never makes a label shorter.
const MAX_HOST_CHARS: usize = 253;
const MAX_LABEL_CHARS: usize = 63;

/// Why a target is invalid. `None` if it is valid.
pub(super) fn invalid(format: TargetFormat, target: &str) -> Option<&'static str> {
    if target.is_empty() {
        return Some("empty");
    }
    if target.chars().any(is_unwanted) {
        return Some("white space, a control character or an invisible character");
    }
    match format {
        TargetFormat::Url => invalid_url(target),
        TargetFormat::Directory if target.contains('?') => Some("a query, which a directory does not have"),
        TargetFormat::Directory => invalid_url(target),
        TargetFormat::Host if target.contains('*') => Some(WILDCARD),
        TargetFormat::Host => (!is_hostname(target) || !target.contains('.')).then_some("not a hostname"),
        TargetFormat::Tag => target.contains([',', ':']).then_some("not a single tag"),
        TargetFormat::ZoneId => (!is_zone_id(target)).then_some("not the id of a zone"),
    }
}

fn invalid_url(url: &str) -> Option<&'static str> {
    let Some(rest) = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://")) else {
        return Some("not a URL that begins with http:// or https://");
    };
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let host = without_port(authority);
    let port = authority.strip_prefix(host).unwrap_or_default();
    if authority.contains('@') {
        Some("a user name in the URL")
    } else if host.contains('*') || path.contains('*') {
        Some(WILDCARD)
    } else if !is_hostname(host) {
        Some("not a URL with a hostname")
    } else if port.strip_prefix(':').is_some_and(|port| port.starts_with('+') || port.parse::<u16>().is_err()) {
        Some("not a URL with a valid port")
    } else if path.contains('#') || query.contains('#') {
        Some("a fragment in the URL")
    } else if path.contains('\\') || path.split('/').any(|segment| matches!(segment, "." | "..")) {
        Some("a path with `.`, `..` or a backslash")
    } else if [",http", ";http", "|http"].iter().any(|next| path.to_ascii_lowercase().contains(next)) {
        Some("several URLs in one target")
    } else {
        None
    }
}

/// Whether a text is a hostname. Letters may be non-ASCII: the service encodes them.
fn is_hostname(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=MAX_LABEL_CHARS).contains(&label.chars().count())
            && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
    };
    text.chars().count() <= MAX_HOST_CHARS && text.split('.').all(is_label)
}

fn is_zone_id(text: &str) -> bool {
    let is_id = |rest: &str| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    text == "*" || text.strip_prefix("zone-").is_some_and(is_id)
}

/// Characters that are certainly a mistake: white space, controls, and characters that cannot be
/// seen.
fn is_unwanted(c: char) -> bool {
    let is_invisible = matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
    );
    c.is_whitespace() || c.is_control() || is_invisible
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostname_has_a_maximum_length() {
        let host = |label: usize, count: usize| vec!["a".repeat(label); count].join(".");
        for host in [host(63, 2), host(1, 127)] {
            assert_eq!(invalid(TargetFormat::Host, &host), None, "{host}");
            assert_eq!(invalid(TargetFormat::Url, &format!("https://{host}/")), None, "{host}");
        }
        for host in [host(64, 2), host(1, 128)] {
            assert_eq!(invalid(TargetFormat::Host, &host), Some("not a hostname"), "{host}");
            assert_eq!(invalid(TargetFormat::Url, &format!("https://{host}/")), Some("not a URL with a hostname"));
        }
    }
}
