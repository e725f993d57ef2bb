//! Checks URLs and directories.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::problem::TargetProblem;
use super::{host, text};

const SCHEMES: [&str; 2] = ["http://", "https://"];
const WHITE_SPACE: &str = "write `%20` for a space that belongs to the name, and remove other white space";

/// A URL as it is sent.
pub(super) fn checked<'a>(
    url: &'a str,
    fast: &mut FastCheck<'a>,
    encoded_by_service: bool,
) -> Result<Cow<'a, str>, TargetProblem> {
    if fast.is_valid(url) { Ok(Cow::Borrowed(url)) } else { checked_thoroughly(url, encoded_by_service) }
}

/// The URL of a directory as it is sent. It need not end in `/`: the documentation has examples of
/// both.
pub(super) fn checked_directory<'a>(
    url: &'a str,
    fast: &mut FastCheck<'a>,
    encoded_by_service: bool,
) -> Result<Cow<'a, str>, TargetProblem> {
    let checked = checked(url, fast, encoded_by_service)?;
    if url.contains('?') {
        return Err(TargetProblem::new(
            "contains a query, which a directory does not have",
            "remove everything after the `?`",
        ));
    }
    Ok(checked)
}

/// Recognizes most valid URLs in one pass over their bytes. The others are parsed.
#[derive(Default)]
pub(super) struct FastCheck<'a> {
    /// The last valid start of a URL, such as `https://www.example.com/`. Most lists have one.
    origin: &'a str,
}

impl<'a> FastCheck<'a> {
    /// Whether a URL is certainly valid.
    fn is_valid(&mut self, url: &'a str) -> bool {
        let path = match url.strip_prefix(self.origin) {
            Some(path) if !self.origin.is_empty() => path,
            _ => {
                let Some((origin, path)) = split_at_path(url) else { return false };
                self.origin = origin;
                path
            }
        };
        // The sum cannot overflow: a path is shorter than 4 GiB.
        let sum: u64 = path.bytes().map(weight).sum();
        sum < NEEDS_CHECK && !has_hidden_segment(path, sum)
    }
}

/// Whether a segment of a path begins with a dot, such as `..` or `.well-known`. The path contains
/// `dots`.
fn has_hidden_segment(path: &str, dots: u64) -> bool {
    let mut rest = path.as_bytes();
    for _ in 0..dots {
        let Some(dot) = rest.iter().rposition(|byte| *byte == b'.') else { return false };
        rest = rest.get(..dot).unwrap_or_default();
        if matches!(rest, [] | [.., b'/']) {
            return true;
        }
    }
    false
}

/// Splits a URL after the slash that follows a valid host name.
fn split_at_path(url: &str) -> Option<(&str, &str)> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let (host, path) = rest.split_once('/')?;
    let origin = url.strip_suffix(path)?;
    host::is_valid(host).then_some((origin, path))
}

/// Weight of a byte that needs the thorough check. The weight of a dot is 1, and that of others 0.
const NEEDS_CHECK: u64 = 1 << 32;

/// The weight of a byte of a path.
fn weight(byte: u8) -> u64 {
    WEIGHTS.get(usize::from(byte)).copied().unwrap_or(NEEDS_CHECK)
}

/// The result of [`weight`] for each byte. A table is three times as fast as comparisons.
static WEIGHTS: [u64; 256] = weights();

#[expect(clippy::indexing_slicing, reason = "the index is a byte; evaluated by the compiler")]
const fn weights() -> [u64; 256] {
    let mut weights = [NEEDS_CHECK; 256];
    let mut byte = b'!';
    while byte <= b'~' {
        weights[byte as usize] = match byte {
            b'#' | b'*' | b':' | b'\\' => NEEDS_CHECK,
            b'.' => 1,
            _ => 0,
        };
        byte += 1;
    }
    weights
}

fn checked_thoroughly(url: &str, encoded_by_service: bool) -> Result<Cow<'_, str>, TargetProblem> {
    if text::has_several_urls(url) {
        return Err(TargetProblem::new("contains several URLs", "make each URL an element of its own"));
    }
    text::check(url, WHITE_SPACE)?;
    let rest = without_scheme(url)?;
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let scheme = url.strip_suffix(rest).unwrap_or_default();
    if authority.contains('@') {
        return Err(TargetProblem::new("contains a user name or a password", "remove everything from `://` to `@`"));
    }
    let (name, port) = match authority.split_once(':') {
        Some((name, port)) => (name, Some(port)),
        None => (authority, None),
    };
    let host = host::encoded(name)?;
    check_port(port)?;
    check_path(path)?;
    let path = if encoded_by_service { Cow::Borrowed(path) } else { percent_encoded(path) };
    Ok(match (&host, &path) {
        (Cow::Borrowed(_), Cow::Borrowed(_)) => Cow::Borrowed(url),
        _ => {
            let port = port.map(|port| format!(":{port}")).unwrap_or_default();
            Cow::Owned(format!("{scheme}{host}{port}{path}"))
        }
    })
}

/// The part of a URL after its scheme. The case of a scheme does not matter.
fn without_scheme(url: &str) -> Result<&str, TargetProblem> {
    let has_scheme = |scheme: &&str| url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    if let Some(rest) = SCHEMES.iter().find(|scheme| has_scheme(scheme)).and_then(|scheme| url.get(scheme.len()..)) {
        return Ok(rest);
    }
    let help = "begin it with `http://` or `https://`";
    Err(match url.split_once("://") {
        Some(_) => TargetProblem::new("has another scheme than `http` and `https`", help),
        None if host::is_valid(url) => TargetProblem::new(
            "is a host name where a URL belongs",
            format!("write `https://{url}/`, or the same with `http://`"),
        ),
        None => TargetProblem::new("has no scheme", help),
    })
}

fn check_port(port: Option<&str>) -> Result<(), TargetProblem> {
    match port {
        // `parse` accepts a plus sign.
        Some(port) if port.starts_with('+') || port.parse::<u16>().is_err() => {
            Err(TargetProblem::new("has an invalid port", "write a number up to 65535, or no port"))
        }
        _ => Ok(()),
    }
}

/// Checks the path with the query.
fn check_path(path: &str) -> Result<(), TargetProblem> {
    if path.contains('#') {
        let help = "remove everything after the `#`, which no browser sends, or write `%23` for a `#` of the name";
        return Err(TargetProblem::new("contains a fragment", help));
    }
    let path = path.split('?').next().unwrap_or(path);
    if path.contains('\\') {
        return Err(TargetProblem::new(
            "contains a backslash",
            "write `/` between directories, or `%5C` for a `\\` of the name",
        ));
    }
    if path.contains('*') {
        let help = "purge the directory instead, or write `%2A` for a `*` of the name";
        return Err(TargetProblem::new("contains a wildcard, which the service does not expand", help));
    }
    if path.split('/').any(|segment| matches!(segment, "." | "..")) {
        let help = "write the path without `.` and `..`, as browsers request it";
        return Err(TargetProblem::new("contains the relative path segment `.` or `..`", help));
    }
    Ok(())
}

/// Encodes the characters outside ASCII as RFC 3986 does. What is in ASCII stays as it is.
fn percent_encoded(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut encoded = String::with_capacity(text.len() * 3);
    let mut buffer = [0; 4];
    for c in text.chars() {
        if c.is_ascii() {
            encoded.push(c);
            continue;
        }
        for byte in c.encode_utf8(&mut buffer).bytes() {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    Cow::Owned(encoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_plain_passes_the_thorough_check_unchanged() {
        // Every text of up to three pieces, so that each piece appears next to each other one.
        let pieces = [
            "http://",
            "https://",
            "HTTP://",
            "h.example",
            "/",
            "//",
            ".",
            "..",
            "?",
            "#",
            "*",
            ":",
            ":8080",
            "@",
            "\\",
            " ",
            "\n",
            "\u{7f}",
            "é",
            "%20",
            ",",
            "a",
            "-",
            "_",
            "[::1]",
        ];
        let mut plain = 0;
        for a in pieces {
            for b in pieces {
                for c in pieces {
                    for d in ["", "/", "/a", "/.", "/a/../b", "/a.b?c"] {
                        let url = format!("{a}{b}{c}{d}");
                        // The second time, the origin is known.
                        let mut fast = FastCheck::default();
                        if fast.is_valid(&url) {
                            assert!(fast.is_valid(&url), "{url}");
                            plain += 1;
                            assert_eq!(checked_thoroughly(&url, false), Ok(Cow::Borrowed(url.as_str())));
                        }
                    }
                }
            }
        }
        assert!(plain > 100, "{plain}");
    }
}
