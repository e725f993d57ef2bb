//! What goes wrong on demand: for which requests, how often, and how.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::sync::lock;

/// Something that goes wrong with the next request, or with some of those to come.
///
/// ```
/// use std::time::Duration;
/// use tencentcloud_emulator::Fault;
///
/// // The second and the third purge by URL are refused for coming too fast; then every request takes a second.
/// let throttled = Fault::refuse("RequestLimitExceeded").on("PurgeUrlsCache").after(1).times(2);
/// let slow = Fault::delay(Duration::from_secs(1)).always();
/// # let _ = (throttled, slow);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[must_use]
pub struct Fault {
    /// The action that it concerns, as requests name it; every action if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    action: Option<String>,
    /// How many of its requests pass unharmed before.
    #[serde(default)]
    after: u64,
    /// How many of its requests it concerns then; all of them if there is no number.
    #[serde(default = "once")]
    times: Option<u64>,
    effect: Effect,
}

/// How a request goes wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Effect {
    /// The request is refused with a code, once its signature and its action are found right.
    Refuse {
        code: String,
        #[serde(default)]
        message: Option<String>,
    },
    /// Something in front of the service answers, and the service never sees the request.
    Http {
        status: u16,
        #[serde(default = "html")]
        content_type: String,
        #[serde(default)]
        body: String,
    },
    /// The answer comes late.
    Delay { milliseconds: u64 },
    /// The body of the answer comes in pieces of some bytes, each after a pause.
    Drip { bytes: usize, milliseconds: u64 },
    /// The connection is reset in the place of an answer.
    Reset {
        /// Whether the request is carried out before.
        #[serde(default)]
        carried_out: bool,
    },
    /// The answer announces its length, and the connection ends after some bytes of it.
    Truncate { bytes: u64 },
    /// The answer is made this long by spaces after its end.
    Pad { bytes: u64 },
    /// The service's clock is so many seconds ahead, or behind.
    Skew { seconds: i64 },
    /// The request is accepted, and targets of it fail.
    Fail(Failing),
}

/// Which targets fail, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Failing {
    /// Those that contain this; all of them if there is none.
    matching: Option<String>,
    reason: Option<String>,
}

impl Failing {
    pub(crate) fn has(&self, target: &str) -> bool {
        self.matching.as_deref().is_none_or(|part| target.contains(part))
    }

    pub(crate) fn reason(&self) -> &str {
        self.reason.as_deref().unwrap_or("a fault that was asked for")
    }
}

impl Fault {
    /// Refuses the request with this code, if its signature and its action are right: `RequestLimitExceeded`, or any other
    /// that is documented or made up.
    pub fn refuse(code: impl Into<String>) -> Self {
        Self::new(Effect::Refuse { code: code.into(), message: None })
    }

    /// Answers with this status and HTML, as a gateway would; the service does not see the request. A status that is none,
    /// or below 200, becomes 500.
    pub fn http(status: u16, body: impl Into<String>) -> Self {
        Self::new(Effect::Http { status, content_type: html(), body: body.into() })
    }

    /// Carries the request out, and answers only after this time.
    pub fn delay(time: Duration) -> Self {
        Self::new(Effect::Delay { milliseconds: milliseconds(time) })
    }

    /// Carries the request out, and sends the body of the answer in pieces of so many bytes, with a pause before each.
    pub fn drip(bytes: usize, pause: Duration) -> Self {
        Self::new(Effect::Drip { bytes, milliseconds: milliseconds(pause) })
    }

    /// Resets the connection once the request was read; the service does not see it.
    pub fn reset() -> Self {
        Self::new(Effect::Reset { carried_out: false })
    }

    /// Carries the request out, and resets the connection in the place of an answer.
    pub fn reset_after() -> Self {
        Self::new(Effect::Reset { carried_out: true })
    }

    /// Carries the request out, and ends the connection after so many bytes of the body, which was announced whole.
    pub fn truncate(bytes: u64) -> Self {
        Self::new(Effect::Truncate { bytes })
    }

    /// Carries the request out, and makes the body of the answer so many bytes long, by spaces after the JSON.
    pub fn pad(bytes: u64) -> Self {
        Self::new(Effect::Pad { bytes })
    }

    /// Handles the request as if the service's clock were so many seconds ahead, or behind if they are negative: its `Date`
    /// shows it, and signatures expire by it.
    pub fn skew(seconds: i64) -> Self {
        Self::new(Effect::Skew { seconds })
    }

    /// Accepts the request, and lets its targets fail: on `cdn` they end as `fail` in the log, on `teo` they are listed in
    /// `FailedList`.
    pub fn fail() -> Self {
        Self::new(Effect::Fail(Failing::default()))
    }

    /// Limits [`fail`](Self::fail) to targets that contain this text.
    pub fn matching(mut self, part: impl Into<String>) -> Self {
        if let Effect::Fail(failing) = &mut self.effect {
            failing.matching = Some(part.into());
        }
        self
    }

    /// Sets the message of [`refuse`](Self::refuse), or the reason of [`fail`](Self::fail) that `FailedList` gives.
    pub fn saying(mut self, text: impl Into<String>) -> Self {
        match &mut self.effect {
            Effect::Refuse { message, .. } => *message = Some(text.into()),
            Effect::Fail(failing) => failing.reason = Some(text.into()),
            _ => {}
        }
        self
    }

    /// Concerns only requests that name this action.
    pub fn on(mut self, action: impl Into<String>) -> Self {
        self.action = Some(action.into());
        self
    }

    /// Lets so many of its requests pass before.
    pub fn after(mut self, requests: u64) -> Self {
        self.after = requests;
        self
    }

    /// Concerns so many requests. The default is one.
    pub fn times(mut self, requests: u64) -> Self {
        self.times = Some(requests);
        self
    }

    /// Concerns every request from then on.
    pub fn always(mut self) -> Self {
        self.times = None;
        self
    }

    fn new(effect: Effect) -> Self {
        Self { action: None, after: 0, times: once(), effect }
    }
}

/// The faults that are to come. Clones are the same list.
///
/// Every request spends one count of the first fault in the list that concerns its action, by the name that it states; the
/// others wait. A fault whose counts are spent leaves the list.
#[derive(Clone, Debug, Default)]
pub struct Faults(Arc<Mutex<Vec<Fault>>>);

impl Faults {
    /// Adds a fault after those that are there.
    pub fn add(&self, fault: Fault) {
        lock(&self.0).push(fault);
    }

    /// Forgets all of them.
    pub fn clear(&self) {
        lock(&self.0).clear();
    }

    /// Those that are still to come, with the counts that they have left.
    #[must_use]
    pub fn pending(&self) -> Vec<Fault> {
        lock(&self.0).clone()
    }

    /// What goes wrong with a request for this action.
    pub(crate) fn take(&self, action: &str) -> Option<Effect> {
        let mut faults = lock(&self.0);
        let concerns = |fault: &Fault| fault.action.as_deref().is_none_or(|name| name == action);
        faults.retain(|fault| fault.times != Some(0));
        let index = faults.iter().position(concerns)?;
        let fault = faults.get_mut(index)?;
        if fault.after > 0 {
            fault.after -= 1;
            return None;
        }
        let effect = fault.effect.clone();
        fault.times = fault.times.map(|left| left.saturating_sub(1));
        if fault.times == Some(0) {
            drop(faults.remove(index));
        }
        Some(effect)
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

    /// The codes that requests for these actions are refused with; `-` where nothing goes wrong.
    fn codes(faults: &Faults, actions: &[&str]) -> Vec<String> {
        let code = |effect| match effect {
            Some(Effect::Refuse { code, .. }) => code,
            _ => "-".to_owned(),
        };
        actions.iter().map(|action| code(faults.take(action))).collect()
    }

    #[test]
    fn a_fault_happens_once_unless_told_otherwise() {
        let faults = Faults::default();
        faults.add(Fault::refuse("once"));
        assert_eq!(codes(&faults, &["A", "A"]), ["once", "-"]);
        faults.add(Fault::refuse("twice").times(2));
        assert_eq!(codes(&faults, &["A", "B", "A"]), ["twice", "twice", "-"]);
        faults.add(Fault::refuse("always").always());
        assert_eq!(codes(&faults, &["A"; 5]), ["always"; 5]);
        faults.clear();
        assert_eq!(codes(&faults, &["A"]), ["-"]);
    }

    #[test]
    fn faults_follow_one_another() {
        let faults = Faults::default();
        faults.add(Fault::refuse("first").after(1));
        faults.add(Fault::refuse("second"));
        assert_eq!(codes(&faults, &["A", "A", "A", "A"]), ["-", "first", "second", "-"]);
        assert_eq!(faults.pending(), []);
    }

    #[test]
    fn a_fault_concerns_its_action() {
        let faults = Faults::default();
        faults.add(Fault::refuse("for A").on("A"));
        faults.add(Fault::refuse("for all"));
        assert_eq!(codes(&faults, &["B", "B", "A"]), ["for all", "-", "for A"]);
    }

    #[test]
    fn a_fault_that_never_happens_is_dropped() {
        let faults = Faults::default();
        faults.add(Fault::refuse("never").times(0));
        faults.add(Fault::refuse("then"));
        assert_eq!(codes(&faults, &["A"]), ["then"]);
    }

    #[test]
    fn faults_are_written_as_json() {
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
