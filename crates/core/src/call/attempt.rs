//! Makes one attempt: sends a signed request, and reads the response.

use std::time::Duration;

use super::service::Service;
use crate::action::ActionFacts;
use crate::endpoint::Origin;
use crate::error::{Error, ErrorKind};
use crate::http::{HttpRequest, HttpResponse, TransportError, TransportErrorKind};
use crate::observe::{Attempt, AttemptRecorder, events};
use crate::response::{self, RawResponse};
use crate::time::{Correction, Deadline, Elapsed, Exchange};

/// What an attempt needs besides its request.
pub(super) struct AttemptContext<'a> {
    pub(super) service: &'a Service,
    pub(super) origin: &'a Origin,
    pub(super) action: &'a ActionFacts,
    /// 1 for the first attempt of a call.
    pub(super) number: u32,
    pub(super) timeout: Duration,
    /// The clock correction that the request was signed with.
    pub(super) correction: Correction,
}

/// Sends a request once and reads the response, within the attempt's timeout; `None` if the call's
/// deadline passed first, and the request may have been sent.
pub(super) async fn attempt(
    context: AttemptContext<'_>,
    mut request: HttpRequest,
    deadline: &mut Deadline<'_>,
) -> Option<Result<RawResponse, Error>> {
    let AttemptContext { service, origin, action, number, timeout, .. } = context;
    let host = &*origin.authority;
    let attempt = Attempt { action: &action.name, host, method: request.method, number };
    let recorder = AttemptRecorder::start(service.observers(), attempt, origin, &mut request);
    let progress = request.progress.clone();
    let response = deadline.limit_step(timeout, service.config.transport().send(request)).await;
    // After a timeout, a request that no connection has taken is cancelled: it is never sent.
    let is_cancelled = response.is_err() && progress.cancel();
    let response = match response {
        Ok(response) => response,
        Err(_) if is_cancelled => Err(still_connecting()),
        Err(Elapsed::Step) => Err(TransportError::new(
            TransportErrorKind::Timeout,
            format!("the attempt's timeout of {timeout:?} has passed"),
        )),
        Err(Elapsed::Deadline) => return None,
    };
    let exchange = Exchange { begin: recorder.begin, end: service.config.clock().now() };
    let outcome = response.map_err(Error::from).and_then(|response| read(&context, response, exchange));
    let outcome = outcome.map_err(|error| error.in_attempt(&action.name, host));
    recorder.end(&outcome, exchange.end);
    Some(outcome)
}

/// The error for a timeout that passed before a connection was open.
fn still_connecting() -> TransportError {
    TransportError::new(
        TransportErrorKind::Connect,
        "timeout: the connection was still being opened, so nothing was sent",
    )
    .with_hint("check that the network lets this machine reach the host, or raise the timeout")
}

/// Reads a response, and measures the difference between the server's clock and this machine's.
fn read(context: &AttemptContext<'_>, mut response: HttpResponse, exchange: Exchange) -> Result<RawResponse, Error> {
    let AttemptContext { service, action, correction, .. } = *context;
    // The default transport stops reading at this limit; another one may not.
    let limit = service.config.request_settings().max_response_bytes;
    if response.body().len() > limit {
        return Err(TransportError::new(TransportErrorKind::TooLarge, format!("more than {limit} bytes")).into());
    }
    let skew = service.config.skew();
    let now = correction.apply(exchange.end);
    let outcome = response::read(action.codes, &mut response)
        .map_err(|error| error.with_retry_after(response::retry_after(&response, now)));
    // Only responses of the service itself are used to measure: a gateway's clock may be wrong.
    // A response with `Age` comes from a cache, and its `Date` is old.
    let is_from_service = outcome.as_ref().map_or_else(|error| error.code().is_some(), |_| true);
    if is_from_service && response.header("age").is_none() {
        events::clock_measured(response.header("date").and_then(|date| skew.measure(exchange, date)));
    }
    // If the header did not help, the message of a rejected signature may contain the server's
    // time.
    if let Err(error) = &outcome
        && error.kind() == ErrorKind::ClockSkew
        && !skew.correction().differs(correction)
    {
        events::clock_measured(skew.measure_by_message(exchange, error.message()));
    }
    outcome
}
