//! What a call tells while it runs: a span for the call, and an event for each attempt.
//!
//! The names are OpenTelemetry's, of its conventions for RPC and HTTP; what they do not know begins with `tencentcloud.`. No
//! field holds a header or a part of a body: a broken answer of the service that hands out credentials would be a leak.
//! Without a subscriber nothing is computed.

use tracing::field::Empty;
use tracing::{Span, debug, info_span, warn};

use crate::Error;
use crate::action::Operation;
use crate::answer::Answer;
use crate::client::Service;
use crate::interceptor::{Attempt, AttemptEnd, AttemptResult};

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
        tencentcloud.version = &*operation.version,
        tencentcloud.request_id = Empty,
        tencentcloud.attempts = Empty,
    )
}

/// Tells the span of a call how it ended.
pub(crate) fn answered(span: &Span, attempts: u32, outcome: &Result<Answer, Error>) {
    if span.is_disabled() {
        return;
    }
    span.record("tencentcloud.attempts", attempts);
    match outcome {
        Ok(answer) => {
            span.record("tencentcloud.request_id", answer.request_id());
        }
        Err(error) => failed(span, error),
    }
}

/// Tells the span of a call why it failed.
pub(crate) fn failed(span: &Span, error: &Error) {
    span.record("otel.status_code", "ERROR");
    span.record("error.type", error_type(error));
    span.record("rpc.response.status_code", error.code());
    span.record("tencentcloud.request_id", error.request_id());
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
            error.message = error.filter(|error| error.body_snippet().is_none()).map(tracing::field::display),
            tencentcloud.request_id = end.request_id,
            tencentcloud.outcome = outcome,
            tencentcloud.duration_ms = u64::try_from(end.duration.as_millis()).unwrap_or(u64::MAX),
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
            error.message = Some(error).filter(|error| error.body_snippet().is_none()).map(tracing::field::display),
        },
        "credentials not refreshed, the old ones are used"
    );
}

/// What went wrong, in one of a few words: the service's code, or the kind of what has none.
fn error_type(error: &Error) -> &str {
    error.code().unwrap_or(error.kind().as_str())
}
