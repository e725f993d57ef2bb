//! What a caller signs with.

use std::fmt;
use std::io;

/// The secret id that an emulator knows unless it is given credentials.
pub const SECRET_ID: &str = "AKIDEMULATOREXAMPLE0000000000000000";

/// The secret key that goes with [`SECRET_ID`]. It opens nothing but emulators.
pub const SECRET_KEY: &str = "EmulatorExampleKeyNotASecret0000";

/// A secret id and key, and the token if they are temporary.
///
/// ```
/// use tencentcloud_emulator::Credential;
///
/// let temporary = Credential::new("AKIDTEMPORARY", "key").token("token");
/// assert_eq!(temporary.secret_id(), "AKIDTEMPORARY");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    secret_id: String,
    secret_key: String,
    token: Option<String>,
    account: String,
}

/// The account of a credential that names none.
const ACCOUNT: &str = "default";

impl Credential {
    /// Creates a permanent credential.
    pub fn new(secret_id: impl Into<String>, secret_key: impl Into<String>) -> Self {
        Self { secret_id: secret_id.into(), secret_key: secret_key.into(), token: None, account: ACCOUNT.to_owned() }
    }

    /// Makes the credential a temporary one, whose requests must carry this token.
    #[must_use]
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Says whose credential this is. Rates, quotas and tasks are an account's, and an account may have several
    /// credentials; those that name none belong to one account, `default`.
    #[must_use]
    pub fn of_account(mut self, account: impl Into<String>) -> Self {
        self.account = account.into();
        self
    }

    /// The account whose credential this is.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The secret id, which requests carry in the open.
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
    pub fn session_token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Refuses what no request could carry: an `Authorization` header has no way to quote its parts.
    pub(crate) fn check(&self) -> io::Result<()> {
        let carried = |c: char| c.is_ascii_graphic() && !matches!(c, '/' | ',' | '=');
        if self.secret_id.is_empty() || !self.secret_id.chars().all(carried) {
            return invalid("a secret id is visible ASCII without `/`, `,` and `=`, and not empty");
        }
        if self.secret_key.is_empty() {
            return invalid("a secret key is not empty");
        }
        match &self.token {
            Some(token) if token.is_empty() || !token.chars().all(|c| c.is_ascii_graphic()) => {
                invalid("a token is visible ASCII, and not empty")
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

fn invalid(what: &str) -> io::Result<()> {
    Err(io::Error::new(io::ErrorKind::InvalidInput, what))
}
