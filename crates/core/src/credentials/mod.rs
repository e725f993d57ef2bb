//! Credentials, and the seam for where they come from.

mod assume_role;
mod cache;
mod cached;
mod chain;
mod clone_error;
mod env_vars;
mod environment;
mod file;
mod freshness;
mod ini;
mod json;
mod lookup;
mod machine_role;
#[cfg(test)]
mod parser_fuzz_tests;
mod seams;
mod sts;
mod tccli;
mod web_identity;

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

pub use self::assume_role::AssumeRole;
pub use self::cached::CachedCredentials;
pub use self::chain::{CredentialSource, CredentialsChain};
pub(crate) use self::sts::endpoint as sts_endpoint;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::http::Transport;
use crate::secret::Secret;
use crate::time::{BoxFuture, Clock};

/// What secret ids begin with, as the service's pages show them.
const ID_PREFIX: &str = "AKID";

/// A secret id and a secret key, and the token that belongs to them if they are temporary.
///
/// Cloning is cheap. Key and token are never printed, and are wiped from memory with the last clone.
#[derive(Clone)]
pub struct Credentials(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    secret_id: String,
    secret_key: Secret,
    token: Option<Secret>,
    expires_at: Option<SystemTime>,
    /// Whether requests are signed at all: the one that exchanges a web identity for credentials is not.
    signs: bool,
}

impl Credentials {
    /// Credentials that do not expire, as the console hands them out.
    ///
    /// ```
    /// let credentials = tencentcloud_core::Credentials::new("AKIDexample", "example-key")?;
    /// assert_eq!(format!("{credentials:?}"), r#"Credentials { secret_id: "AKID…", .. }"#);
    /// # Ok::<(), tencentcloud_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Credentials`](crate::error::ErrorKind::Credentials) if one of the two is empty, has white space around it, or
    /// holds a character that no credential has, or if the one stands in the place of the other. The error never holds the
    /// value.
    pub fn new(secret_id: impl Into<String>, secret_key: impl Into<String>) -> Result<Self, Error> {
        // Wrapped before either is checked, so that a refusal wipes both.
        let (secret_id, secret_key) = (Secret::new(secret_id.into()), Secret::new(secret_key.into()));
        Self::from_pair("the secret id", secret_id, "the secret key", secret_key)
    }

    /// Adds the token that temporary credentials come with.
    ///
    /// # Errors
    ///
    /// As [`Credentials::new`].
    pub fn with_token(self, token: impl Into<String>) -> Result<Self, Error> {
        let token = check("the token", Secret::new(token.into()))?;
        Ok(self.with_optional_token(Some(token)))
    }

    /// Adds when temporary credentials end, by this machine's clock.
    ///
    /// It is not sent. [`CachedCredentials`] goes by it: it asks for new ones before.
    #[must_use]
    pub fn with_expiry(self, instant: SystemTime) -> Self {
        self.with(|inner| inner.expires_at = Some(instant))
    }

    /// With this end, if there is one.
    fn until(self, end: Option<SystemTime>) -> Self {
        match end {
            Some(end) => self.with_expiry(end),
            None => self,
        }
    }

    /// When the credentials end, if they do and if it is known.
    #[must_use]
    pub fn expiry(&self) -> Option<SystemTime> {
        self.0.expires_at
    }

    /// The secret id: it names the key, and is not a secret itself.
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

    /// Whether both sign alike: the same id and the same key.
    pub(crate) fn sign_as(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
            || (self.secret_id() == other.secret_id() && self.secret_key() == other.secret_key())
    }

    /// Whether both are the same to the service: the same id, key and token.
    fn same_as(&self, other: &Self) -> bool {
        self.sign_as(other) && self.session_token() == other.session_token()
    }

    /// Stand-in for requests that are not signed.
    pub(crate) fn unsigned() -> Self {
        Self::from_parts(&Secret::default(), Secret::default(), None).with(|inner| inner.signs = false)
    }

    /// Whether requests are to be signed.
    pub(crate) fn signs(&self) -> bool {
        self.0.signs
    }

    /// An id and a key as somebody wrote them down, under these names.
    fn from_pair(id_name: &str, secret_id: Secret, key_name: &str, secret_key: Secret) -> Result<Self, Error> {
        let (secret_id, secret_key) = (check(id_name, secret_id)?, check(key_name, secret_key)?);
        if secret_key.reveal().starts_with(ID_PREFIX) && !secret_id.reveal().starts_with(ID_PREFIX) {
            return Err(Error::credentials(format!("{id_name} and {key_name} have changed places"))
                .with_hint("exchange them: it is the secret id that begins with `AKID`"));
        }
        Ok(Self::from_parts(&secret_id, secret_key, None))
    }

    fn with_optional_token(self, token: Option<Secret>) -> Self {
        self.with(|inner| inner.token = token)
    }

    fn from_parts(secret_id: &Secret, secret_key: Secret, token: Option<Secret>) -> Self {
        let secret_id = secret_id.reveal().to_owned();
        Self(Arc::new(Inner { secret_id, secret_key, token, expires_at: None, signs: true }))
    }

    fn with(self, change: impl FnOnce(&mut Inner)) -> Self {
        let mut inner = Arc::unwrap_or_clone(self.0);
        change(&mut inner);
        Self(Arc::new(inner))
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // No more than what secret ids begin with: what begins otherwise may be a key that was put in an id's place.
        let prefix = if self.secret_id().starts_with(ID_PREFIX) { ID_PREFIX } else { "" };
        f.debug_struct("Credentials").field("secret_id", &format!("{prefix}…")).finish_non_exhaustive()
    }
}

/// Refuses what cannot be a credential, with the name of what was refused and never its value.
fn check(name: &str, secret: Secret) -> Result<Secret, Error> {
    let text = secret.reveal();
    if text.trim().is_empty() {
        return Err(Error::credentials(format!("{name} is empty")));
    }
    if text.trim() != text {
        let help = "remove the white space, such as the line break at the end of a file";
        return Err(Error::credentials(format!("{name} has white space around it")).with_hint(help));
    }
    // Id and token travel in headers, where other characters would end the value or could not be sent.
    if !text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
        let help = "copy it again from the console";
        return Err(Error::credentials(format!("{name} holds a character that no credential has")).with_hint(help));
    }
    Ok(secret)
}

/// Where credentials come from. Asked before every attempt, so that they may change while a client lives; [`CachedCredentials`] keeps
/// those of a provider that takes its time.
///
/// ```
/// use tencentcloud_core::{BoxFuture, Config, Credentials, Error, ProvideCredentials};
///
/// struct Vault;
///
/// impl ProvideCredentials for Vault {
///     fn credentials(&self) -> BoxFuture<'_, Result<Credentials, Error>> {
///         Box::pin(async { Err(Error::credentials("the vault is sealed")) })
///     }
/// }
///
/// let config = Config::new(Vault)?;
/// # Ok::<(), Error>(())
/// ```
pub trait ProvideCredentials: Send + Sync {
    /// The credentials to sign the next request with.
    ///
    /// A failure is reported as [`Error::credentials`].
    fn credentials(&self) -> BoxFuture<'_, Result<Credentials, Error>>;

    /// Other credentials than these, which the service has just rejected; `None` if there are none to be had.
    ///
    /// A call asks once, after `AuthFailure.TokenFailure`. Many calls may be rejected with the same credentials at the same
    /// time: one refresh is for all of them. What cannot be refreshed need not implement this.
    ///
    /// A failure is reported as [`Error::credentials`].
    fn refresh(&self, rejected: &Credentials) -> BoxFuture<'_, Result<Option<Credentials>, Error>> {
        let _ = rejected;
        Box::pin(std::future::ready(Ok(None)))
    }

    /// Tells what a configuration sends and waits with, and where it asks the Security Token Service (see
    /// [`AssumeRole::endpoint`]), when it is built with this provider.
    ///
    /// It is for providers that send requests of their own, and for those around other providers, which pass it on. What
    /// is told first counts: a provider that several configurations share keeps to the first one's.
    fn attach(&self, transport: &Arc<dyn Transport>, clock: &Arc<dyn Clock>, sts: &Endpoint) {
        let _ = (transport, clock, sts);
    }
}

impl ProvideCredentials for Credentials {
    fn credentials(&self) -> BoxFuture<'_, Result<Credentials, Error>> {
        Box::pin(std::future::ready(Ok(self.clone())))
    }
}

impl<P: ProvideCredentials + ?Sized> ProvideCredentials for Arc<P> {
    fn credentials(&self) -> BoxFuture<'_, Result<Credentials, Error>> {
        (**self).credentials()
    }

    fn refresh(&self, rejected: &Credentials) -> BoxFuture<'_, Result<Option<Credentials>, Error>> {
        (**self).refresh(rejected)
    }

    fn attach(&self, transport: &Arc<dyn Transport>, clock: &Arc<dyn Clock>, sts: &Endpoint) {
        (**self).attach(transport, clock, sts);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_a_credential_is_refused_by_name_and_never_shown() {
        let cases = [
            ("", "k", "the secret id is empty"),
            (" \t", "k", "the secret id is empty"),
            ("AKIDvalue", "", "the secret key is empty"),
            (" AKIDvalue", "k", "the secret id has white space around it"),
            ("AKIDvalue", "hidden\n", "the secret key has white space around it"),
            ("AKID\r\nvalue", "k", "the secret id holds a character that no credential has"),
            ("AKIDvalue", "hidden\u{feff}", "the secret key holds a character that no credential has"),
        ];
        for (id, key, claim) in cases {
            let error = Credentials::new(id, key).unwrap_err();
            let shown = format!("{error} {error:?}");
            assert_eq!(error.kind(), crate::error::ErrorKind::Credentials);
            assert!(error.to_string().starts_with(claim), "{error}");
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
    fn an_id_and_a_key_that_have_changed_places_are_noticed_and_neither_is_shown() {
        let key = "hiddenKeyOfThirtyTwoCharacters00";
        let error = Credentials::new(key, "AKIDhidden").unwrap_err();
        assert_eq!(
            error.to_string(),
            "the secret id and the secret key have changed places; \
             help: exchange them: it is the secret id that begins with `AKID`"
        );
        assert!(!format!("{error:?}").contains("hidden"), "{error:?}");
        assert!(Credentials::new("AKIDhidden", key).is_ok());
        // What an emulator takes need not look like an id, and a key may begin as one by chance.
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
    fn equal_values_sign_alike_wherever_they_come_from() {
        let credentials = Credentials::new("AKIDvalue", "key").unwrap();
        assert!(credentials.sign_as(&credentials.clone().with_token("token").unwrap()));
        assert!(!credentials.sign_as(&Credentials::new("AKIDvalue", "rotated").unwrap()));
    }
}
