//! Calls any action by its name, in JSON: for actions that no crate of this workspace covers.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::options::{CallOptions, option_methods};
use super::send_gate::SendGate;
use super::service::Service;
use super::{not_json, send};
use crate::action::ActionFacts;
use crate::config::Config;
use crate::endpoint::check_region;
use crate::error::{ActionName, Circumstances, Error, ErrorKind, Truncated, is_name};
use crate::limiter::RateLimitSetting;
use crate::observe::CallRecorder;
use crate::response::RawResponse;
use crate::time::BoxFuture;

/// Domain of the services' hosts, for accounts of the mainland site.
const MAINLAND: &str = "tencentcloudapi.com";
/// Domain of the services' hosts, for accounts of the international site.
const INTERNATIONAL: &str = "intl.tencentcloudapi.com";
/// Rate limit of an action whose limit is not known, in requests per second. 20: the documented
/// limit of most actions.
const REQUESTS_PER_SECOND: u32 = 20;

/// A client of every service: it calls an action by its name, with a request and a response in
/// JSON.
///
/// Its calls are signed, retried, rate limited and observed like those of the product crates. It
/// does not know the action, however: set on each call whether the action is
/// [`repeatable`](JsonCall::repeatable) and how often it may be called
/// ([`requests_per_second`](JsonCall::requests_per_second)), if the defaults do not fit. The
/// [`ErrorKind`] of an error code is that of the common codes, or else that of
/// [`ErrorKind::from_code`].
///
/// ```
/// # use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
/// use tencentcloud_core::{Config, Credentials, GenericClient};
///
/// # let clock = VirtualClock::at_unix(1_700_000_000);
/// # let response = r#"{"Response":{"TotalCount":0,"RequestId":"request-1"}}"#;
/// # let transport = ScriptedTransport::new().respond(200, response);
/// # let builder = Config::builder().transport(transport.clone()).clock(clock.clone());
/// # clock.run(async {
/// let config = builder.credentials(Credentials::new("AKIDexample", "example-key")?).build()?;
/// let client = GenericClient::new(&config);
///
/// let body = r#"{"FileIds":["5285485487985271487"]}"#;
/// let response = client
///     .call_json("vod", "2018-07-17", "DescribeMediaInfos", body)
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

/// The service that was called last, with its host and its signing key of the day. One is enough: a
/// program usually calls one service, and preparing another costs little more than a signature.
struct Latest {
    name: String,
    service: Arc<Service>,
}

impl GenericClient {
    /// Creates a client that shares the credentials, connections and rate limits of a
    /// configuration.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self { config: config.clone(), latest: Arc::default() }
    }

    /// Calls an action. The request is sent when the call is awaited.
    ///
    /// The body is a JSON object, `{}` if the action has no parameters. It is sent as it is.
    pub fn call_json(
        &self,
        service: impl Into<String>,
        version: impl Into<String>,
        action: impl Into<String>,
        body: impl Into<String>,
    ) -> JsonCall {
        let body = body.into();
        let body = match check_object(&body) {
            Ok(()) => Ok(Bytes::from(body)),
            Err(what) => Err(Error::new(ErrorKind::InvalidRequest, format!("the body is {what}"))
                .with_hint("write a JSON object, `{}` if there are no parameters")),
        };
        self.prepare(service.into(), version.into(), action.into(), body)
    }

    /// Calls an action as [`call_json`](Self::call_json) does, with a value that serializes as a
    /// JSON object.
    pub fn call(
        &self,
        service: impl Into<String>,
        version: impl Into<String>,
        action: impl Into<String>,
        body: &impl Serialize,
    ) -> JsonCall {
        match serde_json::to_string(body) {
            Ok(body) => self.call_json(service, version, action, body),
            Err(error) => self.prepare(service.into(), version.into(), action.into(), Err(not_json(error))),
        }
    }

    fn prepare(&self, service: String, version: String, action: String, body: Result<Bytes, Error>) -> JsonCall {
        let name =
            ActionName { service: Cow::Owned(service), version: Cow::Owned(version), action: Cow::Owned(action) };
        let action =
            ActionFacts { name, repeatable: false, requests_per_second: REQUESTS_PER_SECOND, codes: &[], region: None };
        JsonCall { client: self.clone(), action, body, options: CallOptions::new() }
    }

    /// Returns the service with the given name.
    fn service(&self, name: &str) -> Arc<Service> {
        // The value is replaced in one step, so it is consistent even after a panic.
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

/// A call of an action by its name. It is sent when awaited.
///
/// It resolves to a [`JsonResponse`], or to an [`Error`]. Dropping the future abandons the call;
/// the request may have arrived by then. See [`Call`](crate::call::Call) for retries, timeouts and
/// runtimes, which are the same.
#[must_use = "a call is sent when it is awaited"]
pub struct JsonCall {
    client: GenericClient,
    action: ActionFacts,
    body: Result<Bytes, Error>,
    options: CallOptions,
}

impl JsonCall {
    option_methods!();

    /// Sends the request, and waits for the response, as [`Call::block`](crate::call::Call::block)
    /// does. Requires the feature `blocking`.
    ///
    /// # Errors
    ///
    /// Those of the call, and those of [`block_on`](crate::blocking::block_on).
    #[cfg(feature = "blocking")]
    pub fn block(self) -> Result<JsonResponse, Error> {
        crate::blocking::block_on(self)?
    }

    /// Sets the region of the resources, `X-TC-Region`; no region if not set. Many actions require
    /// one.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.action.region = Some(region.into());
        self
    }

    /// Sets the documented rate limit of the action, in requests per second and account; 20 if not
    /// set. A call with 0 fails.
    ///
    /// A configuration with [`requests_per_second`](crate::ConfigBuilder::requests_per_second) or
    /// [`without_limits`](crate::ConfigBuilder::without_limits) replaces all documented limits, and
    /// this one, too. Calls of one action are counted together, even if they set different limits:
    /// a call waits while their number in the last second has reached its own limit.
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
        RateLimitSetting::PerSecond(*requests_per_second).check()?;
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
            let (response, call) = send::send(&service, &action, body, options, &SendGate::open()).await?;
            let attempts = call.attempts;
            let response = call.end(Ok(response))?;
            Ok(JsonResponse { response, name: action.name, attempts })
        })
    }
}

// Without the body, which may be long and may contain secrets.
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
    /// The members of `Response`, verbatim: a JSON object, which includes `RequestId`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.response.json()
    }

    /// The service's id of the request, for a support ticket.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.response.request_id()
    }

    /// Deserializes the members of `Response` as a type.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`] if the response does not fit the type. The message has the path of the
    /// member that does not fit.
    pub fn deserialize<T: DeserializeOwned>(self) -> Result<T, Error> {
        let Self { response, name, attempts } = self;
        let call = Circumstances { action: &name, repeatable: false, attempts };
        response.decode().map_err(|error| error.in_call(&call))
    }
}

// Without the members, which may be many and may contain secrets.
impl fmt::Debug for JsonResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonResponse")
            .field("action", &self.name)
            .field("request_id", &self.request_id())
            .finish_non_exhaustive()
    }
}

/// Refuses a body that is not a JSON object, and says what it is.
fn check_object(body: &str) -> Result<(), String> {
    match serde_json::from_str::<&RawValue>(body) {
        Ok(json) if json.get().starts_with('{') => Ok(()),
        Ok(_) => Err("JSON, but not an object".to_owned()),
        // The message contains the position of the error, and no part of the body.
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
