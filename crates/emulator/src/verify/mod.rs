//! The check of a signature, TC3-HMAC-SHA256 or V1: a pure function of the request, the known credentials and the time.
//!
//! ```
//! use std::time::{Duration, UNIX_EPOCH};
//! use tencentcloud_emulator::Credential;
//! use tencentcloud_emulator::verify::{Request, verify};
//!
//! let now = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
//! let refusal = verify(&Request::default(), &[Credential::default()], now).unwrap_err();
//! assert_eq!(refusal.code(), "AuthFailure.InvalidAuthorization");
//! ```

mod authorization;
mod explain;
mod signed;
mod v1;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tencentcloud_core::signing::{ALGORITHM, Scope};

use self::authorization::Authorization;
use self::signed::Signed;
use crate::credential::Credential;
use crate::parameters::form::Pairs;
use crate::refusal::Refusal;
pub use crate::request::Request;

/// How far a request's time may be from the service's, either way.
pub const CLOCK_WINDOW: Duration = Duration::from_secs(300);

/// How much is shown of a secret id that no credential has: enough to tell an id, which begins with `AKID`, from a key.
const SHOWN_OF_AN_ID: usize = 4;

/// What a valid signature proves.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// Whose credential it is.
    pub secret_id: String,
    /// The service that the credential scope names; whether there is such a service is not looked at. V1 signs for none:
    /// there it is the service whose host the request was sent to, and empty if the host does not tell.
    pub service: String,
    /// When the request was signed, in seconds since 1970.
    pub timestamp: u64,
    /// How it was signed.
    pub scheme: Scheme,
    /// Whether the signature fits only the host without its port, which [`Rules::host_without_port`] lets pass.
    pub host_without_port: bool,
}

/// A way to sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scheme {
    /// TC3-HMAC-SHA256, also called V3.
    Tc3,
    /// V1 with HMAC-SHA1, its default.
    HmacSha1,
    /// V1 with HMAC-SHA256.
    HmacSha256,
}

impl Scheme {
    /// The name that requests carry.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tc3 => ALGORITHM,
            Self::HmacSha1 => "HmacSHA1",
            Self::HmacSha256 => "HmacSHA256",
        }
    }
}

/// What is let pass though it is not as it should be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rules {
    /// Whether a signature may be made with the host without the port that was sent.
    ///
    /// The service itself is on the port of its scheme, which no client sends, so there the question does not arise. Some
    /// clients, the official SDK for Node among them, never sign a port and would otherwise be of no use on another one.
    pub host_without_port: bool,
}

impl Rules {
    /// Lets the host be signed without its port, or not.
    #[must_use]
    pub fn host_without_port(mut self, allowed: bool) -> Self {
        self.host_without_port = allowed;
        self
    }
}

/// Verifies that a request was signed with one of the credentials, within five minutes of `now`, for its own host.
///
/// A request with an `Authorization` header is signed with TC3. One that has none, but a `Signature` or a `SecretId` among
/// the parameters of its query or form, is signed with V1.
///
/// # Errors
///
/// The first check that fails decides the code:
///
/// - `AuthFailure.InvalidAuthorization`: the `Authorization` header is missing or cannot be read, or a header that it
///   names as signed did not come exactly once;
/// - `InvalidParameter`: the query or the form cannot be read (V1);
/// - `MissingParameter`, `InvalidParameterValue`: the time of signing, or with V1 any of the common parameters, is missing
///   or has no value that it can have;
/// - `AuthFailure.SecretIdNotFound`: no credential has this secret id;
/// - `AuthFailure.SignatureExpire`: the time is too far from `now`, which the message carries;
/// - `AuthFailure.SignatureFailure`: the credential scope does not fit the request, or the signature is another one.
///   The message names the mistake if it is one of the usual ones, and else shows what should have been signed;
/// - `AuthFailure.TokenFailure`: the token is missing, wrong, or sent with a credential that has none.
pub fn verify(request: &Request, credentials: &[Credential], now: SystemTime) -> Result<Verified, Refusal> {
    verify_by(Rules::default(), request, credentials, now)
}

/// Verifies a request as [`verify`] does, by other rules.
///
/// # Errors
///
/// As [`verify`].
pub fn verify_by(
    rules: Rules,
    request: &Request,
    credentials: &[Credential],
    now: SystemTime,
) -> Result<Verified, Refusal> {
    match v1::pairs(request) {
        Some(pairs) => v1::verify(rules, request, &pairs?, credentials, now),
        None => verify_tc3(rules, request, credentials, now),
    }
}

fn verify_tc3(
    rules: Rules,
    request: &Request,
    credentials: &[Credential],
    now: SystemTime,
) -> Result<Verified, Refusal> {
    let authorization = Authorization::of(request)?;
    let timestamp = timestamp(request)?;
    let credential = known(credentials, authorization.secret_id)?;
    within_window("X-TC-Timestamp", timestamp, now)?;
    let scope = Scope::new(timestamp, authorization.service);
    check_scope(request, &authorization, &scope)?;

    let signed = Signed::new(request, &authorization, timestamp, &scope, credential.secret_key())?;
    let fits = signed.signature().as_str() == authorization.signature;
    let host_without_port = !fits && rules.host_without_port && explain::lacks_port(&signed, authorization.signature);
    if !fits && !host_without_port {
        return Err(Refusal::new("AuthFailure.SignatureFailure", explain::mismatch(&signed, authorization.signature)));
    }

    token("X-TC-Token", request.stated("X-TC-Token"), credential)?;
    let (secret_id, service) = (authorization.secret_id.to_owned(), authorization.service.to_owned());
    Ok(Verified { secret_id, service, timestamp, scheme: Scheme::Tc3, host_without_port })
}

/// What a request says it is, whether or not that is true; empty where it does not say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Claim {
    pub(crate) service: String,
    pub(crate) action: String,
    pub(crate) version: String,
    /// The parameters of a request that is signed with V1, the common ones among them; none if it is not, or if they cannot
    /// be read.
    pub(crate) v1: Option<Pairs>,
}

impl Claim {
    pub(crate) fn of(request: &Request) -> Self {
        match v1::pairs(request) {
            Some(Ok(pairs)) => {
                let value = |name: &str| v1::stated(&pairs, name).unwrap_or_default().to_owned();
                let service = request.service_of_host().unwrap_or_default().to_owned();
                Self { service, action: value("Action"), version: value("Version"), v1: Some(pairs) }
            }
            Some(Err(_)) => Self::default(),
            None => {
                let authorization = Authorization::of(request);
                let service = authorization.map(|authorization| authorization.service).unwrap_or_default();
                let value = |name: &str| request.header(name).unwrap_or_default().to_owned();
                let (action, version) = (value("X-TC-Action"), value("X-TC-Version"));
                Self { service: service.to_owned(), action, version, v1: None }
            }
        }
    }
}

/// Whether a parameter of V1 is a common one, and none of the action's.
pub(crate) fn is_common(name: &str) -> bool {
    v1::COMMON.contains(&name)
}

fn timestamp(request: &Request) -> Result<u64, Refusal> {
    match request.stated("X-TC-Timestamp") {
        Some(text) => seconds("X-TC-Timestamp", text),
        None => Err(Refusal::new("MissingParameter", "the request has no `X-TC-Timestamp` header")),
    }
}

fn seconds(name: &str, text: &str) -> Result<u64, Refusal> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits).ok_or_else(|| {
        let message = format!("`{name}` is `{text}`: a whole number of seconds since 1970 is expected");
        Refusal::new("InvalidParameterValue", message)
    })
}

fn known<'a>(credentials: &'a [Credential], secret_id: &str) -> Result<&'a Credential, Refusal> {
    credentials.iter().find(|credential| credential.secret_id() == secret_id).ok_or_else(|| {
        // Where id and key were swapped, this is the key.
        let beginning: String = secret_id.chars().take(SHOWN_OF_AN_ID).collect();
        let message = format!(
            "no credential has the secret id that begins with `{beginning}...`: check that the client uses the \
             emulator's, and that id and key are not swapped"
        );
        Refusal::new("AuthFailure.SecretIdNotFound", message)
    })
}

fn within_window(name: &str, timestamp: u64, now: SystemTime) -> Result<(), Refusal> {
    let now = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    if timestamp.abs_diff(now) <= CLOCK_WINDOW.as_secs() {
        return Ok(());
    }
    let message = format!(
        "the signature expired: check the client's clock, for its `{name}` {timestamp} is more than {} seconds \
         away from the server time {now}.",
        CLOCK_WINDOW.as_secs()
    );
    Err(Refusal::new("AuthFailure.SignatureExpire", message))
}

/// Checks the scope that the header states against what the rest of the request says.
fn check_scope(request: &Request, authorization: &Authorization<'_>, scope: &Scope) -> Result<(), Refusal> {
    let refused = |message: String| Err(Refusal::new("AuthFailure.SignatureFailure", message));
    let Authorization { date, service, .. } = authorization;
    if *date != scope.date() {
        let expected = scope.date();
        return refused(format!(
            "the credential scope has the date `{date}`, but `X-TC-Timestamp` is on {expected}: derive the date from \
             the same instant, in UTC"
        ));
    }
    match request.service_of_host() {
        Some(host) if !host.eq_ignore_ascii_case(service) => refused(format!(
            "the credential scope has the service `{service}`, but the request was sent to a host of `{host}`: sign \
             for the service that is called"
        )),
        _ => Ok(()),
    }
}

fn token(name: &str, sent: Option<&str>, credential: &Credential) -> Result<(), Refusal> {
    let message = match (credential.session_token(), sent) {
        (None, None) => return Ok(()),
        (Some(expected), Some(sent)) if sent == expected => return Ok(()),
        (Some(_), Some(_)) => format!("`{name}` is not the token of this secret id"),
        (Some(_), None) => format!("the credential is a temporary one: send its token in `{name}`"),
        (None, Some(_)) => format!("the credential has no token: leave `{name}` away"),
    };
    Err(Refusal::new("AuthFailure.TokenFailure", message))
}
