//! Reads credentials from environment variables.

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
/// Variables of the token. The tools do not agree on one: these are TCCLI's, the Node.js SDK's and
/// the Terraform provider's.
const TOKENS: [&str; 3] = ["TENCENTCLOUD_TOKEN", "TENCENTCLOUD_SESSION_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN"];

/// What to do if the secret id or the secret key is missing.
const SET_BOTH_OR_USE_CHAIN: &str = "set `TENCENTCLOUD_SECRET_ID` and `TENCENTCLOUD_SECRET_KEY`, or configure a \
    `CredentialsChain`, which also looks in files and for the machine's role";

impl Credentials {
    /// Reads credentials from `TENCENTCLOUD_SECRET_ID` and `TENCENTCLOUD_SECRET_KEY`.
    ///
    /// The token, if there is one, is read from `TENCENTCLOUD_TOKEN`, `TENCENTCLOUD_SESSION_TOKEN`
    /// or `TENCENTCLOUD_SECURITY_TOKEN`; the first one that is set counts. An empty variable counts
    /// as not set.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Credentials`](crate::error::ErrorKind::Credentials) if the secret id or the
    /// secret key is not set, or if the value of a variable cannot be a credential. The error names
    /// the variable, and never holds its value.
    #[expect(clippy::disallowed_methods, reason = "reads the environment, as its name says")]
    pub fn from_env() -> Result<Self, Error> {
        Self::from_lookup(|name| env::var_os(name))
    }

    /// Reads credentials from the same variables as [`Credentials::from_env`], which `lookup` looks
    /// up: in a file, for example, or in the map of a test.
    ///
    /// ```
    /// use tencentcloud_core::Credentials;
    ///
    /// let lookup = |name: &str| (name == "TENCENTCLOUD_SECRET_ID").then(|| "AKIDexample".into());
    /// let error = Credentials::from_lookup(lookup).unwrap_err();
    /// assert!(error.to_string().contains("`TENCENTCLOUD_SECRET_KEY` is not set"));
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`Credentials::from_env`].
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<OsString>) -> Result<Self, Error> {
        let required =
            |name| read(&lookup, name)?.ok_or_else(|| not_set(&lookup, name).with_hint(SET_BOTH_OR_USE_CHAIN));
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

/// Reads credentials from the environment, if the secret id or the secret key is set.
pub(super) fn find(environment: &Environment) -> Result<Lookup, Error> {
    let lookup = |name: &str| (environment.variables)(name);
    let missing: Vec<&str> = [SECRET_ID, SECRET_KEY].into_iter().filter(|name| value(lookup, name).is_none()).collect();
    match *missing {
        [] => Credentials::from_lookup(lookup).map(Lookup::Found),
        [name] => Err(not_set(lookup, name).with_hint("set both variables, or neither to use another source")),
        _ => Ok(Lookup::not_configured(format!("`{SECRET_ID}` and `{SECRET_KEY}` are not set"))),
    }
}

/// The value of a variable. An empty one counts as not set, because many tools cannot unset a
/// variable.
fn value(lookup: impl Fn(&str) -> Option<OsString>, name: &str) -> Option<OsString> {
    lookup(name).filter(|value| !value.is_empty())
}

fn read(lookup: impl Fn(&str) -> Option<OsString>, name: &str) -> Result<Option<Secret>, Error> {
    let Some(value) = value(lookup, name) else { return Ok(None) };
    // A value that is not Unicode is dropped without being wiped: it cannot be a credential.
    let value = value.into_string().map_err(|_| Error::credentials(format!("`{name}` is not Unicode text")))?;
    Ok(Some(Secret::new(value)))
}

fn not_set(lookup: impl Fn(&str) -> Option<OsString>, name: &str) -> Error {
    Error::credentials(format!("`{name}` is {}", if lookup(name).is_some() { "empty" } else { "not set" }))
}

fn quoted(name: &str) -> String {
    format!("`{name}`")
}
