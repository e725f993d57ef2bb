//! Reads the endpoint of the environment: `TENCENTCLOUD_ENDPOINT`.

use std::env;
use std::ffi::OsString;

use super::{Origin, ParsedEndpoint};
use crate::error::{Error, ErrorKind};

const VARIABLE: &str = "TENCENTCLOUD_ENDPOINT";

/// Returns the endpoint of the environment; `None` if it sets none.
#[expect(clippy::disallowed_methods, reason = "the configuration asks for the environment")]
pub(crate) fn from_env() -> Result<Option<ParsedEndpoint>, Error> {
    from_value(env::var_os(VARIABLE))
}

/// Parses the value of the variable. An empty one counts as not set.
fn from_value(value: Option<OsString>) -> Result<Option<ParsedEndpoint>, Error> {
    let Some(value) = value.filter(|value| !value.is_empty()) else { return Ok(None) };
    let Ok(text) = value.into_string() else {
        return Err(Error::new(ErrorKind::InvalidRequest, format!("`{VARIABLE}` is not Unicode text")));
    };
    match Origin::parse(&text) {
        Ok(origin) => Ok(Some(ParsedEndpoint::Custom(origin))),
        Err(error) => {
            let named = Error::new(ErrorKind::InvalidRequest, format!("`{VARIABLE}`: {}", error.message()));
            Err(named.with_hint(error.hint().unwrap_or("write `https://host`").to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_the_endpoint_and_an_empty_variable_is_not() {
        let origin = |value: &str| {
            let endpoint = from_value(Some(value.into())).unwrap()?;
            let Origin { scheme, authority } = endpoint.origin("", "");
            Some(format!("{scheme}://{authority}"))
        };
        assert_eq!(origin("http://127.0.0.1:8080").as_deref(), Some("http://127.0.0.1:8080"));
        assert_eq!(origin("api.example.com").as_deref(), Some("https://api.example.com"));
        assert_eq!(origin(""), None);
        assert!(from_value(None).unwrap().is_none());
    }

    #[test]
    fn an_invalid_value_is_an_error_that_names_the_variable() {
        let error = from_value(Some("http://api.example.com".into())).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert_eq!(
            error.to_string(),
            "`TENCENTCLOUD_ENDPOINT`: the endpoint `http://api.example.com` would send credentials over plain \
             `http`; help: write `https://`: plain `http://` is only for 127.0.0.0/8, [::1] and localhost"
        );
    }
}
