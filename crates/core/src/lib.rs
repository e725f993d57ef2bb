//! Signing, transport and errors shared by the Tencent Cloud clients of this workspace.
//!
//! A product crate states the facts of its product and its actions; this crate does the work. It knows no product.
//!
//! - [`Config`] is what the clients of an account share: credentials, endpoint, timeouts, limits, and the seams
//!   [`Transport`], [`Clock`], [`ProvideCredentials`] and [`Interceptor`].
//! - [`Client`] makes a [`Call`] of an [`Action`]; awaiting the call signs and sends it, and reads the answer.
//! - [`GenericClient`] calls any other action, by its name and in JSON.
//! - [`Error`] is the one error of all products; its [`ErrorKind`] decides what can be done about it.
//! - [`signing`] is TC3-HMAC-SHA256 as pure functions, for servers and diagnosis as well.
//!
//! # Without a network
//!
//! With the feature `testing`, the module `testing` has a scripted transport and a clock that is turned by hand, so that
//! tests of code that calls run without a network and in no time:
//!
//! ```
//! use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
//! use tencentcloud_core::{Config, Credentials, ErrorKind, GenericClient};
//!
//! let clock = VirtualClock::at_unix(1_700_000_000);
//! let transport = ScriptedTransport::new()
//!     .respond(200, r#"{"Response":{"Error":{"Code":"RequestLimitExceeded","Message":"wait"},"RequestId":"1"}}"#)
//!     .respond(200, r#"{"Response":{"TotalCount":0,"RequestId":"2"}}"#);
//! let config = Config::builder()
//!     .credentials(Credentials::new("AKIDexample", "example-key")?)
//!     .transport(transport.clone())
//!     .clock(clock.clone())
//!     .build()?;
//!
//! let call = GenericClient::new(&config).call_json("vod", "2018-07-17", "DescribeMediaInfos", "{}");
//! let answer = clock.run(call.into_future())?;
//! assert_eq!(answer.request_id(), Some("2"));
//! assert_eq!(transport.requests().len(), 2, "what was throttled was sent again");
//! # Ok::<(), tencentcloud_core::Error>(())
//! ```
//!
//! # Credentials
//!
//! A configuration takes any [`ProvideCredentials`]; without one it reads the environment when it is built, and fails if
//! they are not there.
//!
//! | provider | what it is |
//! |---|---|
//! | [`Credentials`] | an id and a key, perhaps with a token |
//! | [`CredentialsChain`] | looks in the environment, in files, for a pod's identity and for the machine's role |
//! | [`AssumeRole`] | a role, for which the credentials of another provider are exchanged |
//! | [`CachedCredentials`] | a provider of your own, kept and refreshed ahead |
//!
//! # Where calls go
//!
//! | setting | what it is |
//! |---|---|
//! | [`endpoint`](ConfigBuilder::endpoint), [`service_endpoint`](ConfigBuilder::service_endpoint) | the site, a region, or a host of your own, for all products or for one |
//! | [`proxy`](ConfigBuilder::proxy) | a proxy by its URL, or none; the environment's if nothing is set |
//! | [`root_certificates`](ConfigBuilder::root_certificates) | whom to trust besides those whom the platform trusts |
//! | [`language`](ConfigBuilder::language), [`app_name`](ConfigBuilder::app_name) | what language the service answers in, and who it is told is asking |
//!
//! # What is told
//!
//! Every call is a span `tencentcloud.call` of the crate `tracing`, at the level `INFO`, and every attempt an event `attempt` in
//! it, at the level `DEBUG`. A call that fails is one event `call failed`, at the level `WARN`, which can be understood without
//! its span; a call that is dropped is none. A clock of this machine that is found to be wrong by more than a minute is told
//! once, at the level `WARN`, and again when it is set; so are credentials that cannot be refreshed. The target of all is
//! `tencentcloud_core`. The names are OpenTelemetry's:
//!
//! | field | where | what |
//! |---|---|---|
//! | `rpc.system.name` | span | `tencentcloud` |
//! | `rpc.method` | span, failed | service and action: `cdn/PurgeUrlsCache` |
//! | `otel.name`, `otel.kind`, `otel.status_code` | span | what `tracing-opentelemetry` makes of the span |
//! | `server.address`, `server.port` | span, attempt | where it is sent |
//! | `error.type` | all | of a failure: the service's code, or the [`ErrorKind`] of what has none |
//! | `rpc.response.status_code` | span, attempt | the service's code, if it refused |
//! | `http.request.method` | attempt | |
//! | `http.response.status_code` | attempt, failed | |
//! | `http.request.resend_count` | attempt | how often it was sent before, if it was |
//! | `error.message` | all | the error as it is displayed, unless it shows a part of the answer |
//! | `tencentcloud.request_id` | all | what the service calls the request |
//! | `tencentcloud.version` | span | the version of the service's API |
//! | `tencentcloud.attempts` | span, failed | how many there were |
//! | `tencentcloud.wait_ms` | span, failed | how long it waited for its turn under the client's own rate limit |
//! | `tencentcloud.outcome` | attempt | `success`, `failure` or `abandoned` |
//! | `tencentcloud.duration_ms` | attempt, failed | how long it took |
//!
//! No key, token, signature or body is in any of them. For metrics, and for headers of your own, there is [`Interceptor`].

pub mod action;
pub mod call;
pub mod client;
pub mod config;
pub mod credentials;
pub mod endpoint;
pub mod error;
pub mod http;
mod limiter;
pub mod observe;
pub mod request;
mod response;
mod retry;
mod secret;
pub mod signing;
#[cfg(feature = "testing")]
pub mod testing;
pub mod time;

pub use crate::action::{Action, Hosts, Product, RateLimit};
pub use crate::call::{Call, CallOptions, GenericClient, JsonCall, JsonResponse};
pub use crate::client::Client;
pub use crate::config::{Config, ConfigBuilder};
pub use crate::credentials::{
    AssumeRole, CachedCredentials, CredentialSource, Credentials, CredentialsChain, ProvideCredentials, ProviderContext,
};
pub use crate::endpoint::Endpoint;
pub use crate::error::{CodeFacts, Error, ErrorCode, ErrorKind};
pub use crate::http::{
    HttpRequest, HttpResponse, HttpsTransport, HttpsTransportBuilder, Proxy, Transport, TransportError,
    TransportErrorKind,
};
pub use crate::observe::{Attempt, AttemptEnd, AttemptHeaders, AttemptResult, CallEnd, CallResult, Interceptor};
pub use crate::request::Language;
#[cfg(feature = "legacy-signing")]
pub use crate::request::{SigningMethod, V1Hash};
#[doc(hidden)]
pub use crate::response::wire;
pub use crate::time::{BoxFuture, Clock, DateTime, OffsetDateTime, ParseDateTimeError, UtcOffset};

/// What the macros of this crate name in the crates that call them; no part of the public API.
#[doc(hidden)]
pub mod __private {
    pub use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub use crate::response::value_set::deserialize;
}

/// The program in the README compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
