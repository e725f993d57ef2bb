//! Credentials: a secret id, a secret key, and the token of temporary ones.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use crate::error::Error;
use crate::secret::Secret;

/// How secret ids begin, as in the service's documentation.
const ID_PREFIX: &str = "AKID";

/// A secret id and a secret key, and a token if they are temporary.
///
/// Cloning is cheap. The key and the token are never printed, and are wiped from memory with the
/// last clone.
#[derive(Clone)]
pub struct Credentials(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    secret_id: String,
    secret_key: Secret,
    token: Option<Secret>,
    expiry: Option<SystemTime>,
    /// Whether requests are signed at all. The request that exchanges a web identity is not.
    signs: bool,
}

impl Credentials {
    /// Creates credentials that do not expire, from a key pair of the console.
    ///
    /// ```
    /// let credentials = tencentcloud_core::Credentials::new("AKIDexample", "example-key")?;
    /// assert_eq!(format!("{credentials:?}"), r#"Credentials { secret_id: "AKID…", .. }"#);
    /// # Ok::<(), tencentcloud_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Credentials`](crate::error::ErrorKind::Credentials) if one of the two is empty,
    /// has white space around it, or contains a character that no credential contains; or if the
    /// two are swapped. The error never holds the value.
    pub fn new(secret_id: impl Into<String>, secret_key: impl Into<String>) -> Result<Self, Error> {
        // Both are wrapped before either is checked, so that both are wiped if one is refused.
        let (secret_id, secret_key) = (Secret::new(secret_id.into()), Secret::new(secret_key.into()));
        Self::from_pair("the secret id", secret_id, "the secret key", secret_key)
    }

    /// Adds the token of temporary credentials.
    ///
    /// # Errors
    ///
    /// As for [`Credentials::new`].
    pub fn with_token(self, token: impl Into<String>) -> Result<Self, Error> {
        let token = check("the token", Secret::new(token.into()))?;
        Ok(self.with_optional_token(Some(token)))
    }

    /// Adds the expiry of temporary credentials, by this machine's clock.
    ///
    /// It is not sent. [`CachedCredentials`](super::CachedCredentials) refreshes the credentials
    /// before it.
    #[must_use]
    pub fn with_expiry(self, expiry: SystemTime) -> Self {
        self.with_optional_expiry(Some(expiry))
    }

    /// The expiry, if the credentials expire and it is known.
    #[must_use]
    pub fn expiry(&self) -> Option<SystemTime> {
        self.0.expiry
    }

    /// The secret id. It identifies the key, and is not a secret itself.
    #[must_use]
    pub fn secret_id(&self) -> &str {
        &self.0.secret_id
    }

    pub(crate) fn secret_key(&self) -> &str {
        self.0.secret_key.reveal()
    }

    pub(crate) fn session_token(&self) -> Option<&str> {
        self.0.token.as_ref().map(Secret::reveal)
    }

    /// Whether both make the same signatures: the same id and the same key.
    pub(crate) fn has_same_key(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
            || (self.secret_id() == other.secret_id() && self.secret_key() == other.secret_key())
    }

    /// Whether both are the same for the service: the same id, key and token.
    pub(super) fn same_as(&self, other: &Self) -> bool {
        self.has_same_key(other) && self.session_token() == other.session_token()
    }

    /// A placeholder for requests that are not signed.
    pub(crate) fn unsigned() -> Self {
        Self::from_parts(&Secret::default(), Secret::default(), None).with(|inner| inner.signs = false)
    }

    /// Whether requests are signed.
    pub(crate) fn signs(&self) -> bool {
        self.0.signs
    }

    /// Checks an id and a key that a user wrote; an error calls them by the given names.
    pub(super) fn from_pair(
        id_name: &str,
        secret_id: Secret,
        key_name: &str,
        secret_key: Secret,
    ) -> Result<Self, Error> {
        let (secret_id, secret_key) = (check(id_name, secret_id)?, check(key_name, secret_key)?);
        if secret_key.reveal().starts_with(ID_PREFIX) && !secret_id.reveal().starts_with(ID_PREFIX) {
            return Err(Error::credentials(format!("{id_name} and {key_name} are swapped"))
                .with_hint("exchange them: the secret id is the one that begins with `AKID`"));
        }
        Ok(Self::from_parts(&secret_id, secret_key, None))
    }

    pub(super) fn from_parts(secret_id: &Secret, secret_key: Secret, token: Option<Secret>) -> Self {
        let secret_id = secret_id.reveal().to_owned();
        Self(Arc::new(Inner { secret_id, secret_key, token, expiry: None, signs: true }))
    }

    pub(super) fn with_optional_token(self, token: Option<Secret>) -> Self {
        self.with(|inner| inner.token = token)
    }

    pub(super) fn with_optional_expiry(self, expiry: Option<SystemTime>) -> Self {
        self.with(|inner| inner.expiry = expiry)
    }

    fn with(self, change: impl FnOnce(&mut Inner)) -> Self {
        let mut inner = Arc::unwrap_or_clone(self.0);
        change(&mut inner);
        Self(Arc::new(inner))
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // At most the common prefix of secret ids: anything else may be a key that was passed as an
        // id.
        let prefix = if self.secret_id().starts_with(ID_PREFIX) { ID_PREFIX } else { "" };
        f.debug_struct("Credentials").field("secret_id", &format!("{prefix}…")).finish_non_exhaustive()
    }
}

/// Refuses a text that cannot be a credential. The error has its name, and never its value.
pub(super) fn check(name: &str, secret: Secret) -> Result<Secret, Error> {
    let text = secret.reveal();
    if text.trim().is_empty() {
        return Err(Error::credentials(format!("{name} is empty")));
    }
    if text.trim() != text {
        return Err(Error::credentials(format!("{name} has white space around it"))
            .with_hint("remove the white space, such as the line break at the end of a file"));
    }
    // The id and the token are sent as headers, which cannot hold other characters.
    if !text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
        return Err(Error::credentials(format!("{name} contains a character that no credential contains"))
            .with_hint("copy it again from the console"));
    }
    Ok(secret)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn an_invalid_credential_is_refused_by_name_and_never_shown() {
        let cases = [
            ("", "k", "the secret id is empty"),
            (" \t", "k", "the secret id is empty"),
            ("AKIDvalue", "", "the secret key is empty"),
            (" AKIDvalue", "k", "the secret id has white space around it"),
            ("AKIDvalue", "hidden\n", "the secret key has white space around it"),
            ("AKID\r\nvalue", "k", "the secret id contains a character that no credential contains"),
            ("AKIDvalue", "hidden\u{feff}", "the secret key contains a character that no credential contains"),
        ];
        for (id, key, message) in cases {
            let error = Credentials::new(id, key).unwrap_err();
            let shown = format!("{error} {error:?}");
            assert_eq!(error.kind(), ErrorKind::Credentials);
            assert!(error.to_string().starts_with(message), "{error}");
            assert!(!shown.contains("value") && !shown.contains("hidden"), "{shown}");
        }
    }

    #[test]
    fn credentials_are_the_same_only_with_the_same_token() {
        let permanent = Credentials::new("AKIDexample", "key").unwrap();
        let temporary = |token: &str| permanent.clone().with_token(token).unwrap();
        assert!(permanent.same_as(&permanent) && temporary("one").same_as(&temporary("one")));
        assert!(!permanent.same_as(&temporary("one")) && !temporary("one").same_as(&temporary("other")));
        assert!(!permanent.same_as(&Credentials::new("AKIDexample", "other").unwrap()));
    }

    #[test]
    fn a_swapped_id_and_key_are_refused_and_not_shown() {
        let key = "hiddenKeyOfThirtyTwoCharacters00";
        let error = Credentials::new(key, "AKIDhidden").unwrap_err();
        assert_eq!(
            error.to_string(),
            "the secret id and the secret key are swapped; \
             help: exchange them: the secret id is the one that begins with `AKID`"
        );
        assert!(!format!("{error:?}").contains("hidden"), "{error:?}");
        assert!(Credentials::new("AKIDhidden", key).is_ok());
        // An emulator may accept any id, and a random key may begin like an id.
        assert!(Credentials::new("local", "key").is_ok());
        assert!(Credentials::new("AKIDone", "AKIDother").is_ok());
        let shown = |id: &str| format!("{:?}", Credentials::new(id, "key").unwrap());
        assert_eq!(shown(key), r#"Credentials { secret_id: "…", .. }"#);
        assert_eq!(shown("AKIDhidden"), r#"Credentials { secret_id: "AKID…", .. }"#);
    }

    #[test]
    fn a_token_is_checked_as_well() {
        let credentials = Credentials::new("AKIDvalue", "key").unwrap();
        let error = credentials.clone().with_token("token ").unwrap_err();
        assert!(error.to_string().starts_with("the token has white space around it"), "{error}");
        assert_eq!(credentials.with_token("tok/en==").unwrap().session_token(), Some("tok/en=="));
    }

    #[test]
    fn equal_keys_make_the_same_signatures_whatever_their_token() {
        let credentials = Credentials::new("AKIDvalue", "key").unwrap();
        assert!(credentials.has_same_key(&credentials.clone().with_token("token").unwrap()));
        assert!(!credentials.has_same_key(&Credentials::new("AKIDvalue", "rotated").unwrap()));
    }
}
