//! Checks URLs and directories.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::problem::TargetProblem;
use super::{host, text};

const SCHEMES: [&str; 2] = ["http://", "https://"];
const WHITE_SPACE: &str = "write `%20` for a space that belongs to the name, and remove other white space";

/// The URL of a directory as it is sent. It need not end in `/`: the documentation has examples of
/// both.
pub(super) fn checked_directory(url: &str, encoding_is_set: bool) -> Result<Cow<'_, str>, TargetProblem> {
    let checked = checked(url, encoding_is_set)?;
    if url.contains('?') {
        return Err(TargetProblem::new(
            "contains a query, which a directory does not have",
            "remove everything after the `?`",
        ));
    }
    Ok(checked)
}

/// A URL as it is sent.
pub(super) fn checked(url: &str, encoding_is_set: bool) -> Result<Cow<'_, str>, TargetProblem> {
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
    let path = if encoding_is_set { Cow::Borrowed(path) } else { percent_encoded(path) };
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
