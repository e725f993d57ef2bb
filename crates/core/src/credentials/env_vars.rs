//! Reads credentials from environment variables.

use std::env;
use std::ffi::OsString;

use super::environment::Environment;
use super::lookup::Lookup;
use super::{Credentials, check};
use crate::error::Error;
use crate::secret::Secret;

/// The variables of a key pair, and of the token that belongs to it.
struct KeyPair {
    secret_id: &'static str,
    secret_key: &'static str,
    /// The first one that is set counts.
    tokens: &'static [&'static str],
}

/// The variables of a user. Every official SDK reads the id and the key. The tools do not agree on
/// a variable for the token: these are TCCLI's, the Node.js SDK's and the Terraform provider's.
const USER: KeyPair = KeyPair {
    secret_id: "TENCENTCLOUD_SECRET_ID",
    secret_key: "TENCENTCLOUD_SECRET_KEY",
    tokens: &["TENCENTCLOUD_TOKEN", "TENCENTCLOUD_SESSION_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN"],
};
/// The variables that Serverless Cloud Function sets for the role of a function.
const CLOUD_FUNCTION: KeyPair = KeyPair {
    secret_id: "TENCENTCLOUD_SECRETID",
    secret_key: "TENCENTCLOUD_SECRETKEY",
    tokens: &["TENCENTCLOUD_SESSIONTOKEN"],
};

/// What to do if the secret id or the secret key is missing.
const SET_BOTH_OR_USE_CHAIN: &str = "set `TENCENTCLOUD_SECRET_ID` and `TENCENTCLOUD_SECRET_KEY`, or configure a \
    `CredentialsChain`, which also looks in files and for the machine's role";

impl Credentials {
    /// Reads credentials from `TENCENTCLOUD_SECRET_ID` and `TENCENTCLOUD_SECRET_KEY`, or else those
    /// of a cloud function from `TENCENTCLOUD_SECRETID` and `TENCENTCLOUD_SECRETKEY`.
    ///
    /// The token, if there is one, is read from `TENCENTCLOUD_TOKEN`, `TENCENTCLOUD_SESSION_TOKEN`
    /// or `TENCENTCLOUD_SECURITY_TOKEN`; the first one that is set counts. That of a cloud function
    /// is in `TENCENTCLOUD_SESSIONTOKEN`. An empty variable counts as not set.
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
        let KeyPair { secret_id, secret_key, tokens } = KeyPair::in_use(&lookup);
        let required = |name| {
            let missing = || not_set(&lookup, name).with_hint(SET_BOTH_OR_USE_CHAIN);
            read(&lookup, name)?.ok_or_else(missing)
        };
        let (id, key) = (required(secret_id)?, required(secret_key)?);
        let token = tokens.iter().find_map(|name| {
            let token = read(&lookup, name).transpose()?;
            Some(token.and_then(|token| check(&quoted(name), token)))
        });
        let token = token.transpose()?;
        let credentials = Self::from_pair(&quoted(secret_id), id, &quoted(secret_key), key)?;
        Ok(credentials.with_optional_token(token))
    }
}

impl KeyPair {
    /// The variables to read. A user's go before those of the platform, and the two are never
    /// mixed.
    fn in_use(lookup: impl Fn(&str) -> Option<OsString>) -> &'static Self {
        if USER.missing(&lookup).len() == 2 && CLOUD_FUNCTION.missing(&lookup).len() < 2 {
            &CLOUD_FUNCTION
        } else {
            &USER
        }
    }

    /// Which of the id and the key are not set.
    fn missing(&self, lookup: impl Fn(&str) -> Option<OsString>) -> Vec<&'static str> {
        [self.secret_id, self.secret_key].into_iter().filter(|name| value(&lookup, name).is_none()).collect()
    }
}

/// Reads credentials from the environment, if the secret id or the secret key is set.
pub(super) fn find(environment: &Environment) -> Result<Lookup, Error> {
    let lookup = |name: &str| (environment.variables)(name);
    let pair = KeyPair::in_use(lookup);
    match *pair.missing(lookup) {
        [] => Credentials::from_lookup(lookup).map(Lookup::Found),
        [name] => Err(not_set(lookup, name).with_hint("set both variables, or neither to use another source")),
        _ => Ok(Lookup::not_configured(format!("`{}` and `{}` are not set", pair.secret_id, pair.secret_key))),
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
