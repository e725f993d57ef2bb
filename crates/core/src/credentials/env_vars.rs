//! Credentials from environment variables.

use std::env;
use std::ffi::OsString;

use super::environment::Environment;
use super::lookup::Lookup;
use super::{Credentials, check};
use crate::error::Error;
use crate::secret::Secret;

/// Variable of the secret id; every official SDK reads it.
const SECRET_ID: &str = "TENCENTCLOUD_SECRET_ID";
/// Variable of the secret key; every official SDK reads it.
const SECRET_KEY: &str = "TENCENTCLOUD_SECRET_KEY";
/// Variables of the token. The tools do not agree on one: TCCLI, the Node.js SDK and the Terraform provider, in this order.
const TOKENS: [&str; 3] = ["TENCENTCLOUD_TOKEN", "TENCENTCLOUD_SESSION_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN"];

/// What to do if one of the first two is missing.
const LOOK_FURTHER: &str = "set `TENCENTCLOUD_SECRET_ID` and `TENCENTCLOUD_SECRET_KEY`, or give the configuration a \
    `CredentialsChain`, which looks in files and for the role of the machine as well";

impl Credentials {
    /// Credentials from `TENCENTCLOUD_SECRET_ID` and `TENCENTCLOUD_SECRET_KEY`.
    ///
    /// The token, if there is one, is in `TENCENTCLOUD_TOKEN`, `TENCENTCLOUD_SESSION_TOKEN` or
    /// `TENCENTCLOUD_SECURITY_TOKEN`; the first that is set counts. A variable that is empty counts as not set.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Credentials`](crate::error::ErrorKind::Credentials) if one of the first two is not set, or if the value of a
    /// variable cannot be a credential. The error names the variable and never holds its value.
    pub fn from_env() -> Result<Self, Error> {
        Self::from_lookup(|name| env::var_os(name))
    }

    /// Credentials from the same variables as [`Credentials::from_env`], looked up by a function, such as one over a file
    /// or over the map of a test.
    ///
    /// ```
    /// use tencentcloud_core::Credentials;
    ///
    /// let error = Credentials::from_lookup(|name| (name == "TENCENTCLOUD_SECRET_ID").then(|| "AKIDexample".into()));
    /// assert!(error.unwrap_err().to_string().contains("`TENCENTCLOUD_SECRET_KEY` is not set"));
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Credentials::from_env`].
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<OsString>) -> Result<Self, Error> {
        let required = |name| read(&lookup, name)?.ok_or_else(|| missing(&lookup, name).with_hint(LOOK_FURTHER));
        let (secret_id, secret_key) = (required(SECRET_ID)?, required(SECRET_KEY)?);
        let token = TOKENS.iter().find_map(|name| {
            let token = read(&lookup, name).transpose()?;
            Some(token.and_then(|token| check(&quoted(name), token)))
        });
        let token = token.transpose()?;
        let credentials = Self::from_pair(&quoted(SECRET_ID), secret_id, &quoted(SECRET_KEY), secret_key)?;
        Ok(credentials.with_optional_token(token))
    }
}

/// What the environment says; nothing if neither id nor key is set.
pub(super) fn find(environment: &Environment) -> Result<Lookup, Error> {
    let lookup = |name: &str| (environment.variables)(name);
    let absent: Vec<&str> = [SECRET_ID, SECRET_KEY].into_iter().filter(|name| set(lookup, name).is_none()).collect();
    match *absent {
        [] => Credentials::from_lookup(lookup).map(Lookup::Found),
        [name] => Err(missing(lookup, name).with_hint("set both, or neither to look further")),
        _ => Ok(Lookup::not_configured(format!("`{SECRET_ID}` and `{SECRET_KEY}` are not set"))),
    }
}

/// What a variable holds; one that is empty counts as not set, because many tools cannot unset one.
fn set(lookup: impl Fn(&str) -> Option<OsString>, name: &str) -> Option<OsString> {
    lookup(name).filter(|value| !value.is_empty())
}

/// The value of a variable, or `None` if it is not set.
fn read(lookup: impl Fn(&str) -> Option<OsString>, name: &str) -> Result<Option<Secret>, Error> {
    let Some(value) = set(lookup, name) else { return Ok(None) };
    // What is not Unicode is dropped here without being wiped; it could not have been a credential.
    let value = value.into_string().map_err(|_| Error::credentials(format!("`{name}` is not Unicode text")))?;
    Ok(Some(Secret::new(value)))
}

/// The error for a variable that counts as not set.
fn missing(lookup: impl Fn(&str) -> Option<OsString>, name: &str) -> Error {
    Error::credentials(format!("`{name}` is {}", if lookup(name).is_some() { "empty" } else { "not set" }))
}

fn quoted(name: &str) -> String {
    format!("`{name}`")
}
