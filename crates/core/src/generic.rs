//! Calls of any action, by its name and in JSON: for those that no crate of this workspace covers.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::action::Operation;
use crate::answer::Answer;
use crate::client::Service;
use crate::endpoint::{check_region, is_name};
use crate::send::{self, Options};
use crate::text::Cut;
use crate::watch::CallWatch;
use crate::{BoxFuture, Config, Error, ErrorKind};

/// Where products answer of which nothing else is known.
const MAINLAND: &str = "tencentcloudapi.com";
const INTERNATIONAL: &str = "intl.tencentcloudapi.com";
/// How often an action may be called of which nothing else is known: what the pages say of most.
const REQUESTS_PER_SECOND: u32 = 20;

/// A client of every product: it calls an action by its name, with a body and an answer in JSON.
///
/// What it sends is signed, retried, limited and observed as the calls of the product crates are. What it does not know is
/// the action: whether it may be repeated, how often it may be called, and what its error codes mean. A call says the former
/// two if they are not the default, and codes get their [`ErrorKind`] from their first segment.
///
/// ```
/// # use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
/// use tencentcloud_core::{Config, Credentials, GenericClient};
///
/// # let clock = VirtualClock::at_unix(1_700_000_000);
/// # let transport = ScriptedTransport::new().answer(200, r#"{"Response":{"TotalCount":0,"RequestId":"request-1"}}"#);
/// # let builder = Config::builder().transport(transport.clone()).clock(clock.clone());
/// # clock.run(async {
/// let config = builder.credentials(Credentials::new("AKIDexample", "example-key")?).build()?;
/// let client = GenericClient::new(&config);
///
/// let answer = client
///     .call_json("vod", "2018-07-17", "DescribeMediaInfos", r#"{"FileIds":["5285485487985271487"]}"#)
///     .region("ap-guangzhou")
///     .repeatable(true)
///     .await?;
/// println!("{}", answer.as_str());
/// # assert_eq!(transport.requests()[0].url(), "https://vod.tencentcloudapi.com/");
/// # Ok::<(), tencentcloud_core::Error>(())
/// # }).unwrap();
/// ```
///
/// Cloning it is cheap, and clones may be used at the same time.
#[derive(Clone)]
pub struct GenericClient {
    config: Config,
    latest: Arc<Mutex<Option<Latest>>>,
}

/// The service that was called last: its host is known, and its key of the day. One is enough, because a program calls
/// one service as a rule, and another one costs little more than a signature.
struct Latest {
    name: String,
    service: Arc<Service>,
}

impl GenericClient {
    /// A client that shares the credentials, connections and limits of a configuration.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self { config: config.clone(), latest: Arc::default() }
    }

    /// A call of an action; it is sent when it is awaited.
    ///
    /// The body is a JSON object, `{}` if the action has no parameters, and is sent as it is.
    pub fn call_json(
        &self,
        service: impl Into<String>,
        version: impl Into<String>,
        action: impl Into<String>,
        body: impl Into<String>,
    ) -> JsonCall {
        let body = body.into();
        let body = match is_object(&body) {
            Ok(()) => Ok(Bytes::from(body)),
            Err(what) => Err(Error::new(ErrorKind::InvalidRequest, format!("the body is {what}"))
                .with_hint("write a JSON object, `{}` if there are no parameters")),
        };
        self.prepare(service.into(), version.into(), action.into(), body)
    }

    /// As [`call_json`](Self::call_json), with a value that is written as a JSON object.
    pub fn call(
        &self,
        service: impl Into<String>,
        version: impl Into<String>,
        action: impl Into<String>,
        body: &impl Serialize,
    ) -> JsonCall {
        match serde_json::to_string(body) {
            Ok(body) => self.call_json(service, version, action, body),
            Err(error) => {
                let message = format!("the request cannot be written as JSON: {error}");
                let error = Error::new(ErrorKind::InvalidRequest, message).with_source(error);
                self.prepare(service.into(), version.into(), action.into(), Err(error))
            }
        }
    }

    fn prepare(&self, service: String, version: String, action: String, body: Result<Bytes, Error>) -> JsonCall {
        let operation = Operation {
            service: Cow::Owned(service),
            version: Cow::Owned(version),
            action: Cow::Owned(action),
            repeatable: false,
            requests_per_second: REQUESTS_PER_SECOND,
            codes: &[],
            region: None,
        };
        let options = Options::of(&self.config, &operation);
        JsonCall { client: self.clone(), operation, body, options }
    }

    /// The service of a name, with the host that answers for it.
    fn service(&self, name: &str) -> Result<Arc<Service>, Error> {
        // It is replaced whole, so a thread that panicked has not left half of one.
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Latest { service, .. }) = latest.as_ref().filter(|latest| latest.name == name) {
            return Ok(Arc::clone(service));
        }
        let endpoint = self.config.endpoint(name);
        let origin = endpoint.origin_of(&format!("{name}.{MAINLAND}"), &format!("{name}.{INTERNATIONAL}"))?;
        let service = Arc::new(Service::new(&self.config, origin)?);
        *latest = Some(Latest { name: name.to_owned(), service: Arc::clone(&service) });
        Ok(service)
    }
}

impl fmt::Debug for GenericClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GenericClient").field("config", &self.config).finish_non_exhaustive()
    }
}

/// A call of any action that is sent when it is awaited.
///
/// It resolves to a [`JsonAnswer`], or to an [`Error`]. Dropping the future ends the call; what was sent by then may have
/// arrived. What a [`Call`](crate::Call) needs, and must not be done to, holds for it as well.
#[must_use = "a call is sent when it is awaited"]
pub struct JsonCall {
    client: GenericClient,
    operation: Operation,
    body: Result<Bytes, Error>,
    options: Options,
}

impl JsonCall {
    /// Sets whether the request may be sent again when it might already have arrived; it may not if nothing is set. Say so
    /// for actions that only read.
    pub fn repeatable(mut self, repeatable: bool) -> Self {
        self.options.rules.repeatable = repeatable;
        self
    }

    /// Sets the region that the action is about, `X-TC-Region`; none if nothing is set. Many actions ask for one.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.operation.region = Some(region.into());
        self
    }

    /// Sets how many requests a second the account may send of the action; 20 if nothing is set. Of calls that say
    /// different numbers, each waits until all of its configuration together leave room under its own. A call with 0 is
    /// refused.
    pub fn requests_per_second(mut self, requests: u32) -> Self {
        self.operation.requests_per_second = requests;
        self
    }

    /// Sets how long the whole call may take; the configuration's call timeout if nothing is set.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = timeout;
        self
    }

    /// Sets how long one attempt may take; the configuration's attempt timeout if nothing is set.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.options.attempt_timeout = timeout;
        self
    }

    /// Sets how often the request may be sent in all; the configuration's number if nothing is set. It is always sent once.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.options.rules.max_attempts = attempts;
        self
    }

    /// The service to send to, unless the call is one of nothing that can be.
    fn checked(&self) -> Result<Arc<Service>, Error> {
        let Operation { service, version, action, region, .. } = &self.operation;
        check(service, "service", "vod", |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')?;
        check(version, "version", "2018-07-17", |c| c.is_ascii_digit() || c == '-')?;
        check(action, "action", "DescribeMediaInfos", |c| c.is_ascii_alphanumeric() || c == '_')?;
        region.as_deref().map_or(Ok(()), check_region)?;
        if self.operation.requests_per_second == 0 {
            return Err(Error::new(ErrorKind::InvalidRequest, "0 requests a second may be sent, so nothing could be")
                .with_hint("set at least 1 with `requests_per_second`"));
        }
        self.client.service(service)
    }
}

impl IntoFuture for JsonCall {
    type Output = Result<JsonAnswer, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let checked = self.checked();
            let Self { client, operation, body, options } = self;
            let service = checked.map_err(|error| CallWatch::refused(&client.config, &operation, error))?;
            let (answer, watch) = send::send(&service, &operation, body, &options).await?;
            let attempts = watch.attempts;
            let answer = watch.end(Ok(answer))?;
            Ok(JsonAnswer { answer, operation, attempts })
        })
    }
}

// Not the body, which may be long and hold anything.
impl fmt::Debug for JsonCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonCall")
            .field("operation", &self.operation)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// What the service answered: the members of `Response`, as JSON.
pub struct JsonAnswer {
    answer: Answer,
    operation: Operation,
    attempts: u32,
}

impl JsonAnswer {
    /// The members of `Response` as they came: a JSON object, `RequestId` among them.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.answer.json()
    }

    /// What the service calls the request, for a ticket.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.answer.request_id()
    }

    /// The members of `Response` as a type.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`] with the place where they do not fit.
    pub fn read<T: DeserializeOwned>(self) -> Result<T, Error> {
        let Self { answer, operation, attempts } = self;
        answer.response().map_err(|error| error.during(&operation).after(attempts))
    }
}

// Not the members, which may be many and hold anything.
impl fmt::Debug for JsonAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonAnswer")
            .field("operation", &self.operation)
            .field("request_id", &self.request_id())
            .finish_non_exhaustive()
    }
}

/// Says what a body is that is not a JSON object.
fn is_object(body: &str) -> Result<(), String> {
    match serde_json::from_str::<&RawValue>(body) {
        Ok(json) if json.get().starts_with('{') => Ok(()),
        Ok(_) => Err("JSON, but not an object".to_owned()),
        // The message has a place, and nothing of the body.
        Err(error) => Err(format!("not JSON: {error}")),
    }
}

fn check(text: &str, what: &str, example: &str, is_allowed: impl Fn(char) -> bool) -> Result<(), Error> {
    if is_name(text, is_allowed) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::InvalidRequest, format!("`{}` is not a valid {what}", Cut(text)))
        .with_hint(format!("write it as the API does, such as `{example}`")))
}
