//! Checks what both signature schemes have: a timestamp, a secret id, and a token.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::credential::Credential;
use crate::refusal::Refusal;

/// Maximum difference between the time of a request and that of the service, in both directions.
pub const CLOCK_WINDOW: Duration = Duration::from_secs(300);

/// Number of characters that are shown of an unknown secret id. 4: enough to recognize an id, which
/// begins with `AKID`. Where id and key were swapped, it is the key that is not shown.
const SHOWN_ID_CHARS: usize = 4;

/// Reads a timestamp. `name` is the header or the parameter that contains it.
pub(super) fn timestamp(name: &str, text: &str) -> Result<u64, Refusal> {
    let only_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| only_digits).ok_or_else(|| {
        let message = format!("`{name}` must be a whole number of seconds since 1970, not `{text}`");
        Refusal::new("InvalidParameterValue", message)
    })
}

/// Finds the credential with this secret id.
pub(super) fn find<'a>(credentials: &'a [Credential], secret_id: &str) -> Result<&'a Credential, Refusal> {
    credentials.iter().find(|credential| credential.secret_id() == secret_id).ok_or_else(|| {
        let shown: String = secret_id.chars().take(SHOWN_ID_CHARS).collect();
        let message = format!(
            "no credential has the secret id `{shown}...`; \
             help: use a secret id of the emulator, and check that id and key are not swapped"
        );
        Refusal::new("AuthFailure.SecretIdNotFound", message)
    })
}

/// Checks that the timestamp is close to the time of the service.
pub(super) fn check_clock(name: &str, timestamp: u64, now: SystemTime) -> Result<(), Refusal> {
    let now = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let window = CLOCK_WINDOW.as_secs();
    if timestamp.abs_diff(now) <= window {
        return Ok(());
    }
    // The service's own message ends with the server time, too.
    let message = format!(
        "the signature has expired, check the client's clock: `{name}` is {timestamp}, more than {window} seconds \
         away from the server time {now}."
    );
    Err(Refusal::new("AuthFailure.SignatureExpire", message))
}

/// Checks that the token that was sent is the one of the credential.
pub(super) fn check_token(name: &str, sent: Option<&str>, credential: &Credential) -> Result<(), Refusal> {
    let message = match (credential.token(), sent) {
        (None, None) => return Ok(()),
        (Some(expected), Some(sent)) if sent == expected => return Ok(()),
        (Some(_), Some(_)) => format!("`{name}` is not the token of this secret id"),
        (Some(_), None) => format!("the credential is temporary; help: send its token in `{name}`"),
        (None, Some(_)) => format!("the credential has no token; help: do not send `{name}`"),
    };
    Err(Refusal::new("AuthFailure.TokenFailure", message))
}
