//! One call: from a request to its response.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::action::Operation;
use crate::client::Service;
use crate::send::{self, Options};
use crate::{Action, BoxFuture, Error, ErrorKind};

/// How many bytes a body has room for at first: a hundred URLs fit into this page of memory, and for a thousand it grows
/// four times, where it would grow nine times from nothing.
const BODY_BYTES: usize = 4_096;

/// A call that is sent when it is awaited, and again where that may help and does nothing twice.
///
/// What never arrived, or was refused before it ran because there were too many requests, is sent again after a wait;
/// what may have arrived only if the call is [`repeatable`](Self::repeatable). A signature that the service finds too old
/// is made again with the service's time, and a rejected token is replaced if the credentials can be refreshed. There are
/// as many attempts in all as [`max_attempts`](Self::max_attempts) says, and fewer if the time of the call or the retry
/// budget of the configuration is used up.
///
/// It resolves to the action's response, or to an [`Error`]. It is made into a future by `.await`, or by
/// [`into_future`](IntoFuture::into_future) where one is asked for, as by `tokio::spawn` and `join_all`. Dropping the future
/// ends the call; what was sent by then may have arrived.
///
/// A call goes on while it is polled, and its time passes whether it is or not. So do not poll one and then keep it without
/// polling it further, as a `select!` in a loop does that has turned to something else: it keeps its connection, and what it
/// finds when it goes on may be that its time is over. Drop it, or give it a task of its own.
///
/// With the default clock and the default transport it needs a Tokio runtime that was built with `enable_all`, as
/// `#[tokio::main]` does: without a runtime it fails with [`ErrorKind::InvalidRequest`], and in one without timers or sockets
/// Tokio panics.
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
    /// timeout if nothing is set. With no time at all nothing is sent.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = timeout;
        self
    }

    /// Sets how long one attempt may take, from sending to the last byte of the answer; the configuration's attempt timeout
    /// if nothing is set. With no time at all nothing is sent.
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
        let body = self.body();
        let Self { service, options, .. } = self;
        Box::pin(async move {
            let (answer, watch) = send::send(&service, operation, body, &options).await?;
            watch.end(answer.response().map_err(|error| error.with_host(&service.origin.authority)))
        })
    }
}

impl<A: Action + fmt::Debug> fmt::Debug for Call<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("request", &self.request).field("options", &self.options).finish_non_exhaustive()
    }
}
