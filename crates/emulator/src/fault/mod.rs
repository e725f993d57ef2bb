//! Injects faults: which requests fail, how often, and how.

mod pending;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use self::pending::Faults;

/// A fault of the next request, or of some later requests.
///
/// ```
/// use std::time::Duration;
/// use tencentcloud_emulator::Fault;
///
/// // The second and third purge by URL are throttled. Alternatively, every request takes a second.
/// let throttled = Fault::refuse("RequestLimitExceeded").on("PurgeUrlsCache").after(1).times(2);
/// let slow = Fault::delay(Duration::from_secs(1)).always();
/// # let _ = (throttled, slow);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[must_use]
pub struct Fault {
    /// The name of the action that the fault applies to. `None` is every action.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    action: Option<String>,
    /// The number of matching requests that succeed first.
    #[serde(default)]
    after: u64,
    /// The number of matching requests that fail then. `None` is all of them.
    #[serde(default = "once")]
    times: Option<u64>,
    effect: Effect,
}

/// How a request fails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Effect {
    /// The request is refused with a code, after its signature and its action have been checked.
    Refuse {
        code: String,
        #[serde(default)]
        message: Option<String>,
    },
    /// A gateway in front of the service responds. The request does not reach the service.
    Http {
        status: u16,
        #[serde(default = "html")]
        content_type: String,
        #[serde(default)]
        body: String,
    },
    /// The response is late.
    Delay { milliseconds: u64 },
    /// The body of the response is sent in pieces of this size, with a pause before each.
    Drip { bytes: usize, milliseconds: u64 },
    /// The connection is reset instead of a response.
    Reset {
        /// Whether the request is carried out first.
        #[serde(default)]
        carried_out: bool,
    },
    /// The connection is closed after some bytes of the body. Its full length was announced.
    Truncate { bytes: u64 },
    /// Spaces are added to the body of the response up to this size.
    Pad { bytes: u64 },
    /// The clock of the service is ahead, or behind if the number is negative.
    Skew { seconds: i64 },
    /// The request is accepted, and some of its targets fail.
    Fail(FailingTargets),
}

/// Which targets fail, how, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct FailingTargets {
    /// A text that failing targets contain. `None` makes all fail.
    matching: Option<String>,
    reason: Option<String>,
    /// The status in the end. `None` is what [`Fault::fail`] says.
    pub(crate) status: Option<FailedStatus>,
}

/// How a target of an accepted task fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FailedStatus {
    /// It failed: `fail` on `cdn`, `failed` on `teo`.
    Fail,
    /// It took too long: `timeout` on `teo`. `cdn` has no such status and shows `fail`.
    Timeout,
    /// It was cancelled: `canceled` on `teo`. `cdn` has no such status and shows `fail`.
    Canceled,
    /// The origin of a prefetch responded with an error: `invalid` on both. A purge has no such
    /// status and shows [`Fail`](Self::Fail).
    Invalid,
}

impl FailedStatus {
    /// The name in faults, and in the control API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Timeout => "timeout",
            Self::Canceled => "canceled",
            Self::Invalid => "invalid",
        }
    }
}

impl FailingTargets {
    pub(crate) fn contains(&self, target: &str) -> bool {
        self.matching.as_deref().is_none_or(|part| target.contains(part))
    }

    pub(crate) fn reason(&self) -> &str {
        self.reason.as_deref().unwrap_or("an injected fault")
    }
}

impl Fault {
    /// Refuses the request with this code if its signature and its action are valid. Any code is
    /// possible, even one that no page documents.
    pub fn refuse(code: impl Into<String>) -> Self {
        Self::new(Effect::Refuse { code: code.into(), message: None })
    }

    /// Responds with this status and an HTML body, like a gateway. The request does not reach the
    /// service. An invalid status, or one below 200, becomes 500.
    pub fn http(status: u16, body: impl Into<String>) -> Self {
        Self::new(Effect::Http { status, content_type: html(), body: body.into() })
    }

    /// Carries the request out, and delays the response.
    pub fn delay(time: Duration) -> Self {
        Self::new(Effect::Delay { milliseconds: milliseconds(time) })
    }

    /// Carries the request out, and sends the body of the response in pieces of `bytes` bytes, with
    /// a pause before each.
    pub fn drip(bytes: usize, pause: Duration) -> Self {
        Self::new(Effect::Drip { bytes, milliseconds: milliseconds(pause) })
    }

    /// Resets the connection after reading the request, which does not reach the service.
    pub fn reset() -> Self {
        Self::new(Effect::Reset { carried_out: false })
    }

    /// Carries the request out, and resets the connection instead of responding.
    pub fn reset_after() -> Self {
        Self::new(Effect::Reset { carried_out: true })
    }

    /// Carries the request out, announces the full length of the body, and closes the connection
    /// after `bytes` bytes of it.
    pub fn truncate(bytes: u64) -> Self {
        Self::new(Effect::Truncate { bytes })
    }

    /// Carries the request out, and adds spaces after the JSON of the response until its body has
    /// `bytes` bytes.
    pub fn pad(bytes: u64) -> Self {
        Self::new(Effect::Pad { bytes })
    }

    /// Handles the request as if the clock of the service were `seconds` ahead, or behind if
    /// negative. The `Date` header and the check of the signature use that clock. It stops at the
    /// beginning of 1970, and at 9999-12-30T22:00:00Z.
    pub fn skew(seconds: i64) -> Self {
        Self::new(Effect::Skew { seconds })
    }

    /// Accepts the request, and makes its targets fail: on `cdn` in the end, as `fail`; on `teo` at
    /// once, in `FailedList`. With [`ending`](Self::ending), they fail in the end on both.
    pub fn fail() -> Self {
        Self::new(Effect::Fail(FailingTargets::default()))
    }

    /// Restricts [`fail`](Self::fail) to targets that contain this text.
    pub fn matching(mut self, part: impl Into<String>) -> Self {
        if let Effect::Fail(failing) = &mut self.effect {
            failing.matching = Some(part.into());
        }
        self
    }

    /// Makes the targets of [`fail`](Self::fail) fail in the end, with this status: the task is
    /// accepted with them, and is in progress first.
    ///
    /// ```
    /// use tencentcloud_emulator::{FailedStatus, Fault};
    ///
    /// // Of the next prefetch, the origin does not have the second URL.
    /// let missing = Fault::fail().matching("/2.jpg").ending(FailedStatus::Invalid).on("CreatePrefetchTask");
    /// # let _ = missing;
    /// ```
    pub fn ending(mut self, status: FailedStatus) -> Self {
        if let Effect::Fail(failing) = &mut self.effect {
            failing.status = Some(status);
        }
        self
    }

    /// Sets the message of [`refuse`](Self::refuse), or the reason that `teo` reports for the
    /// targets of [`fail`](Self::fail).
    pub fn saying(mut self, text: impl Into<String>) -> Self {
        match &mut self.effect {
            Effect::Refuse { message, .. } => *message = Some(text.into()),
            Effect::Fail(failing) => failing.reason = Some(text.into()),
            _ => {}
        }
        self
    }

    /// Restricts the fault to requests that name this action.
    pub fn on(mut self, action: impl Into<String>) -> Self {
        self.action = Some(action.into());
        self
    }

    /// Lets this number of matching requests succeed first.
    pub fn after(mut self, requests: u64) -> Self {
        self.after = requests;
        self
    }

    /// Sets the number of matching requests that fail. The default is one.
    pub fn times(mut self, requests: u64) -> Self {
        self.times = Some(requests);
        self
    }

    /// Makes every matching request fail from then on.
    pub fn always(mut self) -> Self {
        self.times = None;
        self
    }

    /// How far ahead it sets the clock, in seconds. `None` if it does not.
    pub(crate) fn skew_seconds(&self) -> Option<i64> {
        match self.effect {
            Effect::Skew { seconds } => Some(seconds),
            _ => None,
        }
    }

    /// The approximate memory usage, in bytes.
    fn size(&self) -> usize {
        let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let effect = match &self.effect {
            Effect::Refuse { code, message } => code.len() + length(message),
            Effect::Http { status: _, content_type, body } => content_type.len() + body.len(),
            Effect::Fail(FailingTargets { matching, reason, status: _ }) => length(matching) + length(reason),
            Effect::Delay { .. }
            | Effect::Drip { .. }
            | Effect::Reset { .. }
            | Effect::Truncate { .. }
            | Effect::Pad { .. }
            | Effect::Skew { .. } => 0,
        };
        size_of::<Self>() + length(&self.action) + effect
    }

    fn new(effect: Effect) -> Self {
        Self { action: None, after: 0, times: once(), effect }
    }
}

fn once() -> Option<u64> {
    Some(1)
}

fn html() -> String {
    "text/html".to_owned()
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_the_same_after_a_round_trip_through_json() {
        for (json, fault) in [
            (
                r#"{"action":"A","after":1,"times":2,"effect":{"refuse":{"code":"C","message":null}}}"#,
                Fault::refuse("C").on("A").after(1).times(2),
            ),
            (r#"{"times":null,"effect":{"http":{"status":502,"body":"<p>"}}}"#, Fault::http(502, "<p>").always()),
            (r#"{"effect":{"delay":{"milliseconds":1500}}}"#, Fault::delay(Duration::from_millis(1_500))),
            (r#"{"effect":{"drip":{"bytes":1,"milliseconds":2}}}"#, Fault::drip(1, Duration::from_millis(2))),
            (r#"{"effect":{"reset":{}}}"#, Fault::reset()),
            (r#"{"effect":{"reset":{"carried_out":true}}}"#, Fault::reset_after()),
            (r#"{"effect":{"truncate":{"bytes":3}}}"#, Fault::truncate(3)),
            (r#"{"effect":{"pad":{"bytes":4}}}"#, Fault::pad(4)),
            (r#"{"effect":{"skew":{"seconds":-600}}}"#, Fault::skew(-600)),
            (r#"{"effect":{"fail":{"matching":"b","reason":"r"}}}"#, Fault::fail().matching("b").saying("r")),
            (r#"{"effect":{"fail":{"status":"timeout"}}}"#, Fault::fail().ending(FailedStatus::Timeout)),
        ] {
            let read: Fault = serde_json::from_str(json).unwrap();
            assert_eq!(read, fault, "{json}");
            let written = serde_json::to_string(&fault).unwrap();
            assert_eq!(serde_json::from_str::<Fault>(&written).unwrap(), fault, "{written}");
        }
        for json in [r#"{}"#, r#"{"effect":"refuse"}"#, r#"{"effect":{"skew":{"second":1}}}"#, r#"{"effects":{}}"#] {
            assert!(serde_json::from_str::<Fault>(json).is_err(), "{json}");
        }
    }
}
