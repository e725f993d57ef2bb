//! What a call tells while it runs: a span for the call, and an event for each attempt and for a failure.
//!
//! The names are OpenTelemetry's, of its conventions for RPC and HTTP; what they do not know begins with `tencentcloud.`. No
//! field holds a header, nor a part of an answer that was not understood: a broken one of the service that hands out credentials
//! would be a leak.
//! Without a subscriber nothing is computed.

use std::time::Duration;

use tracing::field::{DisplayValue, Empty, display};
use tracing::{Span, debug, info_span, warn};

use crate::Error;
use crate::action::Operation;
use crate::answer::Answer;
use crate::client::Service;
use crate::interceptor::{Attempt, AttemptEnd, AttemptResult, CallEnd, CallResult};

/// What to filter by; a module's path would change with the modules.
const TARGET: &str = "tencentcloud_core";

/// The span of a call.
pub(crate) fn call(service: &Service, operation: &Operation) -> Span {
    // How the method is written out in full, which makes the best name of a span as well.
    let method = format_args!("{}/{}", operation.service, operation.action);
    info_span!(
        target: TARGET,
        "tencentcloud.call",
        otel.name = %method,
        otel.kind = "client",
        otel.status_code = Empty,
        rpc.system.name = "tencentcloud",
        rpc.method = %method,
        rpc.response.status_code = Empty,
        server.address = service.origin.host(),
        server.port = service.origin.port(),
        error.type = Empty,
        error.message = Empty,
        tencentcloud.version = &*operation.version,
        tencentcloud.request_id = Empty,
        tencentcloud.attempts = Empty,
        tencentcloud.wait_ms = Empty,
    )
}

/// Tells the span of a call which request was answered.
pub(crate) fn answered(span: &Span, answer: &Answer) {
    span.record("tencentcloud.request_id", answer.request_id());
}

/// Tells how a call ended: the span, and those who log the calls that failed, whether they log spans or not.
pub(crate) fn call_ended(span: &Span, end: &CallEnd<'_>) {
    let wait_ms = milliseconds(end.waited);
    span.record("tencentcloud.attempts", end.attempts);
    span.record("tencentcloud.wait_ms", wait_ms);
    let CallResult::Failure(error) = end.result else { return };
    span.record("otel.status_code", "ERROR");
    span.record("error.type", error_type(error));
    span.record("error.message", line(error));
    span.record("rpc.response.status_code", error.code());
    span.record("tencentcloud.request_id", error.request_id());
    let operation = end.operation;
    warn!(
        target: TARGET,
        {
            // Without a name that is one there is nothing to group by.
            rpc.method = error.action().map(|action| display(format!("{}/{action}", operation.service))),
            error.type = error_type(error),
            error.message = line(error),
            http.response.status_code = error.status(),
            tencentcloud.request_id = error.request_id(),
            tencentcloud.attempts = end.attempts,
            tencentcloud.wait_ms = wait_ms,
            tencentcloud.duration_ms = milliseconds(end.duration),
        },
        "call failed"
    );
}

/// Tells how an attempt ended.
pub(crate) fn attempt(service: &Service, attempt: &Attempt<'_>, end: &AttemptEnd<'_>) {
    let (outcome, error) = match end.result {
        AttemptResult::Success => ("success", None),
        AttemptResult::Failure(error) => ("failure", Some(error)),
        AttemptResult::Abandoned => ("abandoned", None),
    };
    debug!(
        target: TARGET,
        {
            http.request.method = attempt.method,
            http.request.resend_count = attempt.number.checked_sub(1).filter(|&resends| resends > 0),
            http.response.status_code = end.status,
            server.address = service.origin.host(),
            server.port = service.origin.port(),
            rpc.response.status_code = error.and_then(Error::code),
            error.type = error.map(error_type),
            error.message = error.and_then(line),
            tencentcloud.request_id = end.request_id,
            tencentcloud.outcome = outcome,
            tencentcloud.duration_ms = milliseconds(end.duration),
        },
        "attempt"
    );
}

/// Tells that credentials could not be refreshed, which no call fails for as long as the old ones are valid.
pub(crate) fn not_refreshed(error: &Error) {
    warn!(
        target: TARGET,
        {
            error.type = error_type(error),
            error.message = line(error),
        },
        "credentials not refreshed, the old ones are used"
    );
}

/// Tells that this machine's clock was found to be off by so much more or less than was told before; the server's is so many
/// milliseconds ahead.
pub(crate) fn clock_is_off(ahead: i64, is_corrected: bool) {
    let message = if is_corrected {
        "this machine's clock is wrong, requests are signed with the server's time"
    } else {
        "this machine's clock is right again, requests are signed with its time"
    };
    warn!(target: TARGET, { tencentcloud.clock_behind_ms = ahead }, "{message}");
}

/// The line of an error, unless it shows a part of the answer.
fn line(error: &Error) -> Option<DisplayValue<&Error>> {
    Some(error).filter(|error| error.body_snippet().is_none()).map(display)
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// What went wrong, in one of a few words: the service's code, or the kind of what has none.
fn error_type(error: &Error) -> &str {
    error.code().unwrap_or(error.kind().as_str())
}
