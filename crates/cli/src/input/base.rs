//! Makes URLs of relative paths.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use url::Url;

use crate::failure::Failure;

/// The characters that a file name may contain, but the path of a URL may not. `%` is one of them:
/// a path of a file is not encoded yet. So is `*`, which is not a wildcard in a file name.
const IN_FILE_NAMES: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'*')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The URL that relative paths begin with. It ends in `/`.
#[derive(Clone, Debug)]
pub(crate) struct Base {
    url: String,
    /// The length of the URL without its path.
    origin: usize,
}

impl Base {
    /// Parses the value of `--base`.
    pub(crate) fn parse(text: &str) -> Result<Self, Failure> {
        let invalid = |what: &str| {
            Failure::usage(format!("`--base {text}` {what}"), "write a URL, such as `https://www.example.com/`")
        };
        let url = Url::parse(text).map_err(|error| invalid(&format!("is not a URL: {error}")))?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(invalid("does not begin with `http://` or `https://`"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(invalid("has a query or a fragment"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Failure::usage("`--base` has a user name or a password", "remove everything up to the `@`"));
        }
        // Not the parsed URL: what the user wrote is what the nodes have as a key.
        let mut url = text.to_owned();
        if !url.ends_with('/') {
            url.push('/');
        }
        let host = url.find("://").map_or(0, |at| at + 3);
        let origin = url.get(host..).and_then(|rest| rest.find('/')).map_or(url.len(), |at| host + at);
        Ok(Self { url, origin })
    }

    /// The URL of a path that may be relative. One that is a URL already stays as it is.
    pub(super) fn join<'a>(&self, path: &'a str) -> Result<Cow<'a, str>, &'static str> {
        if path.contains("://") {
            return Ok(Cow::Borrowed(path));
        }
        let path = match path.strip_prefix('"').and_then(|path| path.strip_suffix('"')) {
            Some(quoted) => Cow::Owned(unquoted(quoted).ok_or("the quotes of git around the path are incomplete")?),
            None => Cow::Borrowed(path),
        };
        let (start, path) = match path.strip_prefix('/') {
            Some(path) => (self.url.get(..=self.origin).unwrap_or(&self.url), path),
            None => (self.url.as_str(), path.strip_prefix("./").unwrap_or(&path)),
        };
        Ok(Cow::Owned(format!("{start}{}", utf8_percent_encode(path, IN_FILE_NAMES))))
    }
}

/// The path that git quotes: characters outside ASCII are `\ooo`, in octal, for each byte.
fn unquoted(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        bytes.push(match rest.next()? {
            b'a' => 7,
            b'b' => 8,
            b't' => b'\t',
            b'n' => b'\n',
            b'v' => 11,
            b'f' => 12,
            b'r' => b'\r',
            first @ b'0'..=b'3' => {
                let (second, third) = (octal(rest.next()?)?, octal(rest.next()?)?);
                octal(first)? * 64 + second * 8 + third
            }
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

fn octal(byte: u8) -> Option<u8> {
    matches!(byte, b'0'..=b'7').then(|| byte - b'0')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn join(base: &str, path: &str) -> Result<String, String> {
        let base = Base::parse(base).map_err(|failure| failure.message)?;
        Ok(base.join(path)?.into_owned())
    }

    #[test]
    fn a_relative_path_follows_the_base() {
        for (base, path, url) in [
            ("https://a.com", "b.html", "https://a.com/b.html"),
            ("https://a.com/", "./b/c.html", "https://a.com/b/c.html"),
            ("https://a.com/blog", "b.html", "https://a.com/blog/b.html"),
            ("https://a.com/blog/", "/b.html", "https://a.com/b.html"),
            ("https://a.com/", "http://b.com/c", "http://b.com/c"),
        ] {
            assert_eq!(join(base, path).as_deref(), Ok(url));
        }
    }

    #[test]
    fn a_path_is_the_name_of_a_file_and_not_encoded_yet() {
        let url = join("https://a.com/", "100% of #1? [a] *.html").unwrap();
        assert_eq!(url, "https://a.com/100%25%20of%20%231%3F%20%5Ba%5D%20%2A.html");
        assert_eq!(join("https://a.com/", "图.png").unwrap(), "https://a.com/%E5%9B%BE.png");
    }

    #[test]
    fn the_quotes_of_git_are_removed() {
        let url = join("https://a.com/", r#""\345\233\276 \"1\".png""#).unwrap();
        assert_eq!(url, "https://a.com/%E5%9B%BE%20%221%22.png");
        assert!(join("https://a.com/", r#""\34""#).is_err());
        assert!(join("https://a.com/", r#""\377""#).is_err(), "not UTF-8");
    }

    #[test]
    fn a_base_is_a_url_without_a_query() {
        for base in ["a.com", "ftp://a.com/", "https://a.com/?b", "https://a.com/#b", "https://u@a.com/", ""] {
            assert!(Base::parse(base).is_err(), "{base}");
        }
    }
}
