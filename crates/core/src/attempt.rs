//! One attempt: sign, send, read.

use std::time::Duration;

use bytes::Bytes;

use crate::action::Operation;
use crate::answer::{self, Answer};
use crate::client::Service;
use crate::future::within;
use crate::interceptor::Attempt;
use crate::skew::{Correction, Exchange};
use crate::watch::Watch;
use crate::{Credentials, Error, ErrorKind, HttpRequest, TransportError, TransportErrorKind, signed};

/// What is different from attempt to attempt.
#[derive(Clone, Copy)]
pub(crate) struct Terms {
    /// How many there are with this one.
    pub(crate) number: u32,
    pub(crate) timeout: Duration,
    pub(crate) correction: Correction,
}

/// Signs a body for the corrected time, sends it once, and reads the answer in the time that an attempt has.
pub(crate) async fn attempt(
    service: &Service,
    operation: &Operation,
    credentials: &Credentials,
    body: &Bytes,
    terms: Terms,
) -> Result<Answer, Error> {
    let host = &*service.origin.authority;
    let mut request = signed::request(service, operation, credentials, body, terms.correction)?;
    let attempt = Attempt { operation, host, method: request.method, number: terms.number };
    let watch = Watch::begin(service, attempt, &mut request);
    let outcome = exchange(service, operation, request, terms).await;
    let outcome = outcome.map_err(|error| error.with_host(host).during(operation));
    watch.end(&outcome);
    outcome
}

/// Sends a request, reads what comes back, and learns what time it is there.
async fn exchange(
    service: &Service,
    operation: &Operation,
    request: HttpRequest,
    Terms { timeout, correction, .. }: Terms,
) -> Result<Answer, Error> {
    let config = &service.config;
    let begin = config.clock().now();
    let mut response =
        within(config.clock(), timeout, config.transport().send(request)).await.unwrap_or_else(|| {
            Err(TransportError::new(TransportErrorKind::Timeout, format!("{timeout:?} is what an attempt may take")))
        })?;
    let exchange = Exchange { begin, end: config.clock().now() };
    // The default transport stops reading at the limit; this is for those that do not.
    let limit = config.max_response_bytes();
    if response.body().len() > limit {
        return Err(TransportError::new(TransportErrorKind::TooLarge, format!("more than {limit} bytes")).into());
    }
    let outcome = answer::read(operation, &mut response);
    let skew = config.skew();
    // What stands between may have a wrong clock of its own, so only what the service wrote is measured.
    if outcome.as_ref().map_or_else(|error| error.code().is_some(), |_| true) {
        skew.measure(exchange, &response);
    }
    if let Err(error) = &outcome
        && error.kind() == ErrorKind::ClockSkew
        && !skew.correction().differs(correction)
    {
        skew.measure_by_message(exchange, error.message());
    }
    outcome
}
