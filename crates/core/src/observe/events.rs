//! Writes the `tracing` output of a call: a span for the call, an event for each attempt, and an
//! event for the end.
//!
//! Names follow OpenTelemetry's conventions for RPC and HTTP; other names begin with
//! `tencentcloud.`. No field holds a header, nor a part of a response that was not understood,
//! because a malformed response of the service that issues credentials could contain a secret.
//! Without a subscriber nothing is computed.

use std::time::Duration;

use tracing::field::{Empty, display};
use tracing::{Span, debug, info, info_span, warn};

use super::interceptor::{Attempt, AttemptEnd, AttemptResult, CallEnd, CallResult};
use crate::endpoint::Origin;
use crate::error::{ActionName, Error, LOG_TARGET, error_type, log_text, loggable};
use crate::time::Change;

/// The span of a call.
pub(super) fn call_span(action: &ActionName, origin: &Origin) -> Span {
    // The full name of the method, and so the best name of the span.
    let method = format_args!("{}/{}", action.service, action.action);
    info_span!(
        target: LOG_TARGET,
        "tencentcloud.call",
        otel.name = %method,
        otel.kind = "client",
        otel.status_code = Empty,
        rpc.system.name = "tencentcloud",
        rpc.method = %method,
        rpc.response.status_code = Empty,
        server.address = origin.host(),
        server.port = origin.port(),
        error.type = Empty,
        error.message = Empty,
        tencentcloud.version = &*action.version,
        tencentcloud.request_id = Empty,
        tencentcloud.attempts = Empty,
        tencentcloud.wait_ms = Empty,
    )
}

/// Completes the span of a call.
pub(super) fn complete_span(span: &Span, end: &CallEnd<'_>, request_id: Option<&str>) {
    span.record("tencentcloud.attempts", end.attempts);
    span.record("tencentcloud.wait_ms", milliseconds(end.waited));
    span.record("tencentcloud.request_id", request_id.map(log_text));
    let CallResult::Failure(error) = end.result else { return };
    span.record("otel.status_code", "ERROR");
    span.record("error.type", error_type(error));
    span.record("error.message", loggable(error));
    span.record("rpc.response.status_code", error.code().map(log_text));
}

/// Writes one event for the end of a call. An abandoned call writes none.
///
/// The event is complete without the span of the call, and is written outside of it: a line of text
/// would repeat the fields of the span otherwise, the error among them.
pub(super) fn call_ended(end: &CallEnd<'_>, request_id: Option<&str>) {
    let method = || display(format!("{}/{}", end.action.service, end.action.action));
    let (wait_ms, duration_ms) = (milliseconds(end.waited), milliseconds(end.duration));
    match end.result {
        CallResult::Success => info!(
            target: LOG_TARGET,
            {
                rpc.method = method(),
                tencentcloud.request_id = request_id.map(log_text),
                tencentcloud.attempts = end.attempts,
                tencentcloud.wait_ms = wait_ms,
                tencentcloud.duration_ms = duration_ms,
            },
            "call succeeded"
        ),
        CallResult::Failure(error) => warn!(
            target: LOG_TARGET,
            {
                // An invalid name is left out: there would be nothing to group by.
                rpc.method = error.action().map(|_| method()),
                error.type = error_type(error),
                error.message = loggable(error),
                http.response.status_code = error.status(),
                tencentcloud.request_id = request_id.map(log_text),
                tencentcloud.attempts = end.attempts,
                tencentcloud.wait_ms = wait_ms,
                tencentcloud.duration_ms = duration_ms,
            },
            "call failed"
        ),
        CallResult::Abandoned => {}
    }
}

/// Writes the event of an attempt.
pub(super) fn attempt(origin: &Origin, attempt: &Attempt<'_>, end: &AttemptEnd<'_>) {
    let (outcome, error) = match end.result {
        AttemptResult::Success => ("success", None),
        AttemptResult::Failure(error) => ("failure", Some(error)),
        AttemptResult::Abandoned => ("abandoned", None),
    };
    debug!(
        target: LOG_TARGET,
        {
            http.request.method = attempt.method,
            http.request.resend_count = attempt.number.checked_sub(1).filter(|&resends| resends > 0),
            http.response.status_code = end.status,
            server.address = origin.host(),
            server.port = origin.port(),
            rpc.response.status_code = error.and_then(Error::code).map(log_text),
            error.type = error.map(error_type),
            error.message = error.and_then(loggable),
            tencentcloud.request_id = end.request_id.map(log_text),
            tencentcloud.outcome = outcome,
            tencentcloud.duration_ms = milliseconds(end.duration),
        },
        "attempt"
    );
}

/// Warns that this machine's clock is wrong, or reports that it is right again; does nothing
/// without a change.
pub(crate) fn clock_measured(change: Option<Change>) {
    let Some(change) = change else { return };
    let message = if change.is_corrected {
        "this machine's clock is wrong; requests are signed with the server's time"
    } else {
        "this machine's clock is right again; requests are signed with its time"
    };
    warn!(target: LOG_TARGET, { tencentcloud.clock_behind_ms = change.ahead }, "{message}");
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
