//! Calls typed actions: encodes the request, and decodes the response.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value;

use super::caller::Caller;
use super::not_json;
use super::options::{CallOptions, option_methods};
use super::send_gate::SendGate;
use super::service::Service;
use crate::action::{Action, ActionFacts, Batch, TargetFormat, Targets};
use crate::error::{Error, ErrorKind};
use crate::request::{Encoded, check_targets};
use crate::time::BoxFuture;

/// Initial capacity of a request body. 4 KiB: 100 URLs fit, and 1,000 need four reallocations
/// instead of nine.
const BODY_CAPACITY: usize = 4_096;

/// A request that is sent when awaited, and retried when that is safe.
///
/// - A request that never arrived, or that the service throttled, is sent again after a wait. It is
///   not sent again for a permanent cause, such as an unknown host or an invalid certificate.
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
/// `Call` is created, not when it is awaited, so the caller may keep and reuse the request.
/// `.await` turns the call into a future, and so does [`into_future`](IntoFuture::into_future),
/// which `tokio::spawn` and `join_all` need. Dropping the future abandons the call; the request may
/// have arrived by then.
///
/// Timeouts keep running while a call is not being polled. Do not poll a call and then set it
/// aside, as a `select!` loop can: the call keeps its connection, and its timeout may have passed
/// when it is polled again. Drop it, or spawn it. Do not move it to another Tokio runtime, either,
/// while a request is in flight: the call then fails as if the connection had broken.
///
/// The default clock and transport need a Tokio runtime built with `enable_all`, as
/// `#[tokio::main]` does. Without a runtime, or in one without timers or I/O, the call fails with
/// [`ErrorKind::InvalidRequest`], and nothing is sent.
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
    /// The request as JSON, with the targets as they were written.
    body: Result<Bytes, Error>,
    /// Name of the first list that is empty and must not be.
    empty_list: Option<&'static str>,
    /// The result of checking the targets: the body that is sent instead, if a target had to be
    /// encoded; `None` if `body` is sent.
    checked: Result<Option<Bytes>, TargetError>,
    /// The list over which the request can be split.
    list: Option<BatchList>,
    options: CallOptions,
    action: PhantomData<fn() -> A>,
}

/// Why the targets of a request cannot be sent.
pub(crate) struct TargetError {
    pub(crate) error: Error,
    /// Whether the cause is an element of the list over which the request can be split. If the
    /// request is split, the other elements can be sent.
    pub(crate) is_in_batch: bool,
}

/// The list over which a request can be split, and how its targets are checked.
#[derive(Clone, Copy)]
pub(crate) struct BatchList {
    pub(crate) batch: Batch,
    /// `None`: it is not documented, and any text is sent.
    pub(crate) format: Option<TargetFormat>,
    /// Whether any text is sent in spite of the format.
    pub(crate) is_unchecked: bool,
    /// Whether the request sets how the service encodes the targets. The client then sends the path
    /// and the query as they are.
    pub(crate) encoding_is_set: bool,
}

/// The parts of a call whose list is sent in several requests.
pub(crate) struct BatchParts {
    pub(crate) caller: Caller,
    /// The request as JSON, with the targets as they were written.
    pub(crate) body: Result<Bytes, Error>,
    /// The result of checking the targets: the JSON that is sent instead, if a target had to be
    /// encoded; `None` if `body` is sent.
    pub(crate) checked: Result<Option<Bytes>, TargetError>,
    pub(crate) list: Option<BatchList>,
}

impl<A: Action> Call<A> {
    pub(crate) fn new(service: Arc<Service>, request: &A) -> Self {
        let list = request.batch().map(|batch| BatchList::new(batch, request));
        let empty_list = request.empty_list();
        let (body, checked) = match encode(request) {
            Ok(body) => (Ok(body), with_checked_targets(request, list.as_ref())),
            Err(error) => (Err(error), Ok(None)),
        };
        Self { service, body, empty_list, checked, list, options: CallOptions::new(), action: PhantomData }
    }

    /// A call with an encoded body, whose targets have been checked.
    pub(crate) fn from_parts(service: Arc<Service>, body: Bytes, options: CallOptions) -> Self {
        let (body, checked) = (Ok(body), Ok(None));
        Self { service, body, empty_list: None, checked, list: None, options, action: PhantomData }
    }

    /// Splits the call into the service, the body as it is sent, and the options.
    pub(crate) fn into_parts(self) -> (Arc<Service>, Result<Bytes, Error>, CallOptions) {
        let Self { service, body, empty_list, checked, options, .. } = self;
        let body = match (body, empty_list, checked) {
            (Err(error), ..) => Err(error),
            (Ok(_), Some(list), _) => Err(empty(list)),
            (Ok(_), None, Err(invalid)) => Err(invalid.error),
            (Ok(body), None, Ok(encoded)) => Ok(encoded.unwrap_or(body)),
        };
        (service, body, options)
    }

    /// Splits a call whose list is sent in several requests. An empty list is not an error: nothing
    /// is sent for it.
    pub(crate) fn into_batch_parts(self) -> BatchParts {
        let Self { service, body, empty_list: _, checked, list, options, action: _ } = self;
        BatchParts { caller: Caller::new::<A>(service, options), body, checked, list }
    }

    /// Sends the targets as they are: without a check, and without encoding characters outside
    /// ASCII.
    pub fn unchecked_targets(mut self) -> Self {
        self.checked = Ok(None);
        self.list = self.list.map(|list| BatchList { is_unchecked: true, ..list });
        self
    }

    /// Sends the request, and waits for the response: for a program that is not asynchronous.
    /// Requires the feature `blocking`. See [`blocking`](crate::blocking).
    ///
    /// # Errors
    ///
    /// Those of the call, and those of [`block_on`](crate::blocking::block_on).
    #[cfg(feature = "blocking")]
    pub fn block(self) -> Result<A::Response, Error> {
        crate::blocking::block_on(self)?
    }

    option_methods!();
}

impl BatchList {
    fn new(batch: Batch, request: &impl Action) -> Self {
        let targets = request.targets().into_iter().find(|targets| targets.parameter == batch.parameter);
        let facts = targets.map(|targets| (targets.format, targets.encoding_is_set));
        let (format, encoding_is_set) = facts.unwrap_or_default();
        Self { batch, format, is_unchecked: false, encoding_is_set }
    }
}

fn encode(request: &impl Action) -> Result<Bytes, Error> {
    let mut body = Vec::with_capacity(BODY_CAPACITY);
    serde_json::to_writer(&mut body, request).map_err(not_json)?;
    Ok(body.into())
}

/// The error for a list that is empty and must not be: the service would only reject it.
fn empty(list: &str) -> Error {
    Error::new(ErrorKind::InvalidRequest, format!("`{list}` is empty"))
        .with_hint(format!("put at least one element into `{list}`, or do not call"))
}

/// Checks the targets of a request. Returns the body with encoded targets, if a target has to be
/// encoded.
///
/// The list over which the request can be split is checked last. When the request is split, an
/// invalid element of that list affects only itself, but a mistake elsewhere affects the whole job.
/// So that mistake must be found even if an element is invalid, too.
fn with_checked_targets(request: &impl Action, list: Option<&BatchList>) -> Result<Option<Bytes>, TargetError> {
    let is_in_batch = |targets: &Targets<'_>| list.is_some_and(|list| list.batch.parameter == targets.parameter);
    let mut encoded = Vec::new();
    for in_batch in [false, true] {
        for targets in request.targets().into_iter().filter(|targets| is_in_batch(targets) == in_batch) {
            check_targets(&targets, &mut encoded).map_err(|error| TargetError { error, is_in_batch: in_batch })?;
        }
    }
    if encoded.is_empty() {
        return Ok(None);
    }
    let not_json = |error| TargetError { error: not_json(error), is_in_batch: false };
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

    // `send` and the attempt are compiled once, because they do not know the type of the action.
    fn into_future(self) -> Self::IntoFuture {
        let (service, body, options) = self.into_parts();
        let caller = Caller::new::<A>(service, options);
        Box::pin(async move {
            let gate = SendGate::open();
            caller.call(body, &gate, |response| response.decode().and_then(unless_all_failed::<A>)).await
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
