//! Defines the options of calls that set none of their own.

use std::time::Duration;

/// Default time limit of one attempt. 15 s: the service responds within seconds, and a slower
/// request is better sent again while the call still has time.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(15);
/// Default time limit of a call. 60 s: the official SDKs wait as long for one request.
const CALL_TIMEOUT: Duration = Duration::from_secs(60);
/// Default time limit of the waits of a call for permits. 5 minutes: at the usual rate limit of 20
/// requests per second, about 4,800 calls can be made at once, even if each response takes 250 ms
/// (`limiter/local/window.rs`). And no call waits forever.
const PERMIT_TIMEOUT: Duration = Duration::from_secs(300);
/// Default maximum number of attempts. 3: of the calls that fail three times, few would succeed at
/// a fourth.
const MAX_ATTEMPTS: u32 = 3;

/// The defaults of a configuration for the options of its calls.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallDefaults {
    pub(crate) timeout: Duration,
    pub(crate) attempt_timeout: Duration,
    pub(crate) permit_timeout: Duration,
    pub(crate) max_attempts: u32,
    /// Whether requests may be sent again that might already have arrived; the action decides if
    /// not set.
    pub(crate) repeatable: Option<bool>,
    /// Whether failed requests are sent again at all.
    pub(crate) retries: bool,
}

impl Default for CallDefaults {
    fn default() -> Self {
        Self {
            timeout: CALL_TIMEOUT,
            attempt_timeout: ATTEMPT_TIMEOUT,
            permit_timeout: PERMIT_TIMEOUT,
            max_attempts: MAX_ATTEMPTS,
            repeatable: None,
            retries: true,
        }
    }
}
