//! Parses the URL of a proxy.

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Url;

use crate::error::{Error, ErrorKind};

/// Why a text is not the URL of a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Problem {
    Invalid,
    /// It is the URL of a SOCKS proxy, and the feature `socks` is not enabled.
    NoSocks,
}

/// Parses the URL of a proxy. The error names the variable of the environment that has the URL, if
/// there is one. It does not show the URL, which may contain a password.
pub(super) fn parse(text: &str, variable: Option<&str>) -> Result<Url, Error> {
    read(text, cfg!(feature = "socks")).map_err(|problem| problem.of(variable))
}

fn read(text: &str, with_socks: bool) -> Result<Url, Problem> {
    // URL parsers remove white space silently.
    if text.contains(char::is_whitespace) {
        return Err(Problem::Invalid);
    }
    let parsed = if text.contains("://") { Url::parse(text) } else { Url::parse(&format!("http://{text}")) };
    let url = parsed.ok().filter(Url::has_host).ok_or(Problem::Invalid)?;
    match url.scheme() {
        "http" | "https" => {}
        "socks5" | "socks5h" if with_socks => {}
        "socks5" | "socks5h" => return Err(Problem::NoSocks),
        _ => return Err(Problem::Invalid),
    }
    // hyper-util ignores the URL of a proxy that it cannot parse, and connects directly. So check
    // this first.
    let matcher = Matcher::builder().all(url.as_str()).build();
    let is_understood = "https://host".parse().is_ok_and(|host| matcher.intercept(&host).is_some());
    if is_understood { Ok(url) } else { Err(Problem::Invalid) }
}

impl Problem {
    fn of(self, variable: Option<&str>) -> Error {
        let help = match self {
            Self::Invalid => {
                "write `http://host:port` or `http://user:password@host:port`, special characters percent-encoded"
            }
            Self::NoSocks => "enable the feature `socks`, or use an HTTP proxy",
        };
        let what = match self {
            Self::Invalid => "is not the URL of a proxy",
            Self::NoSocks => "is a SOCKS proxy, and the feature `socks` is not enabled",
        };
        match variable {
            None => Error::new(ErrorKind::InvalidRequest, format!("the proxy {what}")).with_hint(help),
            Some(variable) => Error::new(ErrorKind::InvalidRequest, format!("`{variable}` {what}"))
                .with_hint(format!("{help}; to connect directly, unset it or set `Proxy::none()`")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_of_anything_but_a_proxy_is_rejected_and_not_shown() {
        for url in [
            "",
            "socks4://user:password@host:1080",
            "ftp://user:password@host",
            "http://user:pass word@host",
            "http://",
            "http://user:password@",
            "user:password",
            "socks5://",
        ] {
            let error = parse(url, None).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidRequest);
            assert_eq!(
                error.to_string(),
                "the proxy is not the URL of a proxy; help: write `http://host:port` or \
                 `http://user:password@host:port`, special characters percent-encoded",
                "{url}"
            );
        }
    }

    #[test]
    fn an_invalid_variable_is_named_and_its_value_is_not_shown() {
        for url in ["not a hidden url", "ftp://hidden:hidden@host", " http://hidden:1"] {
            assert_eq!(
                parse(url, Some("ALL_PROXY")).unwrap_err().to_string(),
                "`ALL_PROXY` is not the URL of a proxy; help: write `http://host:port` or \
                 `http://user:password@host:port`, special characters percent-encoded; \
                 to connect directly, unset it or set `Proxy::none()`"
            );
        }
    }

    #[test]
    fn the_parts_of_a_url_are_kept() {
        for (text, url) in [
            ("host:3128", "http://host:3128/"),
            ("u:p%40ss@host", "http://u:p%40ss@host/"),
            ("https://[::1]:1", "https://[::1]:1/"),
            ("socks5h://u:p@host", "socks5h://u:p@host"),
        ] {
            assert_eq!(read(text, true).unwrap().as_str(), url);
        }
    }

    #[test]
    fn the_error_for_a_socks_proxy_names_the_feature() {
        let problem = read("socks5://user:password@host", false).unwrap_err();
        assert_eq!(
            problem.of(None).to_string(),
            "the proxy is a SOCKS proxy, and the feature `socks` is not enabled; \
             help: enable the feature `socks`, or use an HTTP proxy"
        );
    }
}
