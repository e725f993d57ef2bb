//! What the Tencent Cloud clients of this workspace share: signing, transport, retries, rate
//! limits, credentials and errors.
//!
//! A product crate states the facts of its product and its actions; this crate acts on them. It
//! names no product, and knows only what caches have in common: targets, tasks, quotas and zones.
//!
//! - [`Config`] owns what the clients of an account share: credentials, connections, rate limits
//!   and settings. A program can replace its [`Transport`](http::Transport), its
//!   [`Clock`](time::Clock) and its [`RateLimiter`](limiter::RateLimiter), provide credentials with
//!   [`ProvideCredentials`](credentials::ProvideCredentials), and observe calls with an
//!   [`Interceptor`](observe::Interceptor).
//! - [`Client`] makes a [`Call`] of an [`Action`]. Awaiting the call signs and sends the request,
//!   and reads the response.
//! - [`Call::in_batches`] sends a list of any length, and reports what became of each target: the
//!   module [`jobs`].
//! - [`GenericClient`] calls any other action, by its name and in JSON.
//! - [`Error`] is the one error of all products. Its [`ErrorKind`] decides what can be done about
//!   it.
//! - [`signing`] is TC3-HMAC-SHA256 as pure functions, which also serve servers and diagnosis.
//!
//! # Testing
//!
//! With the feature `testing`, the module `testing` provides a scripted transport and a virtual
//! clock. Tests of code that makes calls then need no network and take no time:
//!
//! ```
//! use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
//! use tencentcloud_core::{Config, Credentials, GenericClient};
//!
//! let clock = VirtualClock::at_unix(1_700_000_000);
//! let throttled = r#"{"Response":{"Error":{"Code":"RequestLimitExceeded","Message":"wait"}}}"#;
//! let transport = ScriptedTransport::new()
//!     .respond(200, throttled)
//!     .respond(200, r#"{"Response":{"TotalCount":0,"RequestId":"2"}}"#);
//! let config = Config::builder()
//!     .credentials(Credentials::new("AKIDexample", "example-key")?)
//!     .transport(transport.clone())
//!     .clock(clock.clone())
//!     .build()?;
//!
//! let client = GenericClient::new(&config);
//! let response = clock.run(client.call_json("vod", "2018-07-17", "DescribeMediaInfos", "{}"))?;
//! assert_eq!(response.request_id(), Some("2"));
//! assert_eq!(transport.requests().len(), 2, "the throttled request was sent again");
//! # Ok::<(), tencentcloud_core::Error>(())
//! ```
//!
//! # Credentials
//!
//! A configuration takes any [`ProvideCredentials`](credentials::ProvideCredentials). Without one,
//! it reads the environment when it is built, and fails if the credentials are not there.
//!
//! | provider | what it provides |
//! |---|---|
//! | [`Credentials`] | an id and a key, optionally with a token |
//! | [`CredentialsChain`] | what it finds in the environment, in files, by a pod's identity or by the machine's role |
//! | [`AssumeRole`](credentials::AssumeRole) | temporary credentials of a role, in exchange for those of another provider |
//! | [`CachedCredentials`](credentials::CachedCredentials) | what a provider of your own returns, cached and refreshed before it expires |
//!
//! # Features
//!
//! | feature | what it adds |
//! |---|---|
//! | `rustls-ring` (default) | the default transport, with TLS by rustls and ring |
//! | `rustls-aws-lc-rs` | the default transport, with TLS by rustls and aws-lc; it takes precedence over ring |
//! | `rustls-no-provider` | the default transport, with the cryptography that the program installs for rustls |
//! | `platform` (default) | trust in the root certificates of the platform |
//! | `webpki-roots` | trust in Mozilla's root certificates, which become a part of the program |
//! | `idna` | host names outside ASCII in targets; a part of every default transport |
//! | `testing` | the module `testing`: a scripted transport and a virtual clock |
//! | `legacy-signing` | signing by GET and with signature V1, for networks or servers that accept nothing else |
//! | `blocking` | the module `blocking` and `Call::block`, for programs that are not asynchronous |
//! | `metrics` | the interceptor [`observe`]`::Metrics`, which records calls with the crate `metrics` |
//! | `socks` | proxies that speak SOCKS 5, with `socks5://` or `socks5h://` |
//!
//! With `default-features = false` and no feature that begins with `rustls`, there is no default
//! transport, and no HTTP client in the dependency tree: [`Config::builder`] then needs a
//! [`transport`](ConfigBuilder::transport) of your own.
//!
//! # Endpoints and networking
//!
//! | setting | what it sets |
//! |---|---|
//! | [`endpoint`](ConfigBuilder::endpoint), [`service_endpoint`](ConfigBuilder::service_endpoint) | the site, a region, a root domain, or a host of your own, for all products or for one; `TENCENTCLOUD_ENDPOINT` of the environment replaces a site or region |
//! | [`proxy`](ConfigBuilder::proxy) | a proxy by its URL, or no proxy; the environment's if not set |
//! | [`root_certificates`](ConfigBuilder::root_certificates) | root certificates to trust in addition to the platform's |
//! | [`language`](ConfigBuilder::language), [`app_name`](ConfigBuilder::app_name) | the language of the service's messages, and the application name sent with each request |
//!
//! # Tracing
//!
//! This crate logs with the crate `tracing`, under the target `tencentcloud_core`:
//!
//! - Every call is a span `tencentcloud.call` at `INFO`.
//! - Every attempt is an event `attempt` at `DEBUG`, in the span of its call.
//! - The end of every call is one event: `call succeeded` at `INFO`, or `call failed` at `WARN`. It
//!   is outside of the call's span, so a text log does not repeat the span's fields: it has one
//!   short line per call. A dropped call logs no event.
//! - If the local clock is off by more than a minute, that is logged once at `WARN`, and again when
//!   it has been corrected.
//! - Credentials that cannot be refreshed are logged at `WARN`.
//!
//! Field names follow OpenTelemetry's conventions. *End* is both events of the end of a call, and
//! *failed* only `call failed`:
//!
//! | field | where | value |
//! |---|---|---|
//! | `rpc.system.name` | span | `tencentcloud` |
//! | `rpc.method` | span, end | service and action: `cdn/PurgeUrlsCache` |
//! | `otel.name`, `otel.kind`, `otel.status_code` | span | name, kind and status for `tracing-opentelemetry` |
//! | `server.address`, `server.port` | span, attempt | host and port that the request is sent to |
//! | `error.type` | span, attempt, failed | the service's code, or the [`ErrorKind`] of a failure without one |
//! | `rpc.response.status_code` | span, attempt | the service's code, if it rejected the request |
//! | `http.request.method` | attempt | `POST`, or `GET` |
//! | `http.response.status_code` | attempt, failed | HTTP status of the response |
//! | `http.request.resend_count` | attempt | number of earlier attempts, if there were any |
//! | `error.message` | span, attempt, failed | the displayed error, unless it shows a part of the response |
//! | `tencentcloud.request_id` | span, attempt, end | the service's id of the request |
//! | `tencentcloud.version` | span | version of the service's API |
//! | `tencentcloud.attempts` | span, end | number of attempts |
//! | `tencentcloud.wait_ms` | span, end | time spent waiting for permits of the client's own rate limiter |
//! | `tencentcloud.outcome` | attempt | `success`, `failure` or `abandoned` |
//! | `tencentcloud.duration_ms` | attempt, end | duration of the attempt or the call |
//! | `tencentcloud.clock_behind_ms` | warning about the clock | how far the local clock is behind the server's; negative if it is ahead |
//!
//! No field contains a key, a token, a signature or a body. For metrics, and for headers of your
//! own, implement [`Interceptor`](observe::Interceptor).

#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod action;
#[cfg(feature = "blocking")]
pub mod blocking;
pub mod call;
pub mod client;
pub mod config;
pub mod credentials;
pub mod endpoint;
pub mod error;
pub mod http;
pub mod jobs;
pub mod limiter;
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
pub use crate::call::{Call, GenericClient};
pub use crate::client::Client;
pub use crate::config::{Config, ConfigBuilder};
pub use crate::credentials::{Credentials, CredentialsChain};
pub use crate::endpoint::Endpoint;
pub use crate::error::{Error, ErrorKind};
#[doc(hidden)]
pub use crate::response::wire;
pub use crate::time::BoxFuture;

/// Items that this crate's macros use in the crates that call them. Not part of the public API.
#[doc(hidden)]
pub mod __private {
    pub use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub use crate::response::value_set::deserialize;
}

/// Compiles the program in the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
