//! Credentials from environment variables.

use std::env;
use std::ffi::OsString;

use super::chain::Finding;
use super::surroundings::Surroundings;
use super::{Credentials, check};
use crate::Error;
use crate::secret::Secret;

/// Variable of the secret id; every official SDK reads it.
const SECRET_ID: &str = "TENCENTCLOUD_SECRET_ID";
/// Variable of the secret key; every official SDK reads it.
const SECRET_KEY: &str = "TENCENTCLOUD_SECRET_KEY";
/// Variables of the token. The tools do not agree on one: TCCLI, the Node.js SDK and the Terraform provider, in this order.
const TOKENS: [&str; 3] = ["TENCENTCLOUD_TOKEN", "TENCENTCLOUD_SESSION_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN"];

impl Credentials {
    /// Credentials from `TENCENTCLOUD_SECRET_ID` and `TENCENTCLOUD_SECRET_KEY`.
    ///
    /// The token, if there is one, is in `TENCENTCLOUD_TOKEN`, `TENCENTCLOUD_SESSION_TOKEN` or
    /// `TENCENTCLOUD_SECURITY_TOKEN`; the first that is set counts.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Credentials`](crate::ErrorKind::Credentials) if one of the first two is not set, or if the value of a
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
        let required = |name| read(&lookup, name)?.ok_or_else(|| not_set(name));
        let (secret_id, secret_key) = (required(SECRET_ID)?, required(SECRET_KEY)?);
        let token = TOKENS.iter().find_map(|name| read(&lookup, name).transpose()).transpose()?;
        Ok(Self::from_parts(&secret_id, secret_key, token))
    }
}

/// What the environment says; nothing if neither id nor key is set.
pub(super) fn find(surroundings: &Surroundings) -> Result<Finding, Error> {
    let set = |name: &str| (surroundings.variables)(name).filter(|value| !value.is_empty());
    let missing: Vec<&str> = [SECRET_ID, SECRET_KEY].into_iter().filter(|name| set(name).is_none()).collect();
    match *missing {
        [] => Credentials::from_lookup(set).map(Finding::Found),
        [name] => {
            Err(Error::credentials(format!("`{name}` is not set")).with_hint("set both, or neither to look further"))
        }
        _ => Ok(Finding::Absent(format!("`{SECRET_ID}` and `{SECRET_KEY}` are not set"))),
    }
}

/// The value of a variable, or `None` if it is not set.
fn read(lookup: impl Fn(&str) -> Option<OsString>, name: &str) -> Result<Option<Secret>, Error> {
    let Some(value) = lookup(name) else { return Ok(None) };
    // What is not Unicode is dropped here without being wiped; it could not have been a credential.
    let value = value.into_string().map_err(|_| Error::credentials(format!("`{name}` is not Unicode text")))?;
    check(&format!("`{name}`"), Secret::new(value)).map(Some)
}

fn not_set(name: &str) -> Error {
    Error::credentials(format!("`{name}` is not set")).with_hint(
        "set `TENCENTCLOUD_SECRET_ID` and `TENCENTCLOUD_SECRET_KEY`, or give the configuration a `CredentialsChain`, \
         which looks in files and for the role of the machine as well",
    )
}
