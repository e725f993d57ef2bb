//! Responds to a processed request, and keeps a record of it.

use std::time::SystemTime;

use serde_json::{Value, json};

use super::process::{Observations, Pending};
use super::{Service, report};
use crate::actions::Members;
use crate::fault::Effect;
use crate::memory_budget::Reservation;
use crate::refusal::Refusal;
use crate::request::Request;
use crate::state::{Received, Recorded};
use crate::sync::lock;
use crate::verify::Claim;

/// Maximum number of bytes in an event that come from the parameters, and from the body. 4 KiB: a
/// page shows no more, and 256 events may wait for each watcher.
const MAX_EVENT_TEXT_BYTES: usize = 4 << 10;

/// The response of the service, before it becomes one of HTTP.
#[derive(Debug)]
pub(crate) struct ServiceResponse {
    /// The time, by the service's clock.
    pub(crate) at: SystemTime,
    /// JSON, in the envelope.
    pub(crate) body: String,
    /// The injected fault.
    pub(crate) effect: Option<Effect>,
    /// The memory of the body.
    pub(crate) reservation: Reservation,
}

impl Service {
    /// Responds to a request. If it has a task, the journal must have returned it.
    pub(crate) fn respond(&self, pending: Pending) -> ServiceResponse {
        let Pending { request, claim, at, effect, observations, mut outcome, request_id, recorded } = pending;
        if let Some(recorded) = recorded {
            outcome = self.settle(recorded).and(outcome);
        }
        let mut refusal = outcome.as_ref().err().cloned();
        let mut body = envelope(outcome, &request_id);
        let mut reservation = self.memory.reservation();
        if !reservation.resize(body.len()) {
            let message = format!("the request was carried out, but {}", self.memory.exhausted_message());
            let too_large = refusal.insert(Refusal::new("ResponseSizeLimitExceeded", message));
            body = envelope(Err(too_large.clone()), &request_id);
        }
        self.keep(received(request, claim, at, effect.as_ref(), refusal, observations, request_id));
        ServiceResponse { at, body, effect, reservation }
    }

    /// Adds a task that was recorded, or refunds its quota.
    fn settle(&self, (task, recorded): Recorded) -> Result<(), Refusal> {
        let mut state = lock(&self.state);
        match recorded {
            Ok(()) => {
                state.tasks.add(task);
                Ok(())
            }
            Err(why) => {
                state.quotas.refund(&task);
                let message = format!("the task was not accepted, because it could not be recorded: {why}");
                Err(Refusal::new("InternalError", message))
            }
        }
    }

    /// Passes a request to the observer and the watchers, and keeps it.
    fn keep(&self, received: Received) {
        if let Some(observer) = &self.observer {
            observer(&received);
        }
        if self.events.receiver_count() > 0 {
            // It fails if the last watcher has just left.
            let _ = self.events.send(report::request(&received, MAX_EVENT_TEXT_BYTES).to_string().into());
        }
        let size = received.size();
        lock(&self.received).push(received, size);
    }
}

fn received(
    request: Request,
    claim: Claim,
    at: SystemTime,
    effect: Option<&Effect>,
    refusal: Option<Refusal>,
    observations: Observations,
    request_id: String,
) -> Received {
    let unconverted = || match request.method.as_str() {
        "GET" => request.query.clone(),
        _ => String::from_utf8_lossy(&request.body).into_owned(),
    };
    let (code, message, explanation) = match refusal.map(Refusal::into_parts) {
        Some((code, message, explanation)) => (Some(code), Some(message), explanation),
        None => (None, None, None),
    };
    Received {
        at,
        service: observations.service.map_or(claim.service, str::to_owned),
        action: claim.action,
        version: claim.version,
        parameters: observations.parameters.unwrap_or_else(unconverted),
        verified: observations.verified,
        fault: effect.and_then(|effect| serde_json::to_string(effect).ok()),
        code,
        message,
        explanation,
        request_id,
        request,
        body_bytes: observations.body_bytes,
    }
}

/// The JSON of a response.
fn envelope(outcome: Result<Members, Refusal>, request_id: &str) -> String {
    let mut response = outcome.unwrap_or_else(|refusal| {
        let error = json!({ "Code": refusal.code(), "Message": refusal.message() });
        Members::from_iter([("Error".to_owned(), error)])
    });
    response.insert("RequestId".to_owned(), Value::from(request_id));
    json!({ "Response": response }).to_string()
}
