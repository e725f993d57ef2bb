//! Calls of any action by its name, in JSON: for actions that no crate of this workspace covers.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::options::{CallOptions, option_methods};
use super::send;
use super::service::Service;
use crate::action::ActionFacts;
use crate::config::Config;
use crate::endpoint::check_region;
use crate::error::{ActionName, Circumstances, Error, ErrorKind, Truncated, is_name};
use crate::limiter::Rule;
use crate::observe::CallRecorder;
use crate::response::RawResponse;
use crate::time::BoxFuture;

/// Domain of the services' hosts, for accounts of the mainland and of the international site.
const MAINLAND: &str = "tencentcloudapi.com";
const INTERNATIONAL: &str = "intl.tencentcloudapi.com";
/// Requests per second of an action whose limit is not known. 20: what the API pages say of most actions.
const REQUESTS_PER_SECOND: u32 = 20;

/// A client of every service: it calls an action by its name, with a request and a response in JSON.
///
/// Its calls are signed, retried, rate limited and observed like those of the product crates. It does not know the action,
/// however: set on each call whether the action is [`repeatable`](JsonCall::repeatable) and how often it may be called
/// ([`requests_per_second`](JsonCall::requests_per_second)), if the defaults do not fit. The [`ErrorKind`] of an error code
/// comes from the code's first segment.
///
/// ```
/// # use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
/// use tencentcloud_core::{Config, Credentials, GenericClient};
///
/// # let clock = VirtualClock::at_unix(1_700_000_000);
/// # let transport = ScriptedTransport::new().respond(200, r#"{"Response":{"TotalCount":0,"RequestId":"request-1"}}"#);
/// # let builder = Config::builder().transport(transport.clone()).clock(clock.clone());
/// # clock.run(async {
/// let config = builder.credentials(Credentials::new("AKIDexample", "example-key")?).build()?;
/// let client = GenericClient::new(&config);
///
/// let response = client
///     .call_json("vod", "2018-07-17", "DescribeMediaInfos", r#"{"FileIds":["5285485487985271487"]}"#)
///     .region("ap-guangzhou")
///     .repeatable(true)
///     .await?;
/// println!("{}", response.as_str());
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

/// The service that was called last, with its host and its signing key of the day. One is enough: a program usually calls one
/// service, and preparing another one costs little more than a signature.
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
        let name =
            ActionName { service: Cow::Owned(service), version: Cow::Owned(version), action: Cow::Owned(action) };
        let action =
            ActionFacts { name, repeatable: false, requests_per_second: REQUESTS_PER_SECOND, codes: &[], region: None };
        JsonCall { client: self.clone(), action, body, options: CallOptions::new() }
    }

    /// The service with the given name, and the host that answers for it.
    fn service(&self, name: &str) -> Arc<Service> {
        // The value is replaced whole, so a thread that panicked cannot have left half of one.
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Latest { service, .. }) = latest.as_ref().filter(|latest| latest.name == name) {
            return Arc::clone(service);
        }
        let endpoint = self.config.endpoint(name);
        let origin = endpoint.origin(&format!("{name}.{MAINLAND}"), &format!("{name}.{INTERNATIONAL}"));
        let service = Arc::new(Service::new(&self.config, origin));
        *latest = Some(Latest { name: name.to_owned(), service: Arc::clone(&service) });
        service
    }
}

impl fmt::Debug for GenericClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GenericClient").field("config", &self.config).finish_non_exhaustive()
    }
}

/// A call of an action by its name, sent when it is awaited.
///
/// It resolves to a [`JsonResponse`], or to an [`Error`]. Dropping the future abandons the call; the request may have arrived
/// by then. The documentation of [`Call`](crate::call::Call) on retries, timeouts and runtimes holds for it too.
#[must_use = "a call is sent when it is awaited"]
pub struct JsonCall {
    client: GenericClient,
    action: ActionFacts,
    body: Result<Bytes, Error>,
    options: CallOptions,
}

impl JsonCall {
    option_methods!();

    /// Sets the region that the action is about, `X-TC-Region`; none if nothing is set. Many actions ask for one.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.action.region = Some(region.into());
        self
    }

    /// Sets how many requests a second the account may send of the action; 20 if nothing is set. Of calls that say
    /// different numbers, each waits until all of its configuration together leave room under its own. A call with 0 is
    /// refused.
    pub fn requests_per_second(mut self, requests: u32) -> Self {
        self.action.requests_per_second = requests;
        self
    }

    /// Validates the names of the call, and returns the service to send it to.
    fn destination(&self) -> Result<Arc<Service>, Error> {
        let ActionFacts { name: ActionName { service, version, action }, region, requests_per_second, .. } =
            &self.action;
        check(service, "service", "vod", |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')?;
        check(version, "version", "2018-07-17", |c| c.is_ascii_digit() || c == '-')?;
        check(action, "action", "DescribeMediaInfos", |c| c.is_ascii_alphanumeric() || c == '_')?;
        if let Some(region) = region {
            check_region(region)?;
        }
        Rule::PerSecond(*requests_per_second).check()?;
        Ok(self.client.service(service))
    }
}

impl IntoFuture for JsonCall {
    type Output = Result<JsonResponse, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let destination = self.destination();
            let Self { client, action, body, options } = self;
            let service = match destination {
                Ok(service) => service,
                Err(error) => {
                    let (observers, begin) = (client.config.observers(), client.config.clock().now());
                    return Err(CallRecorder::start(observers, &action.name, None, false, begin).fail(error));
                }
            };
            let (response, call) = send::send(&service, &action, body, options).await?;
            let attempts = call.attempts;
            let response = call.end(Ok(response))?;
            Ok(JsonResponse { response, name: action.name, attempts })
        })
    }
}

// Without the body, which may be long and hold anything.
impl fmt::Debug for JsonCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonCall")
            .field("action", &self.action.name)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// The response to a call by name: the members of `Response`, as JSON.
pub struct JsonResponse {
    response: RawResponse,
    name: ActionName,
    attempts: u32,
}

impl JsonResponse {
    /// The members of `Response` as they came: a JSON object, `RequestId` among them.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.response.json()
    }

    /// The request id of the service, for a support ticket.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.response.request_id()
    }

    /// The members of `Response` as a type.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`], with the place in the response that does not fit.
    pub fn deserialize<T: DeserializeOwned>(self) -> Result<T, Error> {
        let Self { response, name, attempts } = self;
        let call = Circumstances { action: &name, repeatable: false, attempts };
        response.decode().map_err(|error| error.in_call(&call))
    }
}

// Without the members, which may be many and hold anything.
impl fmt::Debug for JsonResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonResponse")
            .field("action", &self.name)
            .field("request_id", &self.request_id())
            .finish_non_exhaustive()
    }
}

/// Refuses a body that is not a JSON object, and says what it is.
fn is_object(body: &str) -> Result<(), String> {
    match serde_json::from_str::<&RawValue>(body) {
        Ok(json) if json.get().starts_with('{') => Ok(()),
        Ok(_) => Err("JSON, but not an object".to_owned()),
        // The message contains a place, and nothing of the body.
        Err(error) => Err(format!("not JSON: {error}")),
    }
}

fn check(text: &str, what: &str, example: &str, is_allowed: impl Fn(char) -> bool) -> Result<(), Error> {
    if is_name(text, is_allowed) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::InvalidRequest, format!("`{}` is not a valid {what}", Truncated(text)))
        .with_hint(format!("write it as the API does, such as `{example}`")))
}
