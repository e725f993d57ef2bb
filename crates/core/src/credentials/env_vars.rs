//! Reads credentials from environment variables.

use std::env;
use std::ffi::OsString;

use super::assume_role::{Role, parse_duration};
use super::lookup::Lookup;
use super::outside::{Outside, text_of_variable, value_of_variable};
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

/// The variables of a role: its description, and the name of the session.
struct RoleVariables {
    arn: &'static str,
    session_name: &'static str,
}

/// The variables of a role that the Terraform provider reads.
const TERRAFORM: RoleVariables =
    RoleVariables { arn: "TENCENTCLOUD_ASSUME_ROLE_ARN", session_name: "TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME" };
/// The variables of a role that TCCLI reads.
const TCCLI: RoleVariables =
    RoleVariables { arn: "TENCENTCLOUD_ROLE_ARN", session_name: "TENCENTCLOUD_ROLE_SESSION_NAME" };
/// Variable of a session's duration in seconds, for the Terraform provider.
const SESSION_DURATION: &str = "TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION";
/// Variable of a role's external id, for the Terraform provider.
const EXTERNAL_ID: &str = "TENCENTCLOUD_ASSUME_ROLE_EXTERNAL_ID";
/// Variables with which the Terraform provider assumes the role in another way.
const UNSUPPORTED: [&str; 8] = [
    "TENCENTCLOUD_ASSUME_ROLE_SOURCE_IDENTITY",
    "TENCENTCLOUD_ASSUME_ROLE_SERIAL_NUMBER",
    "TENCENTCLOUD_ASSUME_ROLE_TOKEN_CODE",
    "TENCENTCLOUD_ASSUME_ROLE_SAML_ASSERTION",
    "TENCENTCLOUD_ASSUME_ROLE_PRINCIPAL_ARN",
    "TENCENTCLOUD_ASSUME_ROLE_WEB_IDENTITY_TOKEN",
    "TENCENTCLOUD_ASSUME_ROLE_WEB_IDENTITY_TOKEN_FILE",
    "TENCENTCLOUD_ASSUME_ROLE_PROVIDER_ID",
];

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
    ///
    /// It is an error, too, if `TENCENTCLOUD_ASSUME_ROLE_ARN` or `TENCENTCLOUD_ROLE_ARN` is set:
    /// assuming a role needs requests, which [`CredentialsChain`](super::CredentialsChain) sends.
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
        let credentials = Self::from_key_pair(&lookup)?;
        match [TERRAFORM.arn, TCCLI.arn].into_iter().find(|name| value_of_variable(&lookup, name).is_some()) {
            Some(arn) => Err(Error::credentials(format!("`{arn}` is set, but these credentials cannot assume a role"))
                .with_hint("configure a `CredentialsChain`, which assumes it, or unset the variable")),
            None => Ok(credentials),
        }
    }

    /// Reads credentials, whether or not the environment names a role.
    fn from_key_pair(lookup: impl Fn(&str) -> Option<OsString>) -> Result<Self, Error> {
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
        [self.secret_id, self.secret_key]
            .into_iter()
            .filter(|name| value_of_variable(&lookup, name).is_none())
            .collect()
    }
}

/// Reads credentials from the environment, if the secret id or the secret key is set.
pub(super) fn find(outside: &Outside) -> Result<Lookup, Error> {
    let lookup = |name: &str| (outside.variables)(name);
    let pair = KeyPair::in_use(lookup);
    match *pair.missing(lookup) {
        [] => Credentials::from_key_pair(lookup).map(Lookup::found),
        [name] => Err(not_set(lookup, name).with_hint("set both variables, or neither to use another source")),
        _ => Ok(Lookup::not_configured(format!("`{}` and `{}` are not set", pair.secret_id, pair.secret_key))),
    }
}

/// The role that the environment names, if it names one.
pub(super) fn role(outside: &Outside) -> Result<Option<Role>, Error> {
    let variable = |name| outside.variable(name);
    let arn = match (variable(TERRAFORM.arn)?, variable(TCCLI.arn)?) {
        (Some(one), Some(other)) if one != other => {
            return Err(Error::credentials(format!("`{}` and `{}` name different roles", TERRAFORM.arn, TCCLI.arn))
                .with_hint("unset one of them"));
        }
        (Some(arn), _) | (None, Some(arn)) => arn,
        (None, None) => return Ok(None),
    };
    if let Some(name) = UNSUPPORTED.into_iter().find(|name| outside.path(name).is_some()) {
        return Err(Error::credentials(format!("a role cannot be assumed with `{name}`"))
            .with_hint("unset it, and provide a secret id and a secret key that may assume the role"));
    }
    let mut role = Role::new(arn);
    role.session_name = variable(TERRAFORM.session_name)?.or(variable(TCCLI.session_name)?);
    role.external_id = variable(EXTERNAL_ID)?;
    if let Some(seconds) = variable(SESSION_DURATION)? {
        role.duration = parse_duration(&quoted(SESSION_DURATION), &seconds)?;
    }
    Ok(Some(role))
}

fn read(lookup: impl Fn(&str) -> Option<OsString>, name: &str) -> Result<Option<Secret>, Error> {
    Ok(text_of_variable(lookup, name)?.map(Secret::new))
}

fn not_set(lookup: impl Fn(&str) -> Option<OsString>, name: &str) -> Error {
    Error::credentials(format!("`{name}` is {}", if lookup(name).is_some() { "empty" } else { "not set" }))
}

fn quoted(name: &str) -> String {
    format!("`{name}`")
}
