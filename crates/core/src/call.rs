//! One call: from a request to its response.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::action::Operation;
use crate::answer::Answer;
use crate::client::Service;
use crate::future::within;
use crate::{Action, BoxFuture, Error, ErrorKind, attempt};

/// A call that is sent when it is awaited.
///
/// It resolves to the action's response, or to an [`Error`]. Dropping the future ends the call; what was sent by then may
/// have arrived.
#[must_use = "a call is sent when it is awaited"]
pub struct Call<A: Action> {
    service: Arc<Service>,
    request: A,
    timeout: Duration,
}

impl<A: Action> Call<A> {
    pub(crate) fn new(service: Arc<Service>, request: A) -> Self {
        let timeout = service.config.call_timeout();
        Self { service, request, timeout }
    }

    /// Sets how long the whole call may take; the configuration's call timeout if nothing is set.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The body to send, unless the request is one that the service would only refuse.
    fn body(&self) -> Result<Vec<u8>, Error> {
        if let Some(list) = self.request.empty_list() {
            return Err(Error::new(ErrorKind::InvalidRequest, format!("`{list}` is empty"))
                .with_hint(format!("put at least one element into `{list}`, or do not call")));
        }
        serde_json::to_vec(&self.request).map_err(|error| {
            Error::new(ErrorKind::InvalidRequest, format!("the request cannot be written as JSON: {error}"))
                .with_source(error)
        })
    }
}

impl<A: Action> IntoFuture for Call<A> {
    type Output = Result<A::Response, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    // All that is compiled for every action: what comes between body and response does not know which it is.
    fn into_future(self) -> Self::IntoFuture {
        let operation = Operation::of::<A>();
        let body = self.body().map_err(|error| error.during(operation));
        let Self { service, timeout, .. } = self;
        Box::pin(async move {
            let (answer, attempts) = send(&service, operation, &body?, timeout).await?;
            answer.response().map_err(|error| error.during(operation).after(attempts))
        })
    }
}

impl<A: Action + fmt::Debug> fmt::Debug for Call<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("request", &self.request).field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

/// Sends a body and reads the answer, in the time that the call has; also says how many attempts it took.
async fn send(
    service: &Service,
    operation: &'static Operation,
    body: &[u8],
    timeout: Duration,
) -> Result<(Answer, u32), Error> {
    let mut attempts = 0;
    let work = async {
        let credentials = service.config.credentials().credentials().await?;
        attempts += 1;
        attempt::attempt(service, operation, &credentials, body).await
    };
    let outcome = within(service.config.clock(), timeout, work).await.unwrap_or_else(|| {
        Err(Error::new(ErrorKind::Timeout, format!("no answer within {timeout:?}, which the call may take in all")))
    });
    match outcome {
        Ok(answer) => Ok((answer, attempts)),
        Err(error) => Err(error.during(operation).after(attempts)),
    }
}
