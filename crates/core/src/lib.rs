//! Signing, transport and errors shared by the Tencent Cloud clients of this workspace.
//!
//! A product crate states the facts of its product and its actions; this crate does the work. It knows no product.
//!
//! - [`Config`] is what the clients of an account share: credentials, endpoint, timeouts, and the seams [`Transport`],
//!   [`Clock`] and [`ProvideCredentials`].
//! - [`Client`] makes a [`Call`] of an [`Action`]; awaiting the call signs and sends it, and reads the answer.
//! - [`Error`] is the one error of all products; its [`ErrorKind`] decides what can be done about it.
//! - [`signing`] is TC3-HMAC-SHA256 as pure functions, for servers and diagnosis as well.
//!
//! With the feature `testing`, the module `testing` has a scripted transport and a clock that is turned by hand, so that
//! tests of code that calls run without a network and in no time.

mod action;
mod answer;
mod attempt;
mod call;
mod civil;
mod client;
mod clock;
mod config;
mod credentials;
mod datetime;
mod day_key;
mod endpoint;
mod error;
mod error_code;
mod future;
mod https;
mod json_path;
mod kind;
mod secret;
pub mod signing;
#[cfg(feature = "testing")]
pub mod testing;
mod transport;
mod value_set;
pub mod wire;

pub use crate::action::{Action, Hosts, Limits, Product};
pub use crate::call::Call;
pub use crate::client::Client;
pub use crate::clock::Clock;
pub use crate::config::{Config, ConfigBuilder};
pub use crate::credentials::{Credentials, ProvideCredentials};
pub use crate::datetime::{DateTime, DateTimeIso, ParseDateTimeError, UtcOffset};
pub use crate::endpoint::Endpoint;
pub use crate::error::Error;
pub use crate::error_code::{CodeFacts, ErrorCode};
pub use crate::future::BoxFuture;
pub use crate::https::HttpsTransport;
pub use crate::kind::ErrorKind;
pub use crate::transport::{HttpRequest, HttpResponse, Transport, TransportError, TransportErrorKind};

/// What the macros of this crate name in the crates that call them; no part of the public API.
#[doc(hidden)]
pub mod __private {
    pub use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub use crate::value_set::deserialize;
}
