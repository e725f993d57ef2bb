//! The check of a TC3-HMAC-SHA256 signature: a pure function of the request, the known credentials and the time.
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

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tencentcloud_core::signing::Scope;

use self::authorization::Authorization;
use self::signed::Signed;
use crate::credential::Credential;
use crate::refusal::Refusal;
pub use crate::request::Request;

/// How far a request's time may be from the service's, either way.
pub const CLOCK_WINDOW: Duration = Duration::from_secs(300);

/// What a valid signature proves.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// Whose credential it is.
    pub secret_id: String,
    /// The service that the credential scope names; whether there is such a service is not looked at.
    pub service: String,
    /// When the request was signed, in seconds since 1970.
    pub timestamp: u64,
}

/// Verifies that a request was signed with one of the credentials, within five minutes of `now`, for its own host.
///
/// # Errors
///
/// The first check that fails decides the code:
///
/// - `AuthFailure.InvalidAuthorization`: the `Authorization` header is missing or cannot be read, or a header that it
///   names as signed did not come exactly once;
/// - `MissingParameter`, `InvalidParameterValue`: `X-TC-Timestamp` is missing or is not a number of seconds;
/// - `AuthFailure.SecretIdNotFound`: no credential has this secret id;
/// - `AuthFailure.SignatureExpire`: the time is too far from `now`, which the message carries;
/// - `AuthFailure.SignatureFailure`: the credential scope does not fit the request, or the signature is another one.
///   The message names the mistake if it is one of the usual ones, and else shows what should have been signed;
/// - `AuthFailure.TokenFailure`: the token is missing, wrong, or sent with a credential that has none.
pub fn verify(request: &Request, credentials: &[Credential], now: SystemTime) -> Result<Verified, Refusal> {
    let authorization = Authorization::of(request)?;
    let timestamp = timestamp(request)?;
    let credential = known(credentials, authorization.secret_id)?;
    within_window(timestamp, now)?;
    let scope = Scope::new(timestamp, authorization.service);
    check_scope(request, &authorization, &scope)?;

    let signed = Signed::new(request, &authorization, timestamp, &scope, credential.secret_key())?;
    if signed.signature().as_str() != authorization.signature {
        return Err(Refusal::new("AuthFailure.SignatureFailure", explain::mismatch(&signed, authorization.signature)));
    }

    token(request, credential)?;
    Ok(Verified { secret_id: authorization.secret_id.into(), service: authorization.service.into(), timestamp })
}

/// The service that a request says it is signed for, whether or not that is true.
pub(crate) fn claimed_service(request: &Request) -> Option<&str> {
    Authorization::of(request).ok().map(|authorization| authorization.service)
}

fn timestamp(request: &Request) -> Result<u64, Refusal> {
    let Some(text) = request.stated("X-TC-Timestamp") else {
        return Err(Refusal::new("MissingParameter", "the request has no `X-TC-Timestamp` header"));
    };
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits).ok_or_else(|| {
        let message = format!("`X-TC-Timestamp` is `{text}`: a whole number of seconds since 1970 is expected");
        Refusal::new("InvalidParameterValue", message)
    })
}

fn known<'a>(credentials: &'a [Credential], secret_id: &str) -> Result<&'a Credential, Refusal> {
    credentials.iter().find(|credential| credential.secret_id() == secret_id).ok_or_else(|| {
        let message =
            format!("no credential has the secret id `{secret_id}`: check that the client uses the emulator's");
        Refusal::new("AuthFailure.SecretIdNotFound", message)
    })
}

fn within_window(timestamp: u64, now: SystemTime) -> Result<(), Refusal> {
    let now = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    if timestamp.abs_diff(now) <= CLOCK_WINDOW.as_secs() {
        return Ok(());
    }
    let message = format!(
        "the signature expired: check the client's clock, for its `X-TC-Timestamp` {timestamp} is more than {} seconds \
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

fn token(request: &Request, credential: &Credential) -> Result<(), Refusal> {
    let message = match (credential.session_token(), request.stated("X-TC-Token")) {
        (None, None) => return Ok(()),
        (Some(expected), Some(sent)) if sent == expected => return Ok(()),
        (Some(_), Some(_)) => "`X-TC-Token` is not the token of this secret id",
        (Some(_), None) => "the credential is a temporary one: send its token in `X-TC-Token`",
        (None, Some(_)) => "the credential has no token: leave `X-TC-Token` away",
    };
    Err(Refusal::new("AuthFailure.TokenFailure", message))
}
