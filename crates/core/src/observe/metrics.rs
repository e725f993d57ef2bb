//! Counts and times calls and attempts with the crate `metrics`.

use metrics::{Label, Unit, counter, describe_counter, describe_histogram, histogram};

use super::interceptor::{Attempt, AttemptEnd, AttemptResult, CallEnd, CallResult, Interceptor};

const CALLS: &str = "tencentcloud_calls_total";
const CALL_DURATION: &str = "tencentcloud_call_duration_seconds";
const ATTEMPTS: &str = "tencentcloud_attempts_total";
const ATTEMPT_DURATION: &str = "tencentcloud_attempt_duration_seconds";
const PERMIT_WAIT: &str = "tencentcloud_permit_wait_seconds";

/// Records every call and every attempt with the crate `metrics`. Requires the feature `metrics`.
///
/// | metric | kind | what it measures |
/// |---|---|---|
/// | `tencentcloud_calls_total` | counter | calls that have ended |
/// | `tencentcloud_call_duration_seconds` | histogram | duration of a call, with its retries and every wait |
/// | `tencentcloud_attempts_total` | counter | attempts: requests that were sent, or could not be |
/// | `tencentcloud_attempt_duration_seconds` | histogram | duration of an attempt |
/// | `tencentcloud_permit_wait_seconds` | histogram | time that a call waited for permits of the rate limiter |
///
/// Each has the labels `service`, such as `cdn`, and `action`, such as `PurgeUrlsCache`. All but
/// the last one also have `outcome`: `success`, `abandoned` if it was dropped, or the
/// [`ErrorKind`](crate::error::ErrorKind), such as `throttled`. No label contains a target, a host
/// or an id, so there are few of them.
///
/// ```
/// # use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
/// use tencentcloud_core::observe::Metrics;
/// use tencentcloud_core::{Config, Credentials};
///
/// // Install a recorder first, such as that of `metrics-exporter-prometheus`.
/// let config = Config::builder()
///     .credentials(Credentials::new("AKIDexample", "example-key")?)
///     .interceptor(Metrics::new())
///     .build()?;
/// # Ok::<(), tencentcloud_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Metrics;

impl Metrics {
    /// Creates the interceptor, and describes the metrics to the recorder that is installed.
    #[must_use]
    pub fn new() -> Self {
        describe_counter!(CALLS, Unit::Count, "Calls that have ended.");
        describe_histogram!(CALL_DURATION, Unit::Seconds, "Duration of a call, with its retries and every wait.");
        describe_counter!(ATTEMPTS, Unit::Count, "Attempts: requests that were sent, or could not be.");
        describe_histogram!(ATTEMPT_DURATION, Unit::Seconds, "Duration of an attempt.");
        describe_histogram!(PERMIT_WAIT, Unit::Seconds, "Time that a call waited for permits of the rate limiter.");
        Self
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Interceptor for Metrics {
    fn after_attempt(&self, attempt: &Attempt<'_>, end: &AttemptEnd<'_>) {
        let outcome = match end.result() {
            AttemptResult::Success => "success",
            AttemptResult::Failure(error) => error.kind().as_str(),
            AttemptResult::Abandoned => "abandoned",
        };
        let labels = labels(attempt.service(), attempt.action(), outcome);
        counter!(ATTEMPTS, labels.iter()).increment(1);
        histogram!(ATTEMPT_DURATION, labels.iter()).record(end.duration());
    }

    fn after_call(&self, end: &CallEnd<'_>) {
        let outcome = match end.result() {
            CallResult::Success => "success",
            CallResult::Failure(error) => error.kind().as_str(),
            CallResult::Abandoned => "abandoned",
        };
        let labels = labels(end.service(), end.action(), outcome);
        counter!(CALLS, labels.iter()).increment(1);
        histogram!(CALL_DURATION, labels.iter()).record(end.duration());
        let [service, action, _] = labels;
        histogram!(PERMIT_WAIT, [service, action].iter()).record(end.waited());
    }
}

fn labels(service: &str, action: &str, outcome: &'static str) -> [Label; 3] {
    [
        Label::new("service", service.to_owned()),
        Label::new("action", action.to_owned()),
        Label::from_static_parts("outcome", outcome),
    ]
}
