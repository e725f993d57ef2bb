//! Calls typed actions: encodes the request, and decodes the response.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value;

use super::options::{CallOptions, option_methods};
use super::service::Service;
use super::{not_json, send};
use crate::action::{Action, ActionFacts};
use crate::error::{Error, ErrorKind};
use crate::request::{Encoded, check_targets};
use crate::time::BoxFuture;

/// Initial capacity of a request body. 4 KiB: 100 URLs fit, and 1,000 need four reallocations
/// instead of nine.
const BODY_CAPACITY: usize = 4_096;

/// A request that is sent when awaited, and retried when that is safe.
///
/// - A request that never arrived, or that the service throttled, is sent again after a wait.
/// - A request that may have arrived is sent again only if the call is
///   [`repeatable`](Self::repeatable).
/// - If the service rejects the signature as too old, the request is signed again with the server's
///   time.
/// - If the service rejects the token, the credentials are refreshed, provided that they can be.
///
/// [`max_attempts`](Self::max_attempts) limits the number of attempts. Attempts without a
/// connection and throttled attempts do not count: only the call's timeout and the configuration's
/// retry budget limit them.
///
/// The call resolves to the action's response, or to an [`Error`]. The request is encoded when the
/// call is made, so the caller may keep and reuse it. `.await` turns the call into a future, and so
/// does [`into_future`](IntoFuture::into_future), which `tokio::spawn` and `join_all` need.
/// Dropping the future abandons the call; the request may have arrived by then.
///
/// Timeouts keep running while a call is not being polled. Do not poll a call and then set it
/// aside, as a `select!` loop can: the call keeps its connection, and its timeout may have passed
/// when it is polled again. Drop it, or spawn it. Do not move it to another Tokio runtime, either,
/// while a request is on its way: the call then fails as if the connection had broken.
///
/// The default clock and transport need a Tokio runtime built with `enable_all`, as
/// `#[tokio::main]` does. Without a runtime the call fails with [`ErrorKind::InvalidRequest`]; in a
/// runtime without timers or sockets Tokio panics.
///
/// # Targets
///
/// A request with a target that is certainly a mistake is refused, and nothing is sent: the service
/// would accept it, and purge nothing. The [`InvalidRequest`](ErrorKind::InvalidRequest)
/// error names the position of the target, what is wrong with it and what to write instead.
/// Examples are white space, several URLs in one text, a URL without a scheme, a URL in place of a
/// host name, a user name, a fragment and a wildcard.
/// [`unchecked_targets`](Self::unchecked_targets) sends such a target.
///
/// In a URL, characters outside ASCII are sent as a browser sends them: percent-encoded in the path
/// and the query, and as Punycode in the host name. The service does not encode them unless a
/// parameter of the action asks for it, such as `UrlEncode`. If the caller sets that parameter, the
/// path and the query are sent as they are.
#[must_use = "a call is sent when it is awaited"]
pub struct Call<A: Action> {
    service: Arc<Service>,
    body: Result<Bytes, Error>,
    /// The body with encoded targets, if a target has to be encoded, or what is wrong with a
    /// target.
    checked: Result<Option<Bytes>, Error>,
    options: CallOptions,
    action: PhantomData<fn() -> A>,
}

impl<A: Action> Call<A> {
    pub(crate) fn new(service: Arc<Service>, request: &A) -> Self {
        let (body, checked) = match encode(request) {
            Ok(body) => (Ok(body), with_checked_targets(request)),
            Err(error) => (Err(error), Ok(None)),
        };
        Self { service, body, checked, options: CallOptions::new(), action: PhantomData }
    }

    /// A call with an encoded body, whose targets have been checked.
    #[expect(dead_code, reason = "for pages, batches and waiting")]
    pub(crate) fn from_parts(service: Arc<Service>, body: Bytes, options: CallOptions) -> Self {
        Self { service, body: Ok(body), checked: Ok(None), options, action: PhantomData }
    }

    /// Splits the call, for a job of several calls: into the service, the body as it would be sent,
    /// and the options.
    pub(crate) fn into_parts(self) -> (Arc<Service>, Result<Bytes, Error>, CallOptions) {
        let Self { service, body, checked, options, .. } = self;
        (service, checked.and_then(|encoded| encoded.map_or(body, Ok)), options)
    }

    /// Sends the targets as they are: without a check, and without encoding characters outside
    /// ASCII.
    pub fn unchecked_targets(mut self) -> Self {
        self.checked = Ok(None);
        self
    }

    option_methods!();
}

/// Encodes a request, unless a list is empty that must not be: the service would only reject it.
fn encode(request: &impl Action) -> Result<Bytes, Error> {
    if let Some(list) = request.empty_list() {
        return Err(Error::new(ErrorKind::InvalidRequest, format!("`{list}` is empty"))
            .with_hint(format!("put at least one element into `{list}`, or do not call")));
    }
    let mut body = Vec::with_capacity(BODY_CAPACITY);
    serde_json::to_writer(&mut body, request).map_err(not_json)?;
    Ok(body.into())
}

/// Checks the targets of a request. The result is another body if a target has to be encoded.
fn with_checked_targets(request: &impl Action) -> Result<Option<Bytes>, Error> {
    let mut encoded = Vec::new();
    for targets in request.targets() {
        check_targets(&targets, &mut encoded)?;
    }
    if encoded.is_empty() {
        return Ok(None);
    }
    let mut members = serde_json::to_value(request).map_err(not_json)?;
    replace_targets(&mut members, encoded);
    serde_json::to_vec(&members).map(|body| Some(body.into())).map_err(not_json)
}

/// Replaces some targets of an encoded request.
fn replace_targets(members: &mut Value, encoded: Vec<Encoded>) {
    for Encoded { parameter, index, text } in encoded {
        let member = members.get_mut(parameter);
        let target = match index {
            Some(index) => member.and_then(|list| list.get_mut(index)),
            None => member,
        };
        if let Some(target) = target {
            *target = text.into();
        }
    }
}

impl<A: Action> IntoFuture for Call<A> {
    type Output = Result<A::Response, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    // Only this function is compiled for every action: `send` does not know the type of its action.
    fn into_future(self) -> Self::IntoFuture {
        let (service, body, options) = self.into_parts();
        let action = ActionFacts::of::<A>();
        Box::pin(async move {
            let (response, call) = send::send(&service, action, body, options).await?;
            call.end(response.decode().and_then(unless_all_failed::<A>))
        })
    }
}

/// Refuses the response of a call that created no task, because every target failed.
fn unless_all_failed<A: Action>(response: A::Response) -> Result<A::Response, Error> {
    match A::failures(&response).error_if_all_failed() {
        Some(error) => Err(error),
        None => Ok(response),
    }
}

impl<A: Action> fmt::Debug for Call<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let action = &ActionFacts::of::<A>().name;
        f.debug_struct("Call").field("action", action).field("options", &self.options).finish_non_exhaustive()
    }
}
