//! One attempt: send, read.

use std::time::Duration;

use crate::action::Operation;
use crate::answer::{self, Answer};
use crate::client::Service;
use crate::deadline::{Deadline, Over};
use crate::interceptor::Attempt;
use crate::skew::{Correction, Exchange};
use crate::watch::Watch;
use crate::{Error, ErrorKind, HttpRequest, HttpResponse, TransportError, TransportErrorKind};

/// How an attempt is made, apart from what it sends.
#[derive(Clone, Copy)]
pub(crate) struct Terms {
    /// How many there are with this one.
    pub(crate) number: u32,
    pub(crate) timeout: Duration,
    /// What the request was signed with.
    pub(crate) correction: Correction,
}

/// Sends a request once, and reads the answer in the time that an attempt has; `None` if the call's time was up before that.
pub(crate) async fn attempt(
    service: &Service,
    operation: &Operation,
    mut request: HttpRequest,
    terms: Terms,
    deadline: &mut Deadline<'_>,
) -> Option<Result<Answer, Error>> {
    let host = &*service.origin.authority;
    let attempt = Attempt { operation, host, method: request.method, number: terms.number };
    let watch = Watch::begin(service, attempt, &mut request);
    let Terms { timeout, correction, .. } = terms;
    let response = match deadline.limit_step(timeout, service.config.transport().send(request)).await {
        Ok(response) => response,
        Err(Over::Step) => {
            Err(TransportError::new(TransportErrorKind::Timeout, format!("{timeout:?} is what an attempt may take")))
        }
        Err(Over::All) => return None,
    };
    let exchange = Exchange { begin: watch.begin, end: service.config.clock().now() };
    let outcome = response.map_err(Error::from);
    let outcome = outcome.and_then(|response| read(service, operation, response, exchange, correction));
    let outcome = outcome.map_err(|error| error.with_host(host).during(operation));
    watch.end(&outcome, exchange.end);
    Some(outcome)
}

/// Reads a response, and learns what time it is where it comes from.
fn read(
    service: &Service,
    operation: &Operation,
    mut response: HttpResponse,
    exchange: Exchange,
    signed_with: Correction,
) -> Result<Answer, Error> {
    // The default transport stops reading at the limit; this is for those that do not.
    let limit = service.config.max_response_bytes();
    if response.body().len() > limit {
        return Err(TransportError::new(TransportErrorKind::TooLarge, format!("more than {limit} bytes")).into());
    }
    let outcome = answer::read(operation, &mut response);
    let skew = service.config.skew();
    // What stands between may have a wrong clock of its own, so only what the service wrote is measured.
    if outcome.as_ref().map_or_else(|error| error.code().is_some(), |_| true) {
        skew.measure(exchange, &response);
    }
    if let Err(error) = &outcome
        && error.kind() == ErrorKind::ClockSkew
        && !skew.correction().differs(signed_with)
    {
        skew.measure_by_message(exchange, error.message());
    }
    outcome
}
