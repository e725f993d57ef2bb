//! One call: from a request to its response.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::action::Operation;
use crate::client::Service;
use crate::send::{self, Options};
use crate::{Action, BoxFuture, Error, ErrorKind, trace};

/// How many bytes a body has room for at first: a hundred URLs fit into this page of memory, and for a thousand it grows
/// four times, where it would grow nine times from nothing.
const BODY_BYTES: usize = 4_096;

/// A call that is sent when it is awaited, and again where that may help and does nothing twice.
///
/// What never arrived, or was refused before it ran because there were too many requests, is sent again after a wait;
/// what may have arrived only if the call is [`repeatable`](Self::repeatable). A signature that the service finds too old
/// is made again with the service's time, and a rejected token is replaced if the credentials can be refreshed. There are
/// up to 3 attempts in all, and fewer if the time of the call or the retry budget of the configuration is used up.
///
/// It resolves to the action's response, or to an [`Error`]. It is made into a future by `.await`, or by
/// [`into_future`](IntoFuture::into_future) where one is asked for, as by `tokio::spawn` and `join_all`. Dropping the future ends the call; what was sent by then may
/// have arrived.
#[must_use = "a call is sent when it is awaited"]
pub struct Call<A: Action> {
    service: Arc<Service>,
    request: A,
    options: Options,
}

impl<A: Action> Call<A> {
    pub(crate) fn new(service: Arc<Service>, request: A) -> Self {
        let options = Options::of(&service.config, Operation::of::<A>());
        Self { service, request, options }
    }

    /// Sets how long the whole call may take: everything that it waits for, and every attempt; the configuration's call
    /// timeout if nothing is set.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = timeout;
        self
    }

    /// Sets how long one attempt may take, from sending to the last byte of the answer; the configuration's attempt timeout
    /// if nothing is set.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.options.attempt_timeout = timeout;
        self
    }

    /// Sets how often the request may be sent in all; the configuration's number if nothing is set. It is always sent once.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.options.rules.max_attempts = attempts;
        self
    }

    /// Sets whether the request may be sent again when it might already have arrived; what the action says if nothing is
    /// set, [`Action::REPEATABLE`].
    ///
    /// What certainly did not run, because there was no connection or because the service refused it, is sent again
    /// either way.
    pub fn repeatable(mut self, repeatable: bool) -> Self {
        self.options.rules.repeatable = repeatable;
        self
    }

    /// The body to send, unless the request is one that the service would only refuse.
    fn body(&self) -> Result<Bytes, Error> {
        if let Some(list) = self.request.empty_list() {
            return Err(Error::new(ErrorKind::InvalidRequest, format!("`{list}` is empty"))
                .with_hint(format!("put at least one element into `{list}`, or do not call")));
        }
        let mut body = Vec::with_capacity(BODY_BYTES);
        serde_json::to_writer(&mut body, &self.request).map_err(|error| {
            Error::new(ErrorKind::InvalidRequest, format!("the request cannot be written as JSON: {error}"))
                .with_source(error)
        })?;
        Ok(body.into())
    }
}

impl<A: Action> IntoFuture for Call<A> {
    type Output = Result<A::Response, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    // All that is compiled for every action: what comes between body and response does not know which it is.
    fn into_future(self) -> Self::IntoFuture {
        let operation = Operation::of::<A>();
        let body = self.body().map_err(|error| error.during(operation));
        let Self { service, options, .. } = self;
        Box::pin(async move {
            let body = body?;
            let span = trace::call(&service, operation);
            let (answer, attempts) = send::send(&service, operation, &body, &options, &span).await?;
            answer.response().map_err(|error| error.during(operation).after(attempts)).inspect_err(|error| {
                trace::failed(&span, error);
            })
        })
    }
}

impl<A: Action + fmt::Debug> fmt::Debug for Call<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("request", &self.request).field("options", &self.options).finish_non_exhaustive()
    }
}
