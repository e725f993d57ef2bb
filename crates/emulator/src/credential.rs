//! Defines the credentials that an emulator accepts.

use std::fmt;
use std::io;

/// The secret id of the default credential.
pub const SECRET_ID: &str = "AKIDEMULATOREXAMPLE0000000000000000";

/// The secret key of the default credential. Only emulators accept it.
pub const SECRET_KEY: &str = "EmulatorExampleKeyNotASecret0000";

/// A secret id and its key, with a token if they are temporary.
///
/// ```
/// use tencentcloud_emulator::Credential;
///
/// let temporary = Credential::new("AKIDTEMPORARY", "key").with_token("token");
/// assert_eq!(temporary.secret_id(), "AKIDTEMPORARY");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    secret_id: String,
    secret_key: String,
    token: Option<String>,
    account: String,
}

/// The account of a credential without an account of its own.
const DEFAULT_ACCOUNT: &str = "default";

impl Credential {
    /// Creates a permanent credential.
    pub fn new(secret_id: impl Into<String>, secret_key: impl Into<String>) -> Self {
        let (secret_id, secret_key) = (secret_id.into(), secret_key.into());
        Self { secret_id, secret_key, token: None, account: DEFAULT_ACCOUNT.to_owned() }
    }

    /// Makes the credential temporary: requests must carry this token.
    #[must_use]
    pub fn with_token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Assigns the credential to an account. Rates, quotas and tasks belong to an account, and an
    /// account may have several credentials. Without this, the account is `default`.
    #[must_use]
    pub fn with_account(mut self, account: impl Into<String>) -> Self {
        self.account = account.into();
        self
    }

    /// The account of the credential.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The secret id, which is not a secret: requests carry it in clear text.
    #[must_use]
    pub fn secret_id(&self) -> &str {
        &self.secret_id
    }

    /// The secret key.
    #[must_use]
    pub fn secret_key(&self) -> &str {
        &self.secret_key
    }

    /// The token of a temporary credential.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Checks that a request can carry the credential: the `Authorization` header cannot quote its
    /// parts.
    pub(crate) fn check(&self) -> io::Result<()> {
        let fits_in_header = |c: char| c.is_ascii_graphic() && !matches!(c, '/' | ',' | '=');
        if self.secret_id.is_empty() || !self.secret_id.chars().all(fits_in_header) {
            return invalid("a secret id must be non-empty visible ASCII without `/`, `,` and `=`");
        }
        if self.secret_key.is_empty() {
            return invalid("a secret key must not be empty");
        }
        match &self.token {
            Some(token) if token.is_empty() || !token.chars().all(|c| c.is_ascii_graphic()) => {
                invalid("a token must be non-empty visible ASCII")
            }
            _ => Ok(()),
        }
    }
}

impl Default for Credential {
    fn default() -> Self {
        Self::new(SECRET_ID, SECRET_KEY)
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential").field("secret_id", &self.secret_id).finish_non_exhaustive()
    }
}

fn invalid(message: &str) -> io::Result<()> {
    Err(io::Error::new(io::ErrorKind::InvalidInput, message))
}
